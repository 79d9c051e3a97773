// The certificates of a file in the order in which TLS shows them: that of the key, then its issuers, each found by its
// name. Signatures are checked where the chain is judged.

import type { Certificate } from '../certificate.ts';
import { sameName } from '../distinguished-name.ts';

/** A certificate, and whether the file marks it as that of the key. */
export interface Found {
  readonly certificate: Certificate;
  readonly isOfKey: boolean;
}

/** The chain of the key, and the rest. A self-signed root ends the chain and is left out of it: peers have it. */
export function leafFirst(found: readonly Found[]): {
  readonly chain: readonly Certificate[];
  readonly others: readonly Certificate[];
} {
  const all = found.map(({ certificate }) => certificate);
  const chain: Certificate[] = [];
  for (
    let next: Certificate | undefined = leafOf(found, all);
    next !== undefined && !chain.includes(next);
    next = issuerOf(next, all)
  ) {
    if (chain.length > 0 && next.selfIssued) break;
    chain.push(next);
  }
  return { chain, others: all.filter((one) => !chain.includes(one)) };
}

/** As marked; else the one that issued none of the others. */
function leafOf(found: readonly Found[], all: readonly Certificate[]): Certificate | undefined {
  const marked = found.find(({ isOfKey }) => isOfKey)?.certificate;
  const issuedNone = all.find((one) => !all.some((other) => other !== one && issued(one, other)));
  return marked ?? issuedNone ?? all[0];
}

const issuerOf = (one: Certificate, all: readonly Certificate[]): Certificate | undefined =>
  one.selfIssued ? undefined : all.find((other) => other !== one && issued(other, one));

const issued = (above: Certificate, below: Certificate): boolean =>
  sameName(above.subject, below.issuer);
