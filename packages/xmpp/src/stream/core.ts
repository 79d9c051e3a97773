// The record of one stream, and the few things that initiator and receiver both do with it: write, hand out, fail,
// close. Not public: the machine is stream.ts, the two ends are initiate.ts and answer.ts.
import { encodeUtf8 } from '../bytes.ts';
import type { Fault, StreamCondition } from '../fault.ts';
import type { Judgement, LinkRules, Proof } from '../server-link.ts';
import { NS } from '../namespaces.ts';
import { XmlReader } from '../xml/reader.ts';
import { streamErrorText } from './conditions.ts';
import type { DomainName } from './domain.ts';
import { faultNamed, type StreamFaultName } from './faults.ts';
import { guardedHosts, guardedJudge, guardedRules } from './guard.ts';
import type {
  StreamEnd,
  StreamEnded,
  StreamOutput,
  StreamSurroundings,
  VerifyRequest,
} from './io.ts';
import type { Session } from './management.ts';
import { attribute, CLOSING_TAG, headerText } from './markup.ts';
import type { StreamState } from './transitions.ts';

/** Everything one stream remembers. */
export interface Core {
  readonly end: StreamEnd;
  readonly with: StreamSurroundings;
  readonly reader: XmlReader;
  readonly outputs: StreamOutput[];
  state: StreamState;
  /** Written and not yet handed out. */
  text: string;
  ours: DomainName | undefined;
  theirs: DomainName | undefined;
  /** The id in the receiver's header. @spec RFC 6120 §4.7.3 */
  id: string;
  lang: string | undefined;
  /** Initiator: the answer came in another name; only an error may follow. @spec RFC 6120 §4.9.1.3 */
  misnamed: boolean;
  /** The peer speaks no version: no features, dialback only. @spec RFC 6120 §4.7.5 */
  legacy: boolean;
  tls: boolean;
  presented: readonly Uint8Array[];
  /** Of the certificate presented, for the domain it was judged for last. */
  judgement: Judgement | undefined;
  judgedFor: string;
  /** Codes by which the certificate was refused, each told of once. */
  readonly refusals: Set<string>;
  /** SASL is done. */
  authenticated: boolean;
  /** Receiver: EXTERNAL was offered. */
  offered: boolean;
  failedAuths: number;
  /** Pairs proved; on the initiator's end at most its own. */
  readonly pairs: Map<string, Proof>;
  /** Receiver: claims that wait for a verdict. */
  readonly claims: Map<string, VerifyRequest>;
  /** Receiver: claims looked at so far, whatever became of them. */
  claimed: number;
  /** Initiator: how our pair is proved, before stanzas may go out. */
  proven: Proof | undefined;
  /** Initiator: whether a proof is wanted, and asked for by dialback. */
  proof: 'none' | 'wanted' | 'asked';
  /** Initiator: verifications asked, and those that wait for the stream to be ready. */
  readonly asked: Map<string, VerifyRequest>;
  readonly waiting: VerifyRequest[];
  /** Receiver: whether a key of ours was checked for the peer. */
  checkedKeys: boolean;
  /** Receiver: stanzas in a row whose addresses are none. */
  misaddressed: number;
  /** Bytes that count against `unprovedBytes`. */
  unproved: number;
  headerSent: boolean;
  tagSent: boolean;
  ended: boolean;
  /** The peer may send on a stream that we opened, or we on one that it opened. @spec XEP-0288 §2.2 */
  bidi: boolean;
  /** The session of stream management on this stream. */
  session: Session | undefined;
  /** Initiator: the session to go on with, until the peer has answered. */
  wanted: Session | undefined;
  /** Initiator: whether the peer offers stream management, and how far asking for it is. */
  offersManagement: boolean;
  management: 'none' | 'enabling' | 'resuming' | 'done';
  /** The session may go on on another stream. */
  isKept: boolean;
  /** The connection broke, rather than the stream being closed. */
  isLost: boolean;
  deadline: number;
  keepAliveAt: number;
  /** Until when the peer has to answer how far it is. */
  ackBy: number;
  /** When it is asked once more; and of how many stanzas it was asked last. */
  askAt: number;
  askedUpTo: number;
}

/** A stream that has not begun. */
export function newCore(end: StreamEnd, surroundings: StreamSurroundings): Core {
  return {
    end,
    with: guarded(surroundings),
    reader: new XmlReader(surroundings.limits.unproved),
    outputs: [],
    state: 'idle',
    text: '',
    ours: end.role === 'initiator' ? end.from : undefined,
    theirs: end.role === 'initiator' ? end.to : undefined,
    id: '',
    lang: undefined,
    misnamed: false,
    legacy: false,
    tls: false,
    presented: [],
    judgement: undefined,
    judgedFor: '',
    refusals: new Set(),
    authenticated: false,
    offered: false,
    failedAuths: 0,
    pairs: new Map(),
    claims: new Map(),
    claimed: 0,
    proven: undefined,
    proof: 'none',
    asked: new Map(),
    waiting: [],
    checkedKeys: false,
    misaddressed: 0,
    unproved: 0,
    headerSent: false,
    tagSent: false,
    ended: false,
    bidi: false,
    session: undefined,
    wanted: end.role === 'initiator' ? end.resume : undefined,
    offersManagement: false,
    management: 'none',
    isKept: false,
    isLost: false,
    deadline: Infinity,
    keepAliveAt: Infinity,
    ackBy: Infinity,
    askAt: Infinity,
    askedUpTo: 0,
  };
}

function guarded(given: StreamSurroundings): StreamSurroundings {
  const { judge, rules, hosts } = given;
  return {
    ...given,
    judge: guardedJudge(judge),
    rules: guardedRules(rules),
    hosts: guardedHosts(hosts),
  };
}

/** The rules for the peer as it names itself. */
export function rulesOf(core: Core): LinkRules {
  return core.with.rules(core.theirs?.ascii);
}

/** Writes; what is written in one step leaves as one piece. */
export function write(core: Core, text: string): void {
  if (!core.tagSent) core.text += text;
}

/** Hands out, after what was written before. */
export function put(core: Core, output: StreamOutput): void {
  flush(core);
  core.outputs.push(output);
}

/** Hands out what was written. */
export function flush(core: Core): void {
  if (core.text === '') return;
  const bytes = encodeUtf8(core.text);
  core.text = '';
  core.outputs.push({ kind: 'send', bytes });
}

/** Writes our header. @spec RFC 6120 §4.7 */
export function writeHeader(core: Core, version: boolean): void {
  core.headerSent = true;
  const from = core.ours?.text ?? '';
  const to = core.theirs?.text ?? '';
  if (core.end.role === 'initiator') write(core, headerText({ from, to, version }));
  else write(core, headerText({ from, to, id: core.id, version }));
}

/** The peer is wrong: says so and reads nothing more. @spec RFC 6120 §4.9.1 */
export function fail(core: Core, what: StreamFaultName | Fault, detail = ''): 'closed' {
  const fault = typeof what === 'string' ? faultNamed(what) : what;
  const condition =
    fault.answer.kind === 'stream-error' ? fault.answer.condition : 'undefined-condition';
  put(core, { kind: 'fault', fault });
  const reason = condition === 'connection-timeout' ? 'timeout' : 'stream-error';
  return closeWith(core, condition, { kind: 'ended', reason, text: fault.text, condition }, detail);
}

/** The peer acknowledged what it was not sent, and hears both counts. @spec XEP-0198 §6 */
export function failCounting(core: Core, h: number, sent: number): 'closed' {
  const counts = attribute('h', String(h)) + attribute('send-count', String(sent));
  const detail = `<handled-count-too-high xmlns='${NS.streamManagement}'${counts}/>`;
  return fail(core, 'count-too-high', detail);
}

/** Writes an error (own header first, RFC 6120 §4.9.1.2) and the closing tag, and hangs up. */
export function closeWith(
  core: Core,
  condition: StreamCondition,
  ended: StreamEnded,
  detail = '',
): 'closed' {
  if (core.state !== 'handshake' && !(core.state === 'idle' && core.end.direct)) {
    if (!core.headerSent) writeErrorHeader(core);
    write(core, streamErrorText(condition, detail));
    write(core, CLOSING_TAG);
  }
  return hangUp(core, ended);
}

/** @spec RFC 6120 §4.9.1.3 */
function writeErrorHeader(core: Core): void {
  if (core.end.role === 'receiver' && core.id === '') core.id = core.with.drawToken();
  writeHeader(core, true);
}

/** We will not or cannot go on, and the peer did nothing wrong. */
export function giveUp(core: Core, ended: StreamEnded): 'closed' {
  if (core.headerSent && core.state !== 'handshake') write(core, CLOSING_TAG);
  return hangUp(core, ended);
}

/** Ends the stream and the connection. */
export function hangUp(core: Core, ended: StreamEnded): 'closed' {
  flush(core);
  core.tagSent = true;
  finish(core, ended);
  core.outputs.push({ kind: 'disconnect' });
  core.deadline = Infinity;
  core.keepAliveAt = Infinity;
  core.ackBy = Infinity;
  core.askAt = Infinity;
  core.claims.clear();
  core.asked.clear();
  core.waiting.length = 0;
  core.reader.discard();
  return 'closed';
}

/** Says once that the stream is over for stanzas. */
export function finish(core: Core, ended: StreamEnded): void {
  if (core.ended) return;
  core.ended = true;
  put(core, ended);
}

/** Says our closing tag and waits for theirs. @spec RFC 6120 §4.4 */
export function beginClosing(core: Core, now: number, text: string): StreamState {
  if (!core.headerSent || core.state === 'handshake')
    return hangUp(core, { kind: 'ended', reason: 'closed', text });
  write(core, CLOSING_TAG);
  flush(core);
  core.tagSent = true;
  core.askAt = Infinity;
  core.ackBy = Infinity;
  core.deadline = now + core.with.timers.closing;
  core.keepAliveAt = Infinity;
  return 'closing';
}
