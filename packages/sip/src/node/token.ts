// Tokens nobody can guess, from the system's randomness.
import { randomBytes } from 'node:crypto';

/** 128 bits, as hexadecimal digits. A block is drawn at a time: asking the system for each costs far more. */
export function drawToken(): string {
  if (at === block.length) {
    block = randomBytes(BLOCK);
    at = 0;
  }
  at += TOKEN;
  return block.toString('hex', at - TOKEN, at);
}

const TOKEN = 16;
const BLOCK = 256 * TOKEN;
let block = Buffer.alloc(0);
let at = 0;
