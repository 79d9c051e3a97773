// Keys that are pinned: for a domain that has any, a certificate counts only with one of them, however good its chain. What
// the host hands in; nothing is learned from peers. A single certificate that is trusted for itself is an anchor (chain.ts).

import { hexOf } from './bytes.ts';
import type { Certificate } from './certificate.ts';
import { normalizeDomain } from './domain.ts';
import { MisuseError } from './fault.ts';

/** The keys that alone may speak for a domain. */
export interface KeyPin {
  /**
   * The name that a certificate proves: A-labels or U-labels, any case. Where a host takes another name for a partner's
   * domain, that name is the one to pin.
   */
  readonly domain: string;
  /** SHA-256 of a SubjectPublicKeyInfo each, 64 hexadecimal digits: the one in use, and the one that comes next. */
  readonly keys: readonly string[];
}

/** Pins by domain, as they are asked for. */
export type PinnedKeys = ReadonlyMap<string, ReadonlySet<string>>;

/** Brings pins into order; what is no domain or no digest is misuse, since a pin that never fits shuts a partner out. */
export function pinnedKeys(pins: readonly KeyPin[]): PinnedKeys {
  const found = new Map<string, ReadonlySet<string>>();
  for (const { domain, keys } of pins) {
    const name = normalizeDomain(domain);
    if (name === undefined) throw new MisuseError('bad-pin', `"${domain}" is no domain.`);
    if (keys.length === 0 || !keys.every((key) => DIGEST.test(key)))
      throw new MisuseError('bad-pin', `The keys of ${domain} have to be SHA-256, one at least.`);
    const digests = keys.map((key) => key.toLowerCase());
    found.set(name, new Set([...(found.get(name) ?? []), ...digests]));
  }
  return found;
}

/** Whether nothing is pinned for a domain (A-labels in lower case), or this key is. */
export function holdsPin(pins: PinnedKeys, domain: string, print: string): boolean {
  return pins.get(domain)?.has(print) ?? true;
}

/** What a key is pinned by. @spec RFC 7469 §2.4 */
export const keyPrint = (
  { publicKey }: Certificate,
  crypto: { sha256(data: Uint8Array): Uint8Array },
): string => hexOf(crypto.sha256(publicKey.spki));

const DIGEST = /^[0-9a-f]{64}$/i;
