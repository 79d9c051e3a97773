// Tokens by node:crypto, as a gateway is handed them.
import { randomBytes } from 'node:crypto';

/**
 * A fresh unguessable token: 128 bits in lower-case hex. They are drawn a block at a time and written in hex some at a
 * time: asking the system for each costs more than everything else about a token. Few are written at once, since a token
 * that is kept keeps the text it was cut from.
 */
export function drawToken(): string {
  if (at === text.length) refill();
  at += LENGTH;
  return text.slice(at - LENGTH, at);
}

function refill(): void {
  if (drawn === block.length) {
    block = randomBytes(BLOCK);
    drawn = 0;
  }
  drawn += WRITTEN;
  text = block.toString('hex', drawn - WRITTEN, drawn);
  at = 0;
}

/** Octets of a token, of those written at once, and of those drawn at once. */
const TOKEN = 16;
const WRITTEN = 16 * TOKEN;
const BLOCK = 1024 * TOKEN;
/** Characters of a token. */
const LENGTH = 2 * TOKEN;
let block = Buffer.alloc(0);
let drawn = 0;
let text = '';
let at = 0;
