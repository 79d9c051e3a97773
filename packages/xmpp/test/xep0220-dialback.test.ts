// XEP-0185 and XEP-0220: keys, each of the three roles on one stream, and whole endpoints against forgers.
import { describe, expect, test } from 'vitest';
import { dialbackKeys, type Verdict } from '@interwork/xmpp';
import { fatesOf, faultsOf, im, Net, stanzasOf, testDigest, type TestNode } from './net.ts';
import { initiator, type Kit, name, OURS, receiver, THEIRS, XML } from './stream-kit.ts';

describe('XEP-0185 §2 keys', () => {
  const keys = dialbackKeys(testDigest, 's3cr3tf0rd14lb4ck');
  const rows = [
    {
      id: 'the published example',
      key: keys(name('xmpp.example.com'), name('example.org'), 'D60000229F'),
      is: '37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643',
    },
    {
      id: 'a domain in U-labels has the key of its A-labels',
      key: keys(name('bücher.example'), name('example.org'), 'x'),
      is: keys(name('xn--bcher-kva.example'), name('example.org'), 'x'),
    },
  ];
  for (const row of rows) test(row.id, () => expect(row.key).toBe(row.is));

  test('fields do not run into each other', () => {
    const one = keys(name('a.example'), name('b.example'), 'c');
    expect(keys(name('a.example'), name('b.examplec'), 'c')).not.toBe(one);
    expect(keys(name('b.example'), name('a.example'), 'c')).not.toBe(one);
    expect(dialbackKeys(testDigest, 'other')(name('a.example'), name('b.example'), 'c')).not.toBe(
      one,
    );
  });
});

const result = (from: string, to: string, rest = '>abc</db:result>'): string =>
  `<db:result from='${from}' to='${to}'${rest}`;
const verify = (from: string, to: string, id: string, rest: string): string =>
  `<db:verify from='${from}' to='${to}' id='${id}'${rest}`;

describe('XEP-0220 §2.1, §2.1.1, §2.4.1 initiating', () => {
  const asked = (): Kit => initiator().give({ kind: 'prove' }).hear(XML.open, XML.features);

  test('the key is over their domain, ours, and their id', () => {
    const key = dialbackKeys(testDigest, 's3cr3tf0rd14lb4ck')(THEIRS, OURS, 'their-id');
    expect(asked().said).toContain(
      `<db:result from='capulet.example' to='montague.example'>${key}</db:result>`,
    );
  });

  test('valid', () => {
    const kit = asked().hear(XML.dbValid);
    expect(kit.find('proved')).toMatchObject({ proof: 'dialback' });
    expect(kit.give({ kind: 'stanza', text: '<message/>' }).said.endsWith('<message/>')).toBe(true);
  });

  test('invalid: the stream is given up', () => {
    const kit = asked().hear(result('montague.example', 'capulet.example', " type='invalid'/>"));
    expect(kit.kinds.slice(-3)).toEqual(['unproved', 'ended', 'disconnect']);
    expect(kit.find('ended')).toMatchObject({ reason: 'dialback' });
  });

  test('error: the stream stands', () => {
    const error =
      " type='error'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>";
    const kit = asked().hear(result('montague.example', 'capulet.example', error));
    expect(kit.find('unproved')).toMatchObject({
      verdict: { type: 'error', condition: 'item-not-found' },
    });
    expect(kit.stream.state).toBe('ready');
  });

  const forged = [
    { id: 'not asked', kit: () => initiator().hear(XML.open, XML.features), text: XML.dbValid },
    { id: 'twice', kit: () => asked().hear(XML.dbValid), text: XML.dbValid },
    {
      id: 'another pair',
      kit: asked,
      text: result('montague.example', 'verona.example', " type='valid'/>"),
    },
    {
      id: 'from another domain',
      kit: asked,
      text: result('evil.example', 'capulet.example', " type='valid'/>"),
    },
    { id: 'a request in the wrong direction', kit: asked, text: XML.dbRequest },
    { id: 'a verification not asked', kit: asked, text: XML.verifyValid },
    { id: 'a key to check in the wrong direction', kit: asked, text: XML.verifyRequest },
    {
      id: 'a verification with another id',
      kit: () =>
        asked().give({ kind: 'verify', request: { from: OURS, to: THEIRS, id: 'j', key: 'abc' } }),
      text: XML.verifyValid,
    },
  ];
  for (const row of forged)
    test(`§3.1 unsolicited: ${row.id}`, () => {
      const kit = row.kit().hear(row.text);
      expect(kit.find('fault')?.fault).toMatchObject({
        code: 'unsolicited-dialback',
        spec: 'XEP-0220 §3.1',
        answer: { kind: 'stream-error', condition: 'not-authorized' },
      });
      expect(kit.stream.state).toBe('closed');
    });

  test('a verification answered twice', () => {
    const kit = initiator().hear(XML.open, XML.features);
    kit.give({ kind: 'verify', request: { from: OURS, to: THEIRS, id: 'i', key: 'abc' } });
    expect(kit.hear(XML.verifyValid).find('verified')).toMatchObject({
      verdict: { type: 'valid' },
    });
    expect(kit.hear(XML.verifyValid).faults).toEqual(['unsolicited-dialback']);
  });

  const malformed = [
    "<db:result to='capulet.example' type='valid'/>",
    "<db:result from='montague.example' type='valid'/>",
    "<db:result from='montague.example/x' to='capulet.example' type='valid'/>",
    "<db:result from='montague.example' to='capulet.example' type='maybe'/>",
    "<db:verify from='montague.example' to='capulet.example' type='valid'/>",
  ];
  for (const text of malformed)
    test(`malformed: ${text}`, () =>
      expect(asked().hear(text).faults).toEqual(['improper-addressing']));

  test('no answer in time', () => {
    expect(asked().pass(30_000).find('ended')).toMatchObject({ reason: 'timeout' });
  });

  test('too many verifications', () => {
    const kit = initiator({ limits: { verifications: 1 } });
    for (const id of ['i', 'j'])
      kit.give({ kind: 'verify', request: { from: OURS, to: THEIRS, id, key: 'k' } });
    expect(kit.find('verified')).toMatchObject({
      request: { id: 'j' },
      verdict: { type: 'error' },
    });
  });
});

describe('§2.2, §2.2.1 receiving', () => {
  const heard = (options = {}): Kit => receiver({ certificate: '', ...options }).hear(XML.open);
  const tell = (kit: Kit, verdict: Verdict, from = THEIRS, to = OURS, id = 'id1'): Kit =>
    kit.give({ kind: 'verdict', from, to, id, verdict });

  test('a claim carries the id of our header, and nothing is proved by it', () => {
    const kit = heard().hear(XML.dbRequest);
    expect(kit.find('claim')?.request).toEqual({ from: OURS, to: THEIRS, id: 'id1', key: 'abc' });
    expect(kit.hear(XML.stanza).faults).toEqual(['not-authorized']);
  });

  test('valid', () => {
    const kit = tell(heard().hear(XML.dbRequest), { type: 'valid' }).hear(XML.stanza);
    expect(kit.said).toContain(
      "<db:result from='capulet.example' to='montague.example' type='valid'/>",
    );
    expect(kit.find('stanza')).toMatchObject({ proof: 'dialback' });
  });

  test('invalid and alone: told, and closed', () => {
    const kit = tell(heard().hear(XML.dbRequest), { type: 'invalid' });
    expect(kit.said).toMatch(/type='invalid'\/><\/stream:stream>$/);
    expect(kit.kinds.at(-1)).toBe('disconnect');
  });

  test('invalid beside a proved pair: forbidden, and the stream stands', () => {
    const kit = tell(heard().hear(XML.dbRequest), { type: 'valid' });
    tell(
      kit.hear(result('evil.example', 'capulet.example')),
      { type: 'invalid' },
      name('evil.example'),
    );
    expect(kit.said).toContain('<forbidden ');
    expect(kit.stream.state).toBe('open');
    expect(kit.hear("<message from='a@evil.example' to='b@capulet.example'/>").faults).toEqual([
      'invalid-from',
    ]);
  });

  test('several pairs on one stream, each for itself', () => {
    const kit = heard().hear(XML.dbRequest, result('chat.montague.example', 'verona.example'));
    tell(kit, { type: 'valid' });
    tell(kit, { type: 'valid' }, name('chat.montague.example'), name('verona.example'));
    kit.hear(XML.stanza, "<message from='a@chat.montague.example' to='b@verona.example'/>");
    expect(kit.kinds.filter((kind) => kind === 'stanza')).toHaveLength(2);
    expect(
      kit.hear("<message from='a@chat.montague.example' to='b@capulet.example'/>").faults,
    ).toEqual(['invalid-from']);
  });

  const refused = [
    {
      id: 'to is not ours',
      kit: heard(),
      text: result('montague.example', 'nowhere.example'),
      says: 'item-not-found',
    },
    {
      id: 'from is ours',
      kit: heard(),
      text: result('verona.example', 'capulet.example'),
      says: 'not-acceptable',
    },
    {
      id: 'TLS is required',
      kit: heard({ rules: { tls: 'required' } }),
      text: XML.dbRequest,
      says: 'policy-violation',
    },
    {
      id: 'SASL is required',
      kit: heard({ rules: { sasl: 'required' } }),
      text: XML.dbRequest,
      says: 'not-authorized',
    },
    {
      id: 'dialback is excluded',
      kit: heard({ rules: { dialback: false } }),
      text: XML.dbRequest,
      says: 'not-authorized',
    },
    {
      id: 'too many pairs',
      kit: heard({ limits: { pairs: 0 } }),
      text: XML.dbRequest,
      says: 'resource-constraint',
    },
  ];
  for (const row of refused)
    test(`§2.5 an error, and the stream stands: ${row.id}`, () => {
      const kit = row.kit.hear(row.text);
      expect(kit.said).toContain(
        `<error type='cancel'><${row.says} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
      );
      expect(kit.stream.state).toBe('negotiating');
      expect(kit.kinds).not.toContain('claim');
    });

  const excluded = [
    { id: 'TLS is required', rules: { tls: 'required' }, text: 'is claimed without TLS' },
    { id: 'SASL is required', rules: { sasl: 'required' }, text: 'is claimed by dialback' },
    { id: 'dialback is excluded', rules: { dialback: false }, text: 'is claimed by dialback' },
  ] as const;
  for (const { id, rules, text } of excluded)
    test(`§2.5 what the rules exclude is told of once, and by its domain: ${id}`, () => {
      const other = result('other.example', 'capulet.example');
      const kit = heard({ rules }).hear(XML.dbRequest, XML.dbRequest, other);
      expect(kit.faults).toEqual(['excluded-by-rules']);
      const answer = { kind: 'none' };
      const told = { text: expect.stringContaining(text), answer };
      expect(kit.find('fault')?.fault).toMatchObject(told);
      expect(kit.find('fault')?.fault.text).toMatch(/^montague\.example /);
    });

  test('§2.5 what is refused for another reason than the rules is not', () => {
    expect(heard({ limits: { pairs: 0 } }).hear(XML.dbRequest).faults).toEqual([]);
    expect(heard().hear(result('montague.example', 'nowhere.example')).faults).toEqual([]);
  });

  test('a certificate that speaks for the domain needs no call', () => {
    const kit = receiver({}, true).secure().hear(XML.open, XML.dbRequest);
    expect(kit.find('proved')).toMatchObject({ proof: 'certificate' });
    expect(kit.kinds).not.toContain('claim');
  });

  test('the same claim twice is one', () => {
    const kit = heard().hear(XML.dbRequest, XML.dbRequest);
    expect(kit.kinds.filter((kind) => kind === 'claim')).toHaveLength(1);
    tell(tell(kit, { type: 'valid' }), { type: 'invalid' });
    expect(kit.stream.state).toBe('open');
  });

  test('a verdict nobody waits for is dropped', () => {
    const kit = tell(heard(), { type: 'valid' });
    expect(kit.stream.isProved).toBe(false);
    const restarted = heard().hear(XML.dbRequest, XML.starttls);
    expect(tell(restarted, { type: 'valid' }).stream.isProved).toBe(false);
  });

  test('§2.2 a verdict on the key of an earlier stream id says nothing of the claim that is open', () => {
    const kit = heard({ certificate: '!montague.example' }).hear(XML.dbRequest, XML.starttls);
    kit.secure().hear(XML.open, XML.dbRequest);
    const ids = kit.outputs.flatMap((out) => (out.kind === 'claim' ? [out.request.id] : []));
    expect(ids).toEqual(['id1', 'id2']);
    expect(tell(kit, { type: 'valid' }).stream.isProved).toBe(false);
    expect(tell(kit, { type: 'invalid' }).stream.state).toBe('negotiating');
    expect(tell(kit, { type: 'valid' }, THEIRS, OURS, 'id2').stream.isProved).toBe(true);
  });

  test('an answer where only requests belong', () => {
    expect(heard().hear(XML.dbValid).faults).toEqual(['unsolicited-dialback']);
    expect(heard().hear(XML.verifyValid).faults).toEqual(['unsolicited-dialback']);
  });
});

describe('§2.2.2 authoritative', () => {
  const key = dialbackKeys(testDigest, 's3cr3tf0rd14lb4ck')(THEIRS, OURS, 'D60000229F');
  const check = (from: string, to: string, id: string, text: string): string =>
    receiver().hear(XML.open, verify(from, to, id, `>${text}</db:verify>`)).said;
  const rows = [
    {
      id: 'our key',
      said: check('montague.example', 'capulet.example', 'D60000229F', key),
      type: 'valid',
    },
    {
      id: 'with blanks around it',
      said: check('montague.example', 'capulet.example', 'D60000229F', `\n ${key} `),
      type: 'valid',
    },
    {
      id: 'another id',
      said: check('montague.example', 'capulet.example', 'D60000229E', key),
      type: 'invalid',
    },
    {
      id: 'another asker',
      said: check('evil.example', 'capulet.example', 'D60000229F', key),
      type: 'invalid',
    },
    {
      id: 'another of our domains',
      said: check('montague.example', 'verona.example', 'D60000229F', key),
      type: 'invalid',
    },
    {
      id: 'an empty key',
      said: check('montague.example', 'capulet.example', 'D60000229F', ''),
      type: 'invalid',
    },
    {
      id: 'not ours',
      said: check('montague.example', 'nowhere.example', 'D60000229F', key),
      type: 'error',
    },
  ];
  for (const row of rows) test(row.id, () => expect(row.said).toContain(` type='${row.type}'`));

  test('addresses are swapped, the id is kept and escaped', () => {
    const said = check('montague.example', 'capulet.example', 'a&amp;&apos;&lt;b', key);
    expect(said).toContain(
      "<db:verify from='capulet.example' to='montague.example' id='a&amp;&apos;&lt;b' type='invalid'/>",
    );
  });

  test('not in the clear where TLS is required', () => {
    const kit = receiver({ rules: { tls: 'required' } }).hear(XML.open, XML.verifyRequest);
    expect(kit.said).toContain('<policy-violation ');
  });
});

const A = 'juliet@capulet.example';
const B = 'romeo@montague.example';

/** capulet and montague without certificates, and a server that only pretends to be montague. */
function threesome(): { net: Net; a: TestNode; b: TestNode; evil: TestNode } {
  const net = new Net();
  const a = net.add('a', { domains: ['capulet.example'], certificate: '' });
  const b = net.add('b', { domains: ['montague.example'], certificate: '' });
  const dns = new Map(net.dns);
  const evil = net.add('evil', { domains: ['montague.example'], certificate: '' });
  for (const [domain, targets] of dns) net.dns.set(domain, targets);
  return { net, a, b, evil };
}

describe('§2.1.2, §2.4 three servers', () => {
  test('a forger is asked back at the address of the domain, and fails', () => {
    const { net, a, b, evil } = threesome();
    net.give(evil, im(B, A, 'it is me'));
    expect(stanzasOf(a)).toEqual([]);
    expect(fatesOf(evil)).toEqual(['it is me: failed dialback']);
    expect(b.sent.some(({ text }) => text.includes("type='invalid'"))).toBe(true);
  });

  test('both ways, each endpoint authoritative for itself', () => {
    const { net, a, b } = threesome();
    net.give(a, im(A, B, 'one'));
    net.give(b, im(B, A, 'two'));
    expect([...stanzasOf(b), ...stanzasOf(a)]).toEqual([
      `${A}: one (dialback)`,
      `${B}: two (dialback)`,
    ]);
    expect([...faultsOf(a), ...faultsOf(b)]).toEqual([]);
  });

  const lies = [
    {
      id: 'a key of its own',
      change: (text: string) =>
        text.replace(/(<db:result[^>]*>)[0-9a-f]{64}/, `$1${'0'.repeat(64)}`),
      fate: 'dialback',
    },
    {
      id: 'another sender in the claim',
      change: (text: string) =>
        text.replace("<db:result from='capulet.example'", "<db:result from='verona.example'"),
      fate: 'expired',
    },
  ];
  for (const row of lies)
    test(`changed on the way: ${row.id}`, () => {
      const { net, a, b } = threesome();
      net.onSend = (from, text) => (from === a ? row.change(text) : text);
      net.give(a, im(A, B, 'hello'));
      net.pass(60_000);
      expect(stanzasOf(b)).toEqual([]);
      expect(fatesOf(a)[0]).toMatch(/^hello: failed/);
    });

  const authorities = [
    {
      id: 'has no server',
      set: (net: Net) => net.dns.set('capulet.example', 'not-found'),
      says: '<remote-server-not-found ',
    },
    {
      id: 'cannot be looked up',
      set: (net: Net) => net.dns.set('capulet.example', 'failed'),
      says: '<remote-connection-failed ',
    },
    {
      id: 'refuses',
      set: (net: Net, a: TestNode) => net.down.set(a.address, 'refused'),
      says: '<remote-connection-failed ',
    },
    {
      id: 'is silent',
      set: (net: Net, a: TestNode) => net.down.set(a.address, 'silent'),
      says: '<remote-connection-failed ',
    },
    {
      id: 'has a DNS that is silent',
      set: (net: Net) => net.dns.set('capulet.example', 'silent'),
      says: '<remote-connection-failed ',
    },
  ];
  for (const row of authorities)
    test(`the authoritative server ${row.id}`, () => {
      const { net, a, b } = threesome();
      row.set(net, a);
      net.give(a, im(A, B, 'hello'));
      net.pass(40_000);
      expect(b.sent.map(({ text }) => text).join('')).toContain(row.says);
      expect(fatesOf(a)).toHaveLength(1);
      expect(stanzasOf(b)).toEqual([]);
      expect(b.endpoint.counts.verifications).toBe(0);
    });

  test('a pair refused while a verification is pending on the same stream', () => {
    const net = new Net();
    const a = net.add('a', { domains: ['capulet.example'], rules: { tls: 'never' } });
    net.dns.set('montague.example', 'silent');
    const remote = { address: '10.9.9.9', port: 5269 };
    const hear = (stream: string, text: string): void =>
      net.give(a, { kind: 'bytes', stream, bytes: new TextEncoder().encode(text) });
    const targets = [{ address: 'nowhere', port: 1, direct: false }];
    a.endpoint.receive(0, im(A, B, 'one'));
    a.endpoint.receive(0, { kind: 'located', domain: 'montague.example', targets });
    a.endpoint.receive(0, { kind: 'connected', connect: 'c1', stream: 'out', remote });
    hear('out', XML.open + XML.features);
    net.give(a, { kind: 'accepted', stream: 'in', remote });
    hear('in', XML.open + XML.dbRequest);
    const id = /<db:verify[^>]* id='([^']*)'/.exec(a.sent.at(-1)?.text ?? '')?.[1] ?? '';
    hear('out', result('montague.example', 'capulet.example', " type='error'/>"));
    expect(fatesOf(a)).toEqual(['one: failed dialback']);
    hear('out', verify('montague.example', 'capulet.example', id, " type='valid'/>"));
    hear('in', XML.stanza);
    expect(stanzasOf(a)).toHaveLength(1);
    net.pass(4_000_000);
    expect(a.endpoint.counts.streams).toBe(0);
  });

  test('the authoritative server answers with an error', () => {
    const { net, a, b } = threesome();
    net.onSend = (from, text) =>
      from === a ? text.replace(/(<db:verify[^>]*) type='valid'\/>/, "$1 type='error'/>") : text;
    net.give(a, im(A, B, 'hello'));
    expect(b.sent.map(({ text }) => text).join('')).toContain('<remote-server-not-found ');
    expect(fatesOf(a)).toEqual(['hello: failed dialback']);
  });

  test('a refused pair does not spoil the verification of another on the same stream', () => {
    const { net, a, b } = threesome();
    net.onSend = (from, text) =>
      from === b ? text.replace(/(<db:result[^>]*) type='valid'\/>/, "$1 type='error'/>") : text;
    for (const step of ['one after the other', 'at once']) {
      net.begin(a, im(A, B, 'one'));
      if (step !== 'at once') net.settle();
      net.give(b, im(B, A, 'two'));
      expect(fatesOf(a)).toEqual(['one: failed dialback']);
      expect(stanzasOf(a)).toEqual([`${B}: two (dialback)`]);
      net.pass(4_000_000);
      for (const node of [a, b]) node.events.length = 0;
    }
  });

  test('pending verifications are bounded', () => {
    const net = new Net();
    const b = net.add('b', {
      domains: ['montague.example'],
      limits: { pendingVerifications: 1 },
      rules: { tls: 'never' },
    });
    for (const domain of ['x.example', 'y.example']) net.dns.set(domain, 'silent');
    const remote = { address: '10.9.9.9', port: 1 };
    net.give(b, { kind: 'accepted', stream: 's', remote });
    const say = (text: string): void =>
      net.give(b, { kind: 'bytes', stream: 's', bytes: new TextEncoder().encode(text) });
    say(XML.open.replace('montague', 'x').replace('capulet', 'montague'));
    say(result('x.example', 'montague.example') + result('y.example', 'montague.example'));
    expect(b.endpoint.counts.verifications).toBe(1);
    expect(b.sent.at(-1)?.text).toContain('<resource-constraint ');
    net.give(b, { kind: 'closed', stream: 's' });
    expect(b.endpoint.counts.verifications).toBe(0);
  });
});
