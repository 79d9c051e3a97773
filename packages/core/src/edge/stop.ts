// Why a request does not go through the edge: its refusal, with the status and the number that Microsoft's servers give
// for it. When it is refused is decide.ts'.
import type { Verdict } from '@interwork/policy';
import type { Unknown } from '../gateway/inquiry.ts';
import { type Refusal, type RefusalCode, refused } from '../translation.ts';
import type { Draft, Walk } from './passage.ts';
import { addressOf, personOf } from './people.ts';

/** A request that may not, and why. The addresses are for the trace. */
export interface Stop {
  readonly kind: 'stop';
  readonly refusal: Refusal;
  readonly by: readonly string[];
  readonly proof: string;
  readonly diagnostics: number | undefined;
  /** What policy would have had to know. */
  readonly unknown: Unknown | undefined;
  readonly from: string;
  readonly to: string;
}

/** What was found before it was stopped. */
export interface Found {
  readonly draft?: Pick<Draft, 'from' | 'to'>;
  readonly verdict?: Verdict;
  readonly proof?: string;
}

/** Stops it, with what was found. */
export function stop({ request }: Walk, why: RefusalCode | Refusal, found: Found = {}): Stop {
  const { draft, verdict, proof = 'none' } = found;
  const [from, to] =
    draft === undefined
      ? [personOf(request.from.uri), personOf(request.uri)]
      : [draft.from, draft.to];
  const code = typeof why === 'string' ? why : why.code;
  const diagnostics = code === 'policy' ? verdict?.diagnostics : DIAGNOSTICS_OF[code];
  return {
    kind: 'stop',
    refusal: refusalOf(why, diagnostics),
    by: verdict?.by ?? NONE,
    proof,
    diagnostics,
    unknown:
      code === 'policy' && verdict?.unknown !== undefined
        ? { asker: from?.domain ?? '', questions: verdict.unknown }
        : undefined,
    from: from === undefined ? '' : addressOf(from),
    to: to === undefined ? '' : addressOf(to),
  };
}

/** What the edge itself cannot do is 504, as with Microsoft's servers; what a rule forbids is 403. */
function refusalOf(why: RefusalCode | Refusal, diagnostics: number | undefined): Refusal {
  const refusal = typeof why === 'string' ? refused(why) : why;
  const status = refusal.code === 'policy' ? STATUS_OF_DIAGNOSTICS[diagnostics ?? 0] : undefined;
  return status === undefined ? refusal : { ...refusal, status };
}

const STATUS_OF_DIAGNOSTICS: Readonly<Record<number, number>> = {
  1005: 404,
  1007: 504,
  1008: 504,
  1009: 504,
  1010: 504,
  1014: 504,
};

/** The numbers of refusals that are not policy's. */
const DIAGNOSTICS_OF: Readonly<Partial<Record<RefusalCode, number>>> = {
  'not-routable': 1027,
  'stale-route': 1004,
  'unknown-domain': 1005,
  'own-domain-from-outside': 1017,
};

const NONE: readonly never[] = Object.freeze([]);
