// Changes of what a document says of its own partners: the side one is on, the addresses it comes from.
import { quoted } from '../finding.ts';
import { partnerOf, type Partner } from '../policy-set.ts';
import { REASONS, type End } from '../query.ts';
import { appending, removing, type Change } from './change.ts';
import type { Situation } from './proposals.ts';

/** Where a partner's own facts forbid, changes of those facts. */
export function partnerProposals({ document, set, query, verdict }: Situation): readonly Change[] {
  const ends: readonly End[] = ['from', 'to'];
  const partners = [...new Set(ends.map((end) => partnerOf(set, query[end])))];
  const known = partners.filter((partner) => partner !== undefined);
  const { address } = query;
  return verdict.by.flatMap((id): readonly Change[] => {
    if (id === REASONS.wrongSide) return known.flatMap(eitherSide);
    if (id !== REASONS.foreignAddress || address === undefined) return [];
    return known
      .filter(({ prove }) => prove === 'address')
      .map(({ id: partner }) => ({
        kind: 'add-address',
        reach: 'some',
        text: `List ${quoted(address)} among the addresses of partner ${partner}.`,
        patch: [appending(document, ['partners', partner, 'addresses'], address)],
      }));
  });
}

function eitherSide({ id, via }: Partner): readonly Change[] {
  if (via === undefined) return [];
  return [
    {
      kind: 'set-side',
      reach: 'some',
      text: `Let partner ${id} be on either side, not on that of ${via} alone (via).`,
      patch: [removing(['partners', id, 'via'])],
    },
  ];
}
