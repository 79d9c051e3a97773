// Tokens and message authentication by node:crypto, as a gateway is handed them.
import { createHmac, randomBytes } from 'node:crypto';

/** A fresh unguessable token: 128 bits in lower-case hex. */
export function drawToken(): string {
  return randomBytes(16).toString('hex');
}

/** Lower-case hex HMAC-SHA-256 of `text` under `key`. @spec RFC 2104 §2 */
export function mac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}
