// One device of a test user: the contacts it watches, and the NOTIFYs it answers. It may crash, which forgets
// every dialog and keeps the list of contacts.
import type { Instant } from '../../endpoint/types.ts';
import type { IncomingRequest } from '../../message.ts';
import type { SipUri, Uri } from '../../uri.ts';
import type { ScriptedAnswer } from '../script.ts';
import type { Ground } from './ground.ts';
import { addressOf } from './leg.ts';
import { type Sight, type View, Watch } from './watch.ts';

/** A device, and what is seen on it. */
export class Device {
  readonly #ground: Ground;
  readonly #local: Uri;
  readonly #contact: SipUri;
  readonly #wishes = new Map<string, { readonly remote: Uri; readonly expires: number }>();
  readonly #watches = new Set<Watch>();
  /** The one of each contact that lasts. */
  readonly #lasting = new Map<string, Watch>();
  readonly #views = new Map<string, View>();
  #answer: ScriptedAnswer | undefined;

  constructor(ground: Ground, local: Uri, contact: SipUri) {
    this.#ground = ground;
    this.#local = local;
    this.#contact = contact;
  }

  /** Subscriptions and fetches that have not ended. */
  get open(): number {
    this.#tidy();
    return this.#watches.size;
  }

  /** Contacts that are to be watched. */
  get contacts(): readonly string[] {
    return [...this.#wishes.keys()];
  }

  /** What is seen of a contact. */
  sees(remote: Uri): Sight {
    return this.#views.get(addressOf(remote))?.sight ?? NOTHING_SEEN;
  }

  /** Puts a contact on the list and watches it. */
  watch(remote: Uri, expires: number): void {
    this.#wishes.set(addressOf(remote), { remote, expires });
    this.#ground.act((now) => this.#keep(now, remote, expires));
  }

  /** Takes a contact from the list and stops watching it. */
  unwatch(remote: Uri): void {
    this.#wishes.delete(addressOf(remote));
    this.#ground.act((now) => this.#lastingFor(remote)?.stop(now));
  }

  /** Asks once; what comes is seen, unless the contact is watched anyway. */
  poll(remote: Uri): void {
    this.#ground.act((now) => {
      const isWatched = this.#lastingFor(remote) !== undefined;
      this.#begin(now, remote, 0, isWatched ? { sight: NOTHING_SEEN } : this.#viewOf(remote));
    });
  }

  /** Asks for a subscription again, before its time. */
  refresh(remote: Uri): void {
    this.#ground.act((now) => this.#lastingFor(remote)?.refresh(now));
  }

  /** Stops watching, and keeps the list. */
  logout(): void {
    this.#ground.act((now) => {
      for (const watch of this.#lasting.values()) if (watch.isLasting) watch.stop(now);
    });
  }

  /** Watches everybody on the list who is not watched. */
  login(): void {
    this.#ground.act((now) => {
      for (const { remote, expires } of this.#wishes.values()) this.#keep(now, remote, expires);
    });
  }

  /** Forgets dialogs and what was seen, and tells nobody. */
  crash(): void {
    for (const watch of this.#watches) watch.forget();
    this.#watches.clear();
    this.#lasting.clear();
    this.#views.clear();
  }

  /** From now on NOTIFYs are answered so, and not looked at; `undefined` ends it. */
  answerNotify(answer: ScriptedAnswer | undefined): void {
    this.#answer = answer;
  }

  /** Answers a NOTIFY if it is for this device. */
  take(now: Instant, id: string, r: IncomingRequest): boolean {
    const watch = [...this.#watches].find((one) => one.isFor(r));
    if (watch === undefined) return false;
    const answer = this.#answer;
    if (answer === undefined) this.#ground.respond(id, watch.take(now, r));
    else if (answer !== 'silence') {
      const { status, reason, headers, after } = answer;
      this.#ground.respond(id, { status, reason, headers }, after);
    }
    return true;
  }

  #keep(now: Instant, remote: Uri, expires: number): void {
    if (this.#lastingFor(remote) !== undefined) return;
    const watch = this.#begin(now, remote, expires, this.#viewOf(remote));
    if (watch !== undefined) this.#lasting.set(addressOf(remote), watch);
  }

  #begin(now: Instant, remote: Uri, expires: number, view: View): Watch | undefined {
    this.#tidy();
    if (this.#watches.size >= MAX_WATCHES) return undefined;
    const wish = { local: this.#local, remote, contact: this.#contact, expires };
    const watch = new Watch(this.#ground, wish, view);
    this.#watches.add(watch);
    watch.begin(now);
    return watch;
  }

  #lastingFor(remote: Uri): Watch | undefined {
    const watch = this.#lasting.get(addressOf(remote));
    return watch?.isLasting === true ? watch : undefined;
  }

  #viewOf(remote: Uri): View {
    const address = addressOf(remote);
    const known = this.#views.get(address);
    if (known !== undefined) return known;
    const view = { sight: NOTHING_SEEN };
    this.#views.set(address, view);
    return view;
  }

  #tidy(): void {
    for (const watch of this.#watches) if (watch.isOver) this.#watches.delete(watch);
    for (const [address, watch] of this.#lasting) if (watch.isOver) this.#lasting.delete(address);
  }
}

/** What is seen of those who were never watched. */
const NOTHING_SEEN: Sight = { state: 'none', reason: undefined, document: undefined, count: 0 };

/** Subscriptions and fetches that a device has at most. */
const MAX_WATCHES = 10_000;
