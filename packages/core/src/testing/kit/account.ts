// What became of a message, for people: both ends, what the gateway says of it, and what passed the gateway as a ladder.
import type { CrossingTrace, Trace } from '../../gateway/trace.ts';
import type { Recording } from '../../ladder/recording.ts';
import { ladderText } from '../../ladder/text.ts';
import type { Message } from './message.ts';

/** The account of a message, a line each. */
export function accountOf(message: Message): string {
  const { from, to, text, outcome, received, answer, traces, ladder } = message;
  return [
    `${from} to ${to}: ${JSON.stringify(text)}`,
    `  outcome: ${outcome}`,
    `  recipient got it: ${received === 1 ? 'once' : `${received} times`}`,
    `  sender was told: ${answer ?? 'nothing'}`,
    ...(traces.length === 0 ? ['  the gateway says nothing of it'] : traces.map(lineOf)),
    ...(ladder === '' ? [] : ['', ladder]),
  ].join('\n');
}

function lineOf(trace: CrossingTrace): string {
  const { rule, outcome, reasons, by, lost, proof, direction } = trace;
  const parts = [
    `  gateway: ${outcome}, ${direction} by ${rule}`,
    listed('reasons', reasons),
    listed('policy rules', by),
    listed(
      'lost',
      lost.map(({ what }) => what),
    ),
    `proof ${proof}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function listed(name: string, list: readonly string[]): string {
  return list.length === 0 ? '' : `${name} ${list.join(', ')}`;
}

/** What passed the gateway because of a message, as lines of text; empty where nothing of it was recorded. */
export function ladderOf(recording: Recording, traces: readonly CrossingTrace[]): string {
  const { rails, steps } = recording.ladder();
  const numbers = new Set(
    steps.flatMap((step) =>
      step.kind === 'told' && traces.some((trace) => isSame(trace, step.trace))
        ? step.crossing
        : [],
    ),
  );
  const own = steps.filter(({ crossing }) => crossing > 0 && numbers.has(crossing));
  return own.length === 0 ? '' : ladderText({ rails, steps: own });
}

function isSame(one: CrossingTrace, other: Trace): boolean {
  return (
    other.kind === 'crossing' &&
    one.at === other.at &&
    one.from === other.from &&
    one.to === other.to &&
    one.outcome === other.outcome
  );
}
