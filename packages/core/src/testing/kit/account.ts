// What became of a message, in a few lines for people: both ends, and what the gateway says of it.
import type { CrossingTrace } from '../../gateway/trace.ts';
import type { Message } from './message.ts';

/** The account of a message, a line each. */
export function accountOf(message: Message): string {
  const { from, to, text, outcome, received, answer, traces } = message;
  return [
    `${from} to ${to}: ${JSON.stringify(text)}`,
    `  outcome: ${outcome}`,
    `  recipient got it: ${received === 1 ? 'once' : `${received} times`}`,
    `  sender was told: ${answer ?? 'nothing'}`,
    ...(traces.length === 0 ? ['  the gateway says nothing of it'] : traces.map(lineOf)),
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
