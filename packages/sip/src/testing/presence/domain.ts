// A SIP domain with presence: users who watch and are watched, and a script for everything else. Pure: events
// of an endpoint go in, commands for it come out; `playOn` puts it on an edge. What a test has users do waits
// for the next `receive`, since it needs the instant. It is a model of the other side, written apart from
// the package's own dialogs, subscriber and notifier, and lists what it is sent that the RFCs forbid.
import type {
  DrawToken,
  Instant,
  Machine,
  SipEvent,
  SipInput,
  Target,
} from '../../endpoint/types.ts';
import type { IncomingRequest, RequestDraft, ResponseDraft } from '../../message.ts';
import { Deadlines, type Timed } from '../../transaction/deadlines.ts';
import type { SipUri, Uri } from '../../uri.ts';
import { SipScript } from '../script.ts';
import type { Alarm, Ground, Outcome } from './ground.ts';
import { addressOf, tagOf } from './leg.ts';
import { sipUriOf, SipUser, uriOf } from './user.ts';

/** What a `SipDomain` is told. */
export interface SipDomainOptions {
  /** The domain of its users. */
  readonly domain: string;
  readonly drawToken: DrawToken;
  /** Where a request goes whose next hop this URI names. */
  readonly route: (hop: Uri) => readonly Target[];
  /** Host, and port and parameters if need be, of its Contacts. Default the domain. */
  readonly contactHost?: string;
  /** The URI of a proxy that stays in the path of its dialogs, such as `sip:edge.a.example;lr`. */
  readonly proxy?: string;
}

/** The methods an endpoint must take for a domain with presence. */
export const PRESENCE_METHODS: readonly string[] = ['MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'NOTIFY'];

/** A SIP domain with presence, without a wire. */
export class SipDomain implements Machine<SipEvent | { readonly kind: 'tick' }, SipInput> {
  readonly domain: string;
  /** Everything that is not presence: its users' inboxes, scripted answers, requests by hand. */
  readonly script: SipScript;
  readonly #options: SipDomainOptions;
  readonly #users = new Map<string, SipUser>();
  readonly #alarms = new Deadlines<AlarmAt>();
  readonly #complaints: string[] = [];
  #commands: SipInput[] = [];
  #acts: ((now: Instant) => void)[] = [];
  /** Raised by a restart: what was asked before it is not heard of again. */
  #life = 0;

  constructor(options: SipDomainOptions) {
    this.#options = options;
    this.domain = options.domain;
    this.script = new SipScript(options.domain);
  }

  /** When to hand in a `tick`: at once when users have done something, `Infinity` when nothing waits. */
  get wakeAt(): Instant {
    return this.#acts.length > 0 ? 0 : Math.min(this.#alarms.next, this.script.wakeAt);
  }

  /** What the other side did that it must not, the first ones. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /** A user, made when first named. */
  user(name: string): SipUser {
    const known = this.#users.get(name);
    if (known !== undefined) return known;
    this.script.addUser(name);
    const user = new SipUser(this.#ground(), name, this.domain);
    this.#users.set(name, user);
    return user;
  }

  /** Everything in memory is lost: dialogs of all users, on both sides. Nobody is told. */
  restart(): void {
    this.#life += 1;
    this.#acts = [];
    this.#commands = [];
    for (const user of this.#users.values()) user.restart();
    while (this.#alarms.takeDue(Number.POSITIVE_INFINITY) !== undefined);
  }

  receive(now: Instant, input: SipEvent | { readonly kind: 'tick' }): void {
    this.#act(now);
    if (input.kind === 'request' && isPresence(input.request)) {
      this.#take(now, input.id, input.request);
    } else if (isOurs(input)) input.context.done(now, outcomeOf(input));
    else this.script.receive(now, input);
    this.script.receive(now, { kind: 'tick' });
    for (let due = this.#alarms.takeDue(now); due !== undefined; due = this.#alarms.takeDue(now))
      due.run(now);
    this.#act(now);
  }

  next(): SipInput | undefined {
    return this.#commands.shift() ?? this.script.next();
  }

  #act(now: Instant): void {
    const acts = this.#acts;
    this.#acts = [];
    for (const run of acts) run(now);
  }

  /** A NOTIFY finds its device by its dialog; its Request-URI is what our Contact said. */
  #take(now: Instant, id: string, r: IncomingRequest): void {
    if (r.method === 'NOTIFY') return this.#takeNotify(now, id, r);
    const user = this.#users.get(nameIn(r));
    const isHere = addressOf(r.uri).endsWith(`@${this.domain}`) || tagOf(r.to) !== '';
    if (user !== undefined && isHere) return user.takeSubscribe(now, id, r);
    this.#commands.push({ kind: 'respond', to: id, draft: { status: 404 } });
  }

  #takeNotify(now: Instant, id: string, r: IncomingRequest): void {
    const taken = [...this.#users.values()].some((user) => user.takeNotify(now, id, r));
    if (!taken) this.#commands.push({ kind: 'respond', to: id, draft: { status: 481 } });
  }

  #ground(): Ground {
    const { drawToken, proxy, contactHost } = this.#options;
    return {
      draw: drawToken,
      proxy: proxy === undefined ? undefined : uriOf(proxy),
      contactOf: (name): SipUri => sipUriOf(name, contactHost ?? this.domain),
      send: (draft, hop, done) => this.#send(draft, hop, done),
      respond: (id, draft, after = 0) => this.#respond(id, draft, after),
      alarm: (at, run) => this.#alarm(at, run),
      act: (run) => void this.#acts.push(run),
      complain: (about) => {
        if (this.#complaints.length < MAX_COMPLAINTS) this.#complaints.push(about);
      },
    };
  }

  #send(draft: RequestDraft, hop: Uri, done: Asked['done']): void {
    const life = this.#life;
    const asked = new Asked((now, outcome) => {
      if (life === this.#life) done(now, outcome);
    });
    const targets = this.#options.route(hop);
    this.#commands.push({ kind: 'request', draft, targets, context: asked });
  }

  /** Late answers are timed from the next `receive`, as everything that users do. */
  #respond(id: string, draft: ResponseDraft, after: number): void {
    const command: SipInput = { kind: 'respond', to: id, draft };
    if (after === 0) this.#commands.push(command);
    else
      this.#acts.push((now) => this.#alarm(now + after, () => void this.#commands.push(command)));
  }

  #alarm(at: Instant, run: (now: Instant) => void): Alarm {
    const alarm: AlarmAt = { at: 0, slot: -1, run };
    this.#alarms.set(alarm, at);
    return { drop: () => this.#alarms.drop(alarm) };
  }
}

interface AlarmAt extends Timed {
  readonly run: (now: Instant) => void;
}

/** The context of a request of ours, told from the script's by its class. */
class Asked {
  readonly done: (now: Instant, outcome: Outcome) => void;

  constructor(done: (now: Instant, outcome: Outcome) => void) {
    this.done = done;
  }
}

type Ended = Extract<SipEvent, { readonly kind: 'response' | 'failed' }>;

function isOurs(
  input: SipEvent | { readonly kind: 'tick' },
): input is Ended & { readonly context: Asked } {
  const isEnd = input.kind === 'response' || input.kind === 'failed';
  return isEnd && input.context instanceof Asked;
}

function outcomeOf(ended: Ended): Outcome {
  return ended.kind === 'response' ? { response: ended.response } : { failed: ended.reason };
}

function isPresence({ method }: IncomingRequest): boolean {
  return method === 'SUBSCRIBE' || method === 'NOTIFY';
}

/** The user that a SUBSCRIBE is for: within a dialog, the one in our Contact. */
function nameIn({ uri }: IncomingRequest): string {
  return addressOf(uri).split('@')[0] ?? '';
}

/** Complaints that are kept. */
const MAX_COMPLAINTS = 100;
