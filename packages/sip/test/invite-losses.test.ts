// A whole call between two endpoints while each datagram in turn is lost, and each kind of them for a while: it comes
// about all the same, everybody is told once, and nothing stays.
import { describe, expect, it } from 'vitest';
import {
  checkResponse,
  dialogOfResponse,
  isFault,
  requestWithin,
  type Response,
  type SipEvent,
} from '@interwork/sip';
import { good } from './message-text.ts';
import { draft, eventKinds, NOTHING, uri } from './one-endpoint.ts';
import { type Host, Network, targetOf } from './virtual.ts';

/** Milliseconds in which every call here is over, however often it must be repeated. */
const CALL_TIME = 60_000;

const METHODS = ['INVITE', 'ACK', 'CANCEL', 'BYE'];

/** A caller who hangs up when the call stands, and one who is called. */
class Call {
  readonly network = new Network();
  readonly ann = this.network.add('ann', { methods: METHODS });
  readonly bob = this.network.add('bob', { methods: METHODS });
  readonly #seen = new Map<Host, number>();

  /** Lets the call run to its end. */
  play(status: number): void {
    const target = targetOf(this.bob);
    const invite = draft({ method: 'INVITE', uri: uri('sip:bob@bob.example') });
    this.network.feed(this.ann, { kind: 'request', draft: invite, targets: [target], context: 1 });
    for (let until = 50; until <= CALL_TIME; until += 50) {
      this.network.run(until);
      this.#react(this.ann, (event) => {
        if (event.kind === 'response' && event.context === 1) this.#hangUp(event.response);
      });
      this.#react(this.bob, (event) => {
        if (event.kind === 'request') this.#answer(event, status);
      });
    }
    this.network.run();
  }

  #react(host: Host, by: (event: SipEvent) => void): void {
    const known = this.#seen.get(host) ?? 0;
    for (const event of host.events.slice(known)) by(event);
    this.#seen.set(host, host.events.length);
  }

  #answer({ id, request }: Extract<SipEvent, { kind: 'request' }>, status: number): void {
    const headers = [{ name: 'Contact', value: '<sip:bob@192.0.2.2>' }];
    const isInvite = request.method === 'INVITE';
    const answer = { status: isInvite ? status : 200, headers };
    this.network.feed(this.bob, { kind: 'respond', to: id, draft: answer });
  }

  #hangUp(response: Response): void {
    const incoming = good(checkResponse(response));
    const dialog = dialogOfResponse(incoming);
    if (isFault(dialog) || incoming.status >= 300) return;
    const targets = [targetOf(this.bob)];
    const ack = { ...requestWithin(dialog, 'ACK').draft, cseq: incoming.cseq.number };
    this.network.feed(this.ann, { kind: 'request', draft: ack, targets, context: 2 });
    const { draft: bye } = requestWithin(dialog, 'BYE');
    this.network.feed(this.ann, { kind: 'request', draft: bye, targets, context: 3 });
  }
}

const sorted = (words: readonly string[]): string[] => words.toSorted();

const TAKEN = [
  ['response', 'sent', 'response'],
  ['request', 'acknowledged', 'request'],
] as const;
const REFUSED = [['response'], ['request']] as const;

describe.each([
  [200, TAKEN],
  [486, REFUSED],
] as const)('a call that is answered by %i', (status, [ofAnn, ofBob]) => {
  /** Plays it, and looks at what was told and at what is left. */
  function expectWhole(loses: (text: string, nth: number) => boolean): number {
    const call = new Call();
    let nth = 0;
    call.network.loses = (text) => loses(text, (nth += 1));
    call.play(status);
    expect(sorted(eventKinds(call.ann.events))).toEqual(sorted(ofAnn));
    expect(sorted(eventKinds(call.bob.events))).toEqual(sorted(ofBob));
    for (const host of [call.ann, call.bob]) expect(host.endpoint.counts).toEqual(NOTHING);
    return nth;
  }

  it('RFC 3261 §17.1.1 comes about whichever datagram is lost', () => {
    const all = expectWhole(() => false);
    expect(all).toBe(status === 200 ? 5 : 3);
    for (let lost = 1; lost <= all + 2; lost += 1) expectWhole((_, nth) => nth === lost);
  });

  it.each(['INVITE ', 'ACK ', 'BYE ', `SIP/2.0 ${status}`])(
    '… and without the first %s',
    (start) => {
      for (const times of [1, 2, 3]) {
        let lost = 0;
        expectWhole((text) => text.startsWith(start) && (lost += 1) <= times);
      }
    },
  );
});
