// An XMPP domain as a script: users who are online, offline or unknown, inboxes, answers by user, stanzas it sends and
// what became of them. Events of an endpoint go in, commands for it come out. Pure and without timers. It treats
// stanzas as RFC 6121 §8.5 has a server do. Users with rosters and presence are presence/; its wire is domain.ts.
import { isFault, MisuseError } from '../fault.ts';
import type { XmppEvent, XmppInput } from '../endpoint/io.ts';
import { Jid } from '../jid.ts';
import type { Instant, LinkFacts, SendFailure } from '../server-link.ts';
import { type Condition, errorReply } from '../stanza-error.ts';
import {
  type Iq,
  type Message,
  messageElement,
  type MessageType,
  type Presence,
  type Stanza,
} from '../stanza.ts';
import { answerIq } from '../xep/disco.ts';
import type { XmlElement } from '../xml/element.ts';
import { availableOf } from './presence/account.ts';
import { Accounts } from './presence/accounts.ts';
import type { ModelLimits } from './presence/limits.ts';
import type { XmppUser } from './presence/user.ts';

/** How a user answers a message: with an error, with stanzas made of it, or not at all. */
export type Reaction = Condition | ((message: Message) => readonly XmlElement[]) | 'silence';

/** A message that reached a user. */
export interface Received {
  /** `undefined` where the script was handed no clock. */
  readonly at: Instant | undefined;
  readonly text: string;
  readonly message: Message;
  readonly link: LinkFacts;
}

/** What a test has the domain send. Addresses as text; `from` bare or full. */
export interface DomainMessage {
  readonly from: string;
  readonly to: string;
  readonly text?: string;
  readonly type?: MessageType;
  readonly subject?: string;
  readonly thread?: string;
  readonly id?: string;
  readonly extra?: readonly XmlElement[];
}

/** A stanza of the domain; `fate` is set once it is known. */
export interface Sent {
  readonly element: XmlElement;
  readonly id: string;
  fate: 'sent' | SendFailure | undefined;
  /** Whether the peer has said that it took the stanza. @spec XEP-0198 §4 */
  isAcknowledged: boolean;
}

/** What a script may be handed. */
export interface XmppScriptOptions {
  /** Without it nobody is told since when a user is gone. */
  readonly clock?: (() => Instant) | undefined;
  readonly limits?: Partial<ModelLimits> | undefined;
}

interface User {
  resources: readonly string[];
  reaction: Reaction | undefined;
  readonly inbox: Received[];
  readonly errors: Message[];
  readonly presences: Presence[];
}

/** A domain without its wire: give it events by `take`, take its commands by `next`. */
export class XmppScript {
  readonly domain: string;
  /** What the endpoint told that is neither stanza nor fate. */
  readonly events: XmppEvent[] = [];
  /** Iqs that answered something the domain had sent. */
  readonly answers: Iq[] = [];
  readonly #users = new Map<string, User>();
  readonly #commands: XmppInput[] = [];
  readonly #accounts: Accounts;
  readonly #clock: XmppScriptOptions['clock'];
  #serial = 0;

  constructor(domain: string, options: XmppScriptOptions = {}) {
    this.domain = domain;
    this.#clock = options.clock;
    this.#accounts = new Accounts({
      ...options,
      domain,
      send: (element) => void this.sendElement(element),
      inbox: (local) => this.#users.get(local)?.presences,
      nextId: () => this.#nextId(),
    });
  }

  /** The user of that name with an account: roster, clients and what they are shown; made when new. */
  user(local: string): XmppUser {
    const user = this.#accounts.user(local);
    this.addUser(local, []);
    return user;
  }

  /** The server of the domain restarts: no client is connected any more, and nobody is told. Rosters are kept. */
  restart(): void {
    this.#commands.length = 0;
    this.#accounts.restart();
  }

  /** Adds a user, online with these resources; with none the user is offline. */
  addUser(local: string, resources: readonly string[] = ['phone']): void {
    const known = this.#users.get(local);
    if (known !== undefined) known.resources = resources;
    else {
      const user = { resources, reaction: undefined, inbox: [], errors: [], presences: [] };
      this.#users.set(local, user);
    }
  }

  /** From now on this user answers messages so. */
  answer(local: string, reaction: Reaction | undefined): void {
    this.#userOf(local).reaction = reaction;
  }

  /** The messages a user was given, oldest first. */
  inbox(local: string): readonly Received[] {
    return this.#userOf(local).inbox;
  }

  /** The texts of an inbox. */
  texts(local: string): readonly string[] {
    return this.inbox(local).map((received) => received.text);
  }

  /** The messages of type error that came back to a user. */
  errors(local: string): readonly Message[] {
    return this.#userOf(local).errors;
  }

  /** The presence that came for a user without an account. */
  presences(local: string): readonly Presence[] {
    return this.#userOf(local).presences;
  }

  /** Has a user send a message. */
  send(message: DomainMessage): Sent {
    const { from, to, text, type = 'chat', thread, extra = [] } = message;
    const id = message.id ?? this.#nextId();
    const bodies = text === undefined ? [] : [plain(text)];
    const subjects = message.subject === undefined ? {} : { subjects: [plain(message.subject)] };
    return this.sendElement(
      messageElement({ from, to, id, type, thread, bodies, extra, ...subjects }),
    );
  }

  /** Has the domain send any stanza with `from` and `to`. */
  sendElement(element: XmlElement): Sent {
    const sent: Sent = { element, id: element.attrs['id'] ?? '', ...OPEN };
    const from = addressIn(element, 'from');
    const to = addressIn(element, 'to');
    this.#commands.push({ kind: 'stanza', element, from, to, context: sent });
    return sent;
  }

  /** What an endpoint, or an edge, told. */
  take(event: XmppEvent): void {
    if (event.kind === 'fate') this.#settle(event);
    else if (event.kind !== 'stanza') this.events.push(event);
    else if (event.stanza.kind === 'message') this.#takeMessage(event.stanza, event.to, event.link);
    else if (event.stanza.kind === 'iq') this.#takeIq(event.stanza, event.to);
    else this.#accounts.take(event.stanza, event.from, event.to);
  }

  /** The next command for the endpoint. */
  next(): XmppInput | undefined {
    return this.#commands.shift();
  }

  /** @spec RFC 6121 §8.5.1, §8.5.2, §8.5.3 */
  #takeMessage(message: Message, to: Jid, link: LinkFacts): void {
    const user = this.#users.get(to.local);
    if (message.type === 'error') return void user?.errors.push(message);
    if (user === undefined) return this.#reply(message, 'service-unavailable');
    const { reaction } = user;
    if (typeof reaction === 'string' && reaction !== 'silence')
      return this.#reply(message, reaction);
    if (!this.#isReachable(to, user) || message.type === 'groupchat')
      return message.type === 'headline' ? undefined : this.#reply(message, 'service-unavailable');
    const text = message.bodies[0]?.text ?? '';
    user.inbox.push({ at: this.#clock?.(), text, message, link });
    if (typeof reaction === 'function')
      for (const element of reaction(message)) this.sendElement(element);
  }

  /** The server answers for itself and for bare addresses, a connected client for itself. */
  #takeIq(iq: Iq, to: Jid): void {
    if (iq.type === 'result' || iq.type === 'error') return void this.answers.push(iq);
    const user = this.#users.get(to.local);
    const isHere = to.resource === '' || this.#has(to, user);
    if (to.local !== '' && (user === undefined || !isHere))
      return this.#reply(iq, 'service-unavailable');
    const identity = to.resource === '' ? SERVER : CLIENT;
    const answer = answerIq(iq, identity);
    if (answer !== undefined) this.sendElement(answer);
  }

  /** Whether a message would find a client. @spec RFC 6121 §8.5.2, §8.5.3 */
  #isReachable(to: Jid, user: User): boolean {
    const account = this.#accounts.of(to.local);
    if (account === undefined) return user.resources.length > 0;
    const isWilling = availableOf(account).some(({ says }) => (says.what.priority ?? 0) >= 0);
    return isWilling || this.#has(to, user);
  }

  /** Whether that very client is connected. */
  #has({ local, resource }: Jid, user: User | undefined): boolean {
    const account = this.#accounts.of(local);
    const isConnected = account?.clients.has(resource) ?? user?.resources.includes(resource);
    return isConnected === true;
  }

  #settle({ context, fate, reason }: XmppEvent & { readonly kind: 'fate' }): void {
    if (!isSent(context)) return;
    if (fate === 'acknowledged') context.isAcknowledged = true;
    else context.fate = fate === 'sent' ? fate : (reason ?? 'closed');
    const { element } = context;
    if (fate === 'failed' && element.name === 'presence')
      this.#accounts.failed(element, addressIn(element, 'from'), reason ?? 'closed');
  }

  #reply(stanza: Stanza, condition: Condition): void {
    const reply = errorReply(stanza, { condition });
    if (reply !== undefined) this.sendElement(reply);
  }

  #userOf(local: string): User {
    const user = this.#users.get(local);
    if (user === undefined) throw new MisuseError('no-user', `There is no user ${local}.`);
    return user;
  }

  #nextId(): string {
    this.#serial += 1;
    return `${this.domain}-${this.#serial}`;
  }
}

function plain(text: string): { readonly lang: undefined; readonly text: string } {
  return { lang: undefined, text };
}

function isSent(context: unknown): context is Sent {
  return typeof context === 'object' && context !== null && 'isAcknowledged' in context;
}

function addressIn(element: XmlElement, name: 'from' | 'to'): Jid {
  const jid = Jid.parse(element.attrs[name] ?? '');
  if (isFault(jid)) throw new MisuseError('no-address', `The stanza needs a valid ${name}.`);
  return jid;
}

const SERVER = { category: 'server', type: 'im', features: [] };
const CLIENT = { category: 'client', type: 'phone', features: [] };
const OPEN = { fate: undefined, isAcknowledged: false };
