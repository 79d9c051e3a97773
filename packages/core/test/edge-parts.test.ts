// The parts of the SIP edge, table by table: tokens, names, headers, diagnostics, routes, loops, and what is told of senders.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headersOf, isFault, parseMessage, parseUri } from '@interwork/sip';
import { mac } from '@interwork/core/node';
import {
  decorated,
  type Decoration,
  undecorated,
  uriWithName,
  withNames,
} from '../src/edge/decorated-name.ts';
import { readToken, writeToken } from '../src/edge/dialog-token.ts';
import {
  diagnosticsHeader,
  diagnosticsIn,
  publicDiagnosticsHeader,
  readDiagnostics,
} from '../src/dialect/lync/diagnostics.ts';
import { PASSING, stopping } from '../src/edge/header-table.ts';
import { hasLooped, loopMark } from '../src/edge/loop.ts';
import { EDGE_METHODS, EDGE_UNANSWERED, methodOf } from '../src/edge/methods.ts';
import { type EdgeOptions, edgeSettings } from '../src/edge/options.ts';
import { addressOf, assertsAnother, type Person, personOf } from '../src/edge/people.ts';
import { routedBy } from '../src/edge/route.ts';
import { markIn, ownTrustHeader, type TrustMark, trustHeader } from '../src/dialect/lync/trust.ts';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';
import { requestOf } from './presence-kit.ts';

const SEALING = { mac, secret: 'a secret of these tests' };
const FQDN = 'edge.contoso.example';
const person = (text: string): Person => {
  const uri = parseUri(`sip:${text}`);
  const found = isFault(uri) ? undefined : personOf(uri);
  if (found === undefined) throw new Error(text);
  return found;
};
const [AMY, ROMEO] = [person('amy@contoso.example'), person('romeo@fabrikam.example')];

/** A request whose lines are replaced or added by name. */
function request(method: string, more: readonly string[] = [], uri = 'sip:romeo@fabrikam.example') {
  const lines = [
    'Via: SIP/2.0/TLS a.example;branch=z9hG4bKone',
    'From: <sip:amy@contoso.example>;tag=f1',
    'To: <sip:romeo@fabrikam.example>',
    'Call-ID: c1',
    `CSeq: 1 ${method}`,
  ];
  const nameIn = (line: string) => line.split(':', 1)[0];
  const kept = lines.filter((line) => !more.some((other) => nameIn(other) === nameIn(line)));
  return requestOf([`${method} ${uri} SIP/2.0`, ...kept, ...more]);
}

describe('the token of a dialog', () => {
  const token = { caller: AMY, callee: ROMEO, tag: 'f1' };
  const written = writeToken(token, SEALING) ?? '';

  it('is read back by whoever has the secret, and by nobody else', () => {
    expect(readToken(written, SEALING)).toEqual(token);
    expect(readToken(written, { ...SEALING, secret: 'another secret of tests' })).toBeUndefined();
    expect(written).toMatch(/^[A-Za-z0-9_.-]+$/);
  });

  it('is not read when any character of it is another', () => {
    for (let at = 0; at < written.length; at++) {
      const other = written.charAt(at) === 'A' ? 'B' : 'A';
      const forged = written.slice(0, at) + other + written.slice(at + 1);
      expect(readToken(forged, SEALING)).toBeUndefined();
    }
  });

  it('is none for what is no token, whatever it is', () => {
    for (const text of ['', '.', 'watching.abc.def', 'a'.repeat(5000), `${written}.x`])
      expect(readToken(text, SEALING)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => readToken(text, SEALING) === undefined));
  });

  it('is not made of what is too long', () => {
    const long = { user: 'a'.repeat(900), domain: 'a.example' };
    expect(writeToken({ ...token, caller: long }, SEALING)).toBeUndefined();
  });

  it('holds whoever may speak', () => {
    const user = fc.option(fc.stringMatching(/^[a-z0-9._+;?&=$,/%-]{1,20}$/), { nil: undefined });
    fc.assert(
      fc.property(user, user, fc.stringMatching(/^[a-z0-9.-]{1,20}$/), (one, other, tag) => {
        const any = {
          caller: { user: one, domain: 'a.example' },
          callee: { user: other, domain: 'b.example' },
          tag,
        };
        expect(readToken(writeToken(any, SEALING) ?? '', SEALING)).toEqual(any);
      }),
    );
  });
});

describe('names for a provider', () => {
  const decoration: Decoration = {
    kind: 'decorate',
    end: 'to',
    domain: 'msn.example',
    except: ['outlook.example', 'contoso.example'],
  };
  const ROWS: readonly [string, string][] = [
    ['romeo@fabrikam.example', 'romeo(fabrikam.example)@msn.example'],
    ['ro.meo+1@a.fabrikam.example', 'ro.meo+1(a.fabrikam.example)@msn.example'],
    ['odd(name)@fabrikam.example', 'odd(name)(fabrikam.example)@msn.example'],
    ['romeo@msn.example', 'romeo@msn.example'],
    ['romeo@outlook.example', 'romeo@outlook.example'],
  ];
  for (const [plain, forProvider] of ROWS)
    it(`${plain} is ${forProvider}, both ways`, () => {
      expect(addressOf(decorated(person(plain), decoration))).toBe(forProvider);
      expect(addressOf(undecorated(person(forProvider), decoration))).toBe(plain);
    });

  const KEPT: readonly string[] = [
    'romeo(outlook.example)@msn.example',
    'amy(contoso.example)@msn.example', //  nobody is read back into a domain of ours
    'romeo(msn.example)@msn.example',
    'romeo()@msn.example',
    '(fabrikam.example)@msn.example',
    'romeo(192.0.2.1)@msn.example',
    'romeo(fabrikam.example)@elsewhere.example',
  ];
  for (const text of KEPT)
    it(`${text} stands for nobody else`, () => {
      expect(addressOf(undecorated(person(text), decoration))).toBe(text);
    });

  it('every name comes back', () => {
    const name = fc.stringMatching(/^[a-z0-9._()-]{1,12}$/);
    fc.assert(
      fc.property(name, fc.constantFrom('a.example', 'b.a.example'), (user, domain) => {
        const plain = { user, domain };
        expect(undecorated(decorated(plain, decoration), decoration)).toEqual(plain);
      }),
    );
  });

  const LINES: readonly [string, string][] = [
    ['<sip:r@f.example>;tag=1', '<sip:r(f.example)@msn.example>;tag=1'],
    [
      '"Ann <x@y>" <SIPS:r@F.example:5061;gr=a>;epid=9',
      '"Ann <x@y>" <SIPS:r(f.example)@msn.example:5061;gr=a>;epid=9',
    ],
    ['sip:r@f.example;tag=1', 'sip:r(f.example)@msn.example;tag=1'],
    [
      '<sip:r@f.example>, <sip:s@outlook.example>',
      '<sip:r(f.example)@msn.example>, <sip:s@outlook.example>',
    ],
    ['<tel:+123>', '<tel:+123>'],
    ['<sip:f.example>', '<sip:f.example>'],
    ['<sip:r:pw@f.example>', '<sip:r:pw@f.example>'],
    ['<sip:r@[::1]>', '<sip:r@[::1]>'],
    ['"unended <sip:r@f.example>', '"unended <sip:r@f.example>'],
    ['<sip:r@f.example', '<sip:r@f.example'],
    ['', ''],
  ];
  for (const [before, after] of LINES)
    it(`in a line: ${before}`, () => {
      expect(withNames(before, (one) => decorated(one, decoration))).toBe(after);
    });

  it('in a Request-URI, where parameters stay', () => {
    const uri = 'sip:r;x@f.example;opaque=user:epid:AA;gruu';
    expect(uriWithName(uri, (one) => decorated(one, decoration))).toBe(
      'sip:r;x(f.example)@msn.example;opaque=user:epid:AA;gruu',
    );
  });
});

describe('what does not cross the border', () => {
  const NEVER = [
    'ms-edge-proxy-message-trust',
    'ms-user-logon-data',
    'ms-keep-alive',
    'ms-subnet',
    'ms-endpoint-location-data',
    'ms-split-domain-info',
    'Authentication-Info',
    'Proxy-Authorization',
  ];
  it('has a row each, and a known word in each column', () => {
    const rows = new Map(PASSING.map((row) => [row.name, row]));
    for (const name of NEVER)
      expect(rows.get(name)).toEqual({ name, inward: 'never', outward: 'never' });
    expect(rows.get('ms-diagnostics')).toMatchObject({ inward: 'passes', outward: 'never' });
    expect(rows.get('ms-diagnostics-public')).toMatchObject({
      inward: 'passes',
      outward: 'by-option',
    });
  });

  const ROWS: readonly [Parameters<typeof stopping>, readonly string[]][] = [
    [
      ['inward', false, []],
      ['ms-diagnostics', 'ms-diagnostics-public', 'X-Other'],
    ],
    [['outward', false, []], ['X-Other']],
    [
      ['outward', true, []],
      ['ms-diagnostics-public', 'X-Other'],
    ],
    [
      ['past', true, []],
      ['ms-diagnostics-public', 'X-Other'],
    ],
    [
      ['inward', false, ['X-OTHER']],
      ['ms-diagnostics', 'ms-diagnostics-public'],
    ],
  ];
  for (const [given, passes] of ROWS)
    it(`${given[0]}${given[1] ? ', diagnostics shown' : ''}: ${passes.join(', ')} pass`, () => {
      const names = ['MS-Edge-Proxy-Message-Trust', 'ms-diagnostics', 'ms-diagnostics-public'];
      const fields = [...names, 'X-Other'].map((name) => ({ name, value: '1' }));
      const headers = headersOf(fields) as { lines?: (names: unknown) => string } & object;
      const lines = (headers as { lines: (names: unknown) => string }).lines(stopping(...given));
      expect(lines.split('\r\n').filter(Boolean)).toEqual(passes.map((name) => `${name}: 1`));
    });
});

describe('the mark of a sender', () => {
  const H = 'ms-asserted-verification-level';
  const ROWS: readonly [readonly string[], string | undefined][] = [
    [[], undefined],
    [['ms-source-verified-user=verified'], 'verified'],
    [['MS-Source-Verified-User = Unverified'], 'unverified'],
    [['a=b; ms-source-verified-user=verified ;c'], 'verified'],
    [['ms-source-verified-user=maybe'], undefined],
    [['xms-source-verified-user=verified'], undefined],
    [['ms-source-verified-user=verified', 'ms-source-verified-user=unverified'], 'unverified'],
    [['ms-source-verified-user=unverified', 'ms-source-verified-user=verified'], 'unverified'],
  ];
  for (const [values, mark] of ROWS)
    it(`${values.join(' and ') || 'none'} is ${mark}`, () => {
      expect(markIn(headersOf(values.map((value) => ({ name: H.toUpperCase(), value }))), H)).toBe(
        mark,
      );
    });

  it('what the edge says itself says so', () => {
    expect(ownTrustHeader(FQDN).value).toMatch(/^ms-source-type=EdgeProxyGenerated;/);
  });
});

describe('diagnostics', () => {
  it('are read back as they were written', () => {
    const { name, value } = diagnosticsHeader(1009, FQDN, { domain: 'a"b\\c', fqdn1: 'x:5061' });
    const [read] = diagnosticsIn(headersOf([{ name: name.toUpperCase(), value }]));
    expect(read).toMatchObject({ id: 1009, subId: undefined });
    expect(read?.params).toMatchObject({ domain: 'a"b\\c', fqdn1: 'x:5061', source: FQDN });
  });

  it('for outsiders name no server', () => {
    expect(publicDiagnosticsHeader(1009).value).not.toContain('source');
  });

  const BAD = ['', 'x', '1009x', '1009;', '1009;=', '1009;a="', ';1', `1${';a'.repeat(100)}`];
  for (const value of BAD)
    it(`nothing is read of ${value.slice(0, 12)}`, () => {
      expect(readDiagnostics(value)).toBeUndefined();
    });

  it('a hostile value costs little', () => {
    const begun = performance.now();
    for (const text of ['1;a="', '1;', '1 '])
      for (const fill of ['\\"', ';a=', ' ', 'a']) readDiagnostics(text + fill.repeat(20_000));
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

interface Vector {
  readonly raw: string;
  readonly expect: {
    readonly status?: number;
    readonly edgeTrust?: {
      readonly sourceType: string;
      readonly epFqdn: string;
      readonly verifiedUser: boolean;
      readonly sourceNetwork: TrustMark['network'];
      readonly remoteFqdn: string | null;
    };
    readonly route?: readonly { readonly uri: string; readonly headerParams: object }[];
    readonly diagnostics?: readonly { id: number; subId?: number; params?: object }[];
    readonly diagnosticsPublic?: readonly { id: number; params?: object }[];
    readonly clientDiagnostics?: { id: number };
  };
}

describe.skipIf(!haveVectors)('vectors of Lync', () => {
  const vector = (id: string) => vectorJson<Vector>(`lync/${id}.json`, { raw: '', expect: {} });
  const headersIn = ({ raw }: Vector) => {
    // the vectors count their bodies by hand
    const parsed = parseMessage(
      new TextEncoder().encode(raw.replace(/Content-Length: \d+\r\n/, '')),
    );
    if (isFault(parsed)) throw new Error(parsed.text);
    return parsed.headers;
  };

  const SOURCES: Readonly<Record<string, TrustMark['source']>> = {
    DirectPartner: 'directPartner',
    AutoFederation: 'autoFederation',
    AuthorizedServer: 'authorizedServer',
  };
  for (const id of [
    'trust-01-directpartner-verified',
    'trust-02-autofederation-unverified',
    'trust-03-publiccloud',
  ])
    it(`${id}: the same facts are written the same`, () => {
      const one = vector(id);
      const trust = one.expect.edgeTrust;
      if (trust === undefined) throw new Error('no trust');
      const mark: TrustMark = {
        kind: 'mark',
        source: SOURCES[trust.sourceType] ?? 'directPartner',
        network: trust.sourceNetwork,
        user: trust.verifiedUser ? 'verified' : 'unverified',
      };
      const { name, value } = trustHeader(mark, trust.epFqdn, trust.remoteFqdn ?? undefined);
      expect(value).toBe(headersIn(one).text(name)?.replaceAll(' ', ''));
    });

  it('route-01-header-params-outside-brackets: goes on as it was written', () => {
    const headers = headersIn(vector('route-01-header-params-outside-brackets'));
    const method = request('SUBSCRIBE', [
      `Route: <sip:${writeToken({ caller: AMY, callee: ROMEO, tag: 'f1' }, SEALING)}@${FQDN};lr>, ${headers.text('Route')}`,
    ]);
    const routed = routedBy(method, FQDN, SEALING);
    expect(routed).toMatchObject({ routes: [headers.text('Route')], isShorter: true });
  });

  const ERRORS = [
    'err-01-504-1009-srv-not-in-domain',
    'err-02-504-1010-certificate-name',
    'err-03-504-no-diagnostics-to-partner',
    'err-04-404-1034-two-diagnostics-and-public',
    'err-05-403-1002-user-not-enabled-for-federation',
    'err-06-403-1001-user-not-enabled-for-public-im',
    'err-07-403-1017-split-domain',
    'err-08-504-1047-tls-negotiation',
    'err-09-504-1027-cannot-route',
    'err-10-diagnostics-quoting-edge-cases',
    'err-12-488-encryption-lync',
  ];
  for (const id of ERRORS)
    it(`${id}: its diagnostics are read`, () => {
      const one = vector(id);
      const headers = headersIn(one);
      const { diagnostics = [], diagnosticsPublic = [], clientDiagnostics } = one.expect;
      expect(diagnosticsIn(headers)).toHaveLength(diagnostics.length);
      expect(diagnosticsIn(headers)).toMatchObject(diagnostics);
      expect(diagnosticsIn(headers, 'ms-diagnostics-public')).toMatchObject(diagnosticsPublic);
      if (clientDiagnostics !== undefined)
        expect(diagnosticsIn(headers, 'ms-client-diagnostics')).toMatchObject([clientDiagnostics]);
    });
});

describe('which methods are relayed', () => {
  const ROWS: readonly [string, string][] = [
    ['MESSAGE', 'message'],
    ['OPTIONS', 'message'],
    ['INFO', 'composing'],
    ['SUBSCRIBE', 'presence'],
    ['NOTIFY', 'presence'],
    ['BENOTIFY', 'presence'],
    ['INVITE', 'call'],
    ['UPDATE', 'call'],
    ['PRACK', 'call'],
    ['REFER', 'call'],
    ['BYE', 'call'],
    ['PUBLISH', 'not-routable'],
    ['REGISTER', 'not-routable'],
    ['SERVICE', 'not-routable'],
    ['message', 'not-routable'],
    ['constructor', 'not-routable'],
  ];
  for (const [method, wanted] of ROWS)
    it(`${method}: ${wanted}`, () => {
      const row = methodOf(request(method));
      expect(typeof row === 'string' ? row : row.traffic).toBe(wanted);
    });

  it('and which of their events', () => {
    const events = (value: string) => methodOf(request('SUBSCRIBE', [`Event: ${value}`]));
    expect(events('vnd-microsoft-roaming-self')).toBe('not-routable');
    expect(events('presence')).toMatchObject({ traffic: 'presence' });
  });

  it('BENOTIFY alone is never answered', () => {
    expect(EDGE_UNANSWERED).toEqual(['BENOTIFY']);
    expect(EDGE_METHODS).toHaveLength(6);
  });
});

describe('RFC 3261 §16.4 Route', () => {
  const token = writeToken({ caller: AMY, callee: ROMEO, tag: 'f1' }, SEALING) ?? '';
  const ours = (user: string) => `<sip:${user}@${FQDN.toUpperCase()}:5061;transport=tls;lr>`;
  const NAME_ALONE = `<sip:${FQDN}:5061;transport=tls;lr>;ms-edge-route`;
  const THEIRS = '<sip:pool.fabrikam.example;opaque=state:T;lr>;ms-rrsig=x';
  const ROWS: readonly [string, readonly string[], object | string][] = [
    ['none', [], { routes: [], isShorter: false, token: undefined }],
    ['our name alone', [NAME_ALONE], { routes: [], isShorter: true, token: undefined }],
    ['our token', [ours(token)], { routes: [], isShorter: true, token: { tag: 'f1' } }],
    ['our token twice', [ours(token), ours(token)], { routes: [], token: { tag: 'f1' } }],
    ['our token and theirs', [`${ours(token)} , ${THEIRS}`, THEIRS], { routes: [THEIRS, THEIRS] }],
    ['theirs alone', [THEIRS], 'foreign-route'],
    ['our name and theirs', [NAME_ALONE, THEIRS], 'foreign-route'],
    ['theirs before our token', [THEIRS, ours(token)], 'foreign-route'],
    ['a forged token', [ours(`${token.slice(0, -1)}!`)], 'stale-route'],
    ['a forged token behind ours', [ours(token), ours('abc.def')], 'stale-route'],
  ];
  for (const [id, routes, wanted] of ROWS)
    it(id, () => {
      const routed = routedBy(
        request(
          'SUBSCRIBE',
          routes.map((value) => `Route: ${value}`),
        ),
        FQDN,
        SEALING,
      );
      if (typeof wanted === 'string') expect(routed).toBe(wanted);
      else expect(routed).toMatchObject(wanted);
    });

  it('what a strict router has made of it is put right', () => {
    const routed = routedBy(
      request(
        'SUBSCRIBE',
        [`Route: ${THEIRS}, <sip:romeo@fabrikam.example;gruu>`],
        `sip:${token}@${FQDN}`,
      ),
      FQDN,
      SEALING,
    );
    expect(routed).toMatchObject({
      uriText: 'sip:romeo@fabrikam.example;gruu',
      routes: [THEIRS],
      isShorter: true,
      token: { tag: 'f1' },
    });
  });
});

describe('RFC 3261 §16.3 loops', () => {
  const mark = loopMark(request('MESSAGE'), 'gw');
  const back = (branch: string, more: readonly string[] = []) =>
    request('MESSAGE', [
      'Via: SIP/2.0/TLS b.example;branch=z9hG4bKb',
      `Via: SIP/2.0/TLS ${FQDN};branch=${branch}`,
      ...more,
    ]);

  it('a request that comes back as it was has looped', () => {
    const looped = back(`z9hG4bKabc.${mark}`);
    expect(hasLooped(looped, loopMark(looped, 'gw'))).toBe(true);
  });
  it('one that comes back changed, or that another gateway has sent on, has not', () => {
    expect(hasLooped(request('MESSAGE'), mark)).toBe(false);
    const spiral = back(`z9hG4bKabc.${mark}`, ['Route: <sip:x;lr>']);
    expect(hasLooped(spiral, loopMark(spiral, 'gw'))).toBe(false);
    const other = back(`z9hG4bKabc.${mark}`);
    expect(hasLooped(other, loopMark(other, 'gw2'))).toBe(false);
  });
});

describe('RFC 3325 §9.1 asserted identities', () => {
  const ROWS: readonly [readonly string[], boolean][] = [
    [[], false],
    [['<sip:boss@contoso.example>'], false],
    [['"Amy, A" <sip:amy@CONTOSO.example>, <tel:+1425>'], false],
    [['<tel:+1425>'], false],
    [['sip:amy@contoso.example'], false],
    [['<sip:amy@fabrikam.example>'], true],
    [['<tel:+1425>, <sip:amy@fabrikam.example>'], true],
    [['<sip:amy@contoso.example>', '<sip:amy@fabrikam.example>'], true],
    [['what is this'], true],
    [['<sip:amy@contoso.example>, <nonsense>'], true],
  ];
  for (const [values, wanted] of ROWS)
    it(`${values.join(' and ') || 'none'}: ${wanted ? 'another' : 'the same'}`, () => {
      const headers = headersOf(values.map((value) => ({ name: 'p-asserted-identity', value })));
      expect(assertsAnother(headers, AMY)).toBe(wanted);
    });
});

describe('what a host says of its edge', () => {
  const GOOD: EdgeOptions = {
    ownDomains: ['Contoso.example'],
    fqdn: FQDN,
    ports: { tls: 5061 },
    innerHops: [
      {
        target: {
          transport: 'tls',
          address: '10.0.0.1',
          port: 5061,
          references: ['pool.contoso.example'],
        },
        addresses: ['10.0.0.0/24'],
      },
    ],
  };
  const flow = (
    transport: 'tls' | 'tcp' | 'udp',
    address: string,
    proved: readonly string[] = [],
  ) => ({
    id: 'f',
    transport,
    remote: { address, port: 1 },
    local: { address: '10.0.0.2', port: 5061 },
    proved,
  });
  const LEGS: readonly [string, ReturnType<typeof flow>, boolean, 'inner' | 'outer'][] = [
    [
      'TLS that proves the name',
      flow('tls', '192.0.2.1', ['pool.contoso.example']),
      false,
      'inner',
    ],
    ['TLS from the address alone', flow('tls', '10.0.0.1', ['contoso.example']), false, 'outer'],
    ['TCP from the address', flow('tcp', '10.0.0.9'), false, 'inner'],
    ['TCP from elsewhere', flow('tcp', '192.0.2.1'), false, 'outer'],
    ['a datagram, which anybody can write', flow('udp', '10.0.0.9'), false, 'outer'],
    ['a datagram where they are believed', flow('udp', '10.0.0.9'), true, 'inner'],
  ];
  for (const [id, one, believes, leg] of LEGS)
    it(`${id}: ${leg}`, () => expect(edgeSettings(GOOD).legOf(one, believes)).toBe(leg));

  const BAD: readonly [string, Partial<EdgeOptions>][] = [
    ['no domain of ours', { ownDomains: [] }],
    ['a domain that is none', { ownDomains: ['a b'] }],
    ['a name that is none', { fqdn: '192.0.2.1' }],
    ['no inner hop', { innerHops: [] }],
    [
      'an address that is none',
      { innerHops: [{ ...GOOD.innerHops[0]!, addresses: ['10.0.0.300'] }] },
    ],
    ['a bound below none', { limits: { openRelays: -1 } }],
    ['a header that is none', { markHeader: 'a b' }],
  ];
  for (const [id, but] of BAD)
    it(`misuse: ${id}`, () => expect(() => edgeSettings({ ...GOOD, ...but })).toThrow());
});
