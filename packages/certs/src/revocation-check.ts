// Signatures of revocation lists, remembered. A list may have two million octets and is looked at for each chain that is
// new, so that it is hashed once for each key that may have signed it and not once for each stranger. All other signatures
// go through. Whether a list counts is judged in revocation.ts.

import type { SignatureCheck } from './algorithm.ts';
import { hexOf } from './bytes.ts';
import type { RevocationList } from './revocation-list.ts';

/** A check that remembers what it said of these lists, for a few keys each. */
export function rememberingLists(
  crypto: SignatureCheck,
  lists: readonly RevocationList[],
): SignatureCheck {
  const known = new Map<Uint8Array, Map<string, boolean>>(lists.map(({ tbs }) => [tbs, new Map()]));
  return {
    verify: (algorithm, spki, data, signature) => {
      const said = known.get(data);
      if (said === undefined) return crypto.verify(algorithm, spki, data, signature);
      const key = hexOf(spki);
      const before = said.get(key);
      if (before !== undefined) return before;
      const good = crypto.verify(algorithm, spki, data, signature);
      if (said.size >= MOST_KEYS) said.clear();
      said.set(key, good);
      return good;
    },
  };
}

// authorities change their keys every few years; each has one name for both
const MOST_KEYS = 8;
