// A user of a presence domain, as a test speaks to him: what he shows and to whom, whom he watches, and what he
// sees. His two halves are presentity.ts and device.ts. Addresses are `user@host`, with a scheme or without.
import { MisuseError } from '../../fault.ts';
import type { Instant } from '../../endpoint/types.ts';
import type { IncomingRequest } from '../../message.ts';
import { parseUri, type SipUri, type Uri } from '../../uri.ts';
import type { ScriptedAnswer } from '../script.ts';
import { Device } from './device.ts';
import type { Ground } from './ground.ts';
import { addressOf } from './leg.ts';
import type { Policy, PresentityManners } from './manners.ts';
import { Presentity, type Watched } from './presentity.ts';
import type { Sight } from './watch.ts';

/** A user with his presentity and his devices. Watching is done by the first device unless one is named. */
export class SipUser {
  /** `user@host`. */
  readonly address: string;
  readonly #ground: Ground;
  readonly #name: string;
  readonly #local: Uri;
  readonly #presentity: Presentity;
  readonly #devices = new Map<string, Device>();

  constructor(ground: Ground, name: string, domain: string) {
    this.#ground = ground;
    this.#name = name;
    this.address = `${name}@${domain}`;
    this.#local = uriOf(this.address);
    this.#presentity = new Presentity(ground, name);
    this.device('');
  }

  /** What his watchers are shown; `undefined` shows nothing. */
  get document(): string | undefined {
    return this.#presentity.document?.text;
  }

  /** Shows this to his watchers from now on, as it stands: it need not be a good document. */
  setDocument(text: string | undefined, contentType = 'application/pidf+xml'): void {
    this.#presentity.set(text === undefined ? undefined : { text, contentType });
  }

  /** Addresses that asked and wait for a decision. */
  get pendingWatchers(): readonly string[] {
    return this.#presentity.pending;
  }

  /** The dialogs in which he is watched. */
  get watchers(): readonly Watched[] {
    return this.#presentity.watched;
  }

  /** What a watcher is let see. */
  policyFor(watcher: string): Policy {
    return this.#presentity.policyFor(addressOf(uriOf(watcher)));
  }

  /** Lets a watcher see his state. */
  allow(watcher: string): void {
    this.#decide(watcher, 'allow');
  }

  /** Refuses a watcher, now and later. */
  deny(watcher: string): void {
    this.#decide(watcher, 'deny');
  }

  /** Lets a watcher believe that he is let see, and shows nothing. */
  blockPolitely(watcher: string): void {
    this.#decide(watcher, 'polite');
  }

  /** Takes a decision back: the watcher has to ask again. */
  undecide(watcher: string): void {
    this.#decide(watcher, undefined);
  }

  /** How he treats watchers; what is left out stays as it was. */
  behave(manners: Partial<PresentityManners>): void {
    this.#presentity.behave(manners);
  }

  /** Ends the dialogs in which he is watched: those of one watcher, or all. */
  terminate(reason: string, options: { retryAfter?: number; watcher?: string } = {}): void {
    const { retryAfter, watcher } = options;
    const address = watcher === undefined ? undefined : addressOf(uriOf(watcher));
    this.#presentity.terminate(reason, retryAfter, address);
  }

  /** Sends a watcher a NOTIFY that must not be sent. */
  stray(kind: 'after-end' | 'out-of-order' | 'no-dialog', watcher: string): void {
    this.#presentity.stray(kind, addressOf(uriOf(watcher)));
  }

  /** Another device of his, made when it is first named; the first one has no name. */
  device(name: string): Device {
    const known = this.#devices.get(name);
    if (known !== undefined) return known;
    const contact = name === '' ? this.#name : `${this.#name}.${name}`;
    const made = new Device(this.#ground, this.#local, this.#ground.contactOf(contact));
    this.#devices.set(name, made);
    return made;
  }

  /** Watches a contact, through as many dialogs as it takes. */
  watch(contact: string, options: { expires?: number; device?: string } = {}): void {
    this.device(options.device ?? '').watch(uriOf(contact), options.expires ?? 3600);
  }

  /** Watches a contact no more. */
  unwatch(contact: string, device = ''): void {
    this.device(device).unwatch(uriOf(contact));
  }

  /** Asks once for a contact's state. */
  poll(contact: string, device = ''): void {
    this.device(device).poll(uriOf(contact));
  }

  /** Refreshes a subscription before its time. */
  refresh(contact: string, device = ''): void {
    this.device(device).refresh(uriOf(contact));
  }

  /** What he sees of a contact. */
  sees(contact: string, device = ''): Sight {
    return this.device(device).sees(uriOf(contact));
  }

  /** Watches everybody on his lists again. */
  login(): void {
    for (const device of this.#devices.values()) device.login();
  }

  /** Stops watching, and keeps his lists. */
  logout(): void {
    for (const device of this.#devices.values()) device.logout();
  }

  /** His devices forget their dialogs and tell nobody; `login` begins again. */
  crash(): void {
    for (const device of this.#devices.values()) device.crash();
  }

  /** How NOTIFYs are answered from now on, without a look at them; `undefined` ends it. */
  answerNotify(answer: ScriptedAnswer | undefined): void {
    for (const device of this.#devices.values()) device.answerNotify(answer);
  }

  /** Subscriptions of his devices that have not ended. */
  get watching(): number {
    return [...this.#devices.values()].reduce((sum, device) => sum + device.open, 0);
  }

  /** Forgets every dialog on both sides; decisions, documents and lists stay. */
  restart(): void {
    this.#presentity.restart();
    this.crash();
  }

  /** A SUBSCRIBE to him. */
  takeSubscribe(now: Instant, id: string, r: IncomingRequest): void {
    this.#presentity.take(now, id, r);
  }

  /** A NOTIFY, if it is for one of his devices. */
  takeNotify(now: Instant, id: string, r: IncomingRequest): boolean {
    return [...this.#devices.values()].some((device) => device.take(now, id, r));
  }

  #decide(watcher: string, policy: Policy | undefined): void {
    this.#presentity.decide(addressOf(uriOf(watcher)), policy);
  }
}

/** The URI of `user@host`, or of one that has a scheme. */
export function uriOf(address: string): Uri {
  const uri = parseUri(/^[a-z]+:/i.test(address) ? address : `sip:${address}`);
  if (uri.kind === 'fault') throw new MisuseError('address', `${address} is no address`);
  return uri;
}

/** A SIP URI of a user at a host. */
export function sipUriOf(user: string, host: string): SipUri {
  const uri = uriOf(`sip:${user}@${host}`);
  if (uri.kind !== 'sip') throw new MisuseError('address', `${host} is no host`);
  return uri;
}
