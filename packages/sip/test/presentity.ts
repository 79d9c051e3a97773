// A notifier as tests have it: the SUBSCRIBEs of a watcher, a record that goes through JSON between any two steps, and a
// step in one line.
import { expect } from 'vitest';
import {
  checkRequest,
  type IncomingRequest,
  type Notifier,
  type NotifierEnv,
  type NotifierInput,
  type NotifierStep,
  notifierWakeAt,
  openNotifier,
  type RequestDraft,
  stepNotifier,
} from '@interwork/sip';
import { good, message, requestIn, utf8 } from './message-text.ts';
import { ANN, BOB, headerOf, PIDF, responseTo, T0 } from './subscriptions.ts';
import { tokens } from './virtual.ts';

export interface SubscribeParts {
  readonly cseq?: number;
  readonly toTag?: string | undefined;
  readonly fromTag?: string;
  readonly callId?: string;
  readonly event?: string;
  readonly expires?: string | number | undefined;
  readonly contact?: string;
  readonly lines?: readonly string[];
}

/** A SUBSCRIBE of Ann, who watches Bob. */
export function subscribe(parts: SubscribeParts = {}): IncomingRequest {
  const { cseq = 1, toTag, fromTag = 'ann', callId = 'call-1', event = 'presence' } = parts;
  const { contact = '<sip:ann@192.0.2.1:5062>', lines = [] } = parts;
  const expires = 'expires' in parts ? parts.expires : 3600;
  const bytes = message([
    `SUBSCRIBE ${BOB} SIP/2.0`,
    'Via: SIP/2.0/UDP a.example;branch=z9hG4bKs',
    `From: <${ANN}>${fromTag === '' ? '' : `;tag=${fromTag}`}`,
    `To: <${BOB}>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} SUBSCRIBE`,
    ...(event === '' ? [] : [`Event: ${event}`]),
    ...(expires === undefined ? [] : [`Expires: ${expires}`]),
    ...(contact === '' ? [] : [`Contact: ${contact}`]),
    ...lines,
    'Content-Length: 0',
  ]);
  return good(checkRequest(requestIn(bytes)));
}

/** A notifier on a table; its record goes through JSON between any two steps. */
export class Presentity {
  now = T0;
  n: Notifier | undefined;
  /** The last NOTIFY. */
  notified: RequestDraft | undefined;
  /** Empty: nothing is known. */
  document: string;
  documents = 0;
  readonly ends: (string | undefined)[] = [];
  readonly opened: NotifierStep;
  readonly env: NotifierEnv;
  #cseq = 1;

  constructor(
    state: 'pending' | 'active' = 'active',
    parts: SubscribeParts = {},
    but: Partial<NotifierEnv> = {},
    document = 'open',
  ) {
    this.document = document;
    this.env = {
      contact: 'sip:token@gw.b.example',
      event: 'presence',
      accept: [PIDF],
      draw: tokens('n'),
      minExpires: 60,
      maxExpires: 3600,
      interval: 5000,
      fetchHold: 2000,
      document: (end) => {
        this.documents += 1;
        this.ends.push(end);
        const { document: text } = this;
        return text === '' ? undefined : { contentType: PIDF, body: utf8(text) };
      },
      ...but,
    };
    const opening = openNotifier(this.now, subscribe(parts), state, this.env);
    if (opening.kind === 'refused') throw new Error(`refused with ${opening.answer.status}`);
    this.opened = opening.step;
    this.#keep(this.opened);
  }

  get record(): Notifier {
    return good(this.n);
  }

  get wakeAt(): number {
    return notifierWakeAt(this.record);
  }

  step(input: NotifierInput): NotifierStep {
    const step = stepNotifier(this.record, this.now, input, this.env);
    this.#keep(step);
    return step;
  }

  wake(at = this.wakeAt): NotifierStep {
    this.now = at;
    return this.step({ kind: 'wake' });
  }

  /** The watcher's answer to the last NOTIFY. */
  response(status: number, lines: readonly string[] = []): NotifierStep {
    const response = responseTo(good(this.notified), status, lines);
    return this.step({ kind: 'response', response });
  }

  /** The next SUBSCRIBE within the dialog. */
  subscribe(parts: SubscribeParts = {}): NotifierStep {
    this.#cseq += 1;
    const toTag = this.record.dialog.localTag;
    const request = subscribe({ cseq: this.#cseq, toTag, ...parts });
    return this.step({ kind: 'subscribe', request });
  }

  #keep({ next, notify }: NotifierStep): void {
    if (notify !== undefined) this.notified = notify;
    this.n = next === undefined ? undefined : (JSON.parse(JSON.stringify(next)) as Notifier);
    expect(this.n).toStrictEqual(next);
    if (next === undefined) return;
    expect(JSON.stringify(next).length).toBeLessThan(900);
    expect(Number.isFinite(notifierWakeAt(next))).toBe(true);
  }
}

/** A step in one line: where it leads | what is answered | what is notified, and its document. */
export function told(step: NotifierStep): string {
  const { next, answer, notify, ended } = step;
  const expires = answer?.headers?.find(({ name }) => name === 'Expires')?.value;
  const said =
    answer === undefined ? '-' : `${answer.status}${expires === undefined ? '' : ` ${expires}`}`;
  const body = notify?.body === undefined ? '' : ` ${new TextDecoder().decode(notify.body)}`;
  const news = notify === undefined ? '-' : `${headerOf(notify, 'Subscription-State')}${body}`;
  return [next?.state ?? `over ${ended}`, said, news].join(' | ');
}
