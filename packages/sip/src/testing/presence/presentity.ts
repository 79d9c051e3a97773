// The side of a test user that is watched: who may see him, the dialogs of those who do, and the NOTIFYs
// they get. Written from RFC 6665 §4.2 and RFC 3856 §6 apart from the package's own notifier. NOTIFYs are sent
// at once and do not wait for each other. Documents are texts that nobody reads here.
import { bytesOf } from '../../bytes.ts';
import { isFault } from '../../fault.ts';
import type { Instant } from '../../endpoint/types.ts';
import type { HeaderField, IncomingRequest, ResponseDraft } from '../../message.ts';
import { param } from '../../message.ts';
import { writeUri } from '../../uri.ts';
import type { Alarm, Ground, Outcome } from './ground.ts';
import {
  addressOf,
  checkPath,
  contactIn,
  follows,
  type Leg,
  legOfRequest,
  recorded,
  tagOf,
  within,
} from './leg.ts';
import { DECENT, type Policy, type PresentityManners } from './manners.ts';

/** A dialog in which somebody watches. */
export interface Watched {
  /** `user@host`. */
  readonly watcher: string;
  readonly state: 'pending' | 'active';
  readonly expiresAt: Instant;
}

interface Session {
  readonly watcher: string;
  readonly leg: Leg;
  /** The `id` of its Event. */
  readonly id: string | undefined;
  state: 'pending' | 'active' | 'ended';
  expiresAt: Instant;
  alarm: Alarm | undefined;
}

/** What a presentity tells of, as a body. */
export interface Document {
  readonly text: string;
  readonly contentType: string;
}

/** A user as he is watched. */
export class Presentity {
  readonly #ground: Ground;
  readonly #name: string;
  readonly #sessions = new Map<string, Session>();
  readonly #decisions = new Map<string, Policy>();
  readonly #asked = new Set<string>();
  #lastEnded: Session | undefined;
  #document: Document | undefined;
  #manners = DECENT;

  constructor(ground: Ground, name: string) {
    this.#ground = ground;
    this.#name = name;
  }

  /** The dialogs in which he is watched. */
  get watched(): readonly Watched[] {
    return [...this.#sessions.values()].flatMap(({ watcher, state, expiresAt }) =>
      state === 'ended' ? [] : [{ watcher, state, expiresAt }],
    );
  }

  /** Those who asked and wait for a decision. */
  get pending(): readonly string[] {
    return [...this.#asked];
  }

  get document(): Document | undefined {
    return this.#document;
  }

  behave(manners: Partial<PresentityManners>): void {
    this.#manners = { ...this.#manners, ...manners };
  }

  /** What applies to a watcher. */
  policyFor(watcher: string): Policy {
    return this.#decisions.get(watcher) ?? this.#manners.policy;
  }

  /** Decides about a watcher, for his dialogs and for those to come; `undefined` takes a decision back. */
  decide(watcher: string, policy: Policy | undefined): void {
    if (policy === undefined) this.#decisions.delete(watcher);
    else {
      this.#decisions.set(watcher, policy);
      this.#asked.delete(watcher);
    }
    this.#ground.act((now) => this.#apply(now, watcher));
  }

  /** From now on this is the state; every dialog that is active is told. */
  set(document: Document | undefined): void {
    this.#document = document;
    this.#ground.act((now) => {
      for (const session of this.#sessions.values())
        if (session.state === 'active') this.#notify(now, session);
    });
  }

  /** Ends dialogs of our own accord: those of one watcher, or all. */
  terminate(reason: string, retryAfter?: number, watcher?: string): void {
    this.#ground.act(() => {
      for (const session of this.#sessions.values())
        if (watcher === undefined || session.watcher === watcher)
          this.#end(session, reason, retryAfter);
    });
  }

  /** Sends a NOTIFY that must not be sent: behind the end of a dialog, before an older one, or in none. */
  stray(kind: 'after-end' | 'out-of-order' | 'no-dialog', watcher: string): void {
    const find = (): Session | undefined =>
      [...this.#sessions.values()].find((one) => one.watcher === watcher);
    this.#ground.act((now) => {
      const session = kind === 'after-end' ? this.#lastEnded : find();
      if (session === undefined) return;
      const { leg } = session;
      const behind = Math.max(0, leg.localCseq - 2);
      const other = kind === 'no-dialog' ? { ...leg, localTag: this.#ground.draw() } : leg;
      const odd = kind === 'out-of-order' ? { ...leg, localCseq: behind } : other;
      this.#send(odd, session, `active;expires=${left(session, now)}`, this.#document);
    });
  }

  /** Forgets every dialog, and tells nobody. Decisions and documents stay. */
  restart(): void {
    for (const session of this.#sessions.values()) session.alarm?.drop();
    this.#sessions.clear();
    this.#lastEnded = undefined;
  }

  /** RFC 6665 §4.2.1. */
  take(now: Instant, id: string, r: IncomingRequest): void {
    const isWithin = tagOf(r.to) !== '';
    const refusal = isWithin ? undefined : this.#refusalOf(r);
    if (refusal !== undefined) return this.#ground.respond(id, refusal);
    if (isWithin) this.#refresh(now, id, r);
    else this.#open(now, id, r);
  }

  /** RFC 6665 §4.2.1.1. */
  #refusalOf(r: IncomingRequest): ResponseDraft | undefined {
    const { refusal, shortest, denial } = this.#manners;
    const fault = this.#faultOf(r);
    if (fault !== undefined) return fault;
    if (this.#sessions.size >= MAX_DIALOGS || this.#asked.size >= MAX_DIALOGS)
      return { status: 503 };
    if (refusal !== undefined) return { status: refusal.status, headers: retry(refusal) };
    const asked = askedFor(r);
    if (asked > 0 && asked < shortest)
      return { status: 423, headers: [{ name: 'Min-Expires', value: String(shortest) }] };
    const isDenied = this.policyFor(addressOf(r.from.uri)) === 'deny';
    return isDenied && denial === 'status' ? { status: 403 } : undefined;
  }

  #faultOf(r: IncomingRequest): ResponseDraft | undefined {
    const { event, accept } = r.request.headers;
    if (contactIn(r.request.headers) === undefined) {
      this.#ground.complain('a SUBSCRIBE without Contact');
      return { status: 400 };
    }
    if (event === undefined || isFault(event) || event.value !== 'presence')
      return { status: 489, headers: [{ name: 'Allow-Events', value: 'presence' }] };
    const takes = accept === undefined || isFault(accept) || accept.some(isPidf);
    return takes ? undefined : { status: 406 };
  }

  #open(now: Instant, id: string, r: IncomingRequest): void {
    const { lateAnswer, forks } = this.#manners;
    const session = this.#session(r);
    if (session === undefined) return;
    const asked = askedFor(r);
    if (lateAnswer === 0) this.#accept(id, r, session, asked);
    this.#begin(now, session, asked);
    for (let fork = 0; fork < forks; fork++) {
      const other = this.#session(r);
      if (other !== undefined) this.#begin(now, other, asked);
    }
    if (lateAnswer > 0) this.#accept(id, r, session, asked, lateAnswer);
  }

  #session(r: IncomingRequest): Session | undefined {
    const leg = legOfRequest(r, this.#ground.draw());
    if (leg === undefined) return undefined;
    const watcher = addressOf(r.from.uri);
    const id = eventId(r);
    return { watcher, leg, id, state: 'pending', expiresAt: 0, alarm: undefined };
  }

  #begin(now: Instant, session: Session, asked: number): void {
    const policy = this.policyFor(session.watcher);
    session.state = policy === 'ask' || policy === 'deny' ? 'pending' : 'active';
    this.#sessions.set(keyOf(session.leg), session);
    if (policy === 'ask' && asked > 0) this.#asked.add(session.watcher);
    if (policy === 'deny') this.#end(session, 'rejected');
    else this.#go(now, session, asked);
  }

  /** A SUBSCRIBE was taken: it lasts so long, and is followed by a NOTIFY. RFC 6665 §4.2.1.2. */
  #go(now: Instant, session: Session, asked: number): void {
    session.alarm?.drop();
    if (asked === 0) return this.#end(session, 'timeout');
    session.expiresAt = now + Math.min(asked, this.#manners.longest) * 1000;
    session.alarm = this.#ground.alarm(session.expiresAt, () => this.#end(session, 'timeout'));
    this.#notify(now, session);
  }

  #accept(id: string, r: IncomingRequest, session: Session, asked: number, after = 0): void {
    const { accepted, longest } = this.#manners;
    const draft: ResponseDraft = {
      status: accepted,
      toTag: session.leg.localTag,
      headers: [
        ...recorded(this.#ground, r),
        { name: 'Contact', value: `<${writeUri(this.#ground.contactOf(this.#name))}>` },
        { name: 'Expires', value: String(Math.min(asked, longest)) },
      ],
    };
    this.#ground.respond(id, draft, after);
  }

  /** RFC 6665 §4.2.1.4. */
  #refresh(now: Instant, id: string, r: IncomingRequest): void {
    const session = this.#sessions.get(`${r.callId} ${tagOf(r.to)} ${tagOf(r.from)}`);
    if (session === undefined) return this.#ground.respond(id, { status: 481 });
    checkPath(this.#ground, r);
    if (!follows(session.leg, r)) {
      this.#ground.complain('a SUBSCRIBE behind a later one of its dialog');
      return this.#ground.respond(id, { status: 500 });
    }
    const asked = askedFor(r);
    this.#accept(id, r, session, asked);
    this.#go(now, session, asked);
  }

  /** What a decision does to the dialogs that there are. */
  #apply(now: Instant, watcher: string): void {
    const policy = this.policyFor(watcher);
    for (const session of this.#sessions.values()) {
      if (session.watcher !== watcher) continue;
      if (policy === 'deny') this.#end(session, 'rejected');
      else if (policy === 'ask' && session.state === 'active') this.#end(session, 'deactivated');
      else if (policy !== 'ask') {
        session.state = 'active';
        this.#notify(now, session);
      }
    }
  }

  #notify(now: Instant, session: Session): void {
    const { state } = session;
    const document = state === 'active' ? this.#shownTo(session.watcher) : undefined;
    this.#send(session.leg, session, `${state};expires=${left(session, now)}`, document);
  }

  /** The last NOTIFY of a dialog. One who may see the state sees it once more. RFC 6665 §4.4.3. */
  #end(session: Session, reason: string, retryAfter?: number): void {
    if (session.state === 'ended') return;
    const isShown = session.state === 'active' && reason === 'timeout';
    session.state = 'ended';
    this.#forget(session);
    this.#lastEnded = session;
    const again = retryAfter === undefined ? '' : `;retry-after=${retryAfter}`;
    const document = isShown ? this.#shownTo(session.watcher) : undefined;
    this.#send(session.leg, session, `terminated;reason=${reason}${again}`, document);
  }

  #shownTo(watcher: string): Document | undefined {
    return this.policyFor(watcher) === 'allow' ? this.#document : undefined;
  }

  #send(leg: Leg, session: Session, state: string, document: Document | undefined): void {
    if (!this.#manners.notifies) return;
    const id = session.id === undefined ? '' : `;id=${session.id}`;
    const { draft, hop } = within(leg, 'NOTIFY', {
      headers: [
        ...recorded(this.#ground),
        { name: 'Event', value: `presence${id}` },
        { name: 'Subscription-State', value: state },
        { name: 'Contact', value: `<${writeUri(this.#ground.contactOf(this.#name))}>` },
      ],
      body: bytesOf(document?.text ?? ''),
      contentType: document?.contentType,
    });
    this.#ground.send(draft, hop, (_now, outcome) => this.#settle(session, outcome));
  }

  /** RFC 6665 §4.2.2. */
  #settle(session: Session, outcome: Outcome): void {
    const status = outcome.response?.status ?? 0;
    if (outcome.failed === 'timeout' || ENDS_DIALOG.has(status)) this.#forget(session);
  }

  #forget(session: Session): void {
    session.alarm?.drop();
    session.state = 'ended';
    this.#sessions.delete(keyOf(session.leg));
  }
}

/** Dialogs in which one user is watched at most, and watchers that wait for a decision. */
const MAX_DIALOGS = 10_000;

/** Answers to a NOTIFY after which its subscription is gone. */
const ENDS_DIALOG = new Set([404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]);

function keyOf(leg: Leg): string {
  return `${leg.callId} ${leg.localTag} ${leg.remoteTag}`;
}

function left(session: Session, now: Instant): number {
  return Math.max(0, Math.ceil((session.expiresAt - now) / 1000));
}

/** Seconds; the default of the package when nothing is asked for. RFC 3856 §6.4. */
function askedFor(r: IncomingRequest): number {
  const { expires } = r.request.headers;
  return expires === undefined || isFault(expires) ? 3600 : expires;
}

function eventId(r: IncomingRequest): string | undefined {
  const { event } = r.request.headers;
  return event === undefined || isFault(event) ? undefined : param(event.params, 'id');
}

function isPidf({ type, subtype }: { readonly type: string; readonly subtype: string }): boolean {
  return type === '*' || (type === 'application' && (subtype === '*' || subtype === 'pidf+xml'));
}

function retry({ retryAfter }: { readonly retryAfter?: number }): readonly HeaderField[] {
  return retryAfter === undefined ? [] : [{ name: 'Retry-After', value: String(retryAfter) }];
}
