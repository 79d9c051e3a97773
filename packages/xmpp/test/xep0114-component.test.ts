// XEP-0114, the connecting end: each state by each input, headers cut anywhere, refusals, a server that goes and comes
// back, bounds, time, and what becomes of stanzas meanwhile.
import { describe, expect, test } from 'vitest';
import {
  type ComponentOptions,
  type ComponentState,
  MisuseError,
  XmppComponent,
  type XmppEvent,
  type XmppInput,
  type XmppOutput,
} from '@interwork/xmpp';
import { bytesOf, im, testDigest, textOfBytes } from './net.ts';

const NAME = 'sip.example';
const ALICE = `alice@${NAME}`;
const BOB = 'bob@im.example';
const OPEN = `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='${NAME}' id='3BF96D32'>`;
const TAKEN = '<handshake/>';
const STANZA = `<message from='${BOB}/desk' to='${ALICE}' type='chat'><body>hi</body></message>`;
const CLOSE = '</stream:stream>';
const error = (condition: string): string =>
  `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`;

/** A component and everything that came out of it. */
class Kit {
  readonly component: XmppComponent;
  readonly outputs: XmppOutput[] = [];
  now = 0;
  stream = 0;

  constructor(options: Partial<ComponentOptions> = {}) {
    this.component = new XmppComponent({
      name: NAME,
      secret: 's3cret',
      server: { address: '127.0.0.1', port: 5347 },
      digest: testDigest,
      ...options,
    });
  }

  give(input: XmppInput): this {
    this.component.receive(this.now, input);
    for (let out = this.component.next(); out !== undefined; out = this.component.next())
      this.outputs.push(out);
    return this;
  }

  say(text: string): this {
    return this.give({ kind: 'bytes', stream: `s${this.stream}`, bytes: bytesOf(text) });
  }

  tick(at: number): this {
    this.now = at;
    return this.give({ kind: 'tick' });
  }

  connected(): this {
    const connect = this.of('connect').at(-1)?.connect ?? '';
    this.stream += 1;
    const remote = { address: '127.0.0.1', port: 5347 };
    return this.give({ kind: 'connected', connect, stream: `s${this.stream}`, remote });
  }

  lost(): this {
    return this.give({ kind: 'closed', stream: `s${this.stream}` });
  }

  send(body: string): this {
    return this.give(im(ALICE, BOB, body));
  }

  of<K extends XmppOutput['kind']>(kind: K): (XmppOutput & { readonly kind: K })[] {
    return this.outputs.filter(
      (out): out is XmppOutput & { readonly kind: K } => out.kind === kind,
    );
  }

  /** What was written on one stream, or the current one. */
  text(stream: string = `s${this.stream}`): string {
    return this.of('send')
      .filter((out) => out.stream === stream)
      .map((out) => textOfBytes(out.bytes))
      .join('');
  }

  get fates(): string[] {
    return this.of('fate').map((out) =>
      [out.context, out.fate, ...(out.reason === undefined ? [] : [out.reason])].join(' '),
    );
  }

  get codes(): string[] {
    return this.of('fault').map((out) => out.fault.code);
  }

  get state(): ComponentState {
    return this.component.state;
  }
}

/** How it gets to where it stands. */
const AT: Readonly<Record<ComponentState, () => Kit>> = {
  resting: () => AT.connecting().give({ kind: 'connect-failed', connect: 'c1', reason: 'refused' }),
  connecting: () => new Kit().tick(0),
  header: () => AT.connecting().connected(),
  doomed: () => AT.header().say(OPEN.replace('3BF96D32', '')),
  handshake: () => AT.header().say(OPEN),
  ready: () => AT.handshake().say(TAKEN),
  closing: () => AT.ready().give({ kind: 'close' }),
  closed: () => AT.closing().say(CLOSE),
};
const STATES = Object.keys(AT) as ComponentState[];

describe('XEP-0114 §3 the protocol flow', () => {
  test('header, handshake by digest, ready', () => {
    const kit = AT.ready();
    expect(kit.text()).toBe(
      `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${NAME}'>` +
        `<handshake>${testDigest.sha1('3BF96D32s3cret')}</handshake>`,
    );
    expect([kit.state, kit.codes]).toEqual(['ready', []]);
  });

  test('the secret itself never leaves', () => {
    expect(AT.ready().text()).not.toContain('s3cret');
  });

  test('what a server says may be cut anywhere', () => {
    const kit = AT.header();
    const all = OPEN + TAKEN + STANZA + STANZA;
    for (const byte of bytesOf(all))
      kit.give({ kind: 'bytes', stream: 's1', bytes: Uint8Array.of(byte) });
    const whole = AT.header().say(all);
    expect(kit.of('stanza').length).toBe(2);
    expect(kit.outputs).toEqual(whole.outputs);
  });

  test('what comes behind the closing tag is not read', () => {
    const kit = AT.ready().say(`${CLOSE}${STANZA}`);
    expect([kit.of('stanza').length, kit.state]).toEqual([0, 'resting']);
  });

  test('an IDN goes out as it is written and is compared as it is looked up', () => {
    const kit = new Kit({ name: 'xn--bcher-kva.example' }).tick(0).connected();
    expect(kit.text()).toContain(`to='bücher.example'`);
    kit.say(OPEN.replace(NAME, 'bücher.example')).say(TAKEN);
    kit.give(im('a@bücher.example', BOB, 'x'));
    expect(kit.fates).toEqual(['x sent']);
  });

  const misuses: readonly [string, Partial<ComponentOptions>][] = [
    ['a name that is no domain', { name: 'a b' }],
    ['an address for a name', { name: 'a@b.example' }],
    ['no secret', { secret: '' }],
  ];
  test.each(misuses)('misuse: %s', (_id, options) => {
    expect(() => new Kit(options)).toThrow(MisuseError);
  });
});

/** What the server may say, and where that leads from each state in which a stream stands. */
type Standing = 'header' | 'doomed' | 'handshake' | 'ready' | 'closing';
const SAID: readonly [string, string, Readonly<Record<Standing, ComponentState>>][] = [
  ['handshake', TAKEN, row('resting', 'resting', 'ready', 'resting', 'closing')],
  ['stanza', STANZA, row('resting', 'resting', 'resting', 'ready', 'closing')],
  ['error', error('conflict'), row('resting', 'resting', 'resting', 'resting', 'closed')],
  ['close', CLOSE, row('resting', 'resting', 'resting', 'resting', 'closed')],
  [
    'unknown',
    "<r xmlns='urn:xmpp:sm:3'/>",
    row('resting', 'resting', 'resting', 'resting', 'closing'),
  ],
  ['garbage', '\u0000<<', row('resting', 'resting', 'resting', 'resting', 'closed')],
  ['blank', ' ', row('header', 'doomed', 'handshake', 'ready', 'closing')],
];

function row(
  header: ComponentState,
  doomed: ComponentState,
  handshake: ComponentState,
  ready: ComponentState,
  closing: ComponentState,
): Readonly<Record<Standing, ComponentState>> {
  return { header, doomed, handshake, ready, closing };
}

describe.each(SAID)('each state by what the server says: %s', (_id, said, leads) => {
  test.each(Object.entries(leads))('%s', (from, to) => {
    const kit = AT[from as Standing]();
    const before = kit.of('disconnect').length;
    kit.say(said);
    expect(kit.state).toBe(to);
    const isOver = to === 'resting' || to === 'closed';
    expect(kit.of('disconnect').length - before).toBe(isOver ? 1 : 0);
  });
});

/** Inputs of the host and its sockets, and where each leads from each state. */
const s = (...states: readonly string[]): readonly string[] => states;
const GIVEN: readonly [string, XmppInput, readonly string[]][] = [
  ['tick', { kind: 'tick' }, STATES],
  [
    'lost',
    { kind: 'closed', stream: 's1' },
    s('resting', 'connecting', 'resting', 'resting', 'resting', 'resting', 'closed', 'closed'),
  ],
  ['lost, another', { kind: 'closed', stream: 's9' }, STATES],
  ['bytes of another', { kind: 'bytes', stream: 's9', bytes: bytesOf('<') }, STATES],
  [
    'connect-failed',
    { kind: 'connect-failed', connect: 'c1', reason: 'timeout' },
    s('resting', 'resting', ...STATES.slice(2)),
  ],
  ['accepted', { kind: 'accepted', stream: 's9', remote: { address: '::1', port: 1 } }, STATES],
  ['located', { kind: 'located', domain: 'x.example', targets: 'failed' }, STATES],
  ['secured', { kind: 'secured', stream: 's1', presented: [] }, STATES],
  ['tls-failed', { kind: 'tls-failed', stream: 's1', text: '' }, STATES],
  [
    'close',
    { kind: 'close' },
    s('closed', 'closed', 'closing', 'closing', 'closing', 'closing', 'closing', 'closed'),
  ],
];

describe.each(GIVEN)('each state by each input: %s', (_id, input, leads) => {
  test.each(STATES.map((state, n) => [state, leads[n]] as const))('%s', (from, to) => {
    const kit = AT[from]();
    kit.give(input);
    expect(kit.state).toBe(to);
    expect(kit.of('closed').length).toBe(to === 'closed' ? 1 : 0);
  });
});

test.each(STATES)('a stanza has one fate, sooner or later: %s', (state) => {
  const kit = AT[state]().send('x');
  if (kit.state !== 'closed') kit.tick(kit.now + 20_000);
  expect(kit.fates.length).toBe(1);
  expect(kit.fates[0]).toMatch(state === 'ready' ? /^x sent$/ : /^x failed /);
});

test.each(STATES)('everything comes to rest after close: %s', (state) => {
  const kit = AT[state]().send('x').give({ kind: 'close' }).tick(100_000);
  expect([kit.state, kit.component.wakeAt, kit.component.queued]).toEqual(['closed', Infinity, 0]);
  expect([kit.fates.length, kit.of('closed').length]).toEqual([1, 1]);
});

test('a connection that nobody waits for any more is given back', () => {
  const kit = AT.connecting().give({ kind: 'close' }).connected();
  expect(kit.of('disconnect').map((out) => out.stream)).toEqual(['s1']);
});

describe('XEP-0114 §3 the server refuses', () => {
  const refusals: readonly [string, () => Kit, boolean][] = [
    ['not-authorized', AT.handshake, true],
    ['host-unknown', AT.doomed, true],
    ['invalid-namespace', AT.handshake, true],
    ['conflict', AT.handshake, false],
    ['system-shutdown', AT.ready, false],
  ];
  test.each(refusals)('%s', (condition, at, isFinal) => {
    const kit = at();
    if (kit.state !== 'ready') kit.send('before');
    kit.say(error(condition) + CLOSE).send('after');
    expect([kit.state, kit.codes]).toEqual(['resting', [condition]]);
    const failed = kit.of('fate').filter((out) => out.fate === 'failed');
    expect(failed.length).toBe(isFinal ? 2 : 0);
    for (const fate of failed)
      expect([fate.reason, fate.text]).toEqual([
        'stream-error',
        `The server closed the stream: ${condition}.`,
      ]);
  });

  test('a header in another namespace, of another root, for another name', () => {
    const ns = AT.header().say(OPEN.replace('component:accept', 'server'));
    expect([ns.state, ns.codes]).toEqual(['resting', ['invalid-namespace']]);
    const root = AT.header().say('<html>');
    expect([root.state, root.codes.length]).toEqual(['resting', 1]);
    const other = AT.header().say(OPEN.replace(`from='${NAME}'`, "from='im.example'"));
    expect([other.state, other.text()]).toEqual(['doomed', expect.not.stringContaining('<hand')]);
  });

  test('a wrong secret is tried again later, and the right one taken then', () => {
    const kit = AT.handshake().say(error('not-authorized'));
    kit.tick(kit.component.wakeAt).connected().send('x').say(OPEN).say(TAKEN);
    expect([kit.state, kit.fates]).toEqual(['ready', ['x sent']]);
  });
});

describe('stanzas that come', () => {
  test('XEP-0114 §4: from whom the server says, proved by nothing else', () => {
    const [event] = AT.ready().say(STANZA).of('stanza');
    expect(event).toMatchObject({
      from: { full: `${BOB}/desk` },
      to: { full: ALICE },
      stanza: { kind: 'message', bodies: [{ text: 'hi' }] },
      link: { proof: 'component', tls: false, stream: 's1' },
    });
    expect(event?.link.certificate).toBeUndefined();
  });

  const dropped: readonly [string, string, string, string | undefined][] = [
    [
      'for another domain',
      "<message from='a@im.example' to='x@other.example'/>",
      'host-unknown',
      undefined,
    ],
    ['from nobody', `<message to='${ALICE}'/>`, 'improper-addressing', undefined],
    ['from no address', `<message from='@' to='${ALICE}'/>`, 'improper-addressing', undefined],
    ['to nobody', `<message from='${BOB}'/>`, 'bad-jid', 'jid-malformed'],
    [
      'RFC 6120 §8.3.1 to no address',
      `<message from='${BOB}' to='@${NAME}'/>`,
      'bad-jid',
      'jid-malformed',
    ],
    [
      'an iq without id',
      `<iq type='get' from='${BOB}' to='${NAME}'/>`,
      'bad-stanza',
      'bad-request',
    ],
    [
      'an error to no address',
      `<message type='error' from='${BOB}' to='@${NAME}'/>`,
      'bad-jid',
      undefined,
    ],
  ];
  test.each(dropped)('%s costs only that stanza', (_id, said, code, answer) => {
    const kit = AT.ready();
    const before = kit.text();
    kit.say(said).say(STANZA);
    expect([kit.state, kit.codes, kit.of('stanza').length]).toEqual(['ready', [code], 1]);
    const written = kit.text().slice(before.length);
    if (answer === undefined) expect(written).toBe('');
    else expect(written).toContain(`<${answer} `);
    expect(kit.fates).toEqual([]);
  });

  test('while closing they still come, and nothing is answered', () => {
    const kit = AT.closing().say(STANZA).say(`<message from='${BOB}'/>`).say(CLOSE);
    expect([kit.of('stanza').length, kit.state]).toEqual([1, 'closed']);
    expect(kit.text().endsWith(CLOSE)).toBe(true);
  });
});

describe('stanzas that are sent', () => {
  test('XEP-0114 §3: from our domain only, and never to it', () => {
    const kit = AT.ready()
      .give(im(BOB, 'x@y.example', 'a'))
      .give(im(ALICE, `bob@${NAME}`, 'b'));
    kit.give(im(`x@sub.${NAME}`, BOB, 'c'));
    expect(kit.fates).toEqual(['a failed policy', 'b failed policy', 'c failed policy']);
  });

  test('a certificate is never had', () => {
    const kit = AT.ready().give({ ...im(ALICE, BOB, 'x'), need: 'certificate' });
    expect(kit.fates).toEqual(['x failed certificate']);
  });

  test('nothing that wants TLS goes out in the clear', () => {
    const kit = AT.ready();
    const before = kit.text();
    kit.give({ ...im(ALICE, BOB, 'x'), need: 'tls' });
    expect([kit.fates, kit.text()]).toEqual([['x failed policy'], before]);
  });

  test('a lost connection names the domains that were written to of late, once', () => {
    const kit = AT.ready().give(im(ALICE, 'a@old.example', 'a'));
    kit.now = 60_001;
    kit
      .send('b')
      .send('c')
      .give(im(ALICE, 'd@y.example', 'd'))
      .lost();
    const lost = kit.of('link-lost').map(({ from, to }) => [from, to]);
    expect(lost).toEqual([
      [NAME, 'im.example'],
      [NAME, 'y.example'],
    ]);
    kit.tick(kit.component.wakeAt).connected().say(OPEN).say(TAKEN).lost();
    expect(kit.of('link-lost').length).toBe(2);
  });

  test('the domains that are remembered have a bound', () => {
    const kit = new Kit({ limits: { writtenDomains: 1 } })
      .tick(0)
      .connected()
      .say(OPEN + TAKEN);
    kit
      .give(im(ALICE, 'a@a.example', 'a'))
      .give(im(ALICE, 'b@b.example', 'b'))
      .lost();
    expect(kit.of('link-lost').map(({ to }) => to)).toEqual(['b.example']);
  });

  test('they stand in the namespace of the stream, with the addresses of the command', () => {
    const kit = AT.ready();
    const before = kit.text().length;
    kit.give({ ...im('x@y.example', BOB, 'hi'), from: im(ALICE, BOB, '').from });
    expect(kit.text().slice(before)).toBe(
      `<message from="${ALICE}" to="${BOB}" type="chat"><body>hi</body></message>`,
    );
  });

  test('they wait in order, and go out when the server has taken us', () => {
    const kit = AT.connecting().send('a').send('b').connected().send('c').say(OPEN).send('d');
    expect(kit.fates).toEqual([]);
    kit.say(TAKEN).send('e');
    expect(
      kit
        .text()
        .match(/<body>.<\/body>/g)
        ?.join(''),
    ).toBe(['a', 'b', 'c', 'd', 'e'].map((x) => `<body>${x}</body>`).join(''));
    expect(kit.fates).toEqual(['a sent', 'b sent', 'c sent', 'd sent', 'e sent']);
  });

  test('a server that takes us and leaves with the same bytes takes nothing', () => {
    const kit = AT.handshake()
      .send('a')
      .say(TAKEN + CLOSE);
    expect([kit.fates, kit.component.queued]).toEqual([[], 1]);
  });

  test('over a lost connection nothing is doubled and the order holds', () => {
    const kit = AT.ready().send('a').lost().send('b').send('c');
    kit.tick(kit.component.wakeAt).connected().say(OPEN).say(TAKEN).send('d');
    expect(kit.text('s1').match(/<body>.<\/body>/g)).toEqual(['<body>a</body>']);
    expect(kit.text('s2').match(/<body>.<\/body>/g)).toEqual(
      ['b', 'c', 'd'].map((x) => `<body>${x}</body>`),
    );
    expect(kit.fates).toEqual(['a sent', 'b sent', 'c sent', 'd sent']);
  });
});

describe('domains that may not talk any more', () => {
  const MALLORY = 'mallory@bad.example';
  const waiting = (): Kit => {
    const kit = AT.connecting();
    kit
      .send('1')
      .give(im(ALICE, MALLORY, '2'))
      .send('3');
    return kit;
  };

  test('the pairs that something waits for are told, each once', () => {
    const pairs = ['im.example', 'bad.example'].map((theirs) => ({ ours: NAME, theirs }));
    expect(waiting().give({ kind: 'review' }).of('links')).toEqual([{ kind: 'links', pairs }]);
    const nothing = { kind: 'links', pairs: [] };
    expect(AT.ready().send('1').give({ kind: 'review' }).of('links')).toEqual([nothing]);
  });

  test('what waits for one of them fails, the rest goes in order', () => {
    const kit = waiting().give({ kind: 'part', ours: NAME, theirs: 'bad.example' });
    expect(kit.fates).toEqual(['2 failed policy']);
    expect(kit.component.queued).toBe(2);
    kit.connected().say(OPEN).say(TAKEN);
    expect(kit.fates.slice(1)).toEqual(['1 sent', '3 sent']);
    expect(kit.text()).not.toContain(MALLORY);
  });

  test('another domain of ours is none of it', () => {
    const kit = waiting().give({ kind: 'part', ours: 'x.example', theirs: 'bad.example' });
    expect(kit.fates).toEqual([]);
  });
});

describe('a server that goes, and comes back', () => {
  test.each(['connecting', 'header', 'doomed', 'handshake', 'ready'] as const)('at %s', (state) => {
    const kit = AT[state]();
    if (state === 'connecting')
      kit.give({ kind: 'connect-failed', connect: 'c1', reason: 'refused' });
    else kit.lost();
    expect([kit.state, kit.codes]).toEqual(['resting', ['remote-connection-failed']]);
    expect(kit.of('disconnect')).toEqual([]);
    kit.send('x').tick(kit.component.wakeAt).connected().say(OPEN).say(TAKEN);
    expect([kit.state, kit.fates]).toEqual(['ready', ['x sent']]);
  });

  test('the rest doubles from 1 s to 60 s, and spreads by what chance is handed in', () => {
    const rests = (random: number): number[] => {
      const kit = new Kit({ random: () => random });
      return Array.from({ length: 9 }, () => {
        kit.tick(Math.max(kit.now, kit.component.wakeAt));
        const connect = kit.of('connect').at(-1)?.connect ?? '';
        kit.give({ kind: 'connect-failed', connect, reason: 'refused' });
        return kit.component.wakeAt - kit.now;
      });
    };
    expect(rests(0.5)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((n) => n * 1000));
    expect(rests(0).slice(0, 2)).toEqual([750, 1500]);
  });

  test('being taken once ends the doubling', () => {
    const kit = AT.resting();
    kit.tick(kit.component.wakeAt).connected().say(OPEN).say(TAKEN).lost();
    expect(kit.component.wakeAt - kit.now).toBe(1000);
  });
});

describe('time and bounds', () => {
  test('a new one is due at once, a ready one rests until its blank is due', () => {
    expect(new Kit().component.wakeAt).toBe(-Infinity);
    const kit = AT.ready();
    expect(kit.component.wakeAt).toBe(60_000);
    const before = kit.text().length;
    kit.tick(60_000);
    expect([kit.text().slice(before), kit.component.wakeAt]).toEqual([' ', 120_000]);
  });

  const slow: readonly [ComponentState, string[]][] = [
    ['connecting', ['remote-connection-failed']],
    ['header', ['connection-timeout']],
    ['doomed', ['connection-timeout']],
    ['handshake', ['connection-timeout']],
  ];
  test.each(slow)('RFC 6120 §4.9.3.4: a server that says nothing at %s', (state, codes) => {
    const kit = AT[state]().tick(10_000);
    expect([kit.state, kit.codes]).toEqual(['resting', codes]);
  });

  test('a closing tag that does not come is not waited for long', () => {
    const kit = AT.closing();
    expect(kit.component.wakeAt).toBe(5_000);
    expect(kit.tick(5_000).state).toBe('closed');
  });

  test('what waits is told after 20 s why', () => {
    const kit = AT.resting().send('x');
    for (let n = 0; n < 50 && kit.now < 20_000; n += 1) {
      kit.tick(kit.component.wakeAt);
      const connect = kit.of('connect').at(-1)?.connect ?? '';
      kit.give({ kind: 'connect-failed', connect, reason: 'refused' });
    }
    expect(kit.fates).toEqual(['x failed expired']);
    expect(kit.component.queued).toBe(0);
  });

  test('the queue has an end, in stanzas and in bytes', () => {
    const count = new Kit({ limits: { queuedStanzas: 2 } }).tick(0);
    count.send('a').send('b').send('c');
    expect(count.fates).toEqual(['c failed overload']);
    const size = new Kit({ limits: { queuedBytes: 300 } }).tick(0).send('a').send('y'.repeat(200));
    expect(size.fates).toEqual([`${'y'.repeat(200)} failed overload`]);
  });

  test('a stanza that is too large is not sent', () => {
    const kit = AT.ready().give(im(ALICE, BOB, 'z'.repeat(262_144), 'z'));
    expect(kit.fates).toEqual(['z failed policy']);
  });

  test('before the handshake little is read, afterwards whole stanzas are', () => {
    const flood = AT.handshake().say(' '.repeat(16_384));
    expect([flood.state, flood.codes]).toEqual(['resting', ['policy-violation']]);
    const large = STANZA.replace('hi', 'z'.repeat(100_000));
    expect(
      AT.handshake()
        .say(TAKEN + large)
        .of('stanza').length,
    ).toBe(1);
    const tooLarge = AT.ready().say(STANZA.replace('hi', 'z'.repeat(262_144)));
    expect([tooLarge.state, tooLarge.codes]).toEqual(['resting', ['too-large']]);
  });
});

test('events are those of an endpoint', () => {
  const kinds = new Set(AT.closed().outputs.map((out) => out.kind));
  const known: readonly (XmppOutput | XmppEvent)['kind'][] = [
    'connect',
    'send',
    'disconnect',
    'closed',
  ];
  expect([...kinds].toSorted()).toEqual(known.toSorted());
});

test('XEP-0198 §4: a component has no stream management, and says that no acknowledgement will follow', () => {
  const kit = AT.ready().send('one');
  expect(kit.of('fate')).toEqual([
    { kind: 'fate', context: 'one', fate: 'sent', willAcknowledge: false },
  ]);
  const receipt = { stream: 's1', session: 'x', number: 1 };
  expect(kit.give({ kind: 'handled', receipt }).of('fate').length).toBe(1);
});
