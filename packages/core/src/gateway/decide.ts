// What each thing that comes in amounts to: carried, answered, refused or dropped. Pure: the machine
// around it (gateway.ts and its halves) does what is decided here, keeps order and waits for answers.
import type { Flow, IncomingRequest, RequestDraft } from '@interwork/sip';
import { writeUri } from '@interwork/sip';
import {
  child,
  errorReply,
  type Jid,
  type LinkFacts,
  type Message,
  type MessageDraft,
  messageElement,
  type Stanza,
  type XmlElement,
} from '@interwork/xmpp';
import { CONDITIONS, type Condition, type StanzaError } from '@interwork/xmpp';
import type { Traffic } from '@interwork/policy';
import type { ImdnRequest } from '../body/imdn.ts';
import {
  type Admitted,
  admitRequest,
  admitStanza,
  ANY_CONNECTION,
  type Denied,
  verdictOf,
} from './admit.ts';
import { admitWithin, type Within } from './admit-within.ts';
import type { GatewayEnv } from './env.ts';
import type { Unknown } from './inquiry.ts';
import type { Crossing } from '../crossing.ts';
import { dialectOf, profileOf } from '../dialect/dialect-of.ts';
import { printable } from '../error.ts';
import { NS_CHAT_STATES } from '../rules/chat-state.ts';
import { messageToSip, messageToXmpp } from '../rules/pager-message.ts';
import { NS_MARKERS, NS_RECEIPTS } from '../rules/receipt.ts';
import { noteOf } from './receipt-token.ts';
import { saysAnything } from '../rules/rich-message.ts';
import { type Loss, type Refusal, type RefusalCode, refused } from '../translation.ts';

/** What a SIP MESSAGE amounts to. `nothing`: admitted, but there is nothing in it. */
export type RequestDecision =
  | {
      readonly kind: 'carry' | 'nothing';
      readonly id: string;
      readonly element: XmlElement;
      readonly admitted: Admitted;
      readonly lost: readonly Loss[];
    }
  | RefusedRequest;

/** A MESSAGE that is not carried; the addresses are for the trace. */
export interface RefusedRequest {
  readonly kind: 'refuse';
  readonly refusal: Refusal;
  readonly by: readonly string[];
  readonly proof: string;
  readonly from: string;
  readonly to: string;
  readonly unknown?: Unknown | undefined;
}

/**
 * `within`: it came within a session, which says whose it is.
 * @spec RFC 7572 §5
 */
export function decideRequest(
  now: number,
  r: IncomingRequest,
  flow: Flow,
  env: GatewayEnv,
  within?: Within,
): RequestDecision {
  const admitted = env.closing ? draining() : admittedBy(r, flow, env, within);
  if (admitted.kind === 'denied') return refusedRequest(r, admitted);
  const drawn = env.late.makeId(now, admitted.from.jid.bare, admitted.to.jid.bare);
  const { traits } = dialectOf(env, admitted.from.jid.asciiDomain);
  const crossing = crossingOf(
    now,
    admitted,
    drawn,
    Infinity,
    { html: undefined, reading: traits, silent: undefined, apart: undefined },
    env,
  );
  const translation = messageToXmpp(r, withWishes(r, crossing, env));
  if (translation.kind === 'refusal')
    return refusedRequest(r, { refusal: translation, by: admitted.by, proof: admitted.proof });
  const said = within === undefined ? translation.value : chatOf(translation.value, within);
  const { lost, request } = translation;
  const id = request === undefined ? drawn : askingId(now, request, admitted, env);
  const draft = request === undefined ? said : { ...said, id };
  const empty = draft.bodies.every((body) => body.text === '') && draft.subjects?.length === 0;
  const element = messageElement(draft);
  return { kind: empty ? 'nothing' : 'carry', id, element, admitted, lost };
}

/** The id of a stanza whose sender wants word of it: by it the word is known, in any process. @spec RFC 5438 §7.1.1 */
function askingId(
  now: number,
  { dispositions, messageId: id }: ImdnRequest,
  { from, to }: Admitted,
  env: GatewayEnv,
): string {
  const note = noteOf({ at: now, dispositions, type: 'normal', id, resource: '' });
  return env.late.makeId(now, from.jid.bare, to.jid.bare, note);
}

/** Only a wrapper can ask what becomes of a message. @spec RFC 5438 §7.1.1 */
function withWishes(r: IncomingRequest, x: Crossing, env: GatewayEnv): Crossing {
  const type = r.request.headers.contentType;
  if (type === undefined || 'kind' in type || type.subtype !== 'cpim') return x;
  const [from, to] = [x.from.jid, x.to.jid];
  if (dialectOf(env, from.asciiDomain).traits.receipts !== 'imdn') return x;
  const { effect } = verdictOf('xmpp', 'receipt', to, from, ANY_CONNECTION, env);
  return effect === 'permit' ? { ...x, asks: true } : x;
}

function admittedBy(
  r: IncomingRequest,
  flow: Flow,
  env: GatewayEnv,
  within: Within | undefined,
): Admitted | Denied {
  return within === undefined ? admitRequest(r, flow, env) : admitWithin(r, flow, within, env);
}

/** What is said within a session. @spec RFC 7573 §5 */
function chatOf(draft: MessageDraft, { thread }: Within): MessageDraft {
  return { ...draft, type: 'chat', thread };
}

function refusedRequest(
  r: IncomingRequest,
  { refusal, by, proof, unknown }: Omit<Denied, 'kind'>,
): RefusedRequest {
  const [from, to] = [readable(r.from.uri), readable(r.uri)];
  return { kind: 'refuse', refusal, by, proof, from, to, unknown };
}

/** What a message stanza amounts to. */
export type MessageDecision =
  | {
      readonly kind: 'carry';
      readonly draft: RequestDraft;
      readonly admitted: Admitted;
      readonly lost: readonly Loss[];
    }
  | {
      readonly kind: 'refuse';
      readonly refusal: Refusal;
      readonly by: readonly string[];
      readonly proof: string;
      readonly unknown?: Unknown | undefined;
    }
  | {
      readonly kind: 'drop';
      readonly reason: string;
      readonly traffic: Traffic;
      readonly by: readonly string[];
    };

/** @spec RFC 7572 §4 */
export function decideMessage(
  now: number,
  m: Message,
  from: Jid,
  to: Jid,
  link: LinkFacts,
  env: GatewayEnv,
): MessageDecision {
  const named = namedRefusal(m, to);
  if (named === undefined && !saysAnything(m)) return dropped(m, from, to, link, env);
  const admitted = env.closing ? draining() : admitStanza(m, from, to, link, env);
  if (admitted.kind === 'denied') return { ...admitted, kind: 'refuse' };
  if (named !== undefined)
    return { kind: 'refuse', refusal: refused(named), by: admitted.by, proof: admitted.proof };
  const branch = branchOf(m.id, env);
  const readsHtml = env.html.has(to.asciiDomain) || dialectOf(env, to.asciiDomain).traits.html;
  const html = readsHtml ? { boundary: `iw-${env.options.drawToken()}`.slice(0, 64) } : undefined;
  const { silent } = profileOf(env, from.asciiDomain);
  const form = { html, reading: undefined, silent, apart: apartOf(to, env) };
  const crossing = crossingOf(now, admitted, branch, env.limits.requestOctets, form, env);
  const translation = messageToSip(m, crossing);
  if (translation.kind === 'refusal')
    return { kind: 'refuse', refusal: translation, by: admitted.by, proof: admitted.proof };
  return { kind: 'carry', draft: translation.value, admitted, lost: translation.lost };
}

/** What is carried beside the words. */
function apartOf({ asciiDomain }: Jid, env: GatewayEnv): ReadonlySet<string> {
  const { receipts, typing } = dialectOf(env, asciiDomain).traits;
  const isTold = receipts === 'from-200';
  const isAsked = receipts === 'imdn' && env.imdn.has(asciiDomain);
  if (typing === 'none') return isTold ? RECEIPTS : NOTHING_APART;
  if (isAsked) return ALL_SIGNS;
  return isTold ? STATES_AND_RECEIPTS : STATES;
}

const NOTHING_APART: ReadonlySet<string> = new Set();
const STATES: ReadonlySet<string> = new Set([NS_CHAT_STATES]);
const RECEIPTS: ReadonlySet<string> = new Set([NS_RECEIPTS]);
const STATES_AND_RECEIPTS: ReadonlySet<string> = new Set([NS_CHAT_STATES, NS_RECEIPTS]);
const ALL_SIGNS: ReadonlySet<string> = new Set([NS_CHAT_STATES, NS_RECEIPTS, NS_MARKERS]);

/** What says nothing is not carried; whether it would be permitted is told all the same. */
function dropped(
  m: Message,
  from: Jid,
  to: Jid,
  link: LinkFacts,
  env: GatewayEnv,
): MessageDecision {
  const traffic = trafficOfSigns(m);
  const { effect, by } = verdictOf('xmpp', traffic, from, to, link.remote, env);
  return { kind: 'drop', reason: effect === 'permit' ? 'no-body' : 'policy', traffic, by };
}

/** What a message without words is a sign of. */
function trafficOfSigns({ element }: Message): Traffic {
  const signs = element.children.flatMap((one) => (typeof one === 'string' ? [] : [one.ns]));
  if (signs.includes(NS_CHAT_STATES)) return 'composing';
  return signs.some((ns) => ns === NS_RECEIPTS || ns === NS_MARKERS) ? 'receipt' : 'message';
}

/** The stanza error a refusal becomes for its sender; `undefined` where none may be sent. @spec RFC 6120 §8.3 */
export function refusalReply(stanza: Stanza, refusal: Refusal): XmlElement | undefined {
  return errorReply(stanza, stanzaError(refusal.condition as Condition, refusal.text));
}

/** A stanza error of a condition with its usual type and a sentence. */
export function stanzaError(condition: Condition, text: string): StanzaError {
  return { type: CONDITIONS[condition], condition, text: { lang: 'en', text: printable(text) } };
}

/** Rooms and invitations to them are refused by name; a SIP user has no room. */
function namedRefusal(m: Message, to: Jid): RefusalCode | undefined {
  if (m.type === 'groupchat') return 'groupchat';
  const invite = child(m.element, 'x', NS_MUC_USER);
  if (invite !== undefined && child(invite, 'invite', NS_MUC_USER) !== undefined)
    return 'room-invitation';
  if (child(m.element, 'x', NS_CONFERENCE) !== undefined) return 'room-invitation';
  return to.local === '' ? 'no-user-part' : undefined;
}

/** @spec XEP-0045 §7.8.2 */
const NS_MUC_USER = 'http://jabber.org/protocol/muc#user';
/** @spec XEP-0249 §2 */
const NS_CONFERENCE = 'jabber:x:conference';

/** The stanza's id, hashed, and a fresh token: unique however ids are reused. @spec RFC 7572 §4 */
function branchOf(id: string | undefined, env: GatewayEnv): string {
  const token = env.options.drawToken();
  return id === undefined ? token : `${hashed(id)}.${token}`;
}

/** 32 bits, so that any id is a token; nobody relies on them, since the token behind them is unique. */
function hashed(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

function crossingOf(
  now: number,
  { from, to, path }: Admitted,
  id: string,
  maxPagerOctets: number,
  { apart, html, reading, silent }: Pick<Crossing, 'apart' | 'html' | 'reading' | 'silent'>,
  env: GatewayEnv,
): Crossing {
  const passed = path.length === 0 ? [env.instance] : [...path, env.instance];
  return {
    kind: 'crossing',
    from,
    to,
    id,
    now,
    path: passed,
    maxPagerOctets,
    html,
    reading,
    silent,
    apart,
  };
}

/** Another gateway may take it; this one has begun nothing. @spec RFC 3261 §21.5.4 */
function draining(): Denied {
  return { kind: 'denied', refusal: refused('draining'), by: [], proof: 'none' };
}

/** An address for a trace, although it may have no counterpart: no password, no parameters. */
export function readable(uri: IncomingRequest['uri']): string {
  return uri.kind === 'sip'
    ? writeUri({ ...uri, password: undefined, params: [], headers: undefined })
    : uri.text;
}
