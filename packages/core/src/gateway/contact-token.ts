// What stands in a Contact of ours: the key of the record, so that requests within a dialog find it whatever a peer has
// made of From and To, and a seal, so that nobody makes one up. The words are the peer's own addresses, so they need not
// be hidden from it. The first word says what the record is about; whoever reads it knows which there are.
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';
import { fromBase64url, toBase64url } from '../base64url.ts';
import type { Key } from '../store/store.ts';
import type { GatewayOptions } from './options.ts';

/** What a Contact of ours says. */
export interface ContactToken {
  readonly word: string;
  readonly key: Key;
}

/** The user part of a Contact. @spec RFC 3261 §8.1.1.8 */
export function contactToken({ word, key }: ContactToken, sealing: Sealing): string {
  return `${word}.${toBase64url(encodeUtf8(key))}.${sealOf(word, key, sealing)}`;
}

/** What a user part says, if it is one of ours. */
export function contactTokenIn(user: string, sealing: Sealing): ContactToken | undefined {
  if (user.length > MAX_TOKEN) return undefined;
  const [word = '', text, seal, more] = user.split('.');
  if (seal === undefined || more !== undefined) return undefined;
  const bytes = fromBase64url(text ?? '');
  const key = bytes === undefined ? undefined : decodeUtf8(bytes);
  if (key === undefined) return undefined;
  return sealOf(word, key, sealing) === seal ? { word, key } : undefined;
}

/** What seals are made with: the gateway's secret, the same for all its processes. */
export type Sealing = Pick<GatewayOptions, 'mac' | 'secret'>;

function sealOf(word: string, key: Key, { mac, secret }: Sealing): string {
  return mac(secret, `contact ${word} ${key}`).slice(0, SEAL);
}

/** Characters of the seal: 80 bits, and a guess costs a request from a proved peer. */
const SEAL = 20;
/** Characters of a user part that is looked at: two addresses at their longest are not federated with. */
const MAX_TOKEN = 2048;
