// What became of one message, told from both ends and not from what the gateway says: whether the recipient has it,
// and what the sender was told. The gateway's own account of it is beside that, in its traces.
import type { CrossingTrace } from '../../gateway/trace.ts';
import type { Loss } from '../../translation.ts';

/**
 * How a message ended: the recipient has it once; more than once; the gateway would not carry it; it could not be
 * carried; or it is gone and nobody was told.
 */
export type MessageOutcome = 'delivered' | 'doubled' | 'refused' | 'failed' | 'lost';

/** What one end knows of a message. */
export interface Ends {
  /** How often the recipient got it. */
  received: number;
  /** What the sender was told, once that is known: a SIP status, a stanza error condition or a failure. */
  readonly told: () => string | undefined;
  /** Whether what the sender was told is bad news. */
  readonly isBad: () => boolean;
}

/** A message on its way and after. What it says may change while time passes. */
export interface Message {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** When it was sent (epoch milliseconds of virtual time). */
  readonly at: number;
  readonly outcome: MessageOutcome;
  /** How often the recipient got it. */
  readonly received: number;
  /** What the sender was told: `202`, `403`, `item-not-found`; `undefined` where a sender is told nothing. */
  readonly answer: string | undefined;
  /** Whether the sender was told that it did not arrive. */
  readonly isDenied: boolean;
  /** What the gateway tells of it: mostly one trace, and another one when it was lost later. */
  readonly traces: readonly CrossingTrace[];
  /** Ids of the policy rules that decided. */
  readonly by: readonly string[];
  /** Stable words for why, such as `policy` or `identity-not-proved`. */
  readonly reasons: readonly string[];
  /** What the other protocol could not hold. */
  readonly losses: readonly Loss[];
  /** What passed the gateway because of it, as a ladder in text; empty where a host's own gateway is not recorded. */
  readonly ladder: string;
}

/** What never changes of a message. */
export type Written = Pick<Message, 'from' | 'to' | 'text' | 'at'>;

/** A message as both ends and the gateway see it. */
export function messageOf(
  { from, to, text, at }: Written,
  ends: Ends,
  traces: readonly CrossingTrace[],
  drawn: (traces: readonly CrossingTrace[]) => string,
): Message {
  return {
    from,
    to,
    text,
    at,
    get outcome() {
      return outcomeOf(ends, traces);
    },
    get received() {
      return ends.received;
    },
    get answer() {
      return ends.told();
    },
    get isDenied() {
      return isDenied(ends, traces);
    },
    traces,
    get by() {
      return traces.flatMap(({ by }) => by);
    },
    get reasons() {
      return traces.flatMap(({ reasons }) => reasons);
    },
    get losses() {
      return traces.flatMap(({ lost }) => lost);
    },
    get ladder() {
      return drawn(traces);
    },
  };
}

function outcomeOf(ends: Ends, traces: readonly CrossingTrace[]): MessageOutcome {
  if (isDenied(ends, traces))
    return traces.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'failed';
  if (ends.received === 0) return 'lost';
  return ends.received === 1 ? 'delivered' : 'doubled';
}

function isDenied(ends: Ends, traces: readonly CrossingTrace[]): boolean {
  return ends.isBad() || traces.some(({ outcome }) => outcome === 'late-failure');
}
