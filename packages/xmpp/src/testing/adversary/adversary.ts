// A hostile XMPP server that opens a stream, negotiates it as far as its misdeed wants, and then misbehaves, on command
// by name. Pure: what its connection tells goes in, what is to be done on it comes out. It reads as little as it has
// to, and by no reader of this package.
import { encodeUtf8 } from '../../bytes.ts';
import { MisuseError } from '../../fault.ts';
import { headerOf, type XmppMisdeed, type XmppScene, type XmppStage } from './misdeed.ts';
import { authOf, XMPP_MISDEEDS } from './misdeeds.ts';

/** What its connection tells it. */
export type AdversaryInput =
  | { readonly kind: 'connected' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** TLS stands, and it has shown its certificate. */
  | { readonly kind: 'secured' }
  | { readonly kind: 'closed' };

/** What it does on its connection. */
export type AdversaryOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'start-tls' };

/** A hostile server that has one connection. */
export class XmppAdversary {
  readonly #scene: XmppScene;
  readonly #misdeed: XmppMisdeed;
  readonly #out: AdversaryOutput[] = [];
  #stage: XmppStage = 'opened';
  #unread = '';
  #heard = '';
  #hasDone = false;
  #isClosed = false;

  /** It will misbehave in this way once its stream has come so far. */
  constructor(scene: XmppScene, misdeed: string) {
    const found = Object.hasOwn(XMPP_MISDEEDS, misdeed) ? XMPP_MISDEEDS[misdeed] : undefined;
    if (found === undefined) throw new MisuseError('no-misdeed', `there is no misdeed ${misdeed}`);
    this.#scene = scene;
    this.#misdeed = found;
  }

  /** Everything that was said to it. */
  get heard(): string {
    return this.#heard;
  }

  /** Whether its stream came so far that it could misbehave. */
  get hasDone(): boolean {
    return this.#hasDone;
  }

  /** Whether it was turned away. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  receive(_now: number, input: AdversaryInput): void {
    if (input.kind === 'closed') this.#isClosed = true;
    else if (input.kind === 'bytes') this.#hear(input.bytes);
    else this.#open(input.kind === 'secured' ? 'secured' : 'opened');
  }

  next(): AdversaryOutput | undefined {
    return this.#out.shift();
  }

  #open(stage: XmppStage): void {
    this.#stage = stage;
    this.#unread = '';
    this.#say(headerOf(this.#scene));
  }

  #hear(bytes: Uint8Array): void {
    const text = String.fromCharCode(...bytes.subarray(0, MOST_AT_ONCE));
    this.#unread += text;
    if (this.#heard.length < MOST_HEARD) this.#heard += text;
    if (/<proceed\b/.test(this.#unread)) this.#out.push({ kind: 'start-tls' });
    else if (/<success\b/.test(this.#unread)) this.#open('proved');
    else if (/<\/stream:features>|<stream:features\/>/.test(this.#unread)) this.#goOn();
    else return;
    this.#unread = '';
  }

  #goOn(): void {
    if (this.#stage === this.#misdeed.stage) this.#misbehave();
    else if (this.#stage === 'opened')
      this.#say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    else if (this.#stage === 'secured') this.#say(authOf('EXTERNAL', this.#scene.ours));
  }

  #misbehave(): void {
    if (this.#hasDone) return;
    this.#hasDone = true;
    this.#say(this.#misdeed.write(this.#scene));
  }

  #say(what: string | Uint8Array): void {
    this.#out.push({ kind: 'send', bytes: typeof what === 'string' ? encodeUtf8(what) : what });
  }
}

/** Octets read of one arrival, and characters remembered: of a peer that talks for ever only the beginning counts. */
const MOST_AT_ONCE = 10_000;
const MOST_HEARD = 100_000;
