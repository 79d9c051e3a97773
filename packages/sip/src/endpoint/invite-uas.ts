// INVITE at the server side of an endpoint: its responses, the ACK it waits for, and the CANCEL that ends it. RFC 3261
// §9.2, §13.3.1 and §17.2.1, RFC 6026 §7.1.
//
// Its theory: the host answers an INVITE any number of times provisionally and once finally. From then on only its key
// and its response are kept: the response is sent again until the ACK is there, which is found by Call-ID, tags and CSeq,
// since behind a 2xx it is a transaction of its own. What an INVITE is refused for at once is uas.ts'.
import { copied, tagOf } from '../dialog.ts';
import type { IncomingRequest, ResponseDraft, Via } from '../message.ts';
import type { Timed } from '../transaction/deadlines.ts';
import {
  dueInviteServerInput,
  type InviteServerAct,
  type InviteServerClock,
  type InviteServerInput,
  inviteServerDueAt,
  startInviteServer,
  stepInviteServer,
} from '../transaction/invite-server.ts';
import { ackKey, serverKey } from '../transaction/key.ts';
import type { Kept, ServerTable } from '../transaction/table.ts';
import { answerFlow, answerTo } from './answer.ts';
import type { Ground, Served } from './ground.ts';
import { Passing } from './passing.ts';
import { PerRemote } from './per-remote.ts';
import type { Replies } from './replies.ts';
import type { Flow, Instant } from './types.ts';

/** An INVITE that has not been answered finally, or whose answer is kept. */
export interface InviteServer extends Timed, Kept {
  readonly kind: 'invite-server';
  readonly id: string;
  readonly clock: InviteServerClock;
  /** The topmost one of the INVITE, by which it is answered. */
  readonly via: Via;
  /** Where it came from last. */
  flow: Flow;
  /** Ours, in To; empty until the first response. */
  tag: string;
  /** The INVITE, until its final response. */
  request: IncomingRequest | undefined;
  /** By which its ACK is known, from the final response on. */
  ack: string;
}

export class InviteUas {
  readonly #ground: Ground;
  readonly #replies: Replies;
  readonly #table: ServerTable<Served>;
  readonly #unanswered = new Passing<string, InviteServer>();
  readonly #byAck = new Map<string, InviteServer>();
  readonly #perRemote = new PerRemote();

  constructor(ground: Ground, replies: Replies, table: ServerTable<Served>) {
    this.#ground = ground;
    this.#replies = replies;
    this.#table = table;
  }

  /** INVITEs the host owes an answer. */
  get open(): number {
    return this.#unanswered.size;
  }

  /** Whether one peer has as many of them open as it may. */
  isCrowded({ remote }: Flow): boolean {
    return this.#perRemote.of(remote.address) >= this.#ground.limits.invitesPerRemote;
  }

  /** The host is to answer it, by that id. */
  begin(
    now: Instant,
    flow: Flow,
    request: IncomingRequest,
    key: string,
    mergeKey: string | undefined,
    id: string,
  ): void {
    const { ringTime } = this.#ground.limits;
    const rings = Math.min(expiryOf(request), ringTime);
    const invite: InviteServer = {
      kind: 'invite-server',
      at: Number.POSITIVE_INFINITY,
      slot: -1,
      key,
      mergeKey,
      last: undefined,
      id,
      clock: startInviteServer(now, flow.transport !== 'udp', now + rings),
      via: copied(request.via),
      flow,
      tag: tagOf(request.to),
      request,
      ack: '',
    };
    this.#table.add(invite);
    this.#unanswered.set(id, invite);
    this.#perRemote.add(flow.remote.address, 1);
    this.#rest(invite);
    this.#ground.outbox.push({ kind: 'request', id, request, flow });
  }

  /** A copy of the INVITE, perhaps over another connection, since its own has broken. */
  repeat(now: Instant, flow: Flow, incoming: IncomingRequest, invite: InviteServer): void {
    invite.flow = this.#replies.followed(invite.flow, flow);
    const act = stepInviteServer(invite.clock, now, 'request', this.#ground.timers);
    if (act !== 'repeat' || invite.last === undefined) return;
    this.#replies.send(answerFlow(incoming.via, flow), invite.last);
  }

  respond(now: Instant, id: string, draft: ResponseDraft): void {
    const invite = this.#unanswered.get(id);
    if (invite !== undefined) this.#answer(now, invite, draft);
  }

  /**
   * The ACK to a final response. Any other belongs to nothing that is kept; no ACK is ever answered.
   * @spec RFC 3261 §13.3.1.4
   * @spec RFC 3261 §17.2.3
   */
  acknowledge(now: Instant, ack: IncomingRequest, scope: string): void {
    const invite = this.#byAck.get(ackKeyOf(ack)) ?? this.#refused(serverKey(ack, scope));
    if (invite !== undefined) this.#step(now, invite, 'ack', ack);
  }

  /**
   * A CANCEL: it is answered by all means, and ends an INVITE that has no final response.
   * @spec RFC 3261 §9.2
   */
  cancel(now: Instant, flow: Flow, cancel: IncomingRequest, invite: InviteServer): void {
    invite.tag ||= this.#ground.draw();
    const bytes = answerTo(cancel, flow, invite.tag, { status: 200 });
    this.#replies.send(answerFlow(cancel.via, flow), bytes);
    if (invite.request === undefined) return;
    this.#answer(now, invite, { status: 487 });
    this.#ground.outbox.push({ kind: 'cancelled', id: invite.id, request: cancel });
  }

  /** Its moment came. */
  wake(now: Instant, invite: InviteServer): void {
    const input = dueInviteServerInput(invite.clock, now);
    if (input === undefined) this.#rest(invite);
    else this.#step(now, invite, input, undefined);
  }

  /** Answers what the host has not, and tells it of what will not be acknowledged any more. */
  end(now: Instant): void {
    const full = this.#replies.full();
    for (const invite of this.#unanswered.values()) this.#answer(now, invite, full);
    for (const invite of this.#table.all()) {
      if (invite.kind === 'invite-server' && invite.clock.state === 'accepted')
        this.#giveUp(invite);
    }
    this.#byAck.clear();
  }

  /** An ACK to a refusal belongs to the transaction of its INVITE, whatever To it bears. */
  #refused(key: string): InviteServer | undefined {
    const found = this.#table.match(key);
    return found?.kind === 'invite-server' && found.clock.state === 'completed' ? found : undefined;
  }

  #answer(now: Instant, invite: InviteServer, draft: ResponseDraft): void {
    const { request } = invite;
    const act = stepInviteServer(invite.clock, now, inputOf(draft.status), this.#ground.timers);
    if (request !== undefined && act === 'send') this.#say(now, invite, request, draft);
    if (draft.status >= 200) this.#shut(invite);
    this.#rest(invite);
  }

  #say(now: Instant, invite: InviteServer, request: IncomingRequest, draft: ResponseDraft): void {
    const tag = draft.status === 100 ? undefined : this.#tagFor(invite, draft);
    const bytes = answerTo(request, invite.flow, tag, draft);
    this.#table.keepApart(invite, bytes);
    this.#replies.reply(now, invite.flow, invite.via, bytes);
    if (draft.status < 200) return;
    invite.ack = ackKeyOf(request, tag);
    this.#byAck.set(invite.ack, invite);
  }

  /** Of a request within a dialog its own; else one and the same in all responses, unless the host names others. */
  #tagFor(invite: InviteServer, draft: ResponseDraft): string {
    const own = invite.request === undefined ? '' : tagOf(invite.request.to);
    if (own === '' && draft.toTag !== undefined) invite.tag = draft.toTag;
    invite.tag ||= this.#ground.draw();
    return invite.tag;
  }

  #step(
    now: Instant,
    invite: InviteServer,
    input: InviteServerInput,
    ack: IncomingRequest | undefined,
  ): void {
    const act = stepInviteServer(invite.clock, now, input, this.#ground.timers);
    this.#do(now, invite, act, ack);
    if (invite.clock.state === 'terminated') this.#forget(invite);
    else this.#rest(invite);
  }

  #do(
    now: Instant,
    invite: InviteServer,
    act: InviteServerAct,
    ack: IncomingRequest | undefined,
  ): void {
    const { request, last } = invite;
    if (act === 'repeat' && last !== undefined) {
      this.#replies.reply(now, invite.flow, invite.via, last);
    } else if (act === 'send-100' && request !== undefined) {
      this.#say(now, invite, request, { status: 100 });
    } else if (act === 'expire' && request !== undefined) this.#expire(now, invite, request);
    else if (act === 'give-up') this.#giveUp(invite);
    else if (act === 'acknowledge' && ack !== undefined) {
      this.#ground.outbox.push({ kind: 'acknowledged', id: invite.id, request: ack });
    }
  }

  /**
   * Nobody answered while it rang: for as long as its sender wanted, or for as long as we let it.
   * @spec RFC 3261 §13.3.1
   */
  #expire(now: Instant, invite: InviteServer, request: IncomingRequest): void {
    const hasExpired = expiryOf(request) <= this.#ground.limits.ringTime;
    this.#answer(now, invite, { status: hasExpired ? 487 : 480 });
    this.#ground.outbox.push({ kind: 'cancelled', id: invite.id, request: undefined });
  }

  /** @spec RFC 3261 §13.3.1.4 */
  #giveUp({ id }: InviteServer): void {
    this.#ground.outbox.push({ kind: 'unacknowledged', id });
  }

  /** It has its final response. */
  #shut(invite: InviteServer): void {
    if (!this.#unanswered.delete(invite.id)) return;
    invite.request = undefined;
    this.#perRemote.add(invite.flow.remote.address, -1);
  }

  #forget(invite: InviteServer): void {
    this.#ground.deadlines.drop(invite);
    this.#table.remove(invite);
    if (this.#byAck.get(invite.ack) === invite) this.#byAck.delete(invite.ack);
  }

  #rest(invite: InviteServer): void {
    this.#ground.deadlines.set(invite, inviteServerDueAt(invite.clock));
  }
}

function inputOf(status: number): InviteServerInput {
  if (status < 200) return 'provisional';
  return status < 300 ? 'success' : 'failure';
}

/** `tag` where To has none yet. */
function ackKeyOf({ callId, from, to, cseq }: IncomingRequest, tag?: string): string {
  return ackKey(callId, tagOf(from), tagOf(to) || (tag ?? ''), cseq.number);
}

/**
 * The milliseconds after which its sender wants no answer any more; none of them makes sense of 0.
 * @spec RFC 3261 §20.19
 */
function expiryOf({ request }: IncomingRequest): number {
  const { expires } = request.headers;
  return typeof expires === 'number' && expires > 0 ? expires * 1000 : Number.POSITIVE_INFINITY;
}
