// A site's own trace, run against a dialect: each message is read as it would be if it came in, and whatever is otherwise
// than the dialect expects is told. Nothing is sent and nothing is asked; a trace needs no network.
//
//   const found = replay(readTrace(text), LYNC);
//   console.log(replayText(found));
import {
  checkRequest,
  checkResponse,
  type Fault,
  type IncomingRequest,
  type IncomingResponse,
  isFault,
  parseMessage,
  type SipMessage,
} from '@interwork/sip';
import { decodeUtf8 } from '@interwork/xmpp';
import type { Dialect } from '../../dialect/types.ts';
import { Conversation } from './conversation.ts';
import { DEFAULT_REPLAY_LIMITS } from './limits.ts';
import { LOOKS } from './looks.ts';
import type { SiteTrace, TraceMessage } from './trace.ts';
import type { Difference, Replay, ReplayStep, Sight } from './types.ts';

/** Runs a trace against a dialect. */
export function replay(trace: SiteTrace, dialect: Dialect): Replay {
  const conversation = new Conversation();
  const steps: ReplayStep[] = [];
  const differences: Difference[] = [];
  let untold = 0;
  for (const message of trace.messages) {
    const { step, sights } = looked(message, dialect, conversation);
    steps.push(step);
    for (const sight of sights) {
      if (differences.length < DEFAULT_REPLAY_LIMITS.differences)
        differences.push({ line: message.line, ...sight });
      else untold += 1;
    }
  }
  const recounted = trace.messages.filter(({ isRecounted }) => isRecounted).length;
  return { steps, differences, untold, recounted, cut: trace.cut };
}

/** The replay as text: a line a message, what is otherwise below it, and the count. */
export function replayText({ steps, differences, untold, recounted, cut }: Replay): string {
  const lines = steps.flatMap(({ line, direction, what, habits }) => [
    `${String(line).padStart(6)}  ${ARROWS[direction]} ${what}${habits.length === 0 ? '' : `   [${habits.join(', ')}]`}`,
    ...differences
      .filter((one) => one.line === line)
      .map(
        ({ code, expected, found }) => `          ! ${code}: expected ${expected}, found ${found}`,
      ),
  ]);
  const count = `${steps.length} messages, ${differences.length + untold} differences`;
  const more = [
    ...(untold > 0 ? [`${untold} differences are not shown`] : []),
    ...(recounted > 0 ? [`${recounted} had a Content-Length that the trace made untrue`] : []),
    ...(cut === undefined ? [] : [`the end of the trace was not read (${cut})`]),
  ];
  return `${[...lines, '', [count, ...more].join('; ')].join('\n')}\n`;
}

interface Looking {
  readonly step: ReplayStep;
  readonly sights: readonly Sight[];
}

function looked(message: TraceMessage, dialect: Dialect, book: Conversation): Looking {
  const parsed = parseMessage(message.octets);
  const checked = isFault(parsed) ? parsed : checkedOf(parsed);
  if (isFault(checked)) {
    const what = startOf(message.octets);
    return { step: stepOf(message, what, []), sights: [unreadable(checked)] };
  }
  return 'request' in checked
    ? lookedRequest(message, checked, dialect, book)
    : lookedResponse(message, checked, dialect, book);
}

function lookedRequest(
  message: TraceMessage,
  r: IncomingRequest,
  dialect: Dialect,
  book: Conversation,
): Looking {
  const { headers, body, method, uri } = r.request;
  const unfolded = dialect.request(r);
  const own = LOOKS.flatMap((look) => look({ headers, body, request: r, dialect }));
  return {
    step: stepOf(message, `${method} ${uri}`, unfolded.notes),
    sights: [...own, ...book.request(r, unfolded)],
  };
}

function lookedResponse(
  message: TraceMessage,
  r: IncomingResponse,
  dialect: Dialect,
  book: Conversation,
): Looking {
  const { headers, body, status, reason } = r.response;
  const { notes } = dialect.response(r.response, r.cseq.method);
  const own = LOOKS.flatMap((look) => look({ headers, body, request: undefined, dialect }));
  return {
    step: stepOf(message, `${status} ${reason} (${r.cseq.method})`, notes),
    sights: [...own, ...book.response(r)],
  };
}

function stepOf(
  { line, direction }: TraceMessage,
  what: string,
  habits: readonly string[],
): ReplayStep {
  return { line, direction, what: what.slice(0, SHOWN), habits };
}

function checkedOf(message: SipMessage): IncomingRequest | IncomingResponse | Fault {
  return message.kind === 'request' ? checkRequest(message) : checkResponse(message);
}

function unreadable({ text, at }: Fault): Sight {
  const found = at === undefined ? text : `${text} (${at})`;
  return { code: 'unreadable', expected: 'a message that RFC 3261 allows', found };
}

function startOf(octets: Uint8Array): string {
  const end = octets.indexOf(0x0d);
  return decodeUtf8(octets.subarray(0, end === -1 ? SHOWN : end)) ?? '';
}

const ARROWS = { in: '->', out: '<-', unknown: '--' } as const;
/** Characters of a start line that are shown. */
const SHOWN = 120;
