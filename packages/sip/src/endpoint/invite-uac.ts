// INVITE at the client side of an endpoint: what its responses mean, the ACK to each final one, CANCEL, and the 2xx of
// forks. RFC 3261 §9.1, §13.2.2 and §17.1.1, RFC 6026 §7.2.
//
// Its theory: a refusal is acknowledged here, before the host is told or another target is tried. A 2xx is acknowledged by
// the host; that ACK is remembered with the dialog and sent again for each copy. A CANCEL waits for the first sign of
// life. One that rings outlives its connection: what comes by another of the same peer moves it there, and its CANCEL opens
// one. Where an INVITE goes, and in what order, is tries.ts'.
import { tagOf } from '../dialog.ts';
import { fault } from '../fault.ts';
import type { IncomingResponse, Response } from '../message.ts';
import type { InviteClientInput } from '../transaction/invite-client.ts';
import { clientKey } from '../transaction/key.ts';
import type { ClientTable } from './client-table.ts';
import type { Connection, Connections } from './connections.ts';
import type { Endings } from './endings.ts';
import { CANCELLED, type Failure, TIMED_OUT } from './failure.ts';
import type { Ground } from './ground.ts';
import { ackOf, branchIn, cancelOf } from './invite-request.ts';
import type { AnsweredDialog, InviteClient, InviteTable } from './invite-table.ts';
import { type Sending, sendingOf } from './sending.ts';
import { answersUs, hasOneVia, type SentBy } from './sent-by.ts';
import type { Tries } from './tries.ts';
import type { Flow, Instant, Target } from './types.ts';

/** What an INVITE shares with every other request of ours. */
export interface Around {
  readonly ground: Ground;
  readonly connections: Connections;
  readonly endings: Endings;
  readonly tries: Tries;
  readonly sentBy: SentBy;
  /** Of CANCEL. */
  readonly others: ClientTable;
  readonly invites: InviteTable;
  /** A final response of that target. */
  readonly answered: (now: Instant, sending: Sending, target: Target, response: Response) => void;
  /** Nothing at all was heard of its target. */
  readonly silent: (now: Instant, invite: InviteClient) => void;
}

export class InviteUac {
  readonly #around: Around;

  constructor(around: Around) {
    this.#around = around;
  }

  /** False when it answers no INVITE of ours. */
  take(now: Instant, flow: Flow, incoming: IncomingResponse): boolean {
    const invite = this.#answeredBy(flow, incoming);
    if (invite === undefined) return false;
    this.#follow(invite, flow);
    this.#step(now, flow, invite, incoming);
    return true;
  }

  /** The INVITE with this context is no longer wanted. @spec RFC 3261 §9.1 */
  cancel(now: Instant, context: unknown): void {
    const sending = this.#around.endings.invite(context);
    if (sending !== undefined) this.#withdraw(now, sending);
  }

  /** None of them is wanted any more. */
  cancelAll(now: Instant): void {
    for (const sending of this.#around.endings.invites()) this.#withdraw(now, sending);
  }

  /** Its moment came. */
  wake(now: Instant, invite: InviteClient): void {
    const { invites, silent } = this.#around;
    const isSilent = invite.clock.state === 'calling';
    const act = invites.wake(now, invite);
    if (act === 'retransmit') this.#send(invite.connection, invite.bytes);
    else if (act === 'cancel') this.#cancel(now, invite);
    else if (act === 'time-out') {
      this.#fail(invite, invite.sending?.isWithdrawn === true ? CANCELLED : TIMED_OUT);
      if (isSilent) silent(now, invite);
    }
  }

  /** Its connection is gone. One that rings waits on, as long as it may ring. @spec RFC 3261 §18.2.2 */
  lost(now: Instant, invite: InviteClient, text: string): void {
    const act = this.#around.invites.step(now, invite, 'transport-error');
    if (act === 'fail') this.#fail(invite, { reason: 'transport', text });
  }

  #step(now: Instant, flow: Flow, invite: InviteClient, incoming: IncomingResponse): void {
    switch (this.#around.invites.step(now, invite, inputOf(incoming.status))) {
      case 'tell':
        this.#tell(now, invite, incoming);
        return;
      case 'accept':
        this.#around.invites.answered(invite, tagOf(incoming.to));
        this.#deliver(now, invite, incoming);
        return;
      case 'again':
        this.#again(now, flow, invite, incoming);
        return;
      case 'refuse':
        invite.bytes = ackOf(invite.content, invite.via, incoming);
        this.#send(invite.connection, invite.bytes);
        this.#deliver(now, invite, incoming);
        return;
      case 'acknowledge':
        this.#send(invite.connection, invite.bytes);
        return;
      default:
    }
  }

  #tell(now: Instant, invite: InviteClient, { status, response }: IncomingResponse): void {
    const { ground } = this.#around;
    const { context, sending } = invite;
    if (status > 100) ground.outbox.push({ kind: 'provisional', response, context });
    if (sending?.isWithdrawn === true) this.#cancel(now, invite);
  }

  #deliver(now: Instant, invite: InviteClient, { response }: IncomingResponse): void {
    const sending = this.#around.invites.release(invite);
    if (sending !== undefined) this.#around.answered(now, sending, invite.target, response);
  }

  /**
   * A further 2xx: a copy, whose ACK was lost or has not been sent yet, or that of another fork.
   * @spec RFC 3261 §13.2.2.4
   */
  #again(now: Instant, flow: Flow, invite: InviteClient, incoming: IncomingResponse): void {
    const { ground, invites } = this.#around;
    const tag = tagOf(incoming.to);
    const dialog = invite.dialogs.find((one) => one.tag === tag);
    if (dialog !== undefined) this.#acknowledge(now, dialog);
    else if (invites.answered(invite, tag)) {
      const { response } = incoming;
      ground.outbox.push({ kind: 'forked', response, context: invite.context });
    } else ground.outbox.fault(now, fault('forks'), flow);
  }

  #acknowledge(now: Instant, { ack }: AnsweredDialog): void {
    if (ack === undefined) return;
    const { connections, tries } = this.#around;
    if (connections.get(ack.connection.flow) === ack.connection) {
      this.#send(ack.connection, ack.bytes);
    } else tries.next(now, sendingOf(now, ack.sending, ack.sending.content));
  }

  #withdraw(now: Instant, sending: Sending): void {
    if (sending.isWithdrawn) return;
    sending.isWithdrawn = true;
    const invite = this.#around.invites.tryOf(sending);
    if (invite === undefined) this.#around.endings.end(sending, CANCELLED);
    else if (invite.clock.state === 'proceeding') this.#cancel(now, invite);
  }

  /** @spec RFC 3261 §9.1 */
  #cancel(now: Instant, invite: InviteClient): void {
    if (invite.isCancelled) return;
    const { invites, tries } = this.#around;
    const { target, sending } = invite;
    invites.cancelled(now, invite);
    if (!this.#isStranded(invite)) return this.#sayCancel(now, invite);
    const onto = (then: Instant, connection: Connection): void => {
      if (this.#isStranded(invite)) invites.move(invite, connection);
      if (invite.clock.state === 'proceeding') this.#sayCancel(then, invite);
    };
    tries.reach(now, target, { kind: 'moving', local: sending?.local, onto });
  }

  #sayCancel(now: Instant, { connection, target, via, content }: InviteClient): void {
    const key = clientKey(branchIn(via), 'CANCEL');
    const bytes = cancelOf(content, via);
    this.#around.others.begin(now, { key, bytes, connection, target, sending: undefined });
    this.#send(connection, bytes);
  }

  /** What answers it came by another connection, since its own is gone. */
  #follow(invite: InviteClient, flow: Flow): void {
    const { connections, invites } = this.#around;
    const connection = this.#isStranded(invite) ? connections.get(flow) : undefined;
    if (connection !== undefined) invites.move(invite, connection);
  }

  #isStranded({ connection }: InviteClient): boolean {
    return this.#around.connections.get(connection.flow) === undefined;
  }

  #fail(invite: InviteClient, failure: Failure): void {
    const sending = this.#around.invites.release(invite);
    if (sending !== undefined) this.#around.endings.end(sending, failure);
  }

  #send({ flow }: Connection, bytes: Uint8Array): void {
    const { connections, ground } = this.#around;
    if (connections.get(flow) !== undefined) ground.outbox.push({ kind: 'send', flow, bytes });
  }

  /**
   * The INVITE of a response: its branch is ours, and it came from the peer it belongs to.
   * @spec RFC 3261 §18.2.2
   */
  #answeredBy(flow: Flow, incoming: IncomingResponse): InviteClient | undefined {
    const { invites, sentBy } = this.#around;
    const invite = invites.get(clientKey(branchIn(incoming.via), incoming.cseq.method));
    if (invite === undefined || !hasOneVia(incoming)) return undefined;
    return answersUs(sentBy, invite.connection.flow, flow, incoming) ? invite : undefined;
  }
}

function inputOf(status: number): InviteClientInput {
  if (status < 200) return 'provisional';
  return status < 300 ? 'success' : 'failure';
}
