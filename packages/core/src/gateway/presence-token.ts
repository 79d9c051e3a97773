// What stands in the Contact of our presence dialogs: the key of the record, so that requests within a dialog find
// it whatever a peer has made of From and To, and a seal, so that nobody makes one up. The words are the peer's own
// addresses, so they need not be hidden from it.
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';
import { fromBase64url, toBase64url } from '../base64url.ts';
import type { Half } from '../ledger/presence-types.ts';
import type { Key } from '../store/store.ts';
import type { GatewayOptions } from './options.ts';

/** What a Contact of ours says. */
export interface PresenceToken {
  readonly half: Half;
  readonly key: Key;
}

/** The user part of a Contact. @spec RFC 6665 §4.4.1 */
export function presenceToken({ half, key }: PresenceToken, sealing: Sealing): string {
  return `${half}.${toBase64url(encodeUtf8(key))}.${sealOf(half, key, sealing)}`;
}

/** What a user part says, if it is one of ours. */
export function presenceTokenIn(user: string, sealing: Sealing): PresenceToken | undefined {
  if (user.length > MAX_TOKEN) return undefined;
  const [half, text, seal, more] = user.split('.');
  if ((half !== 'watching' && half !== 'watched') || more !== undefined) return undefined;
  const bytes = fromBase64url(text ?? '');
  const key = bytes === undefined ? undefined : decodeUtf8(bytes);
  if (key === undefined) return undefined;
  return sealOf(half, key, sealing) === seal ? { half, key } : undefined;
}

/** What seals are made with: the gateway's secret, the same for all its processes. */
export type Sealing = Pick<GatewayOptions, 'mac' | 'secret'>;

function sealOf(half: Half, key: Key, { mac, secret }: Sealing): string {
  return mac(secret, `contact ${half} ${key}`).slice(0, SEAL);
}

/** Characters of the seal: 80 bits, and a guess costs a request from a proved peer. */
const SEAL = 20;
/** Characters of a user part that is looked at: two addresses at their longest are not federated with. */
const MAX_TOKEN = 2048;
