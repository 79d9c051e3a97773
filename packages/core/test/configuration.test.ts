// The configuration of a daemon: every field right, every field wrong and where that is told, what fields mean
// beside each other, and the files they name.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, parseCertificates, writePem } from '@interwork/certs';
import { writePkcs12 } from '@interwork/certs/pkcs12';
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { configurationFindings, type DaemonFinding, findingLine } from '@interwork/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const findingsOf = (text: string): Promise<readonly DaemonFinding[]> =>
  configurationFindings(write('gateway.json', text));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const pair = (name: string): void => {
    const { certPem, keyPem } = authority.issue({ dns: ['sip.example'] });
    write(`${name}.pem`, certPem);
    write(`${name}.key`, keyPem);
  };
  pair('own');
  pair('other');
  for (const [name, as] of [
    ['expired', 'expired'],
    ['mail', 'email-only'],
  ] as const) {
    const { certPem, keyPem } = authority.issue({ dns: ['sip.example'], as });
    write(`${name}.pem`, certPem);
    write(`${name}.key`, keyPem);
  }
  const whole = authority.issue({ dns: ['sip.example'], key: 'rsa2048' });
  const file = writePkcs12({
    keyPem: whole.keyPem,
    chain: parseCertificates(whole.certPem) as readonly Certificate[],
    password: 'the password',
    random: randomBytes,
  });
  writeFileSync(join(folder, 'own.p12'), file as Uint8Array);
  write('password', 'the password\n');
  const list = authority.revocationList([]);
  writeFileSync(join(folder, 'list.crl'), list);
  write('list.pem', writePem(list, 'X509 CRL'));
  write('ca.pem', authority.certificate.pem);
  write('policy.json', '{"version":1,"default":"deny","rules":[]}');
  write('clear.json', policyWith({ tls: 'never', sasl: 'never', dialback: true }));
  write('wrong.json', '{"version":1,\n"default":"allow",\n"rules":[]}');
  write('empty', '');
  write('secret', 'a secret of the component\nand a line nobody reads\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const p12 = (password: object): object => ({ pkcs12: 'own.p12', ...password });
const named = (more: object): object => ({
  certificate: 'own.pem',
  key: 'own.key',
  role: 'both',
  ...more,
});

function policyWith(xmpp: object): string {
  const partners = { lab: { domains: ['xmpp.example'], xmpp } };
  return JSON.stringify({ version: 1, default: 'deny', partners, rules: [] });
}

/** A right configuration; what is at a path is replaced, or taken away by `undefined`. */
function configuration(changes: Readonly<Record<string, unknown>> = {}): string {
  const whole: Record<string, unknown> = {
    version: 1,
    domains: { sip: ['sip.example'], xmpp: ['xmpp.example', '*'] },
    sip: {
      listen: [{ transport: 'tls', address: '127.0.0.1', port: 5061 }],
      host: 'gw.sip.example',
      routes: { 'sip.example': [{ transport: 'tls', address: '127.0.0.1', port: 5071 }] },
    },
    xmpp: {
      s2s: {
        listen: [{ address: '::1', port: 5269 }],
        routes: { 'xmpp.example': [{ address: '127.0.0.1', port: 5270 }] },
      },
    },
    tls: {
      sip: {
        server: { certificate: 'own.pem', key: 'own.key' },
        client: { certificate: 'own.pem', key: 'own.key' },
      },
      xmpp: { both: { certificate: 'own.pem', key: 'own.key' } },
      authorities: ['ca.pem'],
    },
    policy: 'policy.json',
  };
  for (const [path, value] of Object.entries(changes)) put(whole, path.slice(1).split('/'), value);
  return JSON.stringify(whole, undefined, 1);
}

function put(
  into: Record<string, unknown>,
  [key = '', ...rest]: readonly string[],
  value: unknown,
) {
  if (rest.length === 0) into[key] = value;
  else put((into[key] ??= {}) as Record<string, unknown>, rest, value);
}

const COMPONENT = { host: 'localhost', port: 5347, name: 'sip.example', secret: 's' };
const PLACE = { transport: 'udp', port: 0 };
const HOP = {
  transport: 'tls',
  address: 'pool.sip.example',
  port: 5061,
  names: ['pool.sip.example'],
};
const BEHIND = { ownDomains: ['sip.example'], fqdn: 'edge.sip.example', innerHops: [HOP] };
const LIMITS = {
  gateway: { openFates: 5 },
  gatewayWaits: { answer: 200 },
  edge: { openRelays: 10, perDomain: 5 },
  sip: { connections: 10, messageBytes: 30_000 },
  sipTimers: { T1: 100 },
  sipSockets: { handshakes: 2 },
  xmpp: { links: 10, proved: { depth: 9 }, unproved: { stanzaBytes: 9_000 } },
  xmppTimers: { idle: 1_000 },
  xmppSockets: { lingerTime: 100 },
  component: { queuedStanzas: 3, proved: { depth: 9 } },
  componentTimers: { queue: 1_000 },
};

describe('right configurations', () => {
  const ROWS: readonly (readonly [what: string, changes: Readonly<Record<string, unknown>>])[] = [
    ['the one the others change', {}],
    ['any domain on both sides', { '/domains/sip': ['*'], '/domains/xmpp': ['*'] }],
    ['a domain in its own script', { '/domains/sip': ['sip.example', 'bücher.example'] }],
    [
      'every transport, at every address',
      { '/sip/listen': [PLACE, { ...PLACE, transport: 'tcp' }] },
    ],
    ['the host taken from a listener', { '/sip/host': undefined }],
    [
      'names and host names of a next hop',
      {
        '/sip/routes/sip.example/0/address': 'proxy.sip.example',
        '/sip/routes/sip.example/0/names': ['proxy.sip.example'],
      },
    ],
    ['how SIP domains are looked up', { '/sip/dns': { requireTls: false, federation: true } }],
    ['a SIP edge', { '/edge': BEHIND }],
    [
      'a SIP edge before servers of every kind',
      {
        '/edge': {
          ...BEHIND,
          innerHops: [
            { transport: 'tcp', address: '192.0.2.1', port: 5060, from: ['192.0.2.0/24', '::1'] },
            { transport: 'udp', address: '192.0.2.1', port: 5060, from: ['192.0.2.1'] },
            HOP,
          ],
          diagnosticsOutward: 'public',
          markHeader: 'X-Mark',
        },
        '/sip/believesDatagrams': true,
      },
    ],
    ['datagrams believed', { '/sip/believesDatagrams': true }],
    [
      'what differs between SIP domains',
      {
        '/sip/htmlDomains': ['sip.example'],
        '/sip/imdnDomains': ['sip.example'],
        '/sip/phoneDomains': ['sip.example'],
        '/sip/telDomain': 'sip.example',
        '/sip/allowSips': true,
        '/sip/keepAlive': 30_000,
      },
    ],
    ['a component', { '/xmpp': { component: COMPONENT } }],
    [
      'a component with its secret in a file',
      { '/xmpp': { component: { ...COMPONENT, secret: undefined, secretFile: 'secret' } } },
    ],
    ['direct TLS', { '/xmpp/s2s/listen': [{ port: 0, direct: true }] }],
    ['a dialback secret', { '/xmpp/s2s/secret': 's' }],
    ['a dialback secret in a file', { '/xmpp/s2s/secretFile': 'secret' }],
    [
      'resolvers',
      {
        '/dns': { servers: ['127.0.0.1', '127.0.0.1:5353', '::1', '[::1]:53'], allowPrivate: true },
      },
    ],
    [
      'another pair as client',
      { '/tls/sip/client': { certificate: 'other.pem', key: 'other.key' } },
    ],
    ['one pair for both', { '/tls/sip': { both: { certificate: 'other.pem', key: 'other.key' } } }],
    ['pairs in PKCS#12', { '/tls/sip/server': p12({ passwordFile: 'password' }) }],
    ['many rounds', { '/tls/sip/server': p12({ passwordFile: 'password', keyRounds: 1_000_000 }) }],
    [
      'pairs by name',
      {
        '/tls/sip/named': [
          { certificate: 'other.pem', key: 'other.key', role: 'both' },
          { certificate: 'other.pem', key: 'other.key', role: 'server', domains: ['*.a.example'] },
          { pkcs12: 'own.p12', passwordFile: 'password', role: 'client', partners: ['p.example'] },
        ],
      },
    ],
    [
      'revocation',
      { '/tls/revocation': { lists: ['list.crl', 'list.pem'], rule: 'required', scope: 'leaf' } },
    ],
    ['pins', { '/tls/pins': { 'xmpp.example': ['0'.repeat(64), 'aB'.repeat(32)] } }],
    ['no authorities of its own', { '/tls/authorities': undefined }],
    ['no certificate where no peer wants TLS', { '/tls/xmpp': undefined, '/policy': 'clear.json' }],
    ['messages', { '/messages': { lateFailure: 'trace', noBarrier: ['xmpp.example'] } }],
    ['presence refused', { '/presence': { off: true } }],
    ['sessions refused', { '/chat': { off: true } }],
    [
      'sessions with bounds',
      {
        '/chat': { host: 'any.gw.example' },
        '/limits': { chat: { sessions: 10 }, chatWaits: { ring: 1_000 } },
      },
    ],
    [
      'presence of Lync partners',
      { '/presence': { doNotDisturb: 'do-not-disturb', unanswered: false } },
    ],
    [
      'presence of processes that share a state',
      {
        '/presence': { host: 'any.gw.example' },
        '/limits': {
          presence: { dialogs: 4 },
          presenceWaits: { afresh: 5_000 },
          desk: { openKeys: 64 },
          deskWaits: { poll: 500 },
        },
      },
    ],
    ['state in memory', { '/state': 'memory' }],
    ['state in a file', { '/state': { file: 'state' } }],
    ['state in Redis', { '/state': { redis: 'redis://user:word@127.0.0.1:6379/0' } }],
    ['bounds', { '/limits': LIMITS }],
    ['health on loopback', { '/health': { address: '::1', port: 0 } }],
    ['health for anybody', { '/health': { address: '0.0.0.0', port: 8060, exposed: true } }],
    ['a log', { '/log': { level: 'debug', addresses: 'full' } }],
  ];
  it.each(ROWS)('%s', async (_what, changes) => {
    expect(await findingsOf(configuration(changes))).toEqual([]);
  });
});

describe('wrong configurations: code and place', () => {
  type Row = readonly [path: string, value: unknown, code: string, told?: string];
  const ROWS: readonly Row[] = [
    ['/odd', 1, 'unknown-field'],
    ['/version', 2, 'unknown-value'],
    ['/version', undefined, 'missing-field'],
    ['/domains', undefined, 'missing-field'],
    ['/domains', [], 'wrong-type'],
    ['/domains/odd', 1, 'unknown-field'],
    ['/domains/sip', undefined, 'missing-field'],
    ['/domains/sip', [], 'empty-list'],
    ['/domains/xmpp', [], 'empty-list'],
    ['/domains/sip/0', 'a b', 'malformed-text'],
    ['/domains/sip/0', '', 'malformed-text'],
    ['/domains/sip/0', '*.example', 'malformed-text'],
    ['/domains/xmpp/0', 'SIP.example', 'both-sides'],
    ['/sip', undefined, 'missing-field'],
    ['/sip/odd', 1, 'unknown-field'],
    ['/sip/listen', undefined, 'missing-field'],
    ['/sip/listen', [], 'empty-list'],
    ['/sip/listen/0/transport', 'sctp', 'unknown-value'],
    ['/sip/listen/0/transport', undefined, 'missing-field'],
    ['/sip/listen/0/address', 'localhost', 'malformed-text'],
    ['/sip/listen/0/port', 65_536, 'out-of-range'],
    ['/sip/listen/0/port', -1, 'out-of-range'],
    ['/sip/listen/0/port', '5060', 'wrong-type'],
    ['/sip/listen/0/port', undefined, 'missing-field'],
    ['/sip/listen/0/odd', 1, 'unknown-field'],
    ['/sip/host', 'a b', 'malformed-text'],
    ['/sip/host', '0.0.0.0', 'malformed-text'],
    ['/sip/host', 'fe80::1%eth0', 'malformed-text'],
    ['/sip/routes', [], 'wrong-type'],
    ['/sip/routes/other.example', [], 'empty-list'],
    ['/sip/routes/a b', [{ transport: 'tcp', address: '::1', port: 1 }], 'malformed-text'],
    ['/sip/routes/x.example', [{ transport: 'tcp', address: '::1', port: 1 }], 'not-served'],
    ['/sip/routes/sip.example/0/transport', 'ws', 'unknown-value'],
    ['/sip/routes/sip.example/0/address', '', 'malformed-text'],
    ['/sip/routes/sip.example/0/port', 0, 'out-of-range'],
    ['/sip/routes/sip.example/0/names', 'sip.example', 'wrong-type'],
    [
      '/sip/routes/sip.example/0/names',
      [''],
      'malformed-text',
      '/sip/routes/sip.example/0/names/0',
    ],
    ['/sip/routes/sip.example/0/odd', 1, 'unknown-field'],
    ['/sip/dns', true, 'wrong-type'],
    ['/sip/dns/requireTls', 'yes', 'wrong-type'],
    ['/sip/dns/federation', 1, 'wrong-type'],
    ['/sip/dns/odd', 1, 'unknown-field'],
    ['/sip/believesDatagrams', 'no', 'wrong-type'],
    ['/sip/keepAlive', 0, 'out-of-range'],
    ['/sip/allowSips', 'yes', 'wrong-type'],
    ['/sip/htmlDomains', ['*'], 'malformed-text', '/sip/htmlDomains/0'],
    ['/messages/lateFailure', 'never', 'unknown-value'],
    ['/messages/noBarrier', 'xmpp.example', 'wrong-type'],
    ['/presence/host', 'no host', 'malformed-text'],
    ['/presence/host', '0:0:0:0:0:0:0:0', 'malformed-text'],
    ['/chat/host', 'no host', 'malformed-text'],
    ['/chat/off', 'yes', 'wrong-type'],
    ['/limits/sipSockets/handshakeTime', 2 ** 31, 'out-of-range'],
    ['/limits/sipSockets/lingerTime', 2 ** 31, 'out-of-range'],
    ['/limits/xmppSockets/handshakeTime', 2 ** 31, 'out-of-range'],
    ['/limits/xmppSockets/pausedTime', 2 ** 31, 'out-of-range'],
    ['/limits/xmppSockets/lingerTime', 2 ** 31, 'out-of-range'],
    ['/tls/pins/a b', ['0'.repeat(64)], 'malformed-text'],
    ['/presence/off', 'yes', 'wrong-type'],
    ['/presence/doNotDisturb', 'dnd', 'unknown-value'],
    ['/presence/unanswered', 'no', 'wrong-type'],
    ['/sip/telDomain', '+49', 'malformed-text'],
    ['/sip/phoneDomains', 'sip.example', 'wrong-type'],
    ['/xmpp', undefined, 'missing-field'],
    ['/xmpp', {}, 'exactly-one'],
    ['/xmpp/component', COMPONENT, 'exactly-one', '/xmpp'],
    ['/xmpp/odd', 1, 'unknown-field'],
    ['/xmpp/s2s/odd', 1, 'unknown-field'],
    ['/xmpp/s2s/listen', undefined, 'missing-field'],
    ['/xmpp/s2s/listen', [], 'empty-list'],
    ['/xmpp/s2s/listen/0/address', 'here', 'malformed-text'],
    ['/xmpp/s2s/listen/0/port', 1.5, 'out-of-range'],
    ['/xmpp/s2s/listen/0/direct', 'no', 'wrong-type'],
    ['/xmpp/s2s/listen/0/odd', 1, 'unknown-field'],
    ['/xmpp/s2s/routes/xmpp.example', [], 'empty-list'],
    ['/xmpp/s2s/routes/xmpp.example/0/address', 5, 'wrong-type'],
    ['/xmpp/s2s/routes/xmpp.example/0/port', 0, 'out-of-range'],
    ['/xmpp/s2s/routes/xmpp.example/0/direct', 0, 'wrong-type'],
    ['/xmpp/s2s/secret', '', 'malformed-text'],
    ['/xmpp/s2s/secretFile', 'absent', 'unreadable-file'],
    ['/xmpp/s2s/secretFile', 'empty', 'unreadable-file'],
    ['/dns', [], 'wrong-type'],
    ['/dns/servers', ['localhost'], 'malformed-text', '/dns/servers/0'],
    ['/dns/servers', ['127.0.0.1:0'], 'malformed-text', '/dns/servers/0'],
    ['/dns/servers', ['::1:99999'], 'malformed-text', '/dns/servers/0'],
    ['/dns/servers', ['[127.0.0.1]:53'], 'malformed-text', '/dns/servers/0'],
    ['/dns/allowPrivate', 1, 'wrong-type'],
    ['/dns/odd', 1, 'unknown-field'],
    ['/tls/odd', 1, 'unknown-field'],
    ['/tls/sip', undefined, 'tls-missing'],
    ['/tls/xmpp', undefined, 'tls-missing'],
    ['/tls/sip/server/certificate', undefined, 'missing-field'],
    ['/tls/sip/server/certificate', 'absent.pem', 'bad-credentials'],
    ['/tls/sip/server/certificate', 'own.key', 'bad-credentials'],
    ['/tls/sip/server/certificate', 'empty', 'bad-credentials'],
    ['/tls/sip/server/key', undefined, 'missing-field'],
    ['/tls/sip/server/key', 'absent.key', 'bad-credentials'],
    ['/tls/sip/server/key', 'other.key', 'bad-credentials'],
    ['/tls/sip/server/key', 'own.pem', 'bad-credentials'],
    ['/tls/sip/odd', 1, 'unknown-field'],
    ['/tls/sip/client', { certificate: 'own.pem' }, 'missing-field', '/tls/sip/client/key'],
    [
      '/tls/sip/client',
      { certificate: 'own.pem', key: 'other.key' },
      'bad-credentials',
      '/tls/sip/client/key',
    ],
    ['/tls/xmpp/both/key', 'other.key', 'bad-credentials'],
    ['/tls/sip/server/pkcs12', 'own.p12', 'exactly-one', '/tls/sip/server'],
    ['/tls/sip/server', { pkcs12: 'own.p12' }, 'exactly-one'],
    [
      '/tls/sip/server',
      { pkcs12: 'own.p12', passwordFile: 'password', passwordVariable: 'X' },
      'exactly-one',
    ],
    ['/tls/sip/server/passwordFile', 'password', 'exactly-one', '/tls/sip/server'],
    [
      '/tls/sip/server',
      p12({ passwordFile: 'absent' }),
      'unreadable-file',
      '/tls/sip/server/passwordFile',
    ],
    [
      '/tls/sip/server',
      p12({ passwordFile: 'secret' }),
      'bad-credentials',
      '/tls/sip/server/pkcs12',
    ],
    [
      '/tls/sip/server',
      p12({ passwordVariable: 'INTERWORK_NO_SUCH_VARIABLE' }),
      'bad-credentials',
      '/tls/sip/server/passwordVariable',
    ],
    [
      '/tls/sip/server',
      { pkcs12: 'own.pem', passwordFile: 'password' },
      'bad-credentials',
      '/tls/sip/server/pkcs12',
    ],
    ['/tls/sip/server', { certificate: 'expired.pem', key: 'expired.key' }, 'bad-credentials'],
    ['/tls/xmpp/both', { certificate: 'mail.pem', key: 'mail.key' }, 'bad-credentials'],
    ['/tls/sip/server', undefined, 'missing-field'],
    ['/tls/sip/client', undefined, 'missing-field'],
    ['/tls/sip', {}, 'missing-field', '/tls/sip/server'],
    [
      '/tls/sip',
      { certificate: 'own.pem', key: 'own.key' },
      'unknown-field',
      '/tls/sip/certificate',
    ],
    ['/tls/sip/both', { certificate: 'own.pem', key: 'own.key' }, 'exactly-one', '/tls/sip'],
    ['/tls/sip/server/keyRounds', 1000, 'exactly-one', '/tls/sip/server'],
    [
      '/tls/sip/server',
      p12({ passwordFile: 'password', keyRounds: 1_000_001 }),
      'out-of-range',
      '/tls/sip/server/keyRounds',
    ],
    [
      '/tls/sip/server',
      p12({ passwordFile: 'password', keyRounds: 6_143 }),
      'bad-credentials',
      '/tls/sip/server/pkcs12',
    ],
    [
      '/tls/sip/named',
      [{ key: 'other.key', role: 'both' }],
      'missing-field',
      '/tls/sip/named/0/certificate',
    ],
    ['/tls/sip/named', [named({ role: undefined })], 'missing-field', '/tls/sip/named/0/role'],
    ['/tls/sip/named', [named({ role: 'peer' })], 'unknown-value', '/tls/sip/named/0/role'],
    [
      '/tls/sip/named',
      [named({ domains: ['a*'] })],
      'malformed-text',
      '/tls/sip/named/0/domains/0',
    ],
    [
      '/tls/sip/named',
      [named({ role: 'server', partners: ['p.example'] })],
      'never-shown',
      '/tls/sip/named/0/partners',
    ],
    ['/tls/pins', { 'a b': [] }, 'malformed-text', '/tls/pins/a b'],
    ['/tls/pins', { 'a.example': ['abc'] }, 'malformed-text', '/tls/pins/a.example/0'],
    ['/tls/pins', { 'a.example': [] }, 'empty-list', '/tls/pins/a.example'],
    ['/tls/revocation', { lists: [] }, 'missing-field', '/tls/revocation/rule'],
    ['/tls/revocation', { lists: [], rule: 'required' }, 'empty-list', '/tls/revocation/lists'],
    ['/tls/revocation', { lists: [], rule: 'hard' }, 'unknown-value', '/tls/revocation/rule'],
    [
      '/tls/revocation',
      { lists: ['absent.crl'], rule: 'soft' },
      'unreadable-file',
      '/tls/revocation/lists/0',
    ],
    [
      '/tls/revocation',
      { lists: ['list.crl', 'own.pem'], rule: 'soft' },
      'bad-revocation-list',
      '/tls/revocation/lists/1',
    ],
    ['/tls/authorities', 'ca.pem', 'wrong-type'],
    ['/tls/authorities', ['absent.pem'], 'unreadable-file', '/tls/authorities/0'],
    ['/tls/authorities', ['ca.pem', 'empty'], 'bad-credentials', '/tls/authorities/1'],
    ['/policy', undefined, 'missing-field'],
    ['/policy', '', 'malformed-text'],
    ['/policy', 'absent.json', 'unreadable-file'],
    ['/state', 'disk', 'unknown-value'],
    ['/state', {}, 'exactly-one'],
    ['/state', { file: 'a', redis: 'redis://b' }, 'exactly-one'],
    ['/state', { sqlite: 'a', redis: 'redis://b' }, 'exactly-one'],
    ['/state/file', '', 'malformed-text'],
    ['/state/sqlite', '', 'malformed-text'],
    ['/state/redis', 'http://127.0.0.1', 'malformed-text'],
    ['/state/odd', 1, 'unknown-field'],
    ['/limits/odd', {}, 'unknown-field'],
    ['/limits/state/records', 0, 'out-of-range'],
    ['/limits/gateway/odd', 1, 'unknown-field'],
    ['/limits/gateway/openFates', 0, 'out-of-range'],
    ['/limits/gatewayWaits/answer', '1s', 'wrong-type'],
    ['/limits/presence/dialogs', 0, 'out-of-range'],
    ['/limits/presenceWaits/odd', 1, 'unknown-field'],
    ['/limits/sip/connections', 0.5, 'out-of-range'],
    ['/limits/sip/odd', 1, 'unknown-field'],
    ['/limits/sipTimers/T3', 1, 'unknown-field'],
    ['/limits/sipSockets/handshakes', -1, 'out-of-range'],
    ['/limits/xmpp/links', 0, 'out-of-range'],
    ['/limits/xmpp/proved/depth', 0, 'out-of-range'],
    ['/limits/xmpp/unproved/odd', 1, 'unknown-field'],
    ['/limits/xmppTimers/idle', 0, 'out-of-range'],
    ['/limits/xmppSockets/odd', 1, 'unknown-field'],
    ['/limits/component/odd', 1, 'unknown-field'],
    ['/limits/componentTimers/queue', 0, 'out-of-range'],
    ['/health', { port: 1 }, 'missing-field', '/health/address'],
    ['/health', { address: '127.0.0.1' }, 'missing-field', '/health/port'],
    ['/health', { address: '192.0.2.1', port: 1 }, 'not-loopback', '/health/address'],
    ['/health', { address: '::', port: 1, exposed: false }, 'not-loopback', '/health/address'],
    ['/health', { address: 'localhost', port: 1 }, 'malformed-text', '/health/address'],
    ['/health/odd', 1, 'unknown-field'],
    ['/log/level', 'loud', 'unknown-value'],
    ['/log/addresses', 'some', 'unknown-value'],
    ['/log/odd', 1, 'unknown-field'],
  ];
  const rows = ROWS.map(([path, value, code, told = path]) => ({ path, value, code, told }));
  it.each(rows)('$path $value: $code', async ({ path, value, code, told }) => {
    const findings = await findingsOf(configuration({ [path]: value }));
    expect(findings.map((finding) => [finding.path, finding.code])).toContainEqual([told, code]);
    for (const finding of findings) {
      expect(finding.file).toBe(join(folder, 'gateway.json'));
      expect(finding.line).toBeGreaterThan(0);
    }
  });

  const EDGE: readonly (readonly [field: string, value: unknown, code: string, told?: string])[] = [
    ['ownDomains', undefined, 'missing-field'],
    ['ownDomains', [], 'empty-list'],
    ['ownDomains', ['other.example'], 'not-served', 'ownDomains/0'],
    ['fqdn', '192.0.2.1:5061', 'malformed-text'],
    ['innerHops', [], 'empty-list'],
    ['innerHops', [{ ...HOP, port: 0 }], 'out-of-range', 'innerHops/0/port'],
    ['innerHops', [{ ...HOP, names: undefined }], 'indistinct-hop', 'innerHops/0/names'],
    ['innerHops', [{ ...HOP, names: [] }], 'indistinct-hop', 'innerHops/0/names'],
    ['innerHops', [{ ...HOP, transport: 'tcp' }], 'indistinct-hop', 'innerHops/0/from'],
    [
      'innerHops',
      [{ ...HOP, transport: 'udp', from: ['192.0.2.1'] }],
      'indistinct-hop',
      'innerHops/0/from',
    ],
    ['innerHops', [{ ...HOP, from: ['a b'] }], 'malformed-text', 'innerHops/0/from/0'],
    ['diagnosticsOutward', 'all', 'unknown-value'],
    ['markHeader', 'a b', 'malformed-text'],
    ['odd', 1, 'unknown-field'],
  ];
  const edges = EDGE.map(([field, value, code, told = field]) => ({ field, value, code, told }));
  it.each(edges)('edge $field $value: $code', async ({ field, value, code, told }) => {
    const findings = await findingsOf(configuration({ '/edge': { ...BEHIND, [field]: value } }));
    expect(findings.map((finding) => [finding.path, finding.code])).toEqual([
      [`/edge/${told}`, code],
    ]);
  });

  it('an edge before a server with TLS, and no certificate to show', async () => {
    const changes = { '/edge': BEHIND, '/sip/listen/0/transport': 'tcp', '/sip/routes': undefined };
    const findings = await findingsOf(configuration({ ...changes, '/tls/sip': undefined }));
    expect(findings).toMatchObject([{ path: '/tls/sip', code: 'tls-missing' }]);
  });

  const PARTS: readonly (readonly [field: string, value: unknown, code: string])[] = [
    ['host', 'a b', 'malformed-text'],
    ['port', 0, 'out-of-range'],
    ['name', '*', 'malformed-text'],
    ['name', 'other.example', 'not-served'],
    ['odd', 1, 'unknown-field'],
    ['host', undefined, 'missing-field'],
    ['name', undefined, 'missing-field'],
  ];
  it.each(PARTS)('component %s %j: %s', async (field, value, code) => {
    const component = { ...COMPONENT, [field]: value };
    const findings = await findingsOf(configuration({ '/xmpp': { component } }));
    expect(findings).toMatchObject([{ path: `/xmpp/component/${field}`, code }]);
  });

  it('a component with both secrets, or with none', async () => {
    for (const secrets of [{ secretFile: 'secret' }, { secret: undefined }]) {
      const component = { ...COMPONENT, ...secrets };
      const findings = await findingsOf(configuration({ '/xmpp': { component } }));
      expect(findings).toMatchObject([{ path: '/xmpp/component', code: 'exactly-one' }]);
    }
  });

  it.each([
    ['/sip/routes', { transport: 'tls', address: '::1', port: 1 }],
    ['/xmpp/s2s/routes', { address: '::1', port: 1 }],
  ])('one domain of %s by two spellings, of which one would be forgotten', async (path, place) => {
    const side = path === '/sip/routes' ? 'sip' : 'xmpp';
    const domains = { [`/domains/${side}`]: ['bücher.example'], [path]: undefined };
    const routes = { 'Bücher.example': [place], 'xn--bcher-kva.example': [place] };
    const findings = await findingsOf(configuration({ ...domains, [path]: routes }));
    expect(findings).toMatchObject([
      { code: 'duplicate-key', path: `${path}/xn--bcher-kva.example` },
    ]);
  });

  it('a dialback secret given twice', async () => {
    const text = configuration({ '/xmpp/s2s/secret': 's', '/xmpp/s2s/secretFile': 'secret' });
    expect(await findingsOf(text)).toMatchObject([
      { path: '/xmpp/s2s/secretFile', code: 'exactly-one' },
    ]);
  });

  it('listeners at every address, and no host to tell', async () => {
    const text = configuration({ '/sip/host': undefined, '/sip/listen': [PLACE] });
    expect(await findingsOf(text)).toMatchObject([{ path: '/sip/host', code: 'no-host' }]);
  });
});

describe('how it is told', () => {
  it('with the line, and everything at once', async () => {
    const text = configuration({
      '/odd': 1,
      '/sip/listen/0/port': 'x',
      '/tls/sip/key': 'absent.key',
      '/health': { address: '192.0.2.1', port: 1 },
      '/policy': 'wrong.json',
    });
    const findings = await findingsOf(text);
    expect(findings.map(({ path }) => path).toSorted()).toEqual(
      ['/default', '/health/address', '/odd', '/sip/listen/0/port', '/tls/sip/key'].toSorted(),
    );
    const lines = text.split('\n');
    const port = findings.find(({ path }) => path === '/sip/listen/0/port');
    expect(lines[(port?.line ?? 0) - 1]).toContain('"port": "x"');
  });

  it('what is wrong with the policy is told of the policy’s own file', async () => {
    const [finding] = await findingsOf(configuration({ '/policy': 'wrong.json' }));
    expect(finding).toMatchObject({ file: join(folder, 'wrong.json'), path: '/default', line: 2 });
    expect(findingLine(finding as DaemonFinding)).toMatch(/wrong\.json:2: \/default: Expected/);
  });

  it('what is no JSON, and what is not there', async () => {
    expect(await findingsOf('{"version": 1,,}')).toMatchObject([{ code: 'not-json', line: 1 }]);
    const absent = await configurationFindings(join(folder, 'absent.json'));
    expect(absent).toMatchObject([{ code: 'unreadable-file', path: '' }]);
    expect(await configurationFindings(folder)).toMatchObject([{ code: 'unreadable-file' }]);
  });

  it('no text of a key or a secret is ever in it', async () => {
    const text = configuration({
      '/tls/sip/key': 'other.key',
      '/xmpp/s2s/secret': 'hush',
      '/odd': 1,
    });
    const told = JSON.stringify(await findingsOf(text));
    expect(told).not.toContain('PRIVATE');
    expect(told).not.toContain('hush');
  });

  it.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    chmodSync(write('locked.pem', 'x'), 0);
    const [finding] = await findingsOf(configuration({ '/tls/authorities': ['locked.pem'] }));
    expect(finding).toMatchObject({ code: 'unreadable-file', path: '/tls/authorities/0' });
  });
});
