// One wish of one device to be told of one contact: its SUBSCRIBEs, the NOTIFYs it gets, and what it sees.
// Written from RFC 6665 §4.1 apart from the package's own subscriber. The first NOTIFY makes the dialog; until
// it comes, what the 2xx says will do.
import { textOf } from '../../bytes.ts';
import { isFault } from '../../fault.ts';
import type { Instant } from '../../endpoint/types.ts';
import type { IncomingRequest, RequestDraft, Response, ResponseDraft } from '../../message.ts';
import { param } from '../../message.ts';
import { type SipUri, type Uri, writeUri } from '../../uri.ts';
import type { Alarm, Ground, Outcome } from './ground.ts';
import {
  checkPath,
  follows,
  type Leg,
  legOfAnswer,
  legOfRequest,
  party,
  recorded,
  tagOf,
  within,
} from './leg.ts';

/** What a watcher sees of a contact: what the last NOTIFY said, or that there was none. */
export interface Sight {
  readonly state: 'none' | 'pending' | 'active' | 'terminated';
  /** Why it is over, as the NOTIFY says, or the status that refused it. */
  readonly reason: string | undefined;
  /** The last document that was shown. */
  readonly document: string | undefined;
  /** NOTIFYs so far. */
  readonly count: number;
}

/** Where what is seen is kept, through as many subscriptions as it takes. */
export interface View {
  sight: Sight;
}

/** What a wish is made of. */
export interface Wish {
  /** Whose it is. */
  readonly local: Uri;
  /** Whom it is about. */
  readonly remote: Uri;
  /** Where NOTIFYs are to be sent. */
  readonly contact: SipUri;
  /** Seconds; 0 asks once. */
  readonly expires: number;
}

/** A subscription, through as many dialogs as it takes. */
export class Watch {
  readonly #wish: Wish;
  readonly #view: View;
  readonly #ground: Ground;
  #callId = '';
  #localTag = '';
  #cseq = 0;
  #expires: number;
  #leg: Leg | undefined;
  /** Whether a NOTIFY has said which dialog it is. */
  #isConfirmed = false;
  #alarm: Alarm | undefined;
  #silence: Alarm | undefined;
  #isStopping = false;
  #isOver = false;
  #tries = 0;
  /** When the dialog ends unless it is refreshed. */
  #until = 0;

  constructor(ground: Ground, wish: Wish, view: View) {
    this.#ground = ground;
    this.#wish = wish;
    this.#view = view;
    this.#expires = wish.expires;
  }

  /** Whether nothing more will come of it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether it goes on until it is told not to. */
  get isLasting(): boolean {
    return !this.#isOver && !this.#isStopping && this.#wish.expires > 0;
  }

  /** Asks anew, in a dialog of its own. RFC 6665 §4.1.2.1. */
  begin(now: Instant): void {
    this.#drop();
    this.#callId = this.#ground.draw();
    this.#localTag = this.#ground.draw();
    this.#cseq = 1;
    const { local, remote } = this.#wish;
    const draft: RequestDraft = {
      ...this.#subscribe(this.#expires),
      method: 'SUBSCRIBE',
      uri: remote,
      from: party(local, this.#localTag),
      to: party(remote),
      callId: this.#callId,
      cseq: 1,
    };
    this.#await(now);
    this.#send(draft, remote);
  }

  /** RFC 6665 §4.1.2.2. */
  refresh(now: Instant): void {
    if (this.#leg === undefined) return this.begin(now);
    const { draft, hop } = within(
      this.#leg,
      'SUBSCRIBE',
      this.#subscribe(this.#isStopping ? 0 : this.#expires),
    );
    this.#await(now);
    this.#send(draft, hop);
  }

  /** Asks to be told no more; the last NOTIFY is waited for. RFC 6665 §4.1.2.3. */
  stop(now: Instant): void {
    this.#isStopping = true;
    this.#alarm?.drop();
    if (this.#leg !== undefined) this.refresh(now);
    else if (this.#silence === undefined) this.forget();
  }

  /** Knows of it no more, and tells nobody. */
  forget(): void {
    this.#drop();
    this.#isOver = true;
  }

  /** Whether a NOTIFY is for this wish, fork or not. */
  isFor(r: IncomingRequest): boolean {
    return !this.#isOver && r.callId === this.#callId && tagOf(r.to) === this.#localTag;
  }

  /** The answer to a NOTIFY. RFC 6665 §4.1.3. */
  take(now: Instant, r: IncomingRequest): ResponseDraft {
    const known = this.#leg;
    const isOther = known !== undefined && known.remoteTag !== tagOf(r.from);
    if (isOther && this.#isConfirmed) return { status: 481 };
    const refusal = this.#refusalOf(r);
    if (refusal !== undefined) return refusal;
    const leg = isOther || known === undefined ? this.#confirm(r) : known;
    if (leg === undefined) return { status: 400 };
    if (known !== undefined) checkPath(this.#ground, r);
    if (!follows(leg, r)) return { status: 500 };
    this.#leg = leg;
    this.#isConfirmed = true;
    this.#silence?.drop();
    this.#silence = undefined;
    this.#see(now, r);
    return {
      status: 200,
      headers: [{ name: 'Contact', value: `<${writeUri(this.#wish.contact)}>` }],
    };
  }

  #confirm(r: IncomingRequest): Leg | undefined {
    const leg = legOfRequest(r, this.#localTag);
    if (leg !== undefined) leg.localCseq = this.#cseq;
    return leg;
  }

  #refusalOf(r: IncomingRequest): ResponseDraft | undefined {
    const { event, subscriptionState, contentType } = r.request.headers;
    if (event === undefined || isFault(event) || event.value !== 'presence')
      return { status: 489, headers: [{ name: 'Allow-Events', value: 'presence' }] };
    if (subscriptionState === undefined || isFault(subscriptionState)) {
      this.#ground.complain('a NOTIFY without a Subscription-State that can be read');
      return { status: 400 };
    }
    if (r.request.body.length === 0) return undefined;
    const isPidf =
      contentType !== undefined && !isFault(contentType) && contentType.subtype === 'pidf+xml';
    if (!isPidf) this.#ground.complain('a NOTIFY with a body that was not accepted');
    return isPidf ? undefined : { status: 415 };
  }

  #see(now: Instant, r: IncomingRequest): void {
    const { subscriptionState } = r.request.headers;
    if (subscriptionState === undefined || isFault(subscriptionState)) return;
    const { value, params } = subscriptionState;
    const { body } = r.request;
    const text = body.length === 0 ? undefined : textOf(body, 0, body.length);
    const state = value === 'pending' || value === 'terminated' ? value : 'active';
    const reason = param(params, 'reason');
    const document = state === 'active' ? text : (text ?? this.#view.sight.document);
    this.#view.sight = { state, reason, document, count: this.#view.sight.count + 1 };
    if (state === 'terminated') return this.#ended(now, reason, param(params, 'retry-after'));
    if (state === 'pending' && text !== undefined)
      this.#ground.complain('a document in a NOTIFY that says pending');
    const expires = Number(param(params, 'expires') ?? Number.NaN);
    if (!(expires >= 0)) return this.#ground.complain(`a NOTIFY that says ${state} has no expires`);
    this.#lasts(now, expires);
  }

  /** Granted for so many seconds from now: asked for again when half of them have passed. */
  #lasts(now: Instant, seconds: number): void {
    this.#tries = 0;
    this.#until = now + seconds * 1000;
    this.#alarm?.drop();
    if (this.#isStopping) return;
    this.#alarm = this.#ground.alarm(now + seconds * 500, (at) => this.refresh(at));
  }

  #ended(now: Instant, reason: string | undefined, retryAfter: string | undefined): void {
    const isLast =
      this.#isStopping || this.#wish.expires === 0 || NEVER_AGAIN.has(reason?.toLowerCase() ?? '');
    if (isLast) return this.forget();
    const wait = AT_ONCE.has(reason?.toLowerCase() ?? '') ? 0 : Number(retryAfter ?? LATER);
    this.#again(now, wait > 0 || this.#tries === 0 ? wait : LATER);
  }

  #again(now: Instant, seconds: number): void {
    this.#drop();
    this.#tries += 1;
    this.#alarm = this.#ground.alarm(now + seconds * 1000, (at) => this.begin(at));
  }

  /** RFC 6665 §4.1.2.4. */
  #await(now: Instant): void {
    this.#silence?.drop();
    this.#silence = this.#ground.alarm(now + TIMER_N, (at) => {
      this.#silence = undefined;
      if (this.#isStopping || this.#wish.expires === 0) this.forget();
      else this.#again(at, LATER);
    });
  }

  #send(draft: RequestDraft, hop: Uri): void {
    const callId = this.#callId;
    this.#ground.send(draft, hop, (now, outcome) => {
      if (callId === this.#callId && !this.#isOver) this.#settle(now, draft, outcome);
    });
  }

  #settle(now: Instant, draft: RequestDraft, { response }: Outcome): void {
    const status = response?.status ?? 0;
    if (response !== undefined && status < 300) return this.#granted(now, draft, response);
    if (this.#isStopping || this.#wish.expires === 0) return this.#refused(status);
    if (status === 423) return this.#longer(now, response);
    if (status === 481 && this.#leg !== undefined) return this.begin(now);
    if (FINAL.has(status)) return this.#refused(status);
    const wait = response?.headers.retryAfter;
    this.#retry(now, typeof wait === 'number' ? wait : LATER);
  }

  /** A refresh that failed does not end what it was to refresh. RFC 6665 §4.1.2.2. */
  #retry(now: Instant, seconds: number): void {
    const at = now + seconds * 1000;
    if (this.#leg === undefined || at >= this.#until) return this.#again(now, seconds);
    this.#silence?.drop();
    this.#silence = undefined;
    this.#alarm?.drop();
    this.#alarm = this.#ground.alarm(at, (then) => this.refresh(then));
  }

  #granted(now: Instant, draft: RequestDraft, response: Response): void {
    const { expires } = response.headers;
    const asked = Number(draft.headers?.find(({ name }) => name === 'Expires')?.value);
    if (typeof expires !== 'number') this.#ground.complain('a 2xx to SUBSCRIBE without Expires');
    else if (expires > asked) this.#ground.complain('a 2xx to SUBSCRIBE for longer than was asked');
    if (this.#leg === undefined) this.#leg = legOfAnswer(response.headers, draft, this.#cseq);
    if (this.#leg === undefined) this.#ground.complain('a 2xx to SUBSCRIBE without Contact');
    if (this.#isStopping && asked > 0) this.refresh(now);
    else if (typeof expires === 'number' && expires > 0) this.#lasts(now, expires);
  }

  #longer(now: Instant, response: Response | undefined): void {
    const least = response?.headers.minExpires;
    this.#tries += 1;
    if (typeof least !== 'number' || this.#tries > 3) return this.#refused(423);
    this.#expires = Math.max(this.#expires, least);
    this.refresh(now);
  }

  #refused(status: number): void {
    this.#view.sight = { ...this.#view.sight, state: 'terminated', reason: `status ${status}` };
    this.forget();
  }

  #drop(): void {
    this.#alarm?.drop();
    this.#silence?.drop();
    this.#silence = undefined;
    this.#leg = undefined;
    this.#isConfirmed = false;
  }

  #subscribe(expires: number): Pick<RequestDraft, 'headers'> {
    return {
      headers: [
        ...recorded(this.#ground),
        { name: 'Event', value: 'presence' },
        { name: 'Accept', value: 'application/pidf+xml' },
        { name: 'Contact', value: `<${writeUri(this.#wish.contact)}>` },
        { name: 'Expires', value: String(expires) },
      ],
    };
  }
}

/** Milliseconds in which a NOTIFY must follow a SUBSCRIBE. */
const TIMER_N = 32_000;

/** Seconds until another try, where nothing says otherwise. */
const LATER = 60;

/** Reasons after which another try is of no use, and after which it is to be made at once. */
const NEVER_AGAIN = new Set(['rejected', 'noresource', 'invariant']);
const AT_ONCE = new Set(['deactivated', 'timeout']);

/** Statuses that end the wish. */
const FINAL = new Set([403, 404, 405, 406, 410, 415, 416, 484, 485, 489, 501, 603, 604]);
