// What people have done and shown in one run, as far as the models do not keep it: numbers, who is away, and what may
// not have been heard.
import type { VirtualClock } from '@interwork/core/testing';
import type { SipUser } from '@interwork/sip/testing';
import type { XmppClient, XmppUser } from '@interwork/xmpp/testing';

/** What has happened. */
export class Chronicle {
  /** By XMPP person and client: the number that is shown. */
  readonly said = new Map<string, Map<string, number>>();
  /** When something was wrong that may have lost a stanza. */
  readonly foul: { readonly from: number; to: number }[] = [];
  /** When connections broke, or a domain and a gateway did not hear each other. */
  readonly breaks: { readonly from: number; readonly to: number }[] = [];
  /** When a gateway lost what it had in memory, or its time, or a domain lost its connections and clients. */
  readonly crashes: number[] = [];
  /** When XMPP people last stopped watching, by watcher and contact, and whether they soon watched again. */
  readonly stopped = new Map<string, { readonly at: number; isCrossed: boolean }>();
  /** SIP people who have logged out. */
  readonly away = new Set<SipUser>();
  readonly #lives = new Map<SipUser, number>();
  readonly #serials = new WeakMap<XmppClient, number>();
  #numbers = 0;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** A number that nobody has shown. */
  nextNumber(): number {
    return (this.#numbers += 1);
  }

  /** An XMPP person shows a number by a client. */
  says(user: XmppUser, { address }: XmppClient, number: number): void {
    const said = this.said.get(user.address) ?? new Map<string, number>();
    this.said.set(user.address, said.set(address, number));
  }

  saysNothing(user: XmppUser, { address }: XmppClient): void {
    this.said.get(user.address)?.delete(address);
  }

  /** Tells a client from others that had its name. */
  serialOf(client: XmppClient): number {
    const known = this.#serials.get(client) ?? this.nextNumber();
    this.#serials.set(client, known);
    return known;
  }

  /** How often a SIP person has lost all that was seen. */
  livesOf(user: SipUser): number {
    return this.#lives.get(user) ?? 0;
  }

  crashed(user: SipUser): void {
    this.#lives.set(user, this.livesOf(user) + 1);
  }

  /** Whether a SIP person wants to see an XMPP person, and is there. */
  wants(user: SipUser, contact: XmppUser): boolean {
    return user.device('').contacts.includes(contact.address) && !this.away.has(user);
  }

  /** Something is wrong for so long. */
  wrong(duration: number): void {
    const from = this.#clock.now;
    this.foul.push({ from, to: from + duration });
  }

  /** A domain and a gateway do not hear each other for so long, or their connections break. */
  broke(duration: number): void {
    const from = this.#clock.now;
    this.breaks.push({ from, to: from + duration });
  }

  /** Somebody has forgotten what was on its way. */
  forgot(): void {
    this.crashes.push(this.#clock.now);
  }

  /** An XMPP person watches a SIP person no more. */
  stops(user: XmppUser, contact: SipUser): void {
    const item = user.roster().find(({ jid }) => jid === contact.address);
    const isWatching =
      item?.ask === true || item?.subscription === 'to' || item?.subscription === 'both';
    if (!isWatching) return;
    const at = this.#clock.now;
    this.stopped.set(`${user.address} ${contact.address}`, { at, isCrossed: false });
  }

  /** An XMPP person watches again. */
  starts(user: XmppUser, contact: SipUser): void {
    const stopped = this.stopped.get(`${user.address} ${contact.address}`);
    if (stopped !== undefined && this.#clock.now < stopped.at + CROSSING) stopped.isCrossed = true;
  }

  /**
   * Whether it may not have been heard that an XMPP person watches no more: nobody repeats that, and one who watches
   * again before it is confirmed takes the confirmation for a refusal.
   */
  isUnheard(user: XmppUser, contact: SipUser): boolean {
    const stopped = this.stopped.get(`${user.address} ${contact.address}`);
    if (stopped === undefined) return false;
    const { at, isCrossed } = stopped;
    return (
      isCrossed || this.foul.some(({ from, to }) => from < at + CROSSING && to > at - CROSSING)
    );
  }
}

/** What two things may be apart that meet on the way. */
const CROSSING = 60_000;
