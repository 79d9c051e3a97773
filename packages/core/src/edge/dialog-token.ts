// What stands in our Record-Route: the two people of a dialog and the caller's tag, sealed. Whoever comes back by it is
// followed without anything kept, in any process with the same secret. The people are those policy was asked about;
// what From and To say by then does not matter.
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';
import { fromBase64url, toBase64url } from '../base64url.ts';
import type { GatewayOptions } from '../gateway/options.ts';
import { addressOf, type Person } from './people.ts';

/** A dialog that we follow. */
export interface DialogToken {
  readonly caller: Person;
  readonly callee: Person;
  /** The tag of the caller's end, which no hop rewrites. */
  readonly tag: string;
}

/** What seals are made with: the gateway's secret, the same for all its processes. */
export type Sealing = Pick<GatewayOptions, 'mac' | 'secret'>;

/** The user part of a Record-Route of ours; `undefined` for what is too long to be one. @spec RFC 3261 §16.6 */
export function writeToken(
  { caller, callee, tag }: DialogToken,
  sealing: Sealing,
): string | undefined {
  const text = [addressOf(caller), addressOf(callee), tag].join(' ');
  const token = `${toBase64url(encodeUtf8(text))}.${sealOf(text, sealing)}`;
  return token.length > MAX_TOKEN ? undefined : token;
}

/** The dialog that a user part stands for, if it is one of ours. @spec RFC 3261 §16.4 */
export function readToken(user: string, sealing: Sealing): DialogToken | undefined {
  if (user.length > MAX_TOKEN) return undefined;
  const dot = user.indexOf('.');
  const bytes = fromBase64url(user.slice(0, Math.max(dot, 0)));
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  if (text === undefined || sealOf(text, sealing) !== user.slice(dot + 1)) return undefined;
  const [caller = '', callee = '', tag = ''] = text.split(' ');
  return { caller: personIn(caller), callee: personIn(callee), tag };
}

/** No user part holds a raw `@`. */
function personIn(address: string): Person {
  const at = address.indexOf('@');
  return at < 0
    ? { user: undefined, domain: address }
    : { user: address.slice(0, at), domain: address.slice(at + 1) };
}

function sealOf(text: string, { mac, secret }: Sealing): string {
  return mac(secret, `route ${text}`).slice(0, SEAL);
}

/** Characters of the seal: 80 bits, and a guess costs a request. */
const SEAL = 20;
/** Characters of a token: two addresses and a tag that are longer are not federated with. */
const MAX_TOKEN = 1024;
