// What crosses the sockets of both companies, counted: requests for authorization, subscriptions that are made,
// and notifications that say again what the one before has said.
import { param, type SipEvent } from '@interwork/sip';
import type { XmppEvent } from '@interwork/xmpp';

/** What was seen so far. */
export interface Counts {
  /** `subscribe` stanzas: each is a question to a user, unless the server knows the answer. */
  prompts: number;
  /** SUBSCRIBEs outside any dialog. */
  subscriptions: number;
  /** NOTIFYs, and how many of them said what the last one of their dialog had said. */
  notifies: number;
  repeatedNotifies: number;
  /** Presence of people who are there, and how much of it said what the last one had said. */
  presences: number;
  repeatedPresences: number;
}

/** Counts what the two companies are told. */
export class Tally {
  readonly counts: Counts = {
    prompts: 0,
    subscriptions: 0,
    notifies: 0,
    repeatedNotifies: 0,
    presences: 0,
    repeatedPresences: 0,
  };
  readonly #last = new Map<string, string>();

  sip(event: SipEvent): void {
    if (event.kind !== 'request') return;
    const { method, callId, to, request } = event.request;
    if (method === 'SUBSCRIBE' && param(to.params, 'tag') === undefined)
      this.counts.subscriptions += 1;
    if (method !== 'NOTIFY' || request.body.length === 0) return;
    this.counts.notifies += 1;
    if (this.#isRepeat(callId, Buffer.from(request.body).toString('latin1')))
      this.counts.repeatedNotifies += 1;
  }

  xmpp(event: XmppEvent): void {
    if (event.kind !== 'stanza' || event.stanza.kind !== 'presence') return;
    const { type, show, statuses } = event.stanza;
    if (type === 'subscribe') this.counts.prompts += 1;
    if (type !== 'available') return;
    this.counts.presences += 1;
    if (this.#isRepeat(`${event.from.full} ${event.to.full}`, JSON.stringify([show, statuses])))
      this.counts.repeatedPresences += 1;
  }

  #isRepeat(of: string, said: string): boolean {
    const last = this.#last.get(of);
    this.#last.set(of, said);
    return last === said;
  }
}

/** What came in between. */
export function since(before: Counts, now: Counts): Counts {
  const names = Object.keys(now) as (keyof Counts)[];
  return Object.fromEntries(
    names.map((name) => [name, now[name] - before[name]]),
  ) as unknown as Counts;
}
