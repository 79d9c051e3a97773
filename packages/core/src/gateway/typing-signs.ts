// Who composes, both ways: chat states of XMPP users become isComposing, and the other way, by the machine of
// rules/typing.ts. An XMPP user is told only where one of his devices has shown that it knows chat states; a SIP domain that
// has refused a sign as what it does not read gets none for a while.
import type { PolicySet } from '@interwork/policy';
import type { IncomingRequest } from '@interwork/sip';
import type { Jid, LinkFacts, Message, XmlElement } from '@interwork/xmpp';
import { dialectOf } from '../dialect/dialect-of.ts';
import { type ChatState, stateIn } from '../rules/chat-state.ts';
import type { HeardComposing } from '../rules/sign-in.ts';
import { callIdToThread, threadToCallId } from '../rules/thread.ts';
import {
  type Composing,
  COMPOSING_OF,
  HEARD_TIMES,
  SAID_TIMES,
  STATE_OF,
} from '../rules/typing.ts';
import type { Instant } from '../store/store.ts';
import { type Admitted, admitStanza } from './admit.ts';
import type { Within } from './admit-within.ts';
import type { Looked } from './look.ts';
import { type Crossed, UNREAD } from './outgoing.ts';
import { Recent } from './recent.ts';
import { composingDraft, stateElement } from './sign-drafts.ts';
import { type CameStanza, pairOf, type SignAsked, signLooked, type SignPost } from './sign-post.ts';
import { Typings } from './typings.ts';

/** Somebody who composes, and what is needed to tell the other side. */
interface Composer {
  readonly admitted: Admitted;
  /** The thread, as the other side has it. */
  readonly thread: string | undefined;
  /** What it is to have stopped, where the peer's form says that. */
  readonly idleAs?: 'active' | 'paused' | undefined;
}

/** Who has shown that he knows chat states, and whether he may be told them. */
interface Shown {
  readonly device: Jid;
  /** By which it was found whether he may. */
  policy: PolicySet | undefined;
  may: boolean;
}

/** Both directions. */
export class TypingSigns {
  readonly #post: SignPost;
  /** XMPP users who compose. */
  readonly #said: Typings<Composer>;
  /** SIP users who compose. */
  readonly #heard: Typings<Composer>;
  /** The devices that have shown chat states, by SIP user and XMPP user. */
  readonly #shows: Recent<Shown>;
  /** SIP domains that take no signs, until then. */
  readonly #deaf: Recent<Instant>;

  constructor(post: SignPost) {
    const { typing } = post.env.limits;
    this.#post = post;
    this.#said = new Typings(SAID_TIMES, typing);
    this.#heard = new Typings(HEARD_TIMES, typing);
    this.#shows = new Recent(typing);
    this.#deaf = new Recent(typing);
  }

  get size(): number {
    return this.#said.size + this.#heard.size;
  }

  get wakeAt(): Instant {
    return Math.min(this.#said.wakeAt, this.#heard.wakeAt);
  }

  /** A chat state alone; the word is why nothing comes of it, `undefined` when something does. */
  said(
    now: number,
    state: ChatState,
    m: Message,
    came: CameStanza,
    link: LinkFacts,
  ): string | undefined {
    const { from, to } = came;
    const { env } = this.#post;
    this.#showed(pairOf(to, from), from);
    const why = this.#unreached(now, from, to);
    if (why !== undefined) return why;
    if (env.closing) return 'draining';
    const admitted = admitStanza(m, from, to, link, env, 'composing');
    if (admitted.kind === 'denied') return admitted.refusal.code;
    const thread = m.thread === undefined ? undefined : threadToCallId(m.thread);
    const composer = { admitted, thread };
    const tells = this.#said.put(now, pairOf(from, to), COMPOSING_OF[state], composer);
    if (tells === undefined) return 'no-change';
    this.#send(now, composer, tells, came);
    return undefined;
  }

  /** What the host is to look at of a chat state: that somebody composes, where a SIP user may be told. */
  lookOf(
    now: number,
    state: ChatState,
    m: Message,
    { from, to }: CameStanza,
    link: LinkFacts,
  ): Looked | undefined {
    const { env } = this.#post;
    if (COMPOSING_OF[state] === 'idle' || env.closing) return undefined;
    if (this.#unreached(now, from, to) !== undefined) return undefined;
    const admitted = admitStanza(m, from, to, link, env, 'composing');
    if (admitted.kind === 'denied') return undefined;
    return signLooked({ direction: 'xmpp-to-sip', from, to }, 'composing', admitted);
  }

  /** The same of a SIP user, where the XMPP user may be told. */
  heardAs(
    { from, to }: Admitted,
    { state }: HeardComposing,
    within: Within | undefined,
  ): SignAsked | undefined {
    if (state === 'idle' || !this.#isShown(pairOf(from.jid, to.jid), within)) return undefined;
    return 'composing';
  }

  /** An XMPP user has said something: he composes no more, and may show that he knows chat states. */
  spoke(now: number, m: Message, from: Jid, to: Jid): void {
    if (stateIn(m) !== undefined) this.#showed(pairOf(to, from), from);
    this.#said.message(now, pairOf(from, to));
  }

  /** A SIP user has said something; the state that his message has, where its reader knows chat states. @spec XEP-0085 §5.2 */
  heardWords(now: number, from: Jid, to: Jid): XmlElement | undefined {
    const pair = pairOf(from, to);
    this.#heard.message(now, pair);
    return this.#mayShow(pair, from, to) ? stateElement('active') : undefined;
  }

  /** A SIP user composes, or no more; the word is why nothing comes of it. */
  heard(
    now: number,
    r: IncomingRequest,
    admitted: Admitted,
    { idleAs, lasts, state }: HeardComposing,
    within?: Within,
  ): string | undefined {
    const pair = pairOf(admitted.from.jid, admitted.to.jid);
    if (!this.#isShown(pair, within)) return 'no-chat-states';
    if (within !== undefined && this.#shows.get(pair) === undefined) this.#showed(pair, within.to);
    const thread = within?.thread ?? callIdToThread(r.callId);
    const composer = { admitted, thread, idleAs };
    const tells = this.#heard.put(now, pair, state, composer, lasts);
    if (tells === undefined) return 'no-change';
    this.#show(now, composer, tells);
    return undefined;
  }

  /** A sign was refused. @spec RFC 3994 §3.2 */
  refused(now: number, { pair, to }: Crossed, status: number): void {
    if (!UNREAD.has(status)) return;
    this.#deaf.set(to.asciiDomain, now + this.#post.env.waits.unread);
    this.#said.forget(pair);
  }

  /** Tells what is due. */
  tick(now: number): void {
    for (let due = this.#said.due(now); due !== undefined; due = this.#said.due(now))
      this.#sendIfReached(now, due.value, due.tell);
    for (let due = this.#heard.due(now); due !== undefined; due = this.#heard.due(now))
      this.#show(now, due.value, due.tell);
  }

  clear(): void {
    for (const table of [this.#said, this.#heard, this.#shows, this.#deaf]) table.clear();
  }

  /** A device has shown that it knows chat states. */
  #showed(pair: string, device: Jid): void {
    const known = this.#shows.get(pair);
    const isSame = known?.device.full === device.full;
    this.#shows.set(pair, isSame ? known : { device, policy: undefined, may: false });
  }

  /** Whether a device has shown chat states, here or in the session. */
  #isShown(pair: string, within: Within | undefined): boolean {
    return this.#shows.get(pair) !== undefined || within?.signs === true;
  }

  /** Whether words have a state beside them: policy is asked once, and again when it is another. @spec RFC 7247 §8 */
  #mayShow(pair: string, from: Jid, to: Jid): boolean {
    const shown = this.#shows.get(pair);
    if (shown === undefined) return false;
    const { policy } = this.#post.env;
    if (shown.policy !== policy) {
      shown.policy = policy;
      shown.may = this.#post.permits('sip', 'composing', from, to);
    }
    return shown.may;
  }

  /** Why a SIP user cannot be told now; `undefined` when he can. Signs open no session. */
  #unreached(now: number, from: Jid, to: Jid): 'no-typing' | 'no-session' | undefined {
    const { typing, traits } = dialectOf(this.#post.env, to.asciiDomain);
    if (traits.typing === 'none' || (this.#deaf.get(to.asciiDomain) ?? 0) > now) return 'no-typing';
    const isWithin = typing !== undefined || !traits.pager;
    return isWithin && !this.#post.isOpen(from, to) ? 'no-session' : undefined;
  }

  /** Whoever cannot be told any more is forgotten. */
  #sendIfReached(now: number, composer: Composer, state: Composing): void {
    const [from, to] = [composer.admitted.from.jid, composer.admitted.to.jid];
    if (this.#unreached(now, from, to) === undefined) this.#send(now, composer, state);
    else this.#said.forget(pairOf(from, to));
  }

  #send(now: number, { admitted, thread }: Composer, state: Composing, came?: CameStanza): void {
    const form = dialectOf(this.#post.env, admitted.to.jid.asciiDomain).typing;
    const draft = composingDraft(this.#post.endsOf(admitted), state, thread, form);
    this.#post.send(now, 'composing', admitted, draft, state, came);
  }

  /** To the device that has shown chat states; if policy has not changed its mind. @spec XEP-0085 §5.1 */
  #show(now: number, { admitted, idleAs, thread }: Composer, state: Composing): void {
    const { by, from, policy, proof, to } = admitted;
    const [sender, person] = [from.jid, to.jid];
    const { env } = this.#post;
    const isSame = policy === env.policy;
    if (!isSame && !this.#post.permits('sip', 'composing', sender, person)) return;
    const device = this.#shows.get(pairOf(sender, person))?.device ?? person;
    const says = stateElement(state === 'idle' ? (idleAs ?? env.idleAs) : STATE_OF[state]);
    this.#post.say(says, { from: sender, to: device, type: 'chat', thread }, admitted);
    this.#post.told(now, 'composing', sender, person, { by, proof, reasons: [state] });
  }
}
