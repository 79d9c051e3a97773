// XEP-0178, and RFC 6120 §4 to §6, one stream at a time: each state by each arrival, headers, STARTTLS, EXTERNAL,
// errors, closing, time and bounds. Dialback is xep0220-dialback.test.ts.
import { describe, expect, test } from 'vitest';
import { STREAM_CONDITIONS } from '@interwork/xmpp';
import { faultNamed } from '../src/stream/faults.ts';
import {
  ARRIVALS,
  type Arrival,
  FAULT_OF,
  INITIATOR,
  type InitiatorState,
  RECEIVER,
  type ReceiverState,
} from '../src/stream/transitions.ts';
import { newSession } from '../src/stream/management.ts';
import {
  bidi,
  called,
  enabling,
  initiator,
  type Kit,
  managed,
  OURS,
  receiver,
  resuming,
  THEIRS,
  XML,
} from './stream-kit.ts';
import { bytesOf } from './net.ts';

const SAID: Readonly<Record<Exclude<Arrival, 'secured' | 'db-result' | 'db-verify'>, string>> = {
  header: XML.open,
  features: XML.features,
  starttls: XML.starttls,
  proceed: XML.proceed,
  'tls-failure': XML.tlsFailure,
  auth: XML.auth,
  response: XML.response,
  challenge: XML.challenge,
  success: XML.success,
  'sasl-failure': XML.saslFailure,
  abort: XML.abort,
  bidi: XML.bidi,
  'sm-enable': XML.enable,
  'sm-enabled': XML.enabled,
  'sm-resume': XML.resume,
  'sm-resumed': XML.resumed,
  'sm-failed': XML.failed,
  'sm-r': XML.r,
  'sm-a': XML.a,
  stanza: XML.stanza,
  'stream-error': XML.streamError,
  'stream-close': XML.close,
  unknown: XML.unknown,
};

const request = { from: OURS, to: THEIRS, id: 'i', key: 'abc' };
const asking = (kit: Kit): Kit => kit.give({ kind: 'prove' }).give({ kind: 'verify', request });

/** How an initiator gets to where it stands. `header` and `idle` take no element, only a header. */
const INITIATOR_AT: Readonly<Record<InitiatorState, () => Kit>> = {
  idle: () => initiator({}, true),
  header: () => initiator(),
  features: () => initiator().hear(XML.open),
  starttls: () => initiator().hear(XML.open, XML.featuresTls),
  handshake: () => initiator().hear(XML.open, XML.featuresTls, XML.proceed),
  auth: () => initiator({}, true).secure().hear(XML.open, XML.featuresExternal),
  ready: () => asking(initiator().hear(XML.open, XML.features)),
  closing: () => asking(initiator().hear(XML.open, XML.features)).give({ kind: 'close' }),
  closed: () => initiator().give({ kind: 'lost', text: 'reset' }),
};

const RECEIVER_AT: Readonly<Record<ReceiverState, () => Kit>> = {
  idle: () => receiver({}, true),
  header: () => receiver(),
  negotiating: () => receiver().hear(XML.open),
  challenged: () => receiver({}, true).secure().hear(XML.open, XML.authEmpty),
  handshake: () => receiver().hear(XML.open, XML.starttls),
  open: () => receiver({}, true).secure().hear(XML.open, XML.auth, XML.open),
  closing: () =>
    receiver({}, true).secure().hear(XML.open, XML.auth, XML.open).give({ kind: 'close' }),
  closed: () => receiver().give({ kind: 'lost', text: 'reset' }),
};

/** What stream management says is read by what was asked or agreed before. */
const MANAGED_AT: Readonly<Partial<Record<string, () => Kit>>> = {
  'initiator ready sm-enabled': enabling,
  'initiator ready sm-failed': enabling,
  'initiator ready sm-resumed': () => resuming({ ...newSession('ours'), resumeId: 'theirs' }),
  'initiator ready sm-r': managed,
  'initiator ready sm-a': managed,
  'initiator closing sm-r': () => managed().give({ kind: 'close' }),
  'initiator closing sm-a': () => managed().give({ kind: 'close' }),
  'initiator ready stanza': bidi,
  'initiator closing stanza': () => bidi().give({ kind: 'close' }),
  'receiver open sm-r': called,
  'receiver open sm-a': called,
  'receiver closing sm-r': () => called().give({ kind: 'close' }),
  'receiver closing sm-a': () => called().give({ kind: 'close' }),
};

function bring(kit: Kit, role: string, arrival: Arrival): Kit {
  const asked = role === 'initiator';
  if (arrival === 'secured') return kit.secure();
  if (arrival === 'db-result') return kit.hear(asked ? XML.dbValid : XML.dbRequest);
  if (arrival === 'db-verify') return kit.hear(asked ? XML.verifyValid : XML.verifyRequest);
  return kit.hear(SAID[arrival]);
}

/** A document has one root: before it an element is not an element, after it a header is not a header. */
function isReadable(state: string, arrival: Arrival): boolean {
  if (arrival === 'secured') return true;
  const before = state === 'idle' || state === 'header' || state === 'handshake';
  return before === (arrival === 'header') && state !== 'idle' && state !== 'handshake';
}

describe('§4.3 each state by each arrival', () => {
  const ends = [
    { role: 'initiator', table: INITIATOR, at: INITIATOR_AT },
    { role: 'receiver', table: RECEIVER, at: RECEIVER_AT },
  ] as const;
  for (const { role, table, at } of ends)
    for (const [state, row] of Object.entries(table))
      test(`${role} in ${state}`, () => {
        for (const arrival of ARRIVALS) {
          const plain = (at as Readonly<Record<string, () => Kit>>)[state];
          const kit = (MANAGED_AT[`${role} ${state} ${arrival}`] ?? plain)?.();
          if (kit === undefined) throw new Error(state);
          expect(kit.stream.state).toBe(state);
          if (!isReadable(state, arrival)) continue;
          bring(kit, role, arrival);
          const cell = (row as Partial<Record<Arrival, string>>)[arrival];
          const expected =
            cell === undefined && state !== 'closed' ? [faultNamed(FAULT_OF[arrival]).code] : [];
          expect({ arrival, faults: kit.faults }).toEqual({ arrival, faults: expected });
          if (expected.length > 0) expect(kit.stream.state).toBe('closed');
        }
      });

  test('bytes while TLS is being set up end the connection without a word', () => {
    for (const kit of [INITIATOR_AT.handshake(), RECEIVER_AT.handshake(), RECEIVER_AT.idle()]) {
      const before = kit.said;
      kit.hear(XML.open);
      expect(kit.kinds.slice(-3)).toEqual(['fault', 'ended', 'disconnect']);
      expect(kit.said).toBe(before);
    }
  });

  test('nothing is read, said or waited for after the end', () => {
    for (const make of [...Object.values(INITIATOR_AT), ...Object.values(RECEIVER_AT)]) {
      const kit = make().give({ kind: 'lost', text: 'reset' });
      const { length } = kit.outputs;
      kit
        .hear(XML.open, XML.stanza)
        .secure()
        .give({ kind: 'prove' })
        .give({ kind: 'close' })
        .pass(1e9);
      expect(kit.outputs).toHaveLength(length);
      expect(kit.stream.wakeAt).toBe(Infinity);
      expect(kit.kinds.filter((kind) => kind === 'ended')).toHaveLength(1);
    }
  });
});

describe('§4.7, §4.8.1, §4.8.2 headers, receiver', () => {
  const header = (attributes: string, ns = "xmlns='jabber:server'"): string =>
    `<stream:stream ${ns} xmlns:stream='http://etherx.jabber.org/streams' ${attributes}>`;
  const pair = "from='montague.example' to='capulet.example'";
  const rows = [
    {
      id: 'not the stream namespace',
      text: `<stream:stream xmlns='jabber:server' xmlns:stream='urn:x' ${pair}>`,
      error: 'invalid-namespace',
    },
    { id: 'not a stream', text: "<message xmlns='jabber:server'>", error: 'invalid-namespace' },
    {
      id: 'client content',
      text: header(`${pair} version='1.0'`, "xmlns='jabber:client'"),
      error: 'invalid-namespace',
    },
    {
      id: 'no content namespace',
      text: header(`${pair} version='1.0'`, ''),
      error: 'invalid-namespace',
    },
    {
      id: 'unknown to',
      text: header("from='montague.example' to='elsewhere.example' version='1.0'"),
      error: 'host-unknown',
    },
    { id: 'no to', text: header("from='montague.example' version='1.0'"), error: 'host-unknown' },
    {
      id: 'to with a local part',
      text: header("from='montague.example' to='a@capulet.example' version='1.0'"),
      error: 'host-unknown',
    },
    {
      id: 'from with a slash',
      text: header("from='capulet.example/x' to='capulet.example' version='1.0'"),
      error: 'improper-addressing',
    },
    { id: 'version in words', text: header(`${pair} version='one'`), error: 'unsupported-version' },
    { id: 'not XML', text: 'GET / HTTP/1.1\r\n', error: 'not-well-formed' },
  ];
  for (const row of rows)
    test(row.id, () => {
      const kit = receiver().hear(row.text);
      expect(kit.said).toMatch(
        /^<\?xml version='1.0'\?><stream:stream .* id='id1' .*<\/stream:stream>$/,
      );
      expect(kit.said).toContain(`<stream:error><${row.error} `);
      expect(kit.kinds).toEqual(['fault', 'ended', 'disconnect']);
    });

  test('§4.9.1.3 an unknown host is not named as ours', () => {
    const kit = receiver().hear(
      header("from='montague.example' to='elsewhere.example' version='1.0'"),
    );
    expect(kit.said).not.toContain('elsewhere');
    expect(kit.said).toContain("to='montague.example'");
  });

  test('§4.7.5 a lower minor version, and a higher major one, are answered with ours', () => {
    for (const version of ['1.0', '1.9', '2.0', '01.0'])
      expect(receiver().hear(header(`${pair} version='${version}'`)).said).toContain(
        "version='1.0'",
      );
  });

  test('no version: no features and no version back', () => {
    for (const attributes of [pair, `${pair} version='0.9'`]) {
      const kit = receiver().hear(header(attributes));
      expect(kit.said).not.toMatch(/ version='1.0' |features/);
      expect(kit.stream.state).toBe('negotiating');
    }
  });

  test('§4.7.4 the language of the header is known', () => {
    const kit = receiver().hear(XML.open.replace(' version', " xml:lang='it' version"));
    expect(kit.stream.lang).toBe('it');
  });

  test('§4.7.3 ids are new after each restart', () => {
    const kit = receiver().hear(XML.open, XML.starttls).secure().hear(XML.open, XML.auth, XML.open);
    expect(kit.said.match(/ id='id\d'/g)).toEqual([" id='id1'", " id='id2'", " id='id3'"]);
  });

  test('§6.4.6 a stream reopened for others after authentication', () => {
    const other = XML.open.replace('montague.example', 'evil.example');
    const elsewhere = XML.open.replace('capulet.example', 'verona.example');
    for (const text of [other, elsewhere, XML.open.replace(" from='montague.example'", '')])
      expect(receiver({}, true).secure().hear(XML.open, XML.auth, text).faults).toEqual([
        'invalid-from',
      ]);
  });
});

describe('headers, initiator', () => {
  test('prefixes are exactly stream: and db:, the version is 1.0', () => {
    expect(initiator().said).toBe(
      "<?xml version='1.0'?><stream:stream xmlns='jabber:server'" +
        " xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback'" +
        " from='capulet.example' to='montague.example' version='1.0' xml:lang='en'>",
    );
  });

  test('an answer from another domain', () => {
    const kit = initiator().hear(XML.open.replace('montague', 'evil'), XML.features);
    expect(kit.faults).toEqual(['invalid-from']);
  });

  test('an answer from elsewhere may still say that we are wrong there', () => {
    const kit = initiator().hear(
      XML.open.replace('montague', 'other'),
      "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
    );
    expect(kit.faults).toEqual([]);
    expect(kit.find('ended')).toMatchObject({ reason: 'not-found', condition: 'host-unknown' });
  });

  test('§4.7.3 no id', () => {
    const kit = initiator().hear(XML.open.replace(" id='their-id'", ''), XML.features);
    expect(kit.faults).toEqual(['bad-format']);
  });

  test('an old server: dialback at once, where TLS is not required', () => {
    const old = XML.open.replace(" version='1.0'", '');
    expect(initiator().give({ kind: 'prove' }).hear(old).said).toContain('<db:result');
    const strict = initiator({ rules: { tls: 'required' } })
      .give({ kind: 'prove' })
      .hear(old);
    expect(strict.find('ended')).toMatchObject({ reason: 'policy' });
  });
});

describe('§5.4.1, §5.3.4 STARTTLS', () => {
  test('§5.4.3.1 what follows starttls in the clear is an injection, and is not read', () => {
    const kit = receiver().hear(XML.open, XML.starttls + XML.stanza);
    expect(kit.faults).toEqual(['policy-violation']);
    expect(kit.kinds).not.toContain('start-tls');
  });

  test('§5.4.2.3 what follows proceed in the clear is an injection, and is not read', () => {
    for (const extra of [XML.open, '<stream:features', ' ', 'x']) {
      const kit = initiator().hear(XML.open, XML.featuresTls, XML.proceed + extra);
      expect(kit.faults).toEqual(['policy-violation']);
      expect(kit.kinds).not.toContain('start-tls');
    }
  });

  const rules = [
    { id: 'required, not offered', tls: 'required', features: XML.features, end: 'policy' },
    {
      id: 'never, but the peer requires it',
      tls: 'never',
      features: XML.featuresTls,
      end: 'policy',
    },
    {
      id: 'required, refused',
      tls: 'required',
      features: XML.featuresTls + XML.tlsFailure,
      end: 'unreachable',
    },
  ] as const;
  for (const row of rules)
    test(`initiator: ${row.id}`, () => {
      const kit = initiator({ rules: { tls: row.tls } }).give({ kind: 'prove' });
      kit.hear(XML.open, row.features);
      expect(kit.find('ended')).toMatchObject({ reason: row.end });
      expect(kit.said).not.toContain('db:result');
    });

  test('§4.3.2, §13.9 receiver: offered by the rules', () => {
    const offer = (tls: 'required' | 'optional' | 'never') =>
      receiver({ rules: { tls } }).hear(XML.open).said;
    expect(offer('required')).toContain('<required/>');
    expect(offer('optional')).toContain("xmpp-tls'></starttls>");
    expect(offer('never')).not.toContain('starttls');
    expect(offer('required')).not.toContain('EXTERNAL');
  });

  test('§5.4.2.2 receiver: asked for although never offered', () => {
    const kit = receiver({ rules: { tls: 'never' } }).hear(XML.open, XML.starttls);
    expect(kit.said).toMatch(
      /<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'\/><\/stream:stream>$/,
    );
    expect(kit.find('ended')).toMatchObject({ reason: 'policy' });
    expect(kit.faults).toEqual(['excluded-by-rules']);
    expect(kit.find('fault')?.fault).toMatchObject({
      spec: 'RFC 6120 §13.9',
      text: 'montague.example asked for TLS, which its rules exclude.',
    });
  });

  test('TLS that fails', () => {
    const kit = RECEIVER_AT.handshake().give({ kind: 'tls-failed', text: 'no shared cipher' });
    expect(kit.kinds.slice(-2)).toEqual(['ended', 'disconnect']);
  });
});

describe('§6.3.8, §6.4.1, §6.4.2, §6.5 EXTERNAL, receiver', () => {
  const auth = (content: string, mechanism = 'EXTERNAL'): string =>
    `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='${mechanism}'>${content}</auth>`;
  const tls = (): Kit => receiver({}, true).secure().hear(XML.open);
  const rows = [
    { id: 'the domain spelled out', content: btoa('montague.example'), says: '<success ' },
    { id: 'the domain in upper case', content: btoa('MONTAGUE.example'), says: '<success ' },
    { id: 'nothing but =', content: '=', says: '<success ' },
    { id: 'another domain', content: btoa('evil.example'), says: '<invalid-authzid/>' },
    { id: 'a user', content: btoa('romeo@montague.example'), says: '<invalid-authzid/>' },
    { id: 'not base64', content: '!!!!', says: '<incorrect-encoding/>' },
    { id: 'padding bits', content: 'bW9udGFndWUuZXhhbXBsZR==', says: '<incorrect-encoding/>' },
  ];
  for (const row of rows)
    test(row.id, () => expect(tls().hear(auth(row.content)).said).toContain(row.says));

  test('another mechanism', () => {
    for (const mechanism of ['PLAIN', 'constructor', '__proto__', ''])
      expect(tls().hear(auth('=', mechanism)).said).toContain('<invalid-mechanism/>');
  });

  test('before TLS', () => {
    expect(receiver().hear(XML.open, XML.auth).said).toContain('<encryption-required/>');
  });

  test('§13.7.2.2 not offered, because the certificate is for somebody else', () => {
    const kit = receiver({ certificate: 'evil.example' }, true).secure().hear(XML.open, XML.auth);
    expect(kit.said).not.toContain('<mechanism>');
    expect(kit.said).toContain('<invalid-mechanism/>');
    expect(kit.kinds).toContain('refused-peer');
  });

  test('not offered to whoever names one of our own domains', () => {
    const open = XML.open.replace('montague.example', 'verona.example');
    const kit = receiver({ certificate: 'verona.example' }, true).secure().hear(open);
    expect(kit.said).not.toContain('<mechanism>');
  });

  test('§6.4.3 without a response, with an empty challenge', () => {
    const kit = tls().hear(XML.authEmpty);
    expect(kit.said).toContain('<challenge ');
    expect(kit.hear(XML.response).said).toContain('<success ');
  });

  test('§6.4.4, §6.4.5 aborted, and too often', () => {
    const kit = tls().hear(XML.authEmpty, XML.abort);
    expect(kit.said).toContain('<aborted/>');
    expect(kit.hear(auth('!!!!'), auth('!!!!')).faults).toEqual(['policy-violation']);
  });

  test('required and impossible: closed at once', () => {
    const kit = receiver({ rules: { sasl: 'required' }, certificate: '!x' }, true)
      .secure()
      .hear(XML.open);
    expect(kit.said).toContain('<not-authorized ');
    expect(kit.find('ended')).toMatchObject({
      reason: 'certificate',
      judgement: { accepted: false },
    });
  });

  test('a header sent together with auth is read after success', () => {
    const kit = tls().hear(XML.auth + XML.open + XML.stanza);
    expect(kit.kinds).toEqual(['proved', 'stanza']);
  });
});

describe('§6.3.4, §6.4 EXTERNAL, initiator', () => {
  const tls = (rules = {}): Kit => initiator({ rules }, true).secure().give({ kind: 'prove' });

  test('proved after success and a restart, with the identity spelled out', () => {
    const kit = tls().hear(XML.open, XML.featuresExternal);
    expect(kit.said).toContain(`mechanism='EXTERNAL'>${btoa('capulet.example')}</auth>`);
    kit.hear(XML.success, XML.open, XML.features);
    expect(kit.find('proved')).toMatchObject({ proof: 'certificate' });
  });

  test('refused: dialback on the same stream, where rules allow', () => {
    const kit = tls().hear(XML.open, XML.featuresExternal, XML.saslFailure);
    expect(kit.said).toContain('<db:result');
    const strict = tls({ dialback: false }).hear(XML.open, XML.featuresExternal, XML.saslFailure);
    expect(strict.find('ended')).toMatchObject({ reason: 'policy' });
  });

  test('a challenge is aborted', () => {
    expect(tls().hear(XML.open, XML.featuresExternal, XML.challenge).said).toContain('<abort ');
  });

  test('rules: never', () => {
    expect(tls({ sasl: 'never' }).hear(XML.open, XML.featuresExternal).said).toContain(
      '<db:result',
    );
  });

  test('rules: required, but not offered', () => {
    const kit = tls({ sasl: 'required' }).hear(XML.open, XML.features);
    expect(kit.find('ended')).toMatchObject({ reason: 'policy' });
    expect(kit.said).not.toContain('<db:result');
  });

  test('a certificate that is not accepted: dialback, or nothing', () => {
    const bad = { certificate: '!montague.example' };
    const soft = initiator(bad, true)
      .secure()
      .give({ kind: 'prove' })
      .hear(XML.open, XML.featuresExternal);
    expect(soft.said).toContain('<db:result');
    expect(soft.said).not.toContain('<auth');
    expect(soft.kinds).toContain('refused-peer');
    for (const rules of [{ sasl: 'required' }, { dialback: false }] as const) {
      const hard = initiator({ ...bad, rules }, true).secure();
      expect(hard.find('ended')).toMatchObject({
        reason: 'certificate',
        judgement: { accepted: false },
      });
    }
  });
});

describe('§8.1.1.2, §8.1.2.2, §4.9.3.7, §4.9.3.9 stanzas', () => {
  const open = (): Kit => RECEIVER_AT.open();
  const message = (from: string, to: string): string => `<message from='${from}' to='${to}'/>`;
  const rows = [
    {
      id: 'another domain',
      text: message('a@evil.example', 'juliet@capulet.example'),
      error: 'invalid-from',
    },
    {
      id: 'a subdomain',
      text: message('a@x.montague.example', 'juliet@capulet.example'),
      error: 'invalid-from',
    },
    {
      id: 'ours',
      text: message('a@capulet.example', 'juliet@capulet.example'),
      error: 'invalid-from',
    },
    {
      id: 'a slash trick',
      text: message('evil.example/romeo@montague.example', 'juliet@capulet.example'),
      error: 'invalid-from',
    },
    { id: 'no from', text: "<message to='juliet@capulet.example'/>", error: 'improper-addressing' },
    { id: 'no to', text: "<message from='romeo@montague.example'/>", error: 'improper-addressing' },
    {
      id: 'an empty to',
      text: message('romeo@montague.example', ''),
      error: 'improper-addressing',
    },
    {
      id: 'a from whose domain cannot be read',
      text: message('romeo@mont ague', 'juliet@capulet.example'),
      error: 'improper-addressing',
    },
    {
      id: 'a from with two at-signs',
      text: message('a@b@montague.example', 'juliet@capulet.example'),
      error: 'improper-addressing',
    },
    {
      id: 'a to whose domain cannot be read',
      text: message('romeo@montague.example', 'juliet@cap ulet'),
      error: 'improper-addressing',
    },
    {
      id: 'a malformed from of another domain',
      text: message('@evil.example', 'juliet@capulet.example'),
      error: 'invalid-from',
    },
    {
      id: 'a malformed from of another domain, with ours behind a slash',
      text: message('@evil.example/ @montague.example', 'juliet@capulet.example'),
      error: 'invalid-from',
    },
    {
      id: 'to a domain that is not ours',
      text: message('romeo@montague.example', 'a@elsewhere.example'),
      error: 'host-unknown',
    },
    {
      id: 'a malformed to of a domain that is not ours',
      text: message('romeo@montague.example', '@elsewhere.example'),
      error: 'host-unknown',
    },
  ];
  for (const row of rows)
    test(row.id, () => {
      const kit = open().hear(row.text);
      expect(kit.faults).toEqual([row.error]);
      expect(kit.kinds).not.toContain('stanza');
      expect(kit.said.endsWith('</stream:stream>')).toBe(true);
    });

  const slips = [
    { id: 'a resource with a joined emoji', from: 'romeo@montague.example/👩\u200d💻', at: 'from' },
    { id: 'a resource that begins with a blank', from: 'romeo@montague.example/ x', at: 'from' },
    { id: 'an empty resource', from: 'romeo@montague.example/', at: 'from' },
    { id: 'an empty localpart', from: '@montague.example', at: 'from' },
    { id: 'a localpart too long', from: `${'a'.repeat(1024)}@montague.example`, at: 'from' },
    {
      id: 'somebody else behind the slash',
      from: 'a b@montague.example/@evil.example',
      at: 'from',
    },
    { id: 'an empty localpart of ours', to: '@capulet.example', at: 'to' },
    { id: 'a blank resource of another domain of ours', to: 'a@verona.example/ ', at: 'to' },
    { id: 'both', from: '@montague.example', to: '@capulet.example', at: 'from' },
  ];
  for (const { id, from = 'romeo@montague.example', to = 'juliet@capulet.example', at } of slips)
    test(`§8.3.3.8 one user's slip costs one stanza: ${id}`, () => {
      const kit = open().hear(message(from, to), XML.stanza);
      expect(kit.kinds).toEqual(['proved', 'refused-stanza', 'stanza']);
      const fault = { code: 'bad-jid', at, answer: { condition: 'jid-malformed' } };
      const refused = kit.find('refused-stanza');
      expect(refused).toMatchObject({ from: { ascii: 'montague.example' }, fault });
      expect(refused?.element.attrs['from']).toBe(from);
      expect(kit.stream.state).toBe('open');
    });

  test('§4.9.3.14 a peer that sends nothing but slips', () => {
    const slip = message('@montague.example', 'juliet@capulet.example');
    const kit = receiver({ limits: { misaddressed: 3 } }, true).secure();
    kit.hear(XML.open, XML.auth, XML.open, slip, slip, slip, XML.stanza, slip, slip, slip);
    expect(kit.stream.state).toBe('open');
    kit.hear(slip, XML.stanza);
    expect(kit.faults).toEqual(['policy-violation']);
    expect(kit.kinds.filter((kind) => kind === 'refused-stanza')).toHaveLength(6);
    expect(kit.kinds.slice(-2)).toEqual(['ended', 'disconnect']);
  });

  test('byte by byte', () => {
    const kit = receiver({}, true).secure();
    for (const byte of bytesOf(XML.open + XML.auth + XML.open + XML.stanza))
      kit.give({ kind: 'bytes', bytes: Uint8Array.of(byte) });
    expect(kit.kinds).toEqual(['proved', 'stanza']);
  });

  test('§4.9.1.1 fail closed: nothing after a fault is read', () => {
    const kit = open().hear(
      `${message('a@evil.example', 'juliet@capulet.example')}${XML.stanza}`,
      XML.stanza,
    );
    expect(kit.kinds).not.toContain('stanza');
  });
});

describe('§4.4, §4.9.1 ends', () => {
  test('§4.9.2, §4.9.3 every condition of a peer is understood', () => {
    for (const condition of STREAM_CONDITIONS) {
      const error = `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`;
      expect(RECEIVER_AT.open().hear(error).find('ended')).toMatchObject({ condition });
    }
    const odd =
      "<stream:error><constructor xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
    expect(RECEIVER_AT.open().hear(odd).find('ended')).toMatchObject({
      condition: 'undefined-condition',
    });
  });

  test('our tag, then theirs', () => {
    const kit = RECEIVER_AT.closing();
    expect(kit.said.endsWith('</stream:stream>')).toBe(true);
    expect(kit.hear(XML.stanza).kinds).toContain('stanza');
    expect(kit.hear(XML.close).kinds.slice(-2)).toEqual(['ended', 'disconnect']);
  });

  test('our tag, and theirs does not come', () => {
    const kit = RECEIVER_AT.closing();
    expect(kit.stream.wakeAt).toBe(kit.now + 5_000);
    expect(kit.pass(5_000).kinds.slice(-2)).toEqual(['ended', 'disconnect']);
  });

  test('a closing tag is answered once', () => {
    const kit = RECEIVER_AT.open().hear(XML.close);
    expect(kit.said.match(/<\/stream:stream>/g)).toHaveLength(1);
  });

  test('with a reason', () => {
    const kit = RECEIVER_AT.open().give({ kind: 'close', condition: 'system-shutdown' });
    expect(kit.said).toContain('<system-shutdown ');
    expect(kit.kinds.at(-1)).toBe('disconnect');
  });
});

describe('time', () => {
  test('a negotiation that stops, at each point', () => {
    const stops = [
      ...Object.entries(INITIATOR_AT).filter(([state]) => state !== 'closed'),
      ...Object.entries(RECEIVER_AT).filter(([state]) => state !== 'closed' && state !== 'open'),
    ];
    for (const [state, make] of stops) {
      const kit = make();
      expect({ state, isBound: kit.stream.wakeAt <= 30_000 }).toEqual({ state, isBound: true });
      expect({ state, last: kit.pass(30_000).kinds.at(-1) }).toEqual({ state, last: 'disconnect' });
    }
  });

  test('an inbound stream without a sound', () => {
    const kit = RECEIVER_AT.open();
    expect(kit.pass(1_000_000).hear(' ').pass(1_000_000).stream.state).toBe('open');
    expect(kit.pass(800_000).said).toContain('<connection-timeout ');
  });

  test('§4.6.1 an outbound stream gets a blank now and then', () => {
    const kit = initiator({}, true)
      .secure()
      .hear(XML.open, XML.featuresExternal, XML.success, XML.open, XML.features);
    const { length } = kit.said;
    expect(kit.stream.wakeAt).toBe(180_000);
    expect(kit.pass(180_000).said.slice(length)).toBe(' ');
    expect(kit.stream.wakeAt).toBe(360_000);
  });
});

describe('bounds', () => {
  test('bytes before anybody is proved', () => {
    const kit = receiver().hear(XML.open);
    for (let i = 0; i < 65; i += 1) kit.hear(' '.repeat(1024));
    expect(kit.faults).toEqual(['policy-violation']);
    expect(initiator().hear(' '.repeat(65_537)).faults).toEqual(['policy-violation']);
  });

  test('one stanza, from its first bytes on', () => {
    const kit = RECEIVER_AT.open().hear(
      "<message from='a@montague.example' to='b@capulet.example'><body>",
    );
    let sent = 0;
    for (; sent < 400 && kit.stream.state === 'open'; sent += 1) kit.hear('x'.repeat(1024));
    expect(sent).toBeLessThan(260);
    expect(kit.faults).toHaveLength(1);
    expect(kit.said).toContain('<policy-violation ');
  });
});
