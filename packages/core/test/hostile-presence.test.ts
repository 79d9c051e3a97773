// S6: presence peers that lie, forge, repeat, are late, or say what nobody asked for. Whatever they send, nobody sees
// what he was not let see, nothing is shown that the contact has not said, and each request is answered once.
import { expect, describe, it } from 'vitest';
import { documentOf } from './presence-kit.ts';
import {
  contactOf,
  headerOf,
  notifyText,
  PresenceMachine,
  refreshText,
  type SentRequest,
  subscribeText,
} from './presence-machine.ts';

const ACTIVE = 'active;expires=3600';
const ORCHARD = documentOf({ id: 'ID-orchard', show: 'away' });
const ASKS = "<presence from='juliet@example.com' to='romeo@example.net' type='subscribe'/>";

/** Somebody who stands in a dialog with the gateway, and the last request it was sent there. */
interface Standing {
  readonly machine: PresenceMachine;
  readonly sent: SentRequest;
}

/** Juliet has asked, and Romeo's server has said 200. */
function asking(): Standing {
  const machine = new PresenceMachine().stanza(ASKS);
  const sent = machine.request();
  machine.respond(sent, 200, ['Expires: 3600', 'Contact: <sip:romeo@192.0.2.1>']);
  return { machine, sent };
}

/** Juliet sees that Romeo is away in the orchard; the last CSeq of his server was 5. */
function watching(): Standing {
  const { machine, sent } = asking();
  machine.sip(notifyText(sent.draft, 5, ACTIVE, ORCHARD));
  expect(machine.said()).toEqual(['subscribed', 'available orchard away']);
  return { machine, sent };
}

/** Romeo watches Juliet, who has not said anything. */
function pending(): Standing {
  const machine = new PresenceMachine();
  machine.sip(subscribeText({}));
  const sent = machine.request();
  machine.respond(sent, 200);
  expect(machine.said()).toEqual(['subscribe']);
  return { machine, sent };
}

/** Romeo sees Juliet on the balcony. */
function watched(): Standing {
  const { machine } = pending();
  machine.stanza(from('subscribed'));
  machine.respond(machine.request(), 200);
  machine.stanza(from('', '/balcony')).pass(6_000);
  const sent = machine.request();
  machine.respond(sent, 200);
  machine.stanzas();
  return { machine, sent };
}

function from(type: string, resource = '', inner = ''): string {
  const said = type === '' ? '' : ` type='${type}'`;
  return `<presence from='juliet@example.com${resource}' to='romeo@example.net'${said}>${inner}</presence>`;
}

type Fields = Readonly<Record<string, string>>;
const LOLS = `<!DOCTYPE presence [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>${ORCHARD}`;
const CROWD = documentOf(...Array.from({ length: 200 }, (_, n) => ({ id: `ID-${n}` })));
const OTHERS = documentOf({ id: 'ID-cellar' }).replace('romeo@', 'tybalt@');

/** What is sent in place of the next NOTIFY, by which domain's connection, what is answered, and what Juliet is shown. */
type Lie = readonly [
  title: string,
  body: string,
  fields: Fields,
  status: number,
  said: readonly string[],
  proved?: string,
];

const LIES: readonly Lie[] = [
  ['the document breaks off', ORCHARD.slice(0, -8), {}, 400, []],
  ['the document is text', 'romeo is here', {}, 400, []],
  ['the document has entities that grow', LOLS, {}, 400, []],
  ['the document is of another kind', ORCHARD, { 'Content-Type': 'text/plain' }, 415, []],
  ['the document is about somebody else', OTHERS, {}, 200, []],
  ['an older CSeq', documentOf(), { CSeq: '4 NOTIFY' }, 500, []],
  ['the same CSeq and another state', documentOf(), { CSeq: '5 NOTIFY' }, 200, []],
  ['another Call-ID', documentOf(), { 'Call-ID': 'made-up' }, 481, []],
  ['another To tag', documentOf(), { To: '<sip:juliet@example.com>;tag=made-up' }, 481, []],
  ['no To tag', documentOf(), { To: '<sip:juliet@example.com>' }, 481, []],
  ['the From tag of a fork', documentOf(), { From: '<sip:romeo@example.net>;tag=fork' }, 481, []],
  ['another event', documentOf(), { Event: 'dialog' }, 489, []],
  ['no event', documentOf(), { Event: '' }, 489, []],
  ['no state', documentOf(), { 'Subscription-State': '' }, 400, []],
  ['from a connection of another domain', documentOf(), {}, 403, [], 'crowd.example'],
  ['from a connection that proves nothing', documentOf(), {}, 403, [], ''],
  [
    'a token that nobody sealed',
    documentOf(),
    { uri: 'sip:watching.cHJl.AAAA@gw.example.net' },
    481,
    [],
  ],
  ['no token', documentOf(), { uri: 'sip:juliet@example.com' }, 481, []],
  ['a token of prototype', documentOf(), { uri: 'sip:__proto__@gw.example.net' }, 481, []],
];

describe('S6: NOTIFYs that are not to be believed', () => {
  it.each(LIES.map((row) => [row[0], row] as const))('%s', (_title, row) => {
    const [, body, fields, status, said, proved = 'example.net'] = row;
    const { machine, sent } = watching();
    const id = machine.sip(notifyText(sent.draft, 6, ACTIVE, body, fields), proved);
    expect([machine.answer(id)?.status, machine.said()]).toEqual([status, said]);
    const good = machine.sip(notifyText(sent.draft, 7, ACTIVE, documentOf({ id: 'ID-orchard' })));
    expect([machine.answer(good)?.status, machine.said()]).toEqual([200, ['available orchard']]);
  });
});

/** What Romeo's server answers, what Juliet is told, and after how many seconds it is asked again. */
type Answer = readonly [
  status: number,
  headers: readonly string[],
  said: readonly string[],
  again: number | undefined,
];

const NO = ['unsubscribed'];
const ANSWERS: readonly Answer[] = [
  ...[401, 403, 404, 405, 406, 407, 410, 415, 489, 501, 603, 604].map(
    (status): Answer => [status, [], NO, undefined],
  ),
  ...[408, 480, 481, 486, 500, 600].map((status): Answer => [status, [], [], 30]),
  [302, ['Contact: <sip:evil@192.0.2.66>'], [], 30],
  [423, ['Min-Expires: 7200'], [], 0],
  [423, [], [], 30],
  [423, ['Min-Expires: 4294967295'], [], 30],
  [480, ['Retry-After: 90'], [], 90],
  [503, ['Retry-After: 600'], [], 600],
  [503, ['Retry-After: 4294967295'], [], 86_400],
  [503, ['Retry-After: x'], [], 30],
  [200, ['Expires: 3600'], [], 62],
  [202, ['Expires: 3600'], [], 62],
  [200, ['Expires: 4294967295'], [], 62],
];

describe('S6: answers to a SUBSCRIBE', () => {
  it.each(ANSWERS)('%i %j', (status, headers, said, again) => {
    const machine = new PresenceMachine().stanza(ASKS);
    const first = machine.request();
    machine.respond(first, status, [...headers, 'Contact: <sip:romeo@192.0.2.1>']);
    expect(machine.said()).toEqual(said);
    if (again === undefined) {
      machine.pass(2 * 86_400_000);
      expect([machine.requests(), machine.said(), machine.table.size]).toEqual([[], [], 0]);
      return;
    }
    machine.pass(Math.max(0, again * 1000 - 1_500));
    const early = machine.requests();
    machine.pass(again === 0 ? 0 : 3_000);
    const [second, ...more] = [...early, ...machine.requests()];
    expect([early.length, more.length, machine.said()]).toEqual([again === 0 ? 1 : 0, 0, []]);
    expect(second?.targets.map(({ address }) => address)).toEqual(['192.0.2.1']);
  });

  it('whoever never answers is asked less and less, and Juliet is not troubled', () => {
    const machine = new PresenceMachine().stanza(ASKS);
    machine.fail(machine.request(), 'timeout');
    let asked = 0;
    for (let minute = 0; minute < 24 * 60; minute++) {
      machine.pass(60_000);
      for (const one of machine.requests()) {
        asked += 1;
        machine.fail(one, 'timeout');
      }
    }
    expect([asked > 20, asked < 50, machine.said()]).toEqual([true, true, []]);
  });
});

describe('S6: a dialog that goes wrong', () => {
  it('the NOTIFY comes before the 200, and one more for each fork', () => {
    const machine = new PresenceMachine().stanza(ASKS);
    const { draft } = machine.request();
    const tags = ['one', 'two', 'three'].map((tag) =>
      notifyText(draft, 1, ACTIVE, ORCHARD, { From: `<sip:romeo@example.net>;tag=${tag}` }),
    );
    const ids = tags.map((text) => machine.sip(text));
    expect(ids.map((id) => machine.answer(id)?.status)).toEqual([200, 481, 481]);
    expect(machine.said()).toEqual(['subscribed', 'available orchard away']);
  });

  it('a subscription that is shorter than asked for is refreshed in its time', () => {
    const { machine, sent } = asking();
    machine.sip(notifyText(sent.draft, 1, 'active;expires=120', ORCHARD));
    machine.pass(119_000);
    expect(headerOf(machine.request().draft, 'expires')).toBe('3600');
  });

  it('a subscription of no time at all does not make us ask without end', () => {
    const { machine, sent } = asking();
    machine.sip(notifyText(sent.draft, 1, 'active;expires=0', ORCHARD));
    let asked = 0;
    for (let second = 0; second < 60; second++) {
      machine.pass(1_000);
      for (const one of machine.requests()) {
        asked += 1;
        machine.respond(one, 200, ['Expires: 0', 'Contact: <sip:romeo@192.0.2.1>']);
      }
    }
    expect(asked).toBeLessThan(10);
  });

  it('a NOTIFY after the end is a dialog nobody knows', () => {
    const { machine, sent } = watching();
    machine.sip(notifyText(sent.draft, 6, 'terminated;reason=rejected'));
    expect(machine.said()).toEqual(['unavailable orchard', 'unsubscribed']);
    const id = machine.sip(notifyText(sent.draft, 7, ACTIVE, ORCHARD));
    expect([machine.answer(id)?.status, machine.said()]).toEqual([481, []]);
    machine.pass(600_000);
    expect([machine.said(), machine.table.size]).toEqual([[], 0]);
  });

  it.each([481, 404, 500, 403])('a refresh answered %i takes back what was shown', (status) => {
    const { machine } = watching();
    machine.pass(3_400_000);
    const refresh = machine.requests().find(({ draft }) => draft.method === 'SUBSCRIBE');
    machine.stanzas();
    machine.respond(refresh ?? expect.fail('no refresh'), status);
    machine.pass(3_600_000);
    expect(machine.said()).toContain('unavailable orchard');
  });

  it('reasons without end: a server that ends each dialog at once is not asked at once each time', () => {
    const { machine, sent } = watching();
    let last = sent;
    let asked = 0;
    for (let second = 0; second < 600; second++) {
      machine.sip(notifyText(last.draft, 6, 'terminated;reason=deactivated'));
      machine.pass(1_000);
      for (const one of machine.requests()) {
        asked += 1;
        last = one;
        machine.respond(one, 200, ['Expires: 3600', 'Contact: <sip:romeo@192.0.2.1>']);
      }
    }
    expect(asked).toBeLessThan(60);
  });
});

describe('RFC 8048 §6.2 a link that is lost', () => {
  const lost = { kind: 'link-lost', from: 'example.net', to: 'example.com', text: '' } as const;

  it('for five minutes: then the contact is asked for, and who does not answer is not there', () => {
    const { machine } = watched();
    machine.feed({ kind: 'xmpp', event: lost }).pass(299_000);
    expect([machine.requests(), machine.said()]).toEqual([[], []]);
    machine.pass(2_000);
    expect(machine.said()).toEqual(['probe']);
    machine.pass(10_000);
    const { draft } = machine.request();
    expect(headerOf(draft, 'subscription-state')).toContain('active;expires=');
    expect(Buffer.from(draft.body ?? []).toString()).toContain('<basic>closed</basic>');
  });

  it('and comes back in time: nobody notices', () => {
    const { machine } = watched();
    machine.feed({ kind: 'xmpp', event: lost }).pass(100_000);
    machine.stanza(from('', '/balcony'));
    for (let second = 0; second < 600; second++) {
      machine.pass(1_000);
      for (const one of machine.requests()) {
        expect(Buffer.from(one.draft.body ?? []).toString()).toContain('<basic>open</basic>');
        machine.respond(one, 200);
      }
    }
    expect(machine.said()).toEqual([]);
  });

  it('of another domain is none of ours', () => {
    const { machine } = watched();
    machine.feed({ kind: 'xmpp', event: { ...lost, to: 'crowd.example' } }).pass(600_000);
    expect([machine.requests(), machine.said()]).toEqual([[], []]);
  });
});

describe('S6: documents without measure', () => {
  it('of two hundred resources Juliet is shown as many as are looked at', () => {
    const { machine, sent } = watching();
    machine.sip(notifyText(sent.draft, 6, ACTIVE, CROWD));
    const said = machine.said();
    expect(said.filter((line) => line.startsWith('available'))).toHaveLength(16);
    expect(said).toContain('unavailable orchard');
  });

  it('a note of 50,000 characters is cut', () => {
    const { machine, sent } = watching();
    const long = ORCHARD.replace('</tuple>', `<note>${'x'.repeat(50_000)}</note></tuple>`);
    const id = machine.sip(notifyText(sent.draft, 6, ACTIVE, long));
    const [stanza] = machine.stanzas();
    expect(machine.answer(id)?.status).toBe(200);
    expect(JSON.stringify(stanza).length).toBeLessThan(10_000);
    expect(recordSize(machine)).toBeLessThan(10_000);
  });

  it('of two hundred resources of Juliet Romeo is told of as many as are looked at', () => {
    const { machine } = watched();
    const status = `<status>${'y'.repeat(20_000)}</status>`;
    for (let n = 0; n < 200; n++) machine.stanza(from('', `/r${n}`, status));
    machine.pass(6_000);
    const { draft } = machine.request();
    const tuples =
      Buffer.from(draft.body ?? new Uint8Array())
        .toString()
        .match(/<tuple/g) ?? [];
    expect(tuples.length).toBeLessThanOrEqual(16);
    expect(draft.body?.length ?? 0).toBeLessThanOrEqual(32_000);
    expect(recordSize(machine)).toBeLessThan(64_000);
  });
});

function recordSize({ table }: PresenceMachine): number {
  return Math.max(...[...table.entries()].map(({ text }) => text.length));
}

/** What comes in place of an honest refresh, and what is answered. */
type Forgery = readonly [
  title: string,
  text: (sent: SentRequest) => string,
  status: number,
  proved?: string,
];

const FORGERIES: readonly Forgery[] = [
  ['another To tag', ({ draft }) => refreshText(draft, 9, 0).replace(/(To: .*tag=).*/, '$1x'), 481],
  [
    'another From tag',
    ({ draft }) => refreshText(draft, 9, 0).replace(/(From: .*tag=).*/, '$1x'),
    481,
  ],
  [
    'another Call-ID',
    ({ draft }) => refreshText(draft, 9, 0).replace(/Call-ID: .*/, 'Call-ID: x'),
    481,
  ],
  ['an older CSeq', ({ draft }) => refreshText(draft, 1, 0).replace('bKr1', 'bKother'), 200],
  [
    'another event',
    ({ draft }) => refreshText(draft, 9, 0).replace('Event: presence', 'Event: x'),
    489,
  ],
  ['another domain', ({ draft }) => refreshText(draft, 9, 0), 403, 'crowd.example'],
  [
    'a token for the other direction',
    ({ draft }) => refreshText(draft, 9, 0).replaceAll('sip:watched.', 'sip:watching.'),
    481,
  ],
  [
    'a token with another seal',
    ({ draft }) => refreshText(draft, 9, 0).replace(/(\.[^.@]*)@gw/, '.x@gw'),
    481,
  ],
  ['a NOTIFY in its dialog', ({ draft }) => notifyText(draft, 9, ACTIVE, ORCHARD), 481],
];

describe('S6: SUBSCRIBEs that are not to be believed', () => {
  it.each(FORGERIES.map((row) => [row[0], row] as const))('%s', (_title, row) => {
    const [, text, status, proved = 'example.net'] = row;
    const { machine, sent } = watched();
    const id = machine.sip(text(sent), proved);
    expect(machine.answer(id)?.status).toBe(status);
    expect([machine.requests(), machine.said()]).toEqual([[], []]);
    const good = machine.sip(refreshText(sent.draft, 20, 3600));
    expect(machine.answer(good)?.status).toBe(200);
    expect(headerOf(machine.request().draft, 'subscription-state')).toContain('active');
  });

  it.each([
    ['from another domain', {}, 'crowd.example', 403],
    ['for an event we do not have', {}, 'example.net', 489],
    ['that reads nothing of ours', { accept: 'text/plain' }, 'example.net', 406],
    ['for seconds', { expires: 5 }, 'example.net', 423],
  ] as const)('%s', (title, more, proved, status) => {
    const machine = new PresenceMachine();
    const text = subscribeText(more);
    const sent = status === 489 ? text.replace('Event: presence', 'Event: dialog') : text;
    const id = machine.sip(sent, proved);
    expect([machine.answer(id)?.status, machine.said(), machine.requests()], title).toEqual([
      status,
      [],
      [],
    ]);
    expect(machine.table.size).toBe(0);
  });

  it('as many dialogs as one has devices, and not one more', () => {
    const { machine } = watched();
    const ids = Array.from({ length: 40 }, (_, n) =>
      machine.sip(subscribeText({ callId: `d${n}` })),
    );
    const answers = ids.map((id) => machine.answer(id)?.status);
    expect(answers.filter((status) => status === 200)).toHaveLength(7);
    expect(answers.filter((status) => status === 480)).toHaveLength(33);
    expect(recordSize(machine)).toBeLessThan(20_000);
  });

  it('fetches without end are bounded alike', () => {
    const machine = new PresenceMachine();
    const ids = Array.from({ length: 40 }, (_, n) =>
      machine.sip(subscribeText({ callId: `d${n}`, expires: 0 })),
    );
    expect(ids.filter((id) => machine.answer(id)?.status === 200)).toHaveLength(8);
    expect(machine.said()).toEqual(['probe']);
    machine.pass(200_000);
    for (const one of machine.requests()) machine.fail(one, 'timeout');
    machine.pass(200_000);
    expect([machine.table.size, machine.gateway.sizes.presence]).toEqual([0, 0]);
  });
});

/** Everything a NOTIFY to Romeo said. */
function toldOf(machine: PresenceMachine): readonly string[] {
  return machine.requests().map(({ draft }) => {
    machine.respond({ draft, context: undefined, targets: [] }, 200);
    return `${headerOf(draft, 'subscription-state')?.split(';expires')[0]} ${draft.body?.length ?? 0}`;
  });
}

describe('S6: nobody is seen without consent', () => {
  it.each([
    ['nothing', []],
    ['presence that nobody asked for', [from('', '/balcony')]],
    ['unavailable', [from('unavailable', '/balcony')]],
    ['a refusal, then presence', [from('unsubscribed'), from('', '/balcony')]],
    [
      'an error, then presence',
      [
        from(
          'error',
          '',
          "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
        ),
        from('', '/balcony'),
      ],
    ],
    ['subscribe of her own, then presence', [from('subscribe'), from('', '/balcony')]],
    [
      'consent of somebody else',
      [from('subscribed').replace('juliet@', 'nurse@'), from('', '/balcony')],
    ],
  ] as const)('Romeo, who waits, and %s', (_title, stanzas) => {
    const { machine } = pending();
    for (const stanza of stanzas) machine.stanza(stanza);
    for (let n = 0; n < 10; n++) {
      machine.pass(10_000);
      for (const one of machine.requests()) {
        expect(one.draft.body?.length ?? 0).toBe(0);
        expect(headerOf(one.draft, 'subscription-state') ?? '').not.toContain('active');
      }
    }
  });

  it.each([
    ['pending', 'pending;expires=3600'],
    ['ended', 'terminated;reason=timeout'],
    ['refused', 'terminated;reason=rejected'],
    ['of a word nobody knows', 'granted;expires=3600'],
  ])('Juliet, who waits, from a NOTIFY that is %s', (_title, state) => {
    const { machine, sent } = asking();
    machine.sip(notifyText(sent.draft, 1, state, ORCHARD));
    machine.pass(30_000);
    expect(machine.said().filter((line) => /available|^subscribed/.test(line))).toEqual([]);
  });

  it('after Juliet has taken it back', () => {
    const { machine } = watched();
    machine.stanza(from('unsubscribed'));
    expect(toldOf(machine)).toEqual(['terminated;reason=rejected 0']);
    machine.stanza(from('', '/balcony')).pass(60_000);
    expect(machine.requests()).toEqual([]);
  });

  it('presence of a namesake in another domain', () => {
    const { machine } = watched();
    machine.stanza(
      from('', '/balcony', '<show>dnd</show>').replace('juliet@example.com', 'juliet@evil.example'),
    );
    machine.pass(10_000);
    expect(machine.requests()).toEqual([]);
  });

  it('who stops watching is told that nobody is there, and nothing after', () => {
    const { machine, sent } = watched();
    machine.sip(refreshText(sent.draft, 9, 0));
    const end = machine.request();
    expect(Buffer.from(end.draft.body ?? []).toString()).toContain('<basic>closed</basic>');
    machine
      .respond(end, 200)
      .stanza(from('', '/balcony', '<show>dnd</show>'))
      .pass(60_000);
    expect(machine.requests()).toEqual([]);
    expect(contactOf(end.draft)).toContain('sip:watched.');
  });
});
