// What an INVITE amounts to: a conversation in text between two people who may have one, or why not. Pure.
import { type Flow, type IncomingRequest, type NameAddr, uriParam } from '@interwork/sip';
import type { Obligation } from '@interwork/policy';
import { dialectOf } from '../dialect/dialect-of.ts';
import type { Dialect, Unfolded } from '../dialect/types.ts';
import { sipUriToJid } from '../address.ts';
import { type People, peopleOf } from '../ledger/people.ts';
import { offerKind, takesText } from '../rules/chat-offer.ts';
import { trafficOfSession } from '../body/session-traffic.ts';
import { callIdToThread } from '../rules/thread.ts';
import { isMultiParty } from '../rules/unsupported-request.ts';
import { type Refusal, refused } from '../translation.ts';
import { admitRequest, type Denied } from './admit.ts';
import type { GatewayEnv } from './env.ts';

/** A conversation that may be. */
export interface ChatArrival {
  readonly kind: 'arrival';
  readonly people: People;
  readonly thread: string;
  /** The contact's device, as a resource; empty where it has not said. */
  readonly device: string;
  readonly dialect: Dialect;
  readonly unfolded: Unfolded;
  readonly must: readonly Obligation[];
  readonly by: readonly string[];
  readonly proof: string;
}

/** One that may not. */
export interface ChatRefused extends Omit<Denied, 'kind'> {
  readonly kind: 'refused';
}

/** @spec RFC 7573 §5 */
export function arrivalOfInvite(
  came: IncomingRequest,
  flow: Flow,
  env: GatewayEnv,
): ChatArrival | ChatRefused {
  if (env.closing) return notBecause(refused('draining'));
  const admitted = admitRequest(came, flow, env, trafficOf(came));
  if (admitted.kind === 'denied') return { ...admitted, kind: 'refused' };
  const { by, proof, must } = admitted;
  const dialect = dialectOf(env, admitted.from.jid.asciiDomain);
  const unfolded = dialect.request(came);
  const request = unfolded.request ?? came;
  const refusal = unfolded.refusal ?? notInText(request, dialect);
  if (refusal !== undefined) return { kind: 'refused', refusal, by, proof };
  const people = peopleOf(admitted.from.jid, admitted.to.jid, env.phones);
  const thread = threadOf(request, dialect);
  const device = admitted.from.jid.resource || deviceOf(request, people);
  return { kind: 'arrival', people, thread, device, dialect, unfolded, must, by, proof };
}

function notBecause(refusal: Refusal): ChatRefused {
  return { kind: 'refused', refusal, by: [], proof: 'none' };
}

/** Without an offer it is what we make of it. */
function trafficOf(r: IncomingRequest): ReturnType<typeof trafficOfSession> {
  return r.request.body.length === 0 ? 'chat' : trafficOfSession(r);
}

/** Calls, sessions of many, and text by other means are refused by name. @spec RFC 3261 §21.4.26 */
function notInText(r: IncomingRequest, { session }: Dialect): Refusal | undefined {
  if (isMultiParty(r)) return { ...refused('multi-party'), status: 488 };
  const { body } = r.request;
  const kind = offerKind(body);
  if (kind === 'call') return refused('call');
  if (kind === 'msrp') return refused('msrp');
  if (session === undefined) return { ...refused('session'), status: 488 };
  return kind === 'messages' && !takesText(body) ? refused('no-text') : undefined;
}

/** The conversation has a name of its own with some, else that of the session. @spec RFC 7573 §5 */
function threadOf(r: IncomingRequest, { traits }: Dialect): string {
  const named = traits.conversationId ? r.request.headers.text(CONVERSATION) : undefined;
  return named !== undefined && NAME.test(named) ? named : callIdToThread(r.callId);
}

/** The device that Contact names, if it names one of the person's. @spec RFC 7573 §4 */
function deviceOf(r: IncomingRequest, { contact }: People): string {
  const { contact: field } = r.request.headers;
  const [first] = Array.isArray(field) ? (field as readonly NameAddr[]) : [];
  if (first === undefined || first.uri.kind !== 'sip') return '';
  if (uriParam(first.uri, 'gr') === undefined) return '';
  const jid = sipUriToJid(first.uri);
  return jid.kind === 'jid' && jid.bare === contact.bare ? jid.resource : '';
}

/** Of Microsoft's clients. */
const CONVERSATION = 'ms-conversation-id';
/** What may stand in a stanza as it is, in a length that is kept for long. */
const NAME = /^[\x21-\x7e]{1,128}$/;
