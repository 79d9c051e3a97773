// Both ends of a subscription as tests write them: a subscriber whose record goes through JSON between any two
// steps, and the messages of its peer.
import { expect } from 'vitest';
import {
  checkRequest,
  type IncomingRequest,
  param,
  type RequestDraft,
  type Response,
  startSubscriber,
  stepSubscriber,
  type Subscriber,
  type SubscriberEnv,
  type SubscriberInput,
  type SubscriberStep,
  subscriberWakeAt,
  type SubscriberWish,
} from '@interwork/sip';
import { good, message, requestIn, responseIn } from './message-text.ts';
import { tokens } from './virtual.ts';

/** The moment at which tests begin. */
export const T0 = 1_800_000_000_000;

export const ANN = 'sip:ann@a.example';
export const BOB = 'sip:bob@b.example';
export const PIDF = 'application/pidf+xml';

export function subscriberEnv(but: Partial<SubscriberEnv> = {}): SubscriberEnv {
  return {
    contact: 'sip:token@gw.a.example',
    event: 'presence',
    accept: [PIDF],
    draw: tokens('d'),
    jitter: () => 0.5,
    ...but,
  };
}

export function headerOf(draft: RequestDraft | undefined, name: string): string | undefined {
  return draft?.headers?.find((field) => field.name === name)?.value;
}

/** A response of the peer to a request that a draft became. */
export function responseTo(
  draft: RequestDraft,
  status: number,
  lines: readonly string[] = [],
): Response {
  return responseIn(
    message([
      `SIP/2.0 ${status} X`,
      'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKx',
      `From: <${ANN}>;tag=${param(draft.from.params, 'tag')}`,
      `To: <${BOB}>;tag=peer`,
      `Call-ID: ${draft.callId}`,
      `CSeq: ${draft.cseq} ${draft.method}`,
      ...lines,
      'Content-Length: 0',
    ]),
  );
}

export interface NotifyParts {
  readonly callId: string;
  readonly localTag: string;
  readonly state?: string | undefined;
  readonly cseq?: number;
  readonly tag?: string;
  readonly event?: string;
  readonly contact?: string;
  readonly type?: string;
  readonly body?: string;
  readonly lines?: readonly string[];
}

/** A NOTIFY of the peer. */
export function notify(parts: NotifyParts): IncomingRequest {
  const { callId, localTag, state, cseq = 1, tag = 'peer', event = 'presence' } = parts;
  const { contact = '<sip:bob@192.0.2.9:5062>', type = PIDF, body = '', lines = [] } = parts;
  const bytes = message(
    [
      'NOTIFY sip:token@gw.a.example SIP/2.0',
      'Via: SIP/2.0/UDP b.example;branch=z9hG4bKn',
      `From: <${BOB}>;tag=${tag}`,
      `To: <${ANN}>;tag=${localTag}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} NOTIFY`,
      `Event: ${event}`,
      ...(contact === '' ? [] : [`Contact: ${contact}`]),
      ...(state === undefined ? [] : [`Subscription-State: ${state}`]),
      ...(body === '' || type === '' ? [] : [`Content-Type: ${type}`]),
      ...lines,
      `Content-Length: ${body.length}`,
    ],
    body,
  );
  return good(checkRequest(requestIn(bytes)));
}

/** The longest record of usual addresses. */
const USUAL_CHARS = 1000;

/** A subscriber on a table: what it asks, answers and tells, one step after the other. */
export class Watcher {
  readonly env: SubscriberEnv;
  now: number;
  s: Subscriber | undefined;
  /** The last SUBSCRIBE. */
  asked: RequestDraft;
  #cseq = 0;

  constructor(wish: Partial<SubscriberWish> = {}, but: Partial<SubscriberEnv> = {}, now = T0) {
    this.env = subscriberEnv(but);
    this.now = now;
    const all = { local: ANN, remote: BOB, expires: 3600, ...wish };
    const step = startSubscriber(now, all, this.env);
    this.asked = good(step.request);
    this.#keep(step);
  }

  get record(): Subscriber {
    return good(this.s);
  }

  get wakeAt(): number {
    return subscriberWakeAt(this.record);
  }

  step(input: SubscriberInput): SubscriberStep {
    const step = stepSubscriber(this.record, this.now, input, this.env);
    this.#keep(step);
    return step;
  }

  /** Lets time pass until the next wake, or until `at`. */
  wake(at = this.wakeAt): SubscriberStep {
    this.now = at;
    return this.step({ kind: 'wake' });
  }

  /** A response to the last SUBSCRIBE. */
  response(status: number, lines: readonly string[] = []): SubscriberStep {
    return this.step({ kind: 'response', response: responseTo(this.asked, status, lines) });
  }

  notify(state: string | undefined, but: Partial<NotifyParts> = {}): SubscriberStep {
    this.#cseq += 1;
    const { callId, localTag } = this.record;
    const request = notify({ callId, localTag, state, cseq: this.#cseq, ...but });
    return this.step({ kind: 'notify', request });
  }

  #keep({ next, request }: SubscriberStep): void {
    if (request !== undefined) this.asked = request;
    this.s = next === undefined ? undefined : (JSON.parse(JSON.stringify(next)) as Subscriber);
    expect(this.s).toStrictEqual(next);
    if (next === undefined) return;
    expect(JSON.stringify(next).length).toBeLessThan(USUAL_CHARS);
    expect(Number.isFinite(subscriberWakeAt(next))).toBe(true);
  }
}

/** A step in one line: where it leads | what is asked | what is answered | what is told. */
export function told(step: SubscriberStep): string {
  const asked =
    step.request === undefined
      ? '-'
      : `${param(step.request.to.params, 'tag') === undefined ? 'new' : 'within'} ${headerOf(step.request, 'Expires')}`;
  const words = step.told.map((one) => {
    if (one.kind !== 'ended') return one.kind;
    const { cause } = one;
    const why = {
      notify: () => (cause.by === 'notify' ? cause.reason : ''),
      status: () => (cause.by === 'status' ? `${cause.status}${cause.isRefresh ? 'r' : ''}` : ''),
      failed: () => (cause.by === 'failed' ? cause.reason : ''),
      silence: () => '',
      stop: () => '',
    }[cause.by]();
    return `ended by ${cause.by} ${why ?? ''}`.trim() + ` ${one.again}`;
  });
  return [
    step.next?.state ?? 'over',
    asked,
    step.answer?.status ?? '-',
    words.join(', ') || '-',
  ].join(' | ');
}
