// The server side of an endpoint: requests in, responses out. RFC 3261 §8.2 and §17.2.2. A request the
// host is to answer gets a transaction; everything that can be answered at once (faults, refusals,
// OPTIONS, overload) is answered without keeping anything, and a copy of it gets the same answer. What an
// INVITE has that others have not is invite-uas.ts.
import { type Fault, fault, isFault } from '../fault.ts';
import type { IncomingRequest, Request, ResponseDraft, Salvage } from '../message.ts';
import { checkRequest } from '../check.ts';
import { salvage } from '../salvage.ts';
import { mergeKey, serverKey } from '../transaction/key.ts';
import { ServerTable } from '../transaction/table.ts';
import { answerFlow, answerToBroken } from './answer.ts';
import { type Capabilities, describedTo, isProxied, optionsAnswer, refusalFor } from './checks.ts';
import type { Connections } from './connections.ts';
import type { LateAnswers } from './late-answers.ts';
import { checkAnswer, checkPassed } from './draft.ts';
import type { Ground, Served } from './ground.ts';
import { inviteId, isInviteId } from './invite-id.ts';
import { InviteUas } from './invite-uas.ts';
import { NonInviteUas } from './non-invite-uas.ts';
import { Replies } from './replies.ts';
import type { Flow, Instant, PassInput, RespondInput, SipCounts } from './types.ts';

/** @spec RFC 3261 §8.2 */
export class Uas {
  readonly #ground: Ground;
  readonly #replies: Replies;
  readonly #invites: InviteUas;
  readonly #others: NonInviteUas;
  readonly #capabilities: Capabilities;
  readonly #options: ResponseDraft;
  readonly #table: ServerTable<Served>;
  #drawn = 0;
  #refusesNew = false;

  constructor(
    ground: Ground,
    connections: Connections,
    late: LateAnswers,
    capabilities: Capabilities,
  ) {
    this.#ground = ground;
    this.#replies = new Replies(ground, connections, late);
    this.#capabilities = capabilities;
    this.#options = optionsAnswer(capabilities);
    this.#table = new ServerTable(ground.limits);
    this.#invites = new InviteUas(ground, this.#replies, this.#table);
    this.#others = new NonInviteUas(ground, this.#replies, this.#table);
  }

  /** Requests the host owes an answer. */
  get open(): number {
    return this.#others.open + this.#invites.open;
  }

  /** Everything that still takes memory. */
  get counts(): Pick<SipCounts, 'server' | 'unanswered' | 'keptBytes'> {
    const { size, keptBytes } = this.#table;
    return { server: size, unanswered: this.open, keptBytes };
  }

  /** False when the request was malformed. */
  take(now: Instant, flow: Flow, request: Request): boolean {
    const incoming = checkRequest(request);
    if (isFault(incoming)) {
      this.takeBroken(now, flow, incoming, salvage(request));
      return false;
    }
    if (incoming.method === 'ACK') this.#invites.acknowledge(now, incoming, scopeOf(flow));
    else if (this.#isUnanswered(incoming.method)) this.#hand(flow, incoming);
    else this.#takeChecked(now, flow, incoming);
    return true;
  }

  /** @spec RFC 3261 §21.4.1 */
  takeBroken(now: Instant, flow: Flow, broken: Fault, saved: Salvage | undefined): void {
    this.#ground.outbox.fault(now, broken, flow);
    if (broken.answer === undefined || saved === undefined) return;
    if (this.#isUnanswered(saved.method)) return;
    const to = saved.to;
    const tag = this.#replies.tagFor(saved.via);
    const tagged = to === undefined || /;\s*tag\s*=/i.test(to) ? to : `${to};tag=${tag}`;
    const bytes = answerToBroken({ ...saved, to: tagged }, flow, broken.answer);
    this.#replies.send(answerFlow(saved.via, flow), bytes);
  }

  respond(now: Instant, input: RespondInput): void {
    checkAnswer(input);
    if (isInviteId(input.to)) this.#invites.respond(now, input.to, input.draft);
    else this.#others.respond(now, input.to, input.draft);
  }

  pass(now: Instant, { to, passed }: PassInput): void {
    checkPassed(passed);
    this.#others.pass(now, to, passed);
  }

  /** A transaction's timer has fired. */
  wake(now: Instant, transaction: Served): void {
    if (transaction.kind === 'server') this.#others.wake(now, transaction);
    else this.#invites.wake(now, transaction);
  }

  /** Nothing new is taken from here on. */
  refuseNew(): void {
    this.#refusesNew = true;
  }

  /** Answers what the host has not, and forgets everything. */
  end(now: Instant): void {
    this.#others.end(now);
    this.#invites.end(now);
    for (const transaction of this.#table.all()) this.#table.remove(transaction);
  }

  #takeChecked(now: Instant, flow: Flow, incoming: IncomingRequest): void {
    const scope = scopeOf(flow);
    const key = serverKey(incoming, scope);
    const known = this.#table.match(key);
    if (known !== undefined) this.#repeat(now, flow, incoming, known);
    else if (incoming.method === 'CANCEL') this.#cancel(now, flow, incoming, scope);
    else this.#takeNew(now, flow, incoming, key);
  }

  #repeat(now: Instant, flow: Flow, incoming: IncomingRequest, known: Served): void {
    if (known.kind === 'server') this.#others.repeat(now, flow, incoming, known);
    else this.#invites.repeat(now, flow, incoming, known);
  }

  #isUnanswered(method: string): boolean {
    return method === 'ACK' || this.#capabilities.unanswered.includes(method);
  }

  /** What is never answered has no transaction. */
  #hand(flow: Flow, request: IncomingRequest): void {
    if (this.#refusesNew) return;
    this.#ground.outbox.push({ kind: 'request', id: NO_ANSWER, request, flow });
  }

  #takeNew(now: Instant, flow: Flow, incoming: IncomingRequest, key: string): void {
    const proxied = isProxied(incoming, this.#capabilities);
    const merge = proxied === true ? undefined : mergeKey(incoming);
    const isMerged = merge !== undefined && this.#table.isMerged(merge);
    const refusal =
      proxied === false ? refusalFor(incoming, flow, isMerged, this.#capabilities) : undefined;
    if (isFault(proxied)) this.#fail(now, flow, incoming, proxied);
    else if (isFault(refusal)) this.#fail(now, flow, incoming, refusal);
    else if (refusal !== undefined) {
      this.#ground.outbox.declined(now, incoming, refusal.status, flow);
      this.#replies.atOnce(flow, incoming, refusal);
    } else if (incoming.method === 'OPTIONS' && !proxied) {
      this.#describe(now, flow, incoming);
    } else if (this.#isFull(flow, incoming)) this.#refuseFull(now, flow, incoming);
    else this.#begin(now, flow, incoming, key, merge);
  }

  #describe(now: Instant, flow: Flow, incoming: IncomingRequest): void {
    const answer = describedTo(incoming, flow, this.#options, this.#capabilities);
    if (isFault(answer)) this.#fail(now, flow, incoming, answer);
    else this.#replies.atOnce(flow, incoming, answer);
  }

  /** The host could not say what is to become of it. */
  #fail(now: Instant, flow: Flow, incoming: IncomingRequest, failure: Fault): void {
    this.#ground.outbox.fault(now, failure, flow);
    this.#replies.atOnce(flow, incoming, FAILED);
  }

  #begin(
    now: Instant,
    flow: Flow,
    request: IncomingRequest,
    key: string,
    merge: string | undefined,
  ): void {
    this.#drawn += 1;
    const isInvite = request.method === 'INVITE';
    const id = isInvite ? inviteId(this.#drawn) : `${this.#drawn}`;
    const side = isInvite ? this.#invites : this.#others;
    side.begin(now, flow, request, key, merge, id);
  }

  /**
   * A CANCEL that finds another request than an INVITE has no effect on it.
   * @spec RFC 3261 §9.2
   */
  #cancel(now: Instant, flow: Flow, cancel: IncomingRequest, scope: string): void {
    const invite = this.#table.match(serverKey(cancel, scope, 'INVITE'));
    if (invite?.kind === 'invite-server') {
      this.#invites.cancel(now, flow, cancel, invite);
      return;
    }
    const isKnown = this.#capabilities.methods.some(
      (method) => this.#table.match(serverKey(cancel, scope, method)) !== undefined,
    );
    this.#replies.atOnce(flow, cancel, { status: isKnown ? 200 : 481 });
  }

  #isFull(flow: Flow, { method }: IncomingRequest): boolean {
    if (this.#refusesNew || !this.#table.hasRoom) return true;
    return (method === 'INVITE' ? this.#invites : this.#others).isCrowded(flow);
  }

  #refuseFull(now: Instant, flow: Flow, incoming: IncomingRequest): void {
    if (!this.#refusesNew) this.#ground.outbox.fault(now, fault('overload'), flow);
    this.#replies.atOnce(flow, incoming, this.#replies.full());
  }
}

/** What is in the key of a transaction beside what the peer says, so that no other peer can take it. */
function scopeOf(flow: Flow): string {
  return flow.transport === 'udp' ? '' : flow.remote.address;
}

/** The id of a request that is never answered: it is that of no transaction. */
const NO_ANSWER = '';

/** @spec RFC 3261 §21.5.1 */
const FAILED: ResponseDraft = { status: 500 };
