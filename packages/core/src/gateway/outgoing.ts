// One message on its way to a SIP user, how it may end, and what its end is to the XMPP sender.
import type { Obligation, PolicySet, Traffic } from '@interwork/policy';
import type { RequestDraft, Response, SipEvent, Target } from '@interwork/sip';
import { writeUri } from '@interwork/sip';
import type { Condition, Jid, Receipt, Stanza, StanzaError } from '@interwork/xmpp';
import { sipUriToJid } from '../address.ts';
import { STANDARD } from '../dialect/standard.ts';
import type { Dialect, Meaning } from '../dialect/types.ts';
import { errorFor } from '../error.ts';
import { toPlainText } from '../rules/rich-message.ts';
import { type Loss, NOTHING, type Refusal, refused } from '../translation.ts';
import { ANY_WAY, type Way } from './admit.ts';
import { laneKey } from './barrier.ts';
import { type MessageDecision, stanzaError } from './decide.ts';
import type { GatewayEnv } from './env.ts';
import type { CrossingOutcome } from './trace.ts';
import type { Said } from './look.ts';
import { LOST_RENDERING, requestSaysMore } from './rich-beside.ts';
import { requestAsSaid } from './words.ts';

type SipFailed = Extract<SipEvent, { readonly kind: 'failed' }>;

/** One message towards a SIP user. A notice is ours; of that and of a sign its sender gets no error. */
export interface Crossed {
  readonly kind: 'message' | 'notice' | 'sign';
  /** Where it is no message, but a sign of one. */
  readonly traffic?: Traffic;
  readonly pair: string;
  readonly at: number;
  readonly from: Jid;
  readonly to: Jid;
  /** What came in; a notice is made here. */
  readonly stanza: Stanza | undefined;
  /** Owed to the edge once this has ended, where the stream is acknowledged. @spec XEP-0198 §4 */
  readonly receipt?: Receipt | undefined;
  /** Why a notice is sent. */
  readonly why?: readonly string[];
  readonly by: readonly string[];
  readonly proof: string;
  readonly lost: readonly Loss[];
  readonly way: Way;
  /** What was done with its words, or was not, in stable words for the trace. */
  readonly notes?: readonly string[];
}

/** One that is carried, with its request. */
export interface Outgoing extends Crossed {
  readonly draft: RequestDraft;
  /** The policy by which it may go. */
  readonly policy?: PolicySet;
  /** What policy wants done with its words before it leaves. */
  readonly must: readonly Obligation[];
  /** It has been refused at one device, and goes to the person. */
  readonly again: boolean;
  /** What it would be if it did not ask what becomes of it. */
  readonly plain?: RequestDraft;
  /** Whoever it is for does not read what asks. */
  readonly isBare?: true;
  /** The session it left within, by our tag. */
  within?: string | undefined;
  /** The session it left within was dead, and this is its second. */
  readonly isReopened?: true;
}

/** The same without what asks for word of it, when that may be why it was refused; `undefined` otherwise. */
export function withoutRequest(crossed: Outgoing, why: number): Outgoing | undefined {
  if (crossed.plain === undefined || !UNREAD.has(why)) return undefined;
  const { plain: draft, ...rest } = crossed;
  return {
    ...rest,
    draft: { ...draft, branch: undefined },
    isBare: true,
    lost: [...crossed.lost, LOST_REQUEST],
  };
}

/** Answers by which a peer says that it does not read a body. @spec RFC 3261 §21.4.13 */
export const UNREAD: ReadonlySet<number> = new Set([405, 406, 415, 488, 489, 501, 606]);
/** What a message asks for is not asked of its reader. */
export const LOST_REQUEST: Loss = { what: 'element:request', spec: 'RFC 5438 §7.1.1' };

/**
 * The same without its HTML, when that may be why it was refused or did not fit; `undefined` otherwise.
 * @spec RFC 3261 §21.4.13
 */
export function withoutHtml(
  crossed: Outgoing,
  why: number | SipFailed['reason'],
): Outgoing | undefined {
  if (!HTML_REFUSED.has(why)) return undefined;
  const { plain, ...rest } = crossed;
  const draft = toPlainText(plain ?? crossed.draft);
  return draft && { ...rest, draft, lost: [...crossed.lost, LOST_HTML] };
}

const HTML_REFUSED: ReadonlySet<number | SipFailed['reason']> = new Set([
  413,
  415,
  488,
  'too-large',
]);
const LOST_HTML: Loss = { what: 'element:html', spec: 'RFC 7572 §7' };

/** How one ended. `error` goes to the sender. */
export interface Ending {
  readonly outcome: CrossingOutcome;
  readonly reasons: readonly string[];
  readonly answer: string | undefined;
  readonly error: StanzaError | undefined;
  /** The section that was applied; the rule for messages when left out. */
  readonly rule?: string;
  /** The policy rules that ended it, where they are others than those that let it in. */
  readonly by?: readonly string[];
}

/** The end of one that this gateway refuses, or gives up. */
export function endingOf(refusal: Refusal, outcome: 'refused' | 'failed'): Ending {
  const condition = refusal.condition as Condition;
  const error = stanzaError(condition, refusal.text);
  return { outcome, reasons: [refusal.code], answer: condition, error, rule: refusal.spec };
}

/** The end of one that got a final response; what that says in words is not repeated past a host that looks. @spec RFC 7247 §7.2 */
export function endingOfResponse(
  response: Response,
  { hooked }: Pick<GatewayEnv, 'hooked'>,
  dialect: Dialect = STANDARD,
): Ending {
  const { status } = response;
  if (status < 300) {
    const outcome = status === 202 ? 'handed-over' : 'delivered';
    return { outcome, reasons: [], answer: String(status), error: undefined };
  }
  const { meaning } = dialect.response(response, 'MESSAGE');
  if (meaning !== undefined) return endingOfMeaning(response, meaning);
  const words = hooked ? undefined : warningOf(response);
  const error = errorFor(status, words, addressOf(response));
  return { outcome: 'failed', reasons: [`sip-${status}`], answer: error.condition, error };
}

/** The same where the peer's dialect knows what the response means. */
export function endingOfMeaning(response: Response, { reason, condition, text }: Meaning): Ending {
  const error = stanzaError(condition, text);
  const reasons = [`sip-${response.status}`, reason];
  return { outcome: 'failed', reasons, answer: error.condition, error };
}

/** The end of one that got none. @spec RFC 6120 §8.3.3 */
export function endingOfFailure(event: SipFailed): Ending {
  const fault = event.judgement?.faults[0];
  const field = fault === undefined ? [] : [`${fault.code}:${fault.field}`];
  const condition = CONDITION_OF_FAILURE[event.reason];
  const error = stanzaError(condition, event.text);
  return { outcome: 'failed', reasons: [event.reason, ...field], answer: condition, error };
}

/** The end of one that has nothing to carry. */
export function endingOfDrop(reason: string): Ending {
  return { outcome: 'dropped', reasons: [reason], answer: undefined, error: undefined };
}

const CONDITION_OF_FAILURE = {
  timeout: 'remote-server-timeout',
  transport: 'remote-server-timeout',
  certificate: 'remote-server-timeout',
  'no-target': 'remote-server-not-found',
  closed: 'recipient-unavailable',
  overload: 'resource-constraint',
  'too-large': 'policy-violation',
  cancelled: 'recipient-unavailable',
} as const satisfies Record<SipFailed['reason'], Condition>;

/** The text of a Warning, else the reason phrase. */
function warningOf(response: Response): string {
  const text = response.headers.text('warning')?.slice(0, 512) ?? '';
  const quoted = /"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return quoted === undefined ? response.reason : quoted.replace(/\\(.)/g, '$1');
}

/** The new address of a redirect: as a JID where it is one. @spec RFC 6120 §8.3.3.5 */
function addressOf(response: Response): string | undefined {
  const contacts = response.headers.contact;
  if (!Array.isArray(contacts) || contacts[0] === undefined) return undefined;
  const { uri } = contacts[0];
  const jid = sipUriToJid(uri);
  return jid.kind === 'jid' ? `xmpp:${jid.full}` : writeUri(uri);
}

/** What a message was decided to be. */
export type Decided = Extract<MessageDecision, { readonly kind: 'carry' }>;
/** What came in. */
export type Came = Pick<Crossed, 'at' | 'from' | 'to' | 'stanza' | 'receipt'>;

/** Member by member: adding members to a copy of an object costs more than all of the decision. */
export function outgoing(came: Came, { draft, lost, admitted }: Decided, said?: Said): Outgoing {
  const saysMore = said !== undefined && requestSaysMore(draft);
  return {
    kind: 'message',
    pair: pairOf(came),
    at: came.at,
    from: came.from,
    to: came.to,
    stanza: came.stanza,
    receipt: came.receipt,
    by: admitted.by,
    proof: admitted.proof,
    lost: saysMore ? [...lost, LOST_RENDERING] : lost,
    way: admitted.way,
    must: admitted.must,
    policy: admitted.policy,
    draft: said === undefined ? draft : requestAsSaid(draft, said),
    notes: said?.notes ?? NO_NOTES,
    again: false,
    within: undefined,
  };
}

/** One that goes nowhere. */
export function unsentOf(came: Came, proof: string): Crossed {
  const pair = pairOf(came);
  return { kind: 'message', pair, ...came, by: [], proof, lost: NOTHING, way: ANY_WAY };
}

/** The two people, in this direction. */
export function pairOf({ from, to }: Pick<Came, 'from' | 'to'>): string {
  return `${from.bare} ${to.bare}`;
}

/** The two domains, in this direction. */
export function linkOf({ from, to }: Crossed): string {
  return laneKey(from.asciiDomain, to.asciiDomain);
}

/** The same message to the person's address of record when the device is not there. @spec RFC 5627 §4 */
export function toPersonIfGone(status: number, crossed: Outgoing): Outgoing | undefined {
  const { kind, to: jid, again, draft } = crossed;
  const isGone = (status === 404 || status === 480) && kind === 'message' && jid.resource !== '';
  if (!isGone || again || draft.uri.kind !== 'sip') return undefined;
  const uri = { ...draft.uri, params: draft.uri.params.filter(({ name }) => name !== 'gr') };
  const to = { display: undefined, uri, params: [] };
  return { ...crossed, draft: { ...draft, uri, to, branch: undefined }, again: true };
}

const NO_NOTES: readonly string[] = Object.freeze([]);

/** The words of a trace; those of a notice say whether it was told, and of what. */
export function reasonsOf(
  { kind, why = NO_WORDS, notes = NO_WORDS }: Crossed,
  { error, reasons }: Ending,
): readonly string[] {
  if (kind !== 'notice') return notes.length === 0 ? reasons : [...reasons, ...notes];
  return error === undefined ? [...reasons, ...why] : ['not-told', ...reasons, ...why];
}

const NO_WORDS: readonly string[] = [];

/** The end of one with nowhere to go: there is no way, or none that policy wants. */
export function noWay(targets: readonly Target[]): Ending {
  const code = targets.length === 0 ? 'unknown-domain' : 'insecure-route';
  return endingOf(refused(code), 'failed');
}

/** The end of one that finds no room. */
export function full(): Ending {
  return endingOf(refused('queue-full'), 'refused');
}
