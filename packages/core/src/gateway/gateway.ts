// The gateway: one machine between a SIP edge and an XMPP edge. What comes in is handed to the half
// that carries it; what leaves are commands for the edges, questions for the host, and traces.
//
//   receive(now, event), then next() until undefined, then wait for an event or for `wakeAt`.
//
// It opens no socket and asks no clock. Messages in pager mode leave no record; what presence and conversations remember
// goes to a store by `store` outputs. Admission is admit.ts', translation rules/', order pairs.ts', answers fates.ts',
// presence presence.ts', conversations chat.ts'. Some 400 lines, since it is the one door: each kind of event has its way
// in here, and no more.
import type { DeclinedEvent, Flow, IncomingRequest, ResponseDraft, SipEvent } from '@interwork/sip';
import { type Jid, type Message, type StanzaError, type XmppEvent } from '@interwork/xmpp';
import { endOf } from '../address.ts';
import { dialectOf } from '../dialect/dialect-of.ts';
import { describedSession } from '../dialect/lync/probe.ts';
import { lookIfAdded, takeLook } from './added.ts';
import { CHAT_OPS, ChatCrossing } from './chat.ts';
import { chatRideIn } from './chat-ride.ts';
import { chatSettings } from './chat-settings.ts';
import { emitTrace, type GatewayEnv, envOf, handled } from './env.ts';
import type { Answer, GatewayEvent, GatewayOutput } from './event.ts';
import { SipEdge } from '../edge/edge.ts';
import { edgeSettings } from '../edge/options.ts';
import { proxiesBy } from '../edge/proxies.ts';
import { Relay } from '../edge/relays.ts';
import { declineRequest } from '../rules/unsupported-request.ts';
import { answerQuery, drop, refusePresence } from './on-the-spot.ts';
import { partForbidden, reviewLinks } from './links.ts';
import type { GatewayOptions } from './options.ts';
import { PresenceCrossing } from './presence.ts';
import { rideIn } from './presence-leaving.ts';
import { presenceSettings } from './presence-settings.ts';
import { recognise } from './recognition.ts';
import type { Replying } from './sign-post.ts';
import { Signs } from './signs.ts';
import { SipToXmpp } from './sip-to-xmpp.ts';
import type { StoreAnswer } from '../store/request.ts';
import { doubtOf, type LateFailure } from './notice.ts';
import type { CountRow } from './tally.ts';
import { type GatewaySizes, NOTHING_KEPT } from './sizes.ts';
import { type Counts, type FaultTrace, peerTrace } from './trace.ts';
import { XmppToSip } from './xmpp-to-sip.ts';

type SipRequest = Extract<SipEvent, { readonly kind: 'request' }>;
type StanzaCame = Extract<XmppEvent, { readonly kind: 'stanza' }>;

/** A gateway between SIP domains and XMPP domains. */
export class Gateway {
  readonly #env: GatewayEnv;
  readonly #toXmpp: SipToXmpp;
  readonly #toSip: XmppToSip;
  readonly #signs: Signs;
  readonly #chat: ChatCrossing | undefined;
  readonly #presence: PresenceCrossing | undefined;
  readonly #edge: SipEdge | undefined;
  readonly #isProxied: (request: IncomingRequest) => boolean;
  #closeAt = Infinity;
  #closed = false;

  constructor(options: GatewayOptions) {
    const { chat, presence, edge } = options;
    const settings = edge === undefined ? undefined : edgeSettings(edge);
    this.#env = envOf(options, settings);
    const reply: Replying = (...said) => this.#toXmpp.reply(...said);
    const isOpen = (from: Jid, to: Jid): boolean => this.#chat?.saying.isOpen(from, to) ?? false;
    this.#signs = new Signs(this.#env, (...said) => this.#toSip.sign(...said), reply, isOpen);
    const lost = (now: number, failure: LateFailure): void => this.#lost(now, failure);
    this.#toXmpp = new SipToXmpp(this.#env, lost, this.#signs);
    const talk = chat === undefined ? undefined : chatSettings(chat);
    if (talk !== undefined)
      this.#chat = new ChatCrossing(
        this.#env,
        talk,
        () => this.#toSip,
        (...heard) => this.#toXmpp.request(...heard),
      );
    const door = this.#chat?.saying;
    this.#toSip = new XmppToSip(this.#env, reply, this.#signs, door, talk?.waits.ring);
    this.#isProxied = edge === undefined ? () => false : proxiesBy(options);
    if (settings !== undefined) this.#edge = new SipEdge(this.#env, settings);
    if (presence !== undefined)
      this.#presence = new PresenceCrossing(this.#env, presenceSettings(presence));
  }

  /** The only door in. `now` (ms) never goes back. */
  receive(now: number, event: GatewayEvent): void {
    if (this.#closed) return;
    this.#env.inquiry.tick(now);
    this.#env.hostDuties.tick(now);
    this.#enter(now, event);
    this.#signs.tick(now);
    this.#toXmpp.tick(now);
    this.#toSip.tick(now);
    this.#chat?.tick(now);
    this.#presence?.tick(now);
    this.#edge?.tick(now);
    if (this.#env.closing) this.#finish(now);
  }

  /** The next thing that leaves, until there is none. */
  next(): GatewayOutput | undefined {
    return this.#env.out.shift();
  }

  /** When it wants a `tick` if nothing comes before; `Infinity` when idle. */
  get wakeAt(): number {
    return this.#closed
      ? Infinity
      : Math.min(
          this.#env.inquiry.wakeAt,
          this.#env.hostDuties.wakeAt,
          this.#signs.wakeAt,
          this.#toXmpp.wakeAt,
          this.#toSip.wakeAt,
          this.#chat?.wakeAt ?? Infinity,
          this.#presence?.wakeAt ?? Infinity,
          this.#edge?.wakeAt ?? Infinity,
          this.#closeAt,
        );
  }

  /** How many crossings ended in each way. */
  get counts(): Readonly<Counts> {
    return this.#env.counts;
  }

  /** How many crossings there were, by direction, outcome and the first reason; statuses by their class. */
  get tally(): readonly CountRow[] {
    return this.#env.tally.rows;
  }

  /** How many entries each table holds; all zero once it has put out `closed`. */
  get sizes(): GatewaySizes {
    const ledgers = { ...NOTHING_KEPT, ...this.#presence?.sizes, ...this.#chat?.sizes };
    const { size: told } = this.#env.late;
    const { size: unsure, known } = this.#env.inquiry;
    const asked = { unsure, known, duties: this.#env.hostDuties.size, ...this.#signs.sizes };
    const messages = { ...this.#toXmpp.sizes, ...this.#toSip.sizes };
    return { ...ledgers, ...this.#edge?.sizes, ...messages, told, ...asked };
  }

  /** Messages and events of presence that have no outcome yet. */
  get open(): number {
    const { inquiry, hostDuties } = this.#env;
    const ledgers = (this.#presence?.open ?? 0) + (this.#chat?.open ?? 0);
    const others = ledgers + (this.#edge?.open ?? 0);
    const asked = inquiry.size + hostDuties.size;
    return asked + this.#toXmpp.open + this.#toSip.open + others;
  }

  /**
   * The refusal of a request of a kind that is not carried, as the SIP endpoint asks for it (`decline`); `undefined` leaves
   * it to the endpoint. Changes nothing.
   * @spec RFC 3261 §8.2.1
   */
  decline(request: IncomingRequest, flow: Flow): ResponseDraft | undefined {
    return this.#edge !== undefined && this.#isProxied(request)
      ? this.#edge.decline(request, flow)
      : declineRequest(request);
  }

  /**
   * What an answer to OPTIONS describes, as the SIP endpoint asks for it (`describe`): a session, where conversations are
   * carried and the dialect of whoever asks has one. Changes nothing.
   * @spec RFC 3261 §11.2
   */
  describe(request: IncomingRequest, flow: Flow): ReturnType<typeof describedSession> {
    const asker = endOf(request.from.uri);
    if (this.#chat === undefined || 'code' in asker) return undefined;
    return describedSession(request, flow, dialectOf(this.#env, asker.jid.asciiDomain));
  }

  #enter(now: number, event: GatewayEvent): void {
    switch (event.kind) {
      case 'sip':
        return this.#sip(now, event.event);
      case 'xmpp':
        return this.#xmpp(now, event.event);
      case 'answer':
        return this.#answer(now, event.ask, event.answer);
      case 'stored':
        return this.#stored(now, event.op, event.answer);
      case 'hooked':
        this.#env.hooked = event.crossing;
        return;
      case 'policy':
        this.#env.policy = event.policy;
        this.#env.inquiry.forgetAll();
        reviewLinks(this.#env);
        this.#chat?.policyChanged(now);
        return this.#presence?.policyChanged(now);
      case 'close':
        return this.#close(now);
      case 'tick':
        return;
    }
  }

  /** Whoever asked knows the question; one that is answered with another kind has no answer. */
  #answer(now: number, ask: string, answer: Answer): void {
    const { inquiry, hostDuties } = this.#env;
    if (answer.kind === 'duty' || answer.kind === 'crossing')
      return void hostDuties.answered(now, ask, answer);
    if (answer.kind === 'relation' && this.#presence !== undefined)
      if (lookIfAdded(this.#env, ask, answer)) return;
    if (answer.kind !== 'sip-route') return void inquiry.answered(now, ask, answer);
    this.#presence?.answer(now, ask, answer.targets);
    this.#chat?.answer(now, ask, answer.targets);
    this.#edge?.answer(now, ask, answer.targets);
    this.#toSip.answer(now, ask, answer.targets);
  }

  #sip(now: number, event: SipEvent): void {
    switch (event.kind) {
      case 'request':
        return this.#request(now, event);
      case 'response':
        return this.#response(now, event);
      case 'failed':
        return this.#failed(now, event);
      case 'sent':
        if (event.context instanceof Relay) this.#edge?.sent(now, event.context);
        else if (rideIn(event.context) !== undefined) this.#presence?.sent();
        else this.#chat?.event(now, event);
        return;
      case 'provisional':
      case 'forked':
      case 'acknowledged':
      case 'unacknowledged':
      case 'cancelled':
        return this.#chat?.event(now, event);
      case 'declined':
        return this.#declined(now, event);
      case 'refused-peer':
        return this.#refusedPeer(now, 'sip', event.called, event);
      case 'fault':
        return this.#fault(now, 'sip', event.flow?.remote.address ?? '', event.fault);
      case 'closed':
        return;
    }
  }

  #declined(now: number, event: DeclinedEvent): void {
    if (this.#edge !== undefined && this.#isProxied(event.request)) this.#edge.declined(now, event);
    else this.#toXmpp.declined(now, event);
  }

  #request(now: number, came: SipRequest): void {
    const { id, request, flow } = came;
    if (this.#edge !== undefined && this.#isProxied(request))
      return this.#edge.request(now, id, request, flow);
    recognise(this.#env, request, flow);
    if (this.#chat?.takes(request) === true) return this.#chat.request(now, id, request, flow);
    if (request.method === 'MESSAGE') return this.#toXmpp.request(now, id, request, flow);
    if (SUBSCRIPTIONS.has(request.method) && this.#presence !== undefined)
      return this.#presence.request(now, id, request, flow);
    this.#decline(now, came);
  }

  /** Nothing here carries it, though the endpoint takes its method; what has no id is never answered. */
  #decline(now: number, { id, request, flow }: SipRequest): void {
    const draft = declineRequest(request) ?? { status: 405 };
    if (id !== '') this.#env.out.push({ kind: 'sip', input: { kind: 'respond', to: id, draft } });
    const { status } = draft;
    this.#toXmpp.declined(now, { kind: 'declined', request, status, flow }, id !== '');
  }

  /** Each asks for itself, and knows its own questions. */
  #stored(now: number, op: string, answer: StoreAnswer): void {
    if (takeLook(this.#env, now, op, answer)) return;
    if (op.startsWith(CHAT_OPS)) this.#chat?.stored(now, op, answer);
    else this.#presence?.stored(now, op, answer);
  }

  #response(now: number, { response, context }: Extract<SipEvent, { kind: 'response' }>): void {
    if (context instanceof Relay) return this.#edge?.response(now, response, context);
    const ride = rideIn(context);
    if (ride !== undefined) return this.#presence?.response(now, response, ride);
    const chat = chatRideIn(context);
    if (chat !== undefined) return this.#chat?.response(now, response, chat);
    this.#toSip.response(now, response, context);
  }

  #failed(now: number, event: Extract<SipEvent, { kind: 'failed' }>): void {
    if (event.context instanceof Relay) return this.#edge?.failed(now, event, event.context);
    const ride = rideIn(event.context);
    if (ride !== undefined) return this.#presence?.failed(now, event, ride);
    const chat = chatRideIn(event.context);
    if (chat !== undefined) return this.#chat?.failed(now, event, chat);
    this.#toSip.failed(now, event);
  }

  #xmpp(now: number, event: XmppEvent): void {
    switch (event.kind) {
      case 'stanza':
        return this.#stanza(now, event);
      case 'links':
        return partForbidden(this.#env, now, event.pairs);
      case 'link-lost':
        this.#presence?.linkLost(now, event);
        return this.#toXmpp.lost(now, event);
      case 'fate':
        return this.#fate(now, event);
      case 'refused-peer':
        return this.#refusedPeer(now, 'xmpp', event.domain, event);
      case 'fault':
        return this.#fault(now, 'xmpp', event.remote.address, event.fault);
      case 'closed':
        return;
    }
  }

  #fate(now: number, event: Extract<XmppEvent, { kind: 'fate' }>): void {
    const ride = rideIn(event.context);
    if (ride === undefined) return this.#toXmpp.fate(now, event);
    this.#presence?.fate(now, event, ride);
  }

  /** Every receipt is handed back once: that of a message or a presence when it has ended, any other at once. */
  #stanza(now: number, { stanza, from, to, link, receipt }: StanzaCame): void {
    if (stanza.kind === 'message' && stanza.type !== 'error')
      return this.#toSip.message(now, stanza, from, to, link, receipt);
    if (stanza.kind === 'presence') this.#chat?.presence(now, from, to);
    if (stanza.kind === 'presence' && this.#presence !== undefined)
      return this.#presence.stanza(now, stanza, from, to, link, receipt);
    if (stanza.kind === 'message') this.#error(now, stanza, from, to);
    else if (stanza.kind === 'presence') refusePresence(this.#env, now, stanza, { from, to, link });
    else if (stanza.type === 'result' || stanza.type === 'error')
      this.#toXmpp.barrier(now, stanza.id, from, to);
    else answerQuery(this.#env, now, stanza, { from, to, link });
    handled(this.#env, receipt);
  }

  /** An error for a message of ours: its answer, if one is still due; else a late failure. */
  #error(now: number, stanza: Message, from: Jid, to: Jid): void {
    const { id, error = UNSAID } = stanza;
    if (id === undefined) return drop(this.#env, now, 'message', { from, to }, STRAY);
    if (this.#toXmpp.error(now, id, error, from, to)) return;
    const recipient = this.#toXmpp.recipientOf(id, from, to) ?? from;
    if (!this.#env.late.takes(now, id, to.bare, recipient.bare))
      return drop(this.#env, now, 'message', { from, to }, STRAY);
    this.#toXmpp.toldLate(now, id);
    const reasons = [error.condition];
    this.#tellLate(now, { id, sender: to, recipient, reasons, error });
  }

  /** A message that was answered 202 may be lost; whoever has been told of it already is not told again. */
  #lost(now: number, failure: LateFailure): void {
    const { id, sender, recipient } = failure;
    if (this.#env.late.takes(now, id, sender.bare, recipient.bare)) this.#tellLate(now, failure);
  }

  #tellLate(now: number, failure: LateFailure): void {
    if (this.#env.options.lateFailure !== 'trace') return this.#toSip.notice(now, failure);
    const { recipient, sender, reasons } = failure;
    const ends = { from: recipient, to: sender };
    drop(this.#env, now, 'message', ends, ['not-told', ...reasons]);
  }

  #refusedPeer(
    now: number,
    side: 'sip' | 'xmpp',
    domain: string | undefined,
    event: Extract<SipEvent | XmppEvent, { kind: 'refused-peer' }>,
  ): void {
    const { judgement, remote } = event;
    emitTrace(this.#env, peerTrace(now, side, domain, remote.address, judgement));
  }

  #fault(
    now: number,
    side: 'sip' | 'xmpp',
    remote: string,
    fault: Pick<FaultTrace, 'code' | 'spec' | 'text' | 'count'>,
  ): void {
    emitTrace(this.#env, {
      kind: 'fault',
      at: now,
      side,
      remote,
      code: fault.code,
      spec: fault.spec,
      text: fault.text,
      ...(fault.count === undefined ? {} : { count: fault.count }),
    });
  }

  #close(now: number): void {
    if (this.#env.closing) return;
    this.#env.closing = true;
    this.#closeAt = now + this.#env.waits.close;
    this.#env.inquiry.close(now);
    this.#env.hostDuties.close(now);
    this.#toSip.close(now, false);
    this.#presence?.close(now);
    this.#chat?.close(now);
    this.#edge?.close(now, false);
  }

  /** Closed once nothing is open and nothing in doubt, or when the time for it is over. @spec RFC 3428 §7 */
  #finish(now: number): void {
    const isOver = now >= this.#closeAt;
    if (!isOver && (this.open > 0 || this.#toXmpp.isInDoubt)) return;
    this.#toSip.close(now, true);
    this.#presence?.end(now);
    this.#chat?.end(now);
    this.#edge?.close(now, true);
    const inDoubt = this.#toXmpp.close(now);
    if (inDoubt > 0) this.#fault(now, 'xmpp', '', doubtOf(inDoubt));
    this.#env.late.clear();
    this.#signs.clear();
    this.#closed = true;
    this.#env.out.push({ kind: 'closed' });
  }
}

/** What presence speaks by. */
const SUBSCRIPTIONS: ReadonlySet<string> = new Set(['SUBSCRIBE', 'NOTIFY', 'BENOTIFY', 'PUBLISH']);

const STRAY: readonly string[] = ['stray-error'];
/** An error that does not say which: that there is one counts. @spec RFC 6120 §8.3.3.21 */
const UNSAID: StanzaError = { type: 'cancel', condition: 'undefined-condition' };
