// The INVITE client transactions of one endpoint: found by branch, found again by the ACK to a 2xx, stepped, and put to
// rest until their next moment. What a step means for the INVITE behind it is invite-uac.ts'.
import { tagOf } from '../dialog.ts';
import type { Via } from '../message.ts';
import type { Timed } from '../transaction/deadlines.ts';
import {
  awaitEnd,
  dueInviteClientInput,
  type InviteClientAct,
  type InviteClientClock,
  type InviteClientInput,
  inviteClientDueAt,
  startInviteClient,
  stepInviteClient,
} from '../transaction/invite-client.ts';
import { ackKey } from '../transaction/key.ts';
import type { Connection } from './connections.ts';
import type { Ground } from './ground.ts';
import type { Sending } from './sending.ts';
import type { Instant, Target } from './types.ts';
import type { OwnContent } from './wire-request.ts';

/** One try of one INVITE, until copies of its final response are over. */
export interface InviteClient extends Timed {
  readonly kind: 'invite-client';
  readonly key: string;
  readonly clock: InviteClientClock;
  /** Ours, which its ACK to a refusal and its CANCEL bear as well. */
  readonly via: Via;
  readonly content: OwnContent;
  /** Where it was sent; another one once that is gone and something came by another. */
  connection: Connection;
  readonly target: Target;
  readonly context: unknown;
  /** The INVITE; behind a refusal its ACK. */
  bytes: Uint8Array;
  /** `undefined` once it has been answered. */
  sending: Sending | undefined;
  isRepeated: boolean;
  isCancelled: boolean;
  /** The dialogs that its 2xx began, the first one first. */
  readonly dialogs: AnsweredDialog[];
}

/** One dialog that a 2xx began, with the ACK that the host has sent, if it has. */
export interface AnsweredDialog {
  readonly tag: string;
  ack: SentAck | undefined;
}

/** An ACK to a 2xx as it was written, and all it takes to send it by another way. */
export interface SentAck {
  readonly bytes: Uint8Array;
  readonly connection: Connection;
  readonly sending: Sending;
}

/** What a transaction begins with. */
export type InviteTry = Pick<
  InviteClient,
  'key' | 'bytes' | 'via' | 'content' | 'connection' | 'target'
> & { readonly sending: Sending };

/** @spec RFC 3261 §17.1.3 */
export class InviteTable {
  readonly #ground: Ground;
  readonly #byKey = new Map<string, InviteClient>();
  /** Those that have not been answered. */
  readonly #bySending = new Map<Sending, InviteClient>();
  /** Those that were accepted. */
  readonly #byAck = new Map<string, InviteClient>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): InviteClient | undefined {
    return this.#byKey.get(key);
  }

  /** The try that an INVITE is in. */
  tryOf(sending: Sending): InviteClient | undefined {
    return this.#bySending.get(sending);
  }

  begin(now: Instant, begun: InviteTry): void {
    const { timers, limits } = this.#ground;
    const { key, bytes, via, content, connection, target, sending } = begun;
    const invite: InviteClient = {
      kind: 'invite-client',
      at: Number.POSITIVE_INFINITY,
      slot: -1,
      key,
      clock: startInviteClient(now, target.transport !== 'udp', timers, limits.ringTime),
      via,
      content,
      connection,
      target,
      context: sending.context,
      bytes,
      sending,
      isRepeated: false,
      isCancelled: false,
      dialogs: [],
    };
    this.#byKey.set(key, invite);
    this.#bySending.set(sending, invite);
    connection.clients.add(invite);
    this.#rest(invite);
  }

  step(now: Instant, invite: InviteClient, input: InviteClientInput): InviteClientAct {
    const act = stepInviteClient(invite.clock, now, input, this.#ground.timers);
    if (act === 'retransmit') invite.isRepeated = true;
    if (invite.clock.state === 'terminated') this.#forget(invite);
    else this.#rest(invite);
    return act;
  }

  /** Its moment came. `undefined` when there is nothing to do yet. */
  wake(now: Instant, invite: InviteClient): InviteClientAct | undefined {
    const input = dueInviteClientInput(invite.clock, now);
    if (input !== undefined) return this.step(now, invite, input);
    this.#rest(invite);
    return undefined;
  }

  /** Its connection is gone, and there is another one. */
  move(invite: InviteClient, connection: Connection): void {
    invite.connection.clients.delete(invite);
    invite.connection = connection;
    if (invite.sending !== undefined) connection.clients.add(invite);
  }

  /** Its CANCEL has left, or leaves as soon as there is a connection. */
  cancelled(now: Instant, invite: InviteClient): void {
    invite.isCancelled = true;
    awaitEnd(invite.clock, now, this.#ground.timers);
    this.#rest(invite);
  }

  /** It is answered, or goes elsewhere: whether its connection lasts matters no more. Gives what was in it. */
  release(invite: InviteClient): Sending | undefined {
    const { sending } = invite;
    if (sending !== undefined) this.#bySending.delete(sending);
    invite.sending = undefined;
    invite.connection.clients.delete(invite);
    return sending;
  }

  /** One more dialog of it; only as many as `forks` says. */
  answered(invite: InviteClient, tag: string): boolean {
    if (invite.dialogs.length >= this.#ground.limits.forks) return false;
    invite.dialogs.push({ tag, ack: undefined });
    this.#byAck.set(ackKeyOf(invite.content), invite);
    return true;
  }

  /**
   * An ACK of the host was written; it is sent again for each copy of the 2xx it belongs to.
   * @spec RFC 3261 §13.2.2.4
   */
  acknowledged(content: OwnContent, ack: SentAck): void {
    const invite = this.#byAck.get(ackKeyOf(content));
    const tag = tagOf(content.draft.to);
    const dialog = invite?.dialogs.find((one) => one.tag === tag);
    if (dialog !== undefined) dialog.ack = ack;
  }

  clear(): void {
    this.#byKey.clear();
    this.#bySending.clear();
    this.#byAck.clear();
  }

  #forget(invite: InviteClient): void {
    this.#ground.deadlines.drop(invite);
    this.#byKey.delete(invite.key);
    const key = ackKeyOf(invite.content);
    if (this.#byAck.get(key) === invite) this.#byAck.delete(key);
    invite.connection.clients.delete(invite);
  }

  #rest(invite: InviteClient): void {
    this.#ground.deadlines.set(invite, inviteClientDueAt(invite.clock));
  }
}

/** One for all dialogs of an INVITE. */
function ackKeyOf({ identity }: OwnContent): string {
  return ackKey(identity.callId, tagOf(identity.from), '', identity.cseq.number);
}
