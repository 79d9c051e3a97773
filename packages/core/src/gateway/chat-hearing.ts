// What the contact says and does: INVITEs, whose first message may come along, requests within a session, ACK and CANCEL.
// Messages within an open session go on at once, by what is known of it here; everything else goes to the desk. What a
// message becomes is sip-to-xmpp.ts'.
import {
  DEFAULT_SESSION_TIMES,
  type Flow,
  type IncomingRequest,
  isWithin,
  type ResponseDraft,
} from '@interwork/sip';
import type { Dialect, Unfolded } from '../dialect/types.ts';
import { chatPeopleIn } from '../ledger/chat-people.ts';
import type { People } from '../ledger/people.ts';
import { refused } from '../translation.ts';
import { type AskedWithin, proofWithin, type Within } from './admit-within.ts';
import { answerOfRefusal } from './answers.ts';
import type { ChatArrival, ChatRefused } from './chat-arrival.ts';
import { CHAT_WORD } from './chat-context.ts';
import type { ChatFloor } from './chat-floor.ts';
import { heardAnswered } from './chat-known.ts';
import { ChatInviting } from './chat-inviting.ts';
import type { CameRequest } from './chat-ride.ts';
import type { KnownChat } from './chat-table.ts';
import { tellInvite } from './chat-trace.ts';
import { contactTokenIn } from './contact-token.ts';
import { Line, type Place } from './line.ts';
import { lookOrWait } from './look.ts';
import { countIn } from './partner-limits.ts';

/** Passes a message on. */
type Carrying = (now: number, id: string, r: IncomingRequest, flow: Flow, within: Within) => void;

/** An INVITE that is owed an answer, or an ACK. */
interface Owed {
  readonly at: number;
  readonly key: string;
  readonly came: CameRequest;
  readonly dialect: Dialect | undefined;
  readonly unfolded: Unfolded | undefined;
  readonly by: readonly string[];
  readonly proof: string;
  /** The session, by our tag, once there is one. */
  tag: string;
  /** When its record is looked at, which says whether it is time to say that it goes on. */
  lookAt: number;
  place: Place<Owed> | undefined;
}

/** From the contact to the user. */
export class ChatHearing {
  readonly #floor: ChatFloor;
  readonly #carry: Carrying;
  readonly #owed = new Map<string, Owed>();
  /** Those that have no answer yet: what is due of them is due in this process, whoever else is lent the record. */
  readonly #held = new Line<Owed>();
  readonly #inviting: ChatInviting;

  /** What was passed on has its answer. Where it came by the record, that has it too. @spec RFC 3261 §17.2.2 */
  readonly #told = (
    now: number,
    { key, tag, cseq }: AskedWithin,
    { status }: ResponseDraft,
  ): void => {
    const chat = this.#floor.table.byKey(key);
    if (chat === undefined || !heardAnswered(chat, tag, { cseq, status })) return;
    if (this.#floor.env.options.lastingStore === true) this.#floor.put(now, key, { kind: 'heard' });
  };

  constructor(floor: ChatFloor, carry: Carrying) {
    this.#floor = floor;
    this.#carry = carry;
    this.#inviting = new ChatInviting(floor.env, {
      arrived: (...one) => this.#arrived(...one),
      refused: (...one) => this.#refuse(...one),
    });
  }

  /** INVITEs that are owed an answer or an ACK. */
  get size(): number {
    return this.#owed.size;
  }

  get wakeAt(): number {
    return this.#held.first?.lookAt ?? Infinity;
  }

  /** Looks at records of INVITEs that are held. @spec RFC 3261 §13.3.1.1 */
  tick(now: number): void {
    for (let { first } = this.#held; first !== undefined; { first } = this.#held) {
      if (first.lookAt > now) return;
      this.#release(first);
      this.#hold(now, first);
      this.#floor.put(now, first.key, { kind: 'wake' });
    }
  }

  /** A request of a session has come in. */
  request(now: number, id: string, r: IncomingRequest, flow: Flow): void {
    const user = r.uri.kind === 'sip' ? (r.uri.user ?? '') : '';
    const known = this.#floor.table.byToken(user);
    const came = { id, request: r, flow, isContent: CONTENT.has(r.method) };
    if (known !== undefined && came.isContent && isNext(known, r))
      return this.#next(now, known, came);
    const token = contactTokenIn(user, this.#floor.env.options);
    if (token?.word === CHAT_WORD) return this.#within(now, token.key, came);
    if (r.method === 'INVITE') return this.#inviting.came(now, came);
    this.#respond(id, { status: 481 });
  }

  /** The ACK to a 2xx. */
  acknowledged(now: number, id: string, request: IncomingRequest): void {
    const owed = this.#end(id);
    if (owed === undefined) return;
    const { key, tag } = owed;
    this.#floor.put(now, key, { kind: 'acknowledged', tag, request });
  }

  /** There was none; or the INVITE has been taken back. */
  ended(now: number, id: string, kind: 'unacknowledged' | 'cancelled'): void {
    if (this.#inviting.takenBack(now, id)) return;
    const owed = this.#end(id);
    if (owed === undefined) return;
    const { at, by, came, key, proof, tag } = owed;
    if (kind === 'unacknowledged') return this.#floor.put(now, key, { kind, tag });
    const told = { status: 487, reasons: ['cancelled'], by, proof };
    tellInvite(this.#floor.env, now, at, came.request, told);
    this.#floor.put(now, key, { kind, to: id });
  }

  /** A request within the session is to be passed on. */
  content(now: number, chat: KnownChat, { id, request, flow }: CameRequest): void {
    const { key, session } = chat;
    const tag = session?.dialog.localTag ?? '';
    const asked = { key, tag, cseq: request.cseq.number, told: this.#told };
    this.#carry(now, id, request, flow, withinOf(chat, asked));
  }

  /** The message of an INVITE is to be passed on, before that is answered. @spec RFC 7573 §5 */
  hear(now: number, chat: KnownChat, tag: string, id: string): void {
    const owed = this.#owed.get(id);
    const first = owed?.unfolded?.first;
    if (owed === undefined || first === undefined) return;
    const settle = (then: number, { status, headers = [] }: ResponseDraft): void => {
      const isTaken = status < 300;
      const said = isTaken ? { status: 200, headers: first.taken } : { status, headers };
      const offer = owed.came.request.request.body;
      this.#floor.put(then, owed.key, { kind: 'answer', tag, to: id, isTaken, ...said, offer });
    };
    const isTakenBack = (): boolean => !this.#owed.has(id);
    this.#carry(now, id, first.message, owed.came.flow, {
      ...withinOf(chat),
      settle,
      isTakenBack,
    });
  }

  /** The session of an INVITE is known by that tag. */
  named(id: string, tag: string): void {
    const owed = this.#owed.get(id);
    if (owed !== undefined) owed.tag = tag;
  }

  /** Answers a request; an INVITE that is refused is done with, one that is accepted waits for its ACK, any other goes on. */
  answer(now: number, id: string, draft: ResponseDraft, words: readonly string[]): void {
    const owed = this.#owed.get(id);
    if (owed === undefined) return this.#respond(id, draft);
    const { at, came, dialect, unfolded, by, proof } = owed;
    if (draft.status >= 200) this.#release(owed);
    if (draft.status >= 300) this.#owed.delete(id);
    const folded =
      dialect === undefined || unfolded === undefined
        ? draft
        : dialect.answer(came.request, draft, unfolded);
    this.#respond(id, folded);
    if (unfolded !== undefined && draft.status >= 200) {
      const reasons = [...unfolded.notes, ...words];
      tellInvite(this.#floor.env, now, at, came.request, {
        status: draft.status,
        reasons,
        by,
        proof,
      });
    }
  }

  /** The record could not be changed. */
  unable(now: number, id: string, why: string): void {
    const refusal = refused('state-unavailable', why);
    this.answer(now, id, answerOfRefusal(refusal, this.#floor.env.waits.retryAfter), [
      refusal.code,
    ]);
    this.#end(id);
  }

  clear(): void {
    this.#owed.clear();
    this.#held.clear();
    this.#inviting.clear();
  }

  /** What is said first is counted when it is passed on; a session alone counts as much as a message. */
  #arrived(now: number, came: CameRequest, arrival: ChatArrival, at: number): void {
    const { env } = this.#floor;
    const { by, device, dialect, must, people, proof, thread, unfolded } = arrival;
    const hasFirst = unfolded.first !== undefined;
    const ends = { from: people.contact, to: people.user };
    const tooMuch = hasFirst ? undefined : countIn(env, now, 'message', must, ends);
    const chat = tooMuch === undefined ? this.#floor.chatOf(now, people) : undefined;
    if (chat === undefined) {
      const refusal = tooMuch ?? refused('queue-full');
      return this.#refuse(now, came, { kind: 'refused', refusal, by, proof });
    }
    const { id, request } = came;
    const { key } = chat;
    const owed = this.#owe(now, { at, key, came, dialect, unfolded, by, proof, tag: '' });
    this.#hold(now, owed);
    const shaped = unfolded.request ?? request;
    this.#floor.put(
      now,
      chat.key,
      { kind: 'invite', request: shaped, to: id, hasFirst, thread, device },
      came,
    );
  }

  #refuse(now: number, { id, request }: CameRequest, why: ChatRefused): void {
    const draft = answerOfRefusal(why.refusal, this.#floor.env.waits.retryAfter);
    this.#respond(id, draft);
    const { refusal, by, proof } = why;
    const told = { status: draft.status, reasons: [refusal.code], by, proof, rule: refusal.spec };
    tellInvite(this.#floor.env, now, now, request, told);
  }

  /** The peer of a session proves its domain on each connection. @spec RFC 5922 §7.4 */
  #within(now: number, key: string, came: CameRequest): void {
    const { env } = this.#floor;
    const people = chatPeopleIn(key, env.phones);
    if (people === undefined) return this.#respond(came.id, { status: 481 });
    const { id, flow, request } = came;
    const proof = proofWithin(flow, people.contact, env);
    if (proof === undefined) {
      const refusal = refused('identity-not-proved');
      return this.#refuse(now, came, { kind: 'refused', refusal, by: [], proof: 'none' });
    }
    if (came.isContent && this.#floor.chatOf(now, people) === undefined)
      return this.#respond(id, answerOfRefusal(refused('queue-full'), env.waits.retryAfter));
    if (request.method === 'INVITE') this.#again(now, key, came, proof);
    const goOn = (then: number): void =>
      this.#floor.put(then, key, { kind: 'within', request, to: id }, came);
    if (request.method !== 'BYE' || !this.#isBehind(now, people, goOn)) goOn(now);
  }

  /** Whether it waits for what the host looks at of the same people: what is said last would come after the end. */
  #isBehind(now: number, people: People, goOn: (then: number) => void): boolean {
    const { contact: from, user: to } = people;
    const ends = { direction: 'sip-to-xmpp', from, to } as const;
    return lookOrWait(this.#floor.env, now, ends, undefined, goOn);
  }

  /** An INVITE within a session has an ACK, too. */
  #again(now: number, key: string, came: CameRequest, proof: string): void {
    const { session } = this.#floor.table.byKey(key) ?? {};
    const tag = session?.dialog.localTag ?? '';
    const [dialect, unfolded] = [undefined, undefined];
    this.#owe(now, { at: now, key, came, dialect, unfolded, by: [], proof, tag });
  }

  #owe(now: number, what: Omit<Owed, 'lookAt' | 'place'>): Owed {
    const owed: Owed = { ...what, lookAt: now, place: undefined };
    this.#owed.set(what.came.id, owed);
    return owed;
  }

  #hold(now: number, owed: Owed): void {
    owed.lookAt = now + LOOK;
    owed.place = this.#held.join(owed);
  }

  #release(owed: Owed): void {
    if (owed.place !== undefined) this.#held.leave(owed.place);
    owed.place = undefined;
  }

  #next(now: number, chat: KnownChat, came: CameRequest): void {
    chat.remoteCseq = came.request.cseq.number;
    chat.last = now;
    this.content(now, chat, came);
    this.#floor.touch(now, chat);
  }

  #end(id: string): Owed | undefined {
    const owed = this.#owed.get(id);
    this.#owed.delete(id);
    if (owed !== undefined) this.#release(owed);
    return owed;
  }

  #respond(to: string, draft: ResponseDraft): void {
    this.#floor.env.out.push({ kind: 'sip', input: { kind: 'respond', to, draft } });
  }
}

/** Whether it is the next of an open session, with nothing before it at the desk. @spec RFC 3261 §12.2.2 */
function isNext({ session, contents, remoteCseq }: KnownChat, r: IncomingRequest): boolean {
  if (session === undefined || contents > 0 || r.cseq.number <= remoteCseq) return false;
  return isWithin(session.dialog, r);
}

/** @spec RFC 7573 §5 */
function withinOf({ from, signs, thread, to }: KnownChat, asked?: AskedWithin): Within {
  return { from, to, thread, signs, asked };
}

/** Milliseconds: behind the moment at which the record wants it, which is a little later than the INVITE itself. */
const LOOK = DEFAULT_SESSION_TIMES.provisionalTime + 1_000;
/** What people say or do within a session. */
const CONTENT: ReadonlySet<string> = new Set(['MESSAGE', 'INFO']);
