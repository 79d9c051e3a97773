// S4: storms of presence. A domain that floods, or a person without measure, takes room of its own and of nobody else;
// every table has its bound, and all of them are empty when it is over.
import { describe, expect, it } from 'vitest';
import { documentOf } from './presence-kit.ts';
import { headerOf, notifyText, PresenceMachine, subscribeText } from './presence-machine.ts';

const ACTIVE = 'active;expires=3600';
const of = (
  type: string,
  from = 'juliet@example.com/b',
  to = 'romeo@example.net',
  inner = '',
): string =>
  `<presence from='${from}' to='${to}'${type === '' ? '' : ` type='${type}'`}>${inner}</presence>`;

/** The SUBSCRIBE of one of many, and the domain whose connection it comes by. */
function crowd(n: number): readonly [text: string, proved: string] {
  const from = `u${n}@crowd.example`;
  return [subscribeText({ from, callId: `c${n}` }), 'crowd.example'];
}

/** Romeo asks and Juliet agrees; what Romeo is told in the end. */
function romeoWatches(machine: PresenceMachine): readonly (string | undefined)[] {
  machine.requests();
  machine.sip(subscribeText({ callId: 'honest' }));
  machine.stanza(of('subscribed', 'juliet@example.com')).stanza(of('')).pass(6_000);
  const told: (string | undefined)[] = [];
  for (let n = 0; n < 3; n++) {
    for (const one of machine.requests()) {
      if (one.draft.callId !== 'honest') continue;
      told.push(headerOf(one.draft, 'subscription-state')?.split(';')[0]);
      machine.respond(one, 200);
    }
    machine.pass(6_000);
  }
  return told;
}

describe('S4: five thousand SUBSCRIBEs of one domain', () => {
  it('while another domain is served', () => {
    const machine = new PresenceMachine();
    const ids: string[] = [];
    for (let n = 0; n < 5_000; n++) {
      ids.push(machine.sip(...crowd(n)));
      if (n % 100 === 99) machine.pass(100);
    }
    expect(romeoWatches(machine)).toEqual(['pending', 'active']);
    expect(new Set(ids.map((id) => machine.answer(id)?.status))).toEqual(new Set([200]));
    machine.stanzas();
    machine.pass(3_700_000);
    for (let round = 0; round < 3; round++) {
      for (const one of machine.requests()) machine.respond(one, 481);
      machine.pass(100_000);
    }
    expect(machine.gateway.sizes).toMatchObject({ presence: 0, records: 0, routing: 0 });
  }, 120_000);

  it('while the store is slow: they have a share, and beyond it hear that it is full', () => {
    const machine = new PresenceMachine({ limits: { perLink: 100 } });
    machine.slow = 1_000;
    const ids = Array.from({ length: 5_000 }, (_, n) => machine.sip(...crowd(n)));
    expect(machine.gateway.sizes.presence).toBe(100);
    const honest = machine.sip(subscribeText({ callId: 'honest' }));
    machine.pass(10_000);
    expect(machine.answer(honest)?.status).toBe(200);
    const answers = ids.map((id) => machine.answer(id));
    expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(100);
    const refused = answers.filter((answer) => answer?.status === 500);
    expect(refused).toHaveLength(4_900);
    for (const { headers = [] } of refused.flatMap((answer) => answer ?? []))
      expect(headers.some(({ name }) => name === 'Retry-After')).toBe(true);
    expect(machine.gateway.sizes.presence).toBe(0);
    machine.sip(...crowd(6_000));
    machine.pass(10_000);
    expect(machine.table.size).toBe(102);
  }, 120_000);

  it('while the store answers nothing: all of them are answered in time, and nothing is kept', () => {
    const machine = new PresenceMachine({ limits: { perLink: 100 } });
    machine.mood = 'silent';
    const ids = Array.from({ length: 5_000 }, (_, n) => machine.sip(...crowd(n)));
    machine.pass(60_000);
    expect(new Set(ids.map((id) => machine.answer(id)?.status))).toEqual(new Set([500]));
    expect([machine.table.size, machine.gateway.sizes.presence]).toEqual([0, 0]);
  }, 120_000);
});

describe('S4: floods from an XMPP domain', () => {
  it('presence that nobody watches leaves nothing', () => {
    const machine = new PresenceMachine();
    for (let n = 0; n < 5_000; n++)
      machine.stanza(
        of('', `u${n}@crowd.example/r`, `v${n % 7}@example.net`, '<status>x</status>'),
      );
    expect([machine.table.size, machine.requests(), machine.said()]).toEqual([0, [], []]);
    expect(machine.gateway.sizes.presence).toBe(0);
  });

  it('a contact who changes a thousand times a minute is told of each interval once', () => {
    const machine = new PresenceMachine();
    expect(romeoWatches(machine)).toEqual(['pending', 'active']);
    let told = 0;
    for (let n = 0; n < 1_000; n++) {
      machine.stanza(of('', undefined, undefined, `<show>${n % 2 === 0 ? 'dnd' : 'away'}</show>`));
      machine.pass(60);
      for (const one of machine.requests()) {
        told += 1;
        machine.respond(one, 200);
      }
    }
    expect(told).toBeGreaterThan(5);
    expect(told).toBeLessThanOrEqual(13);
  });

  it('a contact who never answers a NOTIFY is sent one at a time', () => {
    const machine = new PresenceMachine();
    romeoWatches(machine);
    for (let n = 0; n < 500; n++)
      machine.stanza(of('', undefined, undefined, `<priority>${n % 100}</priority>`));
    machine.pass(10_000);
    for (let n = 0; n < 500; n++)
      machine.stanza(of('', undefined, undefined, `<priority>${n % 90}</priority>`));
    machine.pass(20_000);
    expect(machine.requests()).toHaveLength(1);
  });

  it('ten thousand probes of strangers: a fetch for each pair at most, bounded', () => {
    const machine = new PresenceMachine();
    for (let n = 0; n < 1_000; n++) {
      machine.stanza(of('probe', `u${n % 50}@crowd.example/r${n}`, 'romeo@example.net'));
    }
    expect(machine.requests().length).toBeLessThanOrEqual(50);
    machine.pass(120_000);
    for (let n = 0; n < 10; n++) {
      for (const one of machine.requests()) machine.fail(one, 'timeout');
      machine.pass(120_000);
    }
    expect([machine.table.size, machine.gateway.sizes.presence, machine.said()]).toEqual([
      0,
      0,
      [],
    ]);
  });
});

describe('S4: a document each millisecond', () => {
  it('is answered, and shown as it came', () => {
    const machine = new PresenceMachine().stanza(of('subscribe', 'juliet@example.com'));
    const sent = machine.request();
    machine.respond(sent, 200, ['Expires: 3600', 'Contact: <sip:romeo@192.0.2.1>']);
    for (let n = 1; n <= 1_000; n++) {
      const show = n % 2 === 0 ? 'dnd' : 'away';
      machine.sip(notifyText(sent.draft, n, ACTIVE, documentOf({ id: 'ID-orchard', show })));
      machine.pass(1);
    }
    expect([machine.answers, machine.said().length]).toEqual([1_000, 1_001]);
    expect(machine.gateway.sizes.presence).toBe(0);
  });
});
