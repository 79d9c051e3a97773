// Traces into log lines: one line a trace, with the sentences by which the policy explains itself, where it is known. An
// explanation speaks of two domains and a kind of traffic, so it is made once for each and kept within a bound.
import { evaluate, explain, type PolicySet, type Query, type Traffic } from '@interwork/policy';
import type { CrossingOutcome, CrossingTrace, Trace } from '../../gateway/trace.ts';
import { EDGE_TRAFFIC } from '../../edge/methods.ts';
import type { Level, Log } from './log.ts';

/** Logs traces under the policy that is in force. */
export interface TraceTeller {
  readonly tell: (trace: Trace) => void;
  /** Another policy is in force. */
  readonly setPolicy: (policy: PolicySet) => void;
}

/** Makes a teller. */
export function tracesInto(log: Log, first?: PolicySet): TraceTeller {
  let policy = first;
  const explained = new Map<string, readonly string[]>();

  const because = (trace: CrossingTrace): readonly string[] => {
    const key = `${trace.direction} ${trace.traffic} ${domainOf(trace.from)} ${domainOf(trace.to)}`;
    const known = explained.get(key);
    if (known !== undefined) return known;
    if (policy === undefined) return [];
    const query = queryOf(trace);
    const sentences = explain(policy, query, evaluate(policy, query));
    if (explained.size >= MOST_EXPLAINED) explained.clear();
    explained.set(key, sentences);
    return sentences;
  };
  const tell = (trace: Trace): void => {
    const { kind: _, ...fields } = trace;
    if (trace.kind !== 'crossing') return log('warn', MESSAGE_OF[trace.kind], fields);
    const isSaid = policy !== undefined && trace.by.length > 0;
    const policySays = isSaid ? { because: because(trace) } : {};
    log(LEVEL_OF[trace.outcome], `${trace.traffic} ${trace.outcome}`, { ...fields, ...policySays });
  };
  const setPolicy = (next: PolicySet): void => {
    policy = next;
    explained.clear();
  };
  return { tell, setPolicy };
}

function queryOf({ direction, traffic, from, to }: CrossingTrace): Query {
  return {
    from: domainOf(from),
    to: domainOf(to),
    via: direction === 'xmpp-to-sip' ? 'xmpp' : 'sip',
    ...(direction === 'sip-to-sip' ? { toward: 'sip' } : {}),
    traffic: trafficOf(traffic),
  };
}

/** What policy was asked about: requests between SIP domains are told by their method. */
function trafficOf(traffic: string): Traffic {
  return EDGE_TRAFFIC[traffic] ?? (traffic as Traffic);
}

/** The domain of an address as traces show it. */
function domainOf(address: string): string {
  const bare = address.split('/', 1)[0] ?? '';
  return bare.slice(bare.lastIndexOf('@') + 1);
}

const LEVEL_OF: Readonly<Record<CrossingOutcome, Level>> = {
  delivered: 'info',
  'handed-over': 'info',
  dropped: 'info',
  refused: 'warn',
  failed: 'warn',
  held: 'info',
  'late-failure': 'warn',
};
const MESSAGE_OF = {
  peer: 'peer refused for its certificate',
  fault: 'peer at fault',
  parted: 'link ended, since policy permits nothing on it any more',
} as const;
/** Count. Pairs of domains that talk; a page of text each. */
const MOST_EXPLAINED = 1_000;
