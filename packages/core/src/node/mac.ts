// Message authentication by the digests of node:crypto, as a gateway is handed it.
import { createHash, hash } from 'node:crypto';

/**
 * Lower-case hex HMAC-SHA-256 of `text` under `key`. By its two digests, each one call, with the key of the last time
 * prepared: a gateway has one key, and an `Hmac` object for each message costs several times as much.
 * @spec RFC 2104 §2
 */
export function mac(key: string, text: string): string {
  if (key !== prepared.key) prepared = prepare(key);
  const { inner, outer } = prepared;
  const end = BLOCK_OCTETS + 3 * text.length;
  const room = end > inner.length ? Buffer.concat([inner], end) : inner;
  const written = room.write(text, BLOCK_OCTETS, 'utf8');
  const digest = hash('sha256', room.subarray(0, BLOCK_OCTETS + written), 'binary');
  outer.write(digest, BLOCK_OCTETS, 'latin1');
  return hash('sha256', outer, 'hex');
}

/** A key as each of the two digests begins with it, and room behind it for what follows. */
interface Prepared {
  readonly key: string;
  readonly inner: Buffer;
  readonly outer: Buffer;
}

function prepare(key: string): Prepared {
  const written = Buffer.from(key, 'utf8');
  const octets =
    written.length > BLOCK_OCTETS ? createHash('sha256').update(written).digest() : written;
  const inner = Buffer.alloc(BLOCK_OCTETS + TEXT_OCTETS, INNER_PAD);
  const outer = Buffer.alloc(BLOCK_OCTETS + DIGEST_OCTETS, OUTER_PAD);
  for (const [at, octet] of octets.entries()) {
    inner[at] = octet ^ INNER_PAD;
    outer[at] = octet ^ OUTER_PAD;
  }
  return { key, inner, outer };
}

/** Of SHA-256. */
const BLOCK_OCTETS = 64;
const DIGEST_OCTETS = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
/** What is authenticated is mostly shorter. */
const TEXT_OCTETS = 1024;
let prepared = prepare('');
