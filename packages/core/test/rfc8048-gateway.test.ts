// RFC 8048 through a whole gateway: SIP bytes or a stanza in, a stanza or SIP bytes out. The exchanges that this package
// publishes always run; the examples of the RFC where the shared vectors are there. What a gateway makes by itself
// (tags, branches, Call-IDs, its Contact) is set into what a peer would have said, and not compared.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type IncomingRequest, writeUri } from '@interwork/sip';
import type { XmlElement } from '@interwork/xmpp';
import { parsePidf } from '@interwork/core';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';
import {
  contactOf,
  notifyText,
  onTheWire,
  PresenceMachine,
  refreshText,
  requestIn,
  type SentRequest,
  stanzaIn,
  subscribeText,
  tagOf,
} from './presence-machine.ts';

/** What a presence stanza says. */
function stanzaSays(stanza: XmlElement | string): unknown {
  const read = stanzaIn(stanza);
  if (read.kind !== 'presence') throw new Error(read.kind);
  const { type, from, to, show, statuses } = read;
  return { type, from: from?.full, to: to?.full, show, statuses };
}

/** What a request says, but for what every sender makes by itself; `expires` of a state is left time. */
function requestSays({ request, from, to, uri }: IncomingRequest): unknown {
  const { headers, body } = request;
  const isIn = (params: typeof to.params): boolean => params.some(({ name }) => name === 'tag');
  return {
    method: request.method,
    uri: writeUri(uri),
    from: writeUri(from.uri),
    to: writeUri(to.uri),
    within: isIn(to.params),
    event: headers.text('event'),
    expires: headers.expires,
    state: headers.text('subscription-state')?.replace(/;expires=\d+/, ';expires'),
    accept: request.method === 'SUBSCRIBE' ? (headers.text('accept') ?? ACCEPT) : undefined,
    document: body.length === 0 ? undefined : documentSays(body),
  };
}

const ACCEPT = 'application/pidf+xml';

function documentSays(body: Uint8Array): unknown {
  const document = parsePidf(body);
  if (document.kind === 'fault') throw new Error(document.text);
  const { entity, tuples } = document;
  return { entity, tuples: tuples.map(({ id, basic, show }) => ({ id, basic, show })) };
}

/** One thing that comes in, or must come out, of a published exchange. */
type Step =
  | { readonly does: 'xmpp-in'; readonly stanza: string }
  | { readonly does: 'xmpp-out'; readonly stanza: string }
  | { readonly does: 'subscribe-in'; readonly callId: string; readonly expires: number }
  | { readonly does: 'refresh-in'; readonly cseq: number; readonly expires: number }
  | {
      readonly does: 'notify-in';
      readonly cseq: number;
      readonly state: string;
      readonly pidf?: string;
    }
  | { readonly does: 'answer-in'; readonly status: number; readonly expires?: number }
  | { readonly does: 'answer-out'; readonly status: number }
  | {
      readonly does: 'subscribe-out';
      readonly expires: number;
      readonly within: boolean;
      readonly uri: string;
    }
  | { readonly does: 'notify-out'; readonly state: string; readonly pidf?: string }
  | { readonly does: 'wait'; readonly ms: number };

interface Exchange {
  readonly id: string;
  readonly point: string;
  readonly steps: readonly Step[];
}

interface Exchanges {
  readonly sip: string;
  readonly xmpp: string;
  readonly contact: string;
  readonly exchanges: readonly Exchange[];
}

/** An exchange under way: everything that came out and was not expected yet. */
class Walk {
  readonly #of: Exchanges;
  readonly #machine = new PresenceMachine();
  #requests: SentRequest[] = [];
  #stanzas: XmlElement[] = [];
  #answer: number | undefined;
  #asked: SentRequest | undefined;
  #notified: SentRequest | undefined;
  #last: SentRequest | undefined;

  constructor(of: Exchanges) {
    this.#of = of;
  }

  run(step: Step): void {
    const machine = this.#machine;
    const { sip, xmpp, contact } = this.#of;
    if (step.does.endsWith('-in') || step.does === 'wait') this.end();
    switch (step.does) {
      case 'wait':
        return this.#take(undefined, () => machine.pass(step.ms));
      case 'xmpp-in':
        return this.#take(undefined, () => machine.stanza(step.stanza));
      case 'subscribe-in':
        return this.#come(subscribeText({ ...step, from: sip, to: xmpp, contact }));
      case 'refresh-in':
        return this.#come(
          refreshText(this.#known(this.#notified), step.cseq, step.expires, contact),
        );
      case 'notify-in': {
        const more = { Contact: `<${contact}>` };
        const asked = this.#known(this.#asked);
        return this.#come(notifyText(asked, step.cseq, step.state, step.pidf ?? '', more));
      }
      case 'answer-in': {
        const expires = step.expires === undefined ? [] : [`Expires: ${step.expires}`];
        const last = this.#last ?? expect.fail('nothing was asked');
        const headers = [...expires, `Contact: <${contact}>`];
        return this.#take(undefined, () => machine.respond(last, step.status, headers));
      }
      case 'answer-out': {
        expect(this.#answer).toBe(step.status);
        this.#answer = undefined;
        return;
      }
      case 'xmpp-out':
        return expect(stanzaSays(this.#stanzas.shift() ?? expect.fail('no stanza'))).toEqual(
          stanzaSays(step.stanza),
        );
      case 'subscribe-out': {
        const { uri, within, expires } = step;
        this.#asked = this.#out({
          method: 'SUBSCRIBE',
          uri,
          from: `sip:${xmpp}`,
          to: `sip:${sip}`,
          within,
          event: 'presence',
          expires,
          accept: ACCEPT,
        });
        return;
      }
      case 'notify-out': {
        const { state, pidf } = step;
        this.#notified = this.#out({
          method: 'NOTIFY',
          uri: contact,
          from: `sip:${xmpp}`,
          to: `sip:${sip}`,
          within: true,
          event: 'presence',
          state,
          document: pidf === undefined ? undefined : documentSays(Buffer.from(pidf)),
        });
        return;
      }
    }
  }

  /** Nothing has come out that was not expected. */
  end(): void {
    expect([this.#requests.length, this.#stanzas.map(stanzaSays), this.#answer]).toEqual([
      0,
      [],
      undefined,
    ]);
  }

  #come(text: string): void {
    this.#take(this.#machine.sip(text, this.#of.sip.split('@')[1]), () => {});
  }

  #take(id: string | undefined, act: () => void): void {
    act();
    if (id !== undefined) this.#answer = this.#machine.answer(id)?.status;
    this.#requests.push(...this.#machine.requests());
    this.#stanzas.push(...this.#machine.stanzas());
  }

  #out(expected: object): SentRequest {
    const sent = this.#requests.shift() ?? expect.fail('no request');
    this.#last = sent;
    expect(requestSays(onTheWire(sent.draft))).toEqual(expected);
    return sent;
  }

  #known(sent: SentRequest | undefined): SentRequest['draft'] {
    return sent?.draft ?? expect.fail('there is no dialog');
  }
}

describe('RFC 8048 §5.2.1 §5.2.3 §5.3.1 §5.3.2 §5.3.3 §6.2 §6.3 §7.1 §7.2 exchanges.json', () => {
  const file = new URL('../vectors/rfc8048/exchanges.json', import.meta.url);
  const all = JSON.parse(readFileSync(file, 'utf8')) as Exchanges;

  it.each(all.exchanges.map((one) => [one.id, one.point, one] as const))(
    '%s %s',
    (_id, _point, { steps }) => {
      const walk = new Walk(all);
      for (const step of steps) walk.run(step);
      walk.end();
    },
  );
});

interface Vector {
  readonly id: string;
  readonly sip: string;
  readonly xmpp: string | readonly string[] | null;
}

describe.skipIf(!haveVectors)('RFC 8048 shared examples through the gateway', () => {
  const { vectors } = vectorJson<{ vectors: Vector[] }>('stox/rfc8048.json', { vectors: [] });
  const of = (id: string): Vector => vectors.find((row) => row.id === id) ?? expect.fail(id);
  const stanzasOf = (id: string): readonly string[] => [of(id).xmpp ?? []].flat();
  const stanzaOf = (id: string): string => stanzasOf(id)[0] ?? expect.fail(id);
  const says = (id: string): unknown => requestSays(requestIn(of(id).sip));

  const put = (text: string, name: string, value: string): string =>
    text.replace(new RegExp(`^${name}: .*$`, 'm'), `${name}: ${value}`);
  const line = (text: string, name: string): string =>
    new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? expect.fail(name);

  /** The example as the peer of this dialog says it. */
  function within(id: string, { draft }: SentRequest): string {
    const from = `${line(of(id).sip, 'From').split(';tag')[0]};tag=${tagOf(draft.to) || 'ffd2'}`;
    const to = `${line(of(id).sip, 'To').split(';tag')[0]};tag=${tagOf(draft.from)}`;
    const named = put(put(of(id).sip, 'From', from), 'To', to);
    const called = put(named, 'Call-ID', `${draft.callId}`);
    return called.replace(/^(\S+) \S+ SIP\/2\.0/, `$1 ${contactOf(draft)} SIP/2.0`);
  }
  /** The example as the answer to this request. */
  function answering(id: string, { draft }: SentRequest): string {
    const tagged = put(of(id).sip, 'From', `<sip:juliet@example.com>;tag=${tagOf(draft.from)}`);
    const called = put(tagged, 'Call-ID', `${draft.callId}`);
    return put(called, 'CSeq', `${draft.cseq ?? 1} SUBSCRIBE`);
  }

  interface Case {
    readonly machine: PresenceMachine;
    readonly asked: SentRequest;
  }
  /** What was asked in an earlier example, and what came of it. */
  const asked = (): Case => {
    const machine = new PresenceMachine().stanza(stanzaOf('8048-01'));
    return { machine, asked: machine.request() };
  };
  const accepted = (): Case => {
    const one = asked();
    one.machine.respondText(one.asked, answering('8048-02', one.asked));
    return one;
  };
  const active = (): Case => {
    const one = accepted();
    one.machine.sip(within('8048-03', one.asked));
    one.machine.stanzas();
    return one;
  };
  const leaving = (): Case => {
    const { machine } = active();
    machine.stanza(stanzaOf('8048-04'));
    return { machine, asked: machine.request() };
  };
  const watched = (): Case => {
    const machine = new PresenceMachine();
    machine.sip(of('8048-07').sip);
    const notify = machine.request();
    machine.respond(notify, 200).stanzas();
    return { machine, asked: notify };
  };
  const approved = (): Case => {
    const { machine } = watched();
    machine.stanza(stanzaOf('8048-08'));
    const notify = machine.request();
    machine.respond(notify, 200).stanzas();
    return { machine, asked: notify };
  };
  const seen = (): Case => {
    const { machine } = approved();
    machine.stanza(stanzaOf('8048-11')).pass(5_000);
    const notify = machine.request();
    machine.respond(notify, 200);
    return { machine, asked: notify };
  };

  const cases: Readonly<Record<string, (id: string) => void>> = {
    '8048-01': (id) => {
      const one = asked();
      expect(requestSays(onTheWire(one.asked.draft))).toEqual(says(id));
      expect(one.machine.stanzas()).toEqual([]);
    },
    '8048-02': () => {
      const { machine } = accepted();
      expect([machine.stanzas(), machine.requests()]).toEqual([[], []]);
    },
    '8048-03': (id) => {
      const { machine, asked: before } = accepted();
      expect(machine.answer(machine.sip(within(id, before)))?.status).toBe(200);
      expect(machine.stanzas().map(stanzaSays)).toEqual(stanzasOf(id).map(stanzaSays));
    },
    '8048-04': (id) => {
      const one = leaving();
      expect(requestSays(onTheWire(one.asked.draft))).toEqual(says(id));
    },
    '8048-05': (id) => {
      const { machine, asked: before } = leaving();
      machine.respondText(before, answering(id, before));
      const [first, ...rest] = machine.stanzas().map(stanzaSays);
      expect(first).toEqual(stanzaSays(stanzaOf(id)));
      expect(rest, 'RFC 6121 §3.3.3').toEqual([stanzaSays(stanzaOf('8048-12'))]);
    },
    '8048-06': (id) => {
      const { machine, asked: before } = leaving();
      machine.respondText(before, answering('8048-05', before)).stanzas();
      expect(machine.answer(machine.sip(within(id, before)))?.status).toBe(200);
      expect(machine.stanzas()).toEqual([]);
      expect(machine.table.size).toBe(0);
    },
    '8048-07': (id) => {
      const machine = new PresenceMachine();
      expect(machine.answer(machine.sip(of(id).sip))).toMatchObject({ status: 200 });
      expect(machine.stanzas().map(stanzaSays)).toEqual([stanzaSays(stanzaOf(id))]);
      expect(requestSays(onTheWire(machine.request().draft))).toMatchObject({
        method: 'NOTIFY',
        state: 'pending;expires',
        document: undefined,
      });
    },
    '8048-08': (id) => {
      const { machine } = watched();
      machine.stanza(stanzaOf(id));
      expect(requestSays(onTheWire(machine.request().draft))).toEqual(says(id));
    },
    '8048-09': (id) => {
      const { machine } = watched();
      machine.stanza(stanzaOf(id));
      expect(requestSays(onTheWire(machine.request().draft))).toEqual(says(id));
    },
    '8048-10': (id) => {
      const { machine, asked: before } = seen();
      expect(machine.answer(machine.sip(within(id, before)))?.status).toBe(200);
      expect(machine.stanzas().map(stanzaSays)).toEqual([stanzaSays(stanzaOf(id))]);
    },
    '8048-10b': (id) => {
      const { machine, asked: before } = seen();
      machine.sip(within('8048-10', before));
      expect(requestSays(onTheWire(machine.request().draft))).toEqual(says(id));
    },
    '8048-11': (id) => {
      const { asked: notify } = seen();
      expect(requestSays(onTheWire(notify.draft))).toEqual(says(id));
    },
    '8048-12': (id) => {
      const { machine, asked: before } = active();
      expect(machine.answer(machine.sip(within(id, before)))?.status).toBe(200);
      expect(machine.stanzas().map(stanzaSays)).toEqual([stanzaSays(stanzaOf(id))]);
    },
    '8048-13': (id) => {
      const machine = new PresenceMachine().stanza(stanzaOf(id));
      expect(requestSays(onTheWire(machine.request().draft))).toEqual(says(id));
    },
    '8048-14': (id) => {
      const machine = new PresenceMachine();
      expect(machine.answer(machine.sip(of(id).sip))?.status).toBe(200);
      expect(machine.stanzas().map(stanzaSays)).toEqual([stanzaSays(stanzaOf(id))]);
      machine.stanza(stanzaOf('8048-11'));
      expect(requestSays(onTheWire(machine.request().draft))).toMatchObject({
        state: 'terminated;reason=timeout',
        document: { entity: 'pres:juliet@example.com' },
      });
    },
  };

  it.each(Object.entries(cases))('%s', (id, check) => check(id));

  it('has every example', () => {
    expect(Object.keys(cases).toSorted()).toEqual(vectors.map(({ id }) => id).toSorted());
  });
});
