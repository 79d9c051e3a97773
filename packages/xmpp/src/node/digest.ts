// The digests of dialback by node:crypto. XEP-0185 §2.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Digest } from '../server-link.ts';

/** SHA-1, SHA-256 and HMAC-SHA-256 in lower-case hex, and a comparison in constant time. */
export const nodeDigest: Digest = {
  sha1: (text) => createHash('sha1').update(text).digest('hex'),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
  equal,
};

/** Compares digests of both, so that even their lengths cost the same. */
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b)) && a.length === b.length;
}
