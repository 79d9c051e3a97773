// What the steps of the chat ledger are tested with: a context without chance, requests and responses as the parser gives
// them, and effects as one line each.
import type { Session } from '@interwork/sip';
import { DEFAULT_CHAT_LIMITS, DEFAULT_CHAT_WAITS } from '../src/ledger/chat-bounds.ts';
import type { ChatState } from '../src/ledger/chat-tables.ts';
import { stepChat } from '../src/ledger/chat.ts';
import type {
  ChatContext,
  ChatEffect,
  ChatEvent,
  ChatRecord,
  ChatResponse,
  ChatWish,
} from '../src/ledger/chat-types.ts';
import { peopleOf } from '../src/ledger/people.ts';
import type { StoredRecord } from '../src/store/store.ts';
import { jid, NOW, requestOf, responseTo } from './presence-kit.ts';

/** A conversation under way: its record as the store has it, and what has left. */
export class Talk {
  record: StoredRecord | undefined;
  now = NOW;
  wakeAt = Infinity;
  effects: readonly ChatEffect[] = [];
  context: ChatContext;
  readonly #by: string;

  constructor(by = 'p1', more: Partial<ChatContext> = {}) {
    this.#by = by;
    this.context = { ...contextOf(by), ...more };
  }

  /** One step. The record goes through JSON, as a store does with it. */
  put(event: ChatEvent): readonly string[] {
    const decision = stepChat(this.now, this.record, event, this.context);
    if (decision.next !== 'unchanged') {
      this.record =
        decision.next === undefined
          ? undefined
          : (JSON.parse(JSON.stringify(decision.next.record)) as StoredRecord);
      this.wakeAt = decision.next?.wakeAt ?? Infinity;
    }
    this.effects = decision.effects;
    return decision.effects.map(lineOf).filter((line) => line !== '');
  }

  get state(): ChatState {
    return (this.record as unknown as ChatRecord | undefined)?.state ?? 'none';
  }

  get session(): Session {
    const { session } = this.record as unknown as ChatRecord;
    if (session === undefined) throw new Error('no session');
    return session;
  }

  get tag(): string {
    return this.session.dialog.localTag;
  }

  /** The last request of ours that left. */
  request(of: string): Extract<ChatEffect, { kind: 'request' }> {
    const found = this.effects.find((one) => one.kind === 'request' && one.of === of);
    if (found?.kind !== 'request') throw new Error(`no ${of} has left`);
    return found;
  }

  /** The record in another process. */
  elsewhere(by: string): Talk {
    const talk = new Talk(by);
    talk.record = this.record;
    talk.now = this.now;
    return talk;
  }

  get by(): string {
    return this.#by;
  }
}

export const WISH: ChatWish = {
  remote: 'sip:amy@contoso.example',
  thread: 't-1',
  callId: 't-1',
  lock: 'phone',
  signs: true,
  headers: [],
};

/** The answer to an INVITE of ours. */
export function answerTo(
  talk: Talk,
  invite: Extract<ChatEffect, { kind: 'request' }>,
  status: number,
  body = 'usable',
): ChatResponse {
  const tag = talk.tag;
  const headers = ['Contact: <sip:amy@host.contoso.example>'];
  const tagged = responseTo(invite.draft, status, headers);
  const response = Object.create(tagged, {
    body: { value: new TextEncoder().encode(body), enumerable: true },
  }) as typeof tagged;
  return { kind: 'response', tag, of: 'invite', response, isForPager: false };
}

/** An INVITE of the contact. */
export function inviteOf(
  callId = 'theirs',
  hasFirst = false,
): Extract<ChatEvent, { kind: 'invite' }> {
  const request = requestOf(
    [
      'INVITE sip:romeo@fabrikam.example SIP/2.0',
      `Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK${callId}`,
      'Max-Forwards: 70',
      'From: <sip:amy@contoso.example>;tag=amy',
      'To: <sip:romeo@fabrikam.example>',
      `Call-ID: ${callId}`,
      'CSeq: 1 INVITE',
      'Contact: <sip:amy@host.contoso.example>',
      'Content-Type: application/sdp',
    ],
    'usable',
  );
  return { kind: 'invite', request, to: `id-${callId}`, hasFirst, thread: callId, device: '' };
}

/** A request of the contact within the session of a record. */
export function withinOf(
  talk: Talk,
  method: string,
  cseq: number,
): Extract<ChatEvent, { kind: 'within' }> {
  const { dialog } = talk.session;
  const request = requestOf([
    `${method} sip:chat.x@gw.example SIP/2.0`,
    `Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK${method}${cseq}`,
    'Max-Forwards: 70',
    `From: <${dialog.remote}>;tag=${dialog.remoteTag || 'amy'}`,
    `To: <${dialog.local}>;tag=${dialog.localTag}`,
    `Call-ID: ${dialog.callId}`,
    `CSeq: ${cseq} ${method}`,
    ...(method === 'ACK' ? [] : ['Content-Type: text/plain']),
  ]);
  return { kind: 'within', request, to: `id-${method}-${cseq}` };
}

/** The ACK to our 2xx. */
export function ackOf(talk: Talk): Extract<ChatEvent, { kind: 'acknowledged' }> {
  const { request } = withinOf(talk, 'ACK', 1);
  return { kind: 'acknowledged', tag: talk.tag, request };
}

/** A context in which tokens count up and chance is in the middle. */
export function contextOf(by: string): ChatContext {
  let drawn = 0;
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    people: peopleOf(jid('amy@contoso.example'), jid('romeo@fabrikam.example')),
    by,
    contact: 'sip:chat.x@gw.example',
    draw: () => `${by}t${++drawn}`,
    jitter: () => 0.5,
    form: {
      offer: () => encode('offer'),
      answer: (offer) =>
        new TextDecoder().decode(offer) === 'usable' ? encode('answer') : undefined,
      isUsable: (answer) => new TextDecoder().decode(answer) === 'usable',
    },
    mayPage: true,
    allow: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'MESSAGE'],
    waits: DEFAULT_CHAT_WAITS,
    limits: DEFAULT_CHAT_LIMITS,
    known: undefined,
  };
}

/** An effect as `INVITE`, `200`, `open`, `tell refused`. */
export function lineOf(effect: ChatEffect): string {
  switch (effect.kind) {
    case 'answer':
      return String(effect.draft.status);
    case 'request':
      return effect.of === 'fork-bye' ? 'BYE elsewhere' : effect.draft.method;
    case 'tell':
      return `tell ${effect.why.word}`;
    case 'pending':
      return effect.isOurs ? 'pending' : 'pending elsewhere';
    case 'farewell':
      return `gone to ${effect.lock}`;
    case 'content':
      return `content ${effect.request.method}`;
    case 'did':
      return '';
    default:
      return effect.kind;
  }
}
