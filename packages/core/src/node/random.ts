// Tokens and message authentication by node:crypto, as a gateway is handed them.
import { createHmac, randomBytes } from 'node:crypto';

/**
 * A fresh unguessable token: 128 bits in lower-case hex. They are drawn a block at a time: asking the system for
 * each costs more than everything else about a token.
 */
export function drawToken(): string {
  if (at === block.length) {
    block = randomBytes(BLOCK);
    at = 0;
  }
  at += TOKEN;
  return block.toString('hex', at - TOKEN, at);
}

/** Lower-case hex HMAC-SHA-256 of `text` under `key`. @spec RFC 2104 §2 */
export function mac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

const TOKEN = 16;
const BLOCK = 256 * TOKEN;
let block = Buffer.alloc(0);
let at = 0;
