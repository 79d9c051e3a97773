// A SIP company as a script: users with inboxes, answers by address, requests it sends and what became
// of them. Pure: events of an endpoint go in, commands for it come out, an answer may wait for its
// moment. It has no wire of its own; that is peer.ts, or any edge by `playOn`.
import { bytesOf as utf8, textOf } from '../bytes.ts';
import type {
  FailedEvent,
  Flow,
  Instant,
  Machine,
  SipEvent,
  SipInput,
  Target,
} from '../endpoint/types.ts';
import type { HeaderField, IncomingRequest, NameAddr, RequestDraft, Response } from '../message.ts';
import { Deadlines, type Timed } from '../transaction/deadlines.ts';
import type { SipUri, Uri } from '../uri.ts';

/** How a user answers: with a status, now or `after` so many milliseconds, or never. */
export type ScriptedAnswer =
  | 'silence'
  | {
      readonly status: number;
      readonly reason?: string;
      readonly after?: number;
      readonly headers?: readonly HeaderField[];
    };

/** A MESSAGE that reached a user. */
export interface Received {
  readonly at: Instant;
  readonly text: string;
  readonly request: IncomingRequest;
  readonly flow: Flow;
}

/** What a test has the company send. Addresses without scheme: `romeo@example.net`. */
export interface PeerMessage {
  readonly from: string;
  readonly to: string;
  readonly text?: string;
  /** Everything else of the request; it wins over what the fields above would make. */
  readonly draft?: Partial<RequestDraft>;
}

/** A request of the company; `response` or `failed` is set once it has ended. */
export interface Sent {
  readonly draft: RequestDraft;
  response: Response | undefined;
  failed: FailedEvent | undefined;
}

interface LateAnswer extends Timed {
  readonly input: SipInput;
}

/** A scripted company without a wire: events of an endpoint in, commands for it out. */
export class SipScript implements Machine<SipEvent | { readonly kind: 'tick' }, SipInput> {
  readonly #domain: string;
  readonly #inboxes = new Map<string, Received[]>();
  readonly #answers = new Map<string, ScriptedAnswer>();
  readonly #late = new Deadlines<LateAnswer>();
  #commands: SipInput[] = [];
  /** What the endpoint told that is neither request, response nor failure. */
  readonly events: SipEvent[] = [];

  constructor(domain: string) {
    this.#domain = domain;
  }

  get wakeAt(): Instant {
    return this.#late.next;
  }

  /** Adds a user, who answers 200; others get 404. */
  addUser(user: string): void {
    if (!this.#inboxes.has(user)) this.#inboxes.set(user, []);
  }

  /** From now on this address answers so, be it a user or not. */
  answer(user: string, answer: ScriptedAnswer): void {
    this.#answers.set(user, answer);
  }

  /** The MESSAGEs a user was given, oldest first. */
  inbox(user: string): readonly Received[] {
    return this.#inboxes.get(user) ?? [];
  }

  /** The texts of an inbox. */
  texts(user: string): readonly string[] {
    return this.inbox(user).map((received) => received.text);
  }

  /** Sends a request; take the command from `next`. */
  send(message: PeerMessage, targets: readonly Target[]): Sent {
    const sent: Sent = { draft: draftOf(message), response: undefined, failed: undefined };
    this.#commands.push({ kind: 'request', draft: sent.draft, targets, context: sent });
    return sent;
  }

  receive(now: Instant, input: SipEvent | { readonly kind: 'tick' }): void {
    if (input.kind === 'request') this.#takeRequest(now, input.id, input.request, input.flow);
    else if (input.kind === 'response') (input.context as Sent).response = input.response;
    else if (input.kind === 'failed') (input.context as Sent).failed = input;
    else if (input.kind !== 'tick') this.events.push(input);
    for (let due = this.#late.takeDue(now); due !== undefined; due = this.#late.takeDue(now)) {
      this.#commands.push(due.input);
    }
  }

  next(): SipInput | undefined {
    return this.#commands.shift();
  }

  #takeRequest(now: Instant, id: string, request: IncomingRequest, flow: Flow): void {
    const user = this.#userOf(request.uri);
    const answer = this.#answers.get(user) ?? { status: this.#inboxes.has(user) ? 200 : 404 };
    const isTaken = answer === 'silence' || answer.status < 300;
    if (isTaken) this.#inboxes.get(user)?.push({ at: now, text: bodyOf(request), request, flow });
    if (answer !== 'silence') this.#answerLater(now, id, answer);
  }

  #answerLater(now: Instant, id: string, answer: Exclude<ScriptedAnswer, 'silence'>): void {
    const { status, reason, headers, after = 0 } = answer;
    const draft = { status, reason, headers };
    const late: LateAnswer = { at: 0, slot: -1, input: { kind: 'respond', to: id, draft } };
    this.#late.set(late, now + after);
  }

  /** The user part at our domain; elsewhere the whole address, so that a test can script it too. */
  #userOf(uri: Uri): string {
    if (uri.kind === 'other') return uri.text.slice(uri.scheme.length + 1);
    const user = uri.user ?? '';
    return uri.host === this.#domain ? user : `${user}@${uri.host}`;
  }
}

/** An edge, or anything that takes commands as one does. */
export interface EdgeLike {
  start(take: (event: SipEvent) => void): void;
  send(input: SipInput): void;
}

/**
 * Plays a script, or a domain, on an edge. The function it returns hands in the clock and what the script was told
 * to send; call it after `send`, and whenever `wakeAt` has passed.
 */
export function playOn(
  edge: EdgeLike,
  script: Machine<SipEvent | { readonly kind: 'tick' }, SipInput>,
  clock: () => Instant,
): () => void {
  const step = (event: SipEvent | { readonly kind: 'tick' }): void => {
    script.receive(clock(), event);
    for (let input = script.next(); input !== undefined; input = script.next()) edge.send(input);
  };
  edge.start(step);
  return () => step({ kind: 'tick' });
}

function draftOf(message: PeerMessage): RequestDraft {
  const to = uriOf(message.to);
  return {
    method: 'MESSAGE',
    uri: to,
    from: addressOf(uriOf(message.from)),
    to: addressOf(to),
    contentType: 'text/plain;charset=utf-8',
    body: utf8(message.text ?? ''),
    ...message.draft,
  };
}

function uriOf(address: string): SipUri {
  const at = address.lastIndexOf('@');
  return {
    kind: 'sip',
    scheme: 'sip',
    user: at < 0 ? undefined : address.slice(0, at),
    password: undefined,
    host: address.slice(at + 1).toLowerCase(),
    port: undefined,
    params: [],
    headers: undefined,
  };
}

function addressOf(uri: Uri): NameAddr {
  return { display: undefined, uri, params: [] };
}

function bodyOf(request: IncomingRequest): string {
  const { body } = request.request;
  return textOf(body, 0, body.length);
}
