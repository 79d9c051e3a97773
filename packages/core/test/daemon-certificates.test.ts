// A daemon and its certificates: an edge that has none to show does not start and is named; one of several that went bad is
// left out; what is renewed is shown after a reload, while links stay; what is revoked is refused; and nothing of a key or
// a password is ever told. RFC 5280 §4.1.2.5, §6.3.3; RFC 6066 §3; RFC 7292.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Certificate,
  isFault,
  keyPrint,
  parseCertificate,
  parseCertificates,
  presentedNames,
} from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { writePkcs12 } from '@interwork/certs/pkcs12';
import { type Issued, type IssueOptions, makeAuthority } from '@interwork/certs/testing';
import { type Daemon, jsonLog, startDaemon } from '@interwork/core/node';
import { Bell } from '../../../test-kit/bell.ts';

const LOOPBACK = '127.0.0.1';
const [A, B] = ['a.example', 'b.example'];
const PARTNER = 'p.example';
const PASSWORD = 'correct horse battery staple';
const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
const SECRETS: string[] = [PASSWORD];

let folder: string;
let log: string;
let flush: () => void;
const bell = new Bell();
const open: Daemon[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-certificates-'));
  log = '';
});
afterEach(async () => {
  for (const daemon of open.splice(0)) await daemon.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

function issue(options: IssueOptions): Issued {
  const issued = authority.issue(options);
  SECRETS.push(...issued.keyPem.split('\n').filter((line) => line.length > 20 && !/--/.test(line)));
  return issued;
}

/** Writes a pair, and gives its name in a configuration. */
function pair(name: string, options: IssueOptions): { certificate: string; key: string } {
  const { certPem, keyPem } = issue(options);
  write(`${name}.pem`, certPem);
  write(`${name}.key`, keyPem);
  return { certificate: `${name}.pem`, key: `${name}.key` };
}

function p12(name: string, domain: string, password = PASSWORD): void {
  const { keyPem, certPem } = issue({ domain, key: 'rsa2048' });
  const chain = parseCertificates(certPem) as readonly Certificate[];
  write(name, writePkcs12({ keyPem, chain, password, random: randomBytes }) as Uint8Array);
}

interface Tls {
  readonly sip: object;
  readonly revocation?: object;
  readonly pins?: object;
}

/** A daemon for SIP domains behind it; its one SIP listener takes TLS. */
async function start(tls: Tls, s2s = false): Promise<Daemon | undefined> {
  write('ca.pem', authority.certificate.pem);
  write('policy.json', '{"version":1,"default":"permit","rules":[]}');
  configure(tls, s2s);
  const told = jsonLog({
    level: 'debug',
    write: (text) => {
      log += text;
      bell.ring();
    },
  });
  const daemon = await startDaemon({ file: join(folder, 'gateway.json'), log: told });
  flush = told.flush;
  flush();
  if (daemon.kind === 'findings') return undefined;
  open.push(daemon);
  return daemon;
}

function configure(tls: Tls, s2s: boolean): void {
  const component = { host: LOOPBACK, port: 1, name: 'sip.example', secret: 'component secret' };
  const listen = [{ address: LOOPBACK, port: 0, direct: true }];
  const whole = {
    version: 1,
    domains: { sip: ['sip.example'], xmpp: [A, B] },
    sip: { listen: [{ transport: 'tls', address: LOOPBACK, port: 0 }], host: 'gw.sip.example' },
    xmpp: s2s ? { s2s: { listen } } : { component },
    tls: { authorities: ['ca.pem'], ...tls, ...(s2s ? { xmpp: tls.sip } : {}) },
    policy: 'policy.json',
    log: { level: 'debug' },
  };
  write('gateway.json', JSON.stringify(whole));
}

const portOf = (daemon: Daemon, side: string): number =>
  Number(/:(\d+)$/.exec(daemon.listening.find((one) => one.startsWith(side)) ?? '')?.[1]);

/** Lines of the log by their message. */
function lines(text: string): readonly Record<string, unknown>[] {
  flush();
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => String(msg).includes(text));
}

const partner = authority.issue({ domain: PARTNER });

/** The names in what a caller is shown; the socket stays open. */
async function shownTo(port: number, servername?: string, show = partner) {
  const base = { port, host: LOOPBACK, rejectUnauthorized: false };
  const socket = connectTls({
    ...base,
    key: show.keyPem,
    cert: show.certPem,
    ALPNProtocols: ['xmpp-server'],
    ...(servername === undefined ? {} : { servername }),
  });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => void socket.once('secureConnect', () => resolve()));
  const leaf = parseCertificate(new Uint8Array(socket.getPeerCertificate().raw));
  if (isFault(leaf)) throw new Error(leaf.text);
  return { names: presentedNames(leaf).dns.join(' '), socket };
}

const namesAt = async (port: number, servername?: string): Promise<string> => {
  const { names, socket } = await shownTo(port, servername);
  socket.destroy();
  return names;
};

describe('RFC 5280 §4.1.2.5 an edge without any valid certificate does not start', () => {
  const ROWS = [
    ['expired', 'validity.notAfter', /expired.*limit|expired/],
    ['not-yet-valid', 'validity.notBefore', /not valid yet/],
    ['email-only', 'extKeyUsage', /emailProtection only/],
    ['weak-key', 'subjectPublicKeyInfo', /rsa, 1024/],
  ] as const;
  for (const [as, , said] of ROWS)
    it(`${as}: and it is named`, async () => {
      expect(await start({ sip: { both: pair('edge', { domain: A, as }) } })).toBe(undefined);
      const [line] = lines('edge.pem is not shown');
      expect(line).toMatchObject({ level: 50, code: 'bad-credentials', path: '/tls/sip/both' });
      expect(String(line?.['msg'])).toMatch(said);
    });

  it('one for clients alone has nothing for those who call', async () => {
    expect(
      await start({ sip: { both: pair('edge', { domain: A, as: 'client-auth-only' }) } }),
    ).toBe(undefined);
    expect(String(lines('is not shown')[0]?.['msg'])).toContain('to those who call us');
  });

  it('one that is fit for those who call is not shown to those whom we call', async () => {
    const client = pair('client', { domain: A, as: 'expired' });
    expect(await start({ sip: { server: pair('server', { domain: A }), client } })).toBe(undefined);
    expect(lines('client.pem is not shown to those whom we call')).toMatchObject([
      { level: 50, path: '/tls/sip/client' },
    ]);
  });

  it('and does beside one for servers', async () => {
    const server = pair('server', { domain: A, as: 'server-auth-only' });
    const client = pair('client', { domain: A, as: 'client-auth-only' });
    expect(await start({ sip: { server, client } })).toBeDefined();
    expect(lines('is not shown')).toEqual([]);
  });

  it('a reload to such a one changes nothing', async () => {
    const daemon = await start({ sip: { both: pair('edge', { domain: A }) } });
    if (daemon === undefined) throw new Error(log);
    pair('edge', { domain: B, as: 'expired' });
    await daemon.reload();
    expect(lines('reload refused')).toHaveLength(1);
    expect(await namesAt(portOf(daemon, 'sip'))).toBe(A);
  });
});

describe('what an ACME client calls after a renewal', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/certificates.md'), 'utf8');
  const [, hook = ''] = /^```sh renewed\.sh\n([\s\S]*?)^```$/m.exec(page) ?? [];
  /** Runs it as the page has it, with a `systemctl` that notes what it is asked, and no user to give the files to. */
  function renew(certificate: IssueOptions): string {
    const [live, bin] = ['live', 'bin'].map((name) => mkdtempSync(join(folder, name)));
    const { certPem, keyPem } = issue(certificate);
    writeFileSync(join(live ?? '', 'fullchain.pem'), certPem);
    writeFileSync(join(live ?? '', 'privkey.pem'), keyPem);
    const note = join(folder, 'asked');
    writeFileSync(join(bin ?? '', 'systemctl'), `#!/bin/sh\necho "$@" > ${note}\n`, {
      mode: 0o755,
    });
    writeFileSync(join(bin ?? '', 'chown'), '#!/bin/sh\n', { mode: 0o755 });
    write('renewed.sh', hook);
    const env = {
      ...process.env,
      RENEWED_LINEAGE: live,
      INTERWORK_FOLDER: folder,
      PATH: `${bin}:${process.env['PATH']}`,
    };
    execFileSync('sh', [join(folder, 'renewed.sh')], { env });
    return readFileSync(note, 'utf8').trim();
  }

  it('puts both files in place, the key for its owner alone, and what is shown is the new one', async () => {
    const daemon = await start({ sip: { both: pair('gateway', { domain: A }) } });
    if (daemon === undefined) throw new Error(log);
    const port = portOf(daemon, 'sip');
    const { socket } = await shownTo(port);
    expect(renew({ dns: [A, 'renewed.example'] })).toBe('reload interwork');
    expect(statSync(join(folder, 'gateway.key')).mode & 0o077).toBe(0);
    await daemon.reload();
    expect(await namesAt(port)).toBe(`${A} renewed.example`);
    expect(socket.closed).toBe(false);
    socket.destroy();
  });

  it('and one that cannot be shown leaves what there was', async () => {
    const daemon = await start({ sip: { both: pair('gateway', { domain: A }) } });
    if (daemon === undefined) throw new Error(log);
    renew({ dns: [A], as: 'expired' });
    await daemon.reload();
    expect(lines('gateway.pem is not shown')[0]).toMatchObject({
      level: 50,
      path: '/tls/sip/both',
    });
    expect(await namesAt(portOf(daemon, 'sip'))).toBe(A);
  });
});

describe('RFC 6066 §3 several', () => {
  const both = (a: IssueOptions = {}, b: IssueOptions = {}) => ({
    sip: {
      both: pair('a', { domain: A, ...a }),
      named: [{ ...pair('b', { domain: B, ...b }), role: 'both' }],
    },
  });
  for (const [side, s2s] of [
    ['sip', false],
    ['xmpp', true],
  ] as const) {
    it(`${side}: by the name called, which its certificate says`, async () => {
      const daemon = await start(both(), s2s);
      if (daemon === undefined) throw new Error(log);
      const port = portOf(daemon, side);
      expect([await namesAt(port), await namesAt(port, A), await namesAt(port, B)]).toEqual([
        A,
        A,
        B,
      ]);
    });

    it(`${side}: one that has expired is told, and left out`, async () => {
      const daemon = await start(both({}, { as: 'expired' }), s2s);
      if (daemon === undefined) throw new Error(log);
      const port = portOf(daemon, side);
      expect([await namesAt(port, A), await namesAt(port, B)]).toEqual([A, A]);
      const [line] = lines('b.pem is not shown');
      expect(line).toMatchObject({ level: 40, path: '/tls/sip/named/0' });
    });

    it(`${side}: what everybody is shown is another where that has expired`, async () => {
      const daemon = await start(both({ as: 'expired' }), s2s);
      if (daemon === undefined) throw new Error(log);
      expect(await namesAt(portOf(daemon, side))).toBe(B);
    });

    it(`${side}: a renewed one is shown after a reload, and connections stay`, async () => {
      const daemon = await start(both(), s2s);
      if (daemon === undefined) throw new Error(log);
      const port = portOf(daemon, side);
      const before = await shownTo(port, B);
      pair('b', { dns: [B, 'renewed.example'] });
      await daemon.reload();
      expect(lines('reloaded')).toHaveLength(1);
      expect(await namesAt(port, B)).toBe(`${B} renewed.example`);
      expect(before.socket.closed).toBe(false);
      before.socket.destroy();
    });
  }

  it('what is kept for one partner is shown to nobody else, even where the usual one has expired', async () => {
    const kept = { ...pair('b', { domain: B }), role: 'both', partners: [PARTNER] };
    const sip = { both: pair('a', { domain: A, as: 'expired' }), named: [kept] };
    expect(await start({ sip })).toBe(undefined);
    expect(lines('a.pem is not shown').every(({ level }) => level === 50)).toBe(true);
  });

  it('names of its own instead of those in the certificate', async () => {
    const named = [{ ...pair('b', { domain: B }), role: 'server', domains: ['*.c.example'] }];
    const daemon = await start({ sip: { both: pair('a', { domain: A }), named } });
    if (daemon === undefined) throw new Error(log);
    const port = portOf(daemon, 'sip');
    expect([await namesAt(port, B), await namesAt(port, 'x.c.example')]).toEqual([A, B]);
  });
});

describe('RFC 7292 PKCS#12', () => {
  it('with its password in a file, and renewed by a reload', async () => {
    p12('edge.p12', A);
    write('password', `${PASSWORD}\nnobody reads this`);
    const sip = { both: { pkcs12: 'edge.p12', passwordFile: 'password' } };
    const daemon = await start({ sip });
    if (daemon === undefined) throw new Error(log);
    expect(await namesAt(portOf(daemon, 'sip'))).toBe(A);
    p12('edge.p12', B);
    await daemon.reload();
    expect(await namesAt(portOf(daemon, 'sip'))).toBe(B);
  });

  it('with its password in the environment', async () => {
    p12('edge.p12', A);
    process.env['INTERWORK_TEST_PASSWORD'] = PASSWORD;
    const sip = { both: { pkcs12: 'edge.p12', passwordVariable: 'INTERWORK_TEST_PASSWORD' } };
    const daemon = await start({ sip });
    delete process.env['INTERWORK_TEST_PASSWORD'];
    expect(daemon).toBeDefined();
  });
});

describe('RFC 7469 §2.4 a partner whose key is kept', () => {
  /** Whether the stream of the partner is offered a proof by its certificate. */
  async function isOffered(keys: readonly string[]): Promise<boolean> {
    const sip = { both: pair('edge', { domain: A }) };
    const daemon = await start({ sip, pins: { [PARTNER]: keys } }, true);
    if (daemon === undefined) throw new Error(log);
    const { socket } = await shownTo(portOf(daemon, 'xmpp'), 'sip.example');
    let said = '';
    socket.setEncoding('utf8').on('data', (text) => {
      said += text;
      bell.ring();
    });
    const names = `xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'`;
    socket.write(`<stream:stream ${names} from='${PARTNER}' to='sip.example' version='1.0'>`);
    await bell.until(() => (/<\/stream:features>|<\/stream:stream>/.test(said) ? said : undefined));
    socket.destroy();
    return said.includes('EXTERNAL');
  }

  it('may prove itself with that key, and with no other', async () => {
    const leaf = parseCertificate(partner.certDer);
    if (isFault(leaf)) throw new Error(leaf.text);
    expect(await isOffered(['0'.repeat(64), keyPrint(leaf, nodeCrypto)])).toBe(true);
    expect(await isOffered(['0'.repeat(64)])).toBe(false);
  });
});

describe('RFC 5280 §6.3.3 what has been revoked', () => {
  const serialOf = ({ certDer }: Issued): number => {
    const leaf = parseCertificate(certDer);
    if (isFault(leaf)) throw new Error(leaf.text);
    return Number.parseInt(leaf.serial, 16);
  };
  const NUMBER = { more: [{ type: '2.5.29.20', value: Uint8Array.from([2, 1, 9]) }] };

  it('is refused once the list is read again, with the certificate, the field and the list', async () => {
    write('list.crl', authority.revocationList([], NUMBER));
    const revocation = { lists: ['list.crl'], rule: 'soft' };
    const daemon = await start({ sip: { both: pair('edge', { domain: A }) }, revocation });
    if (daemon === undefined) throw new Error(log);
    const port = portOf(daemon, 'sip');
    const { socket } = await shownTo(port);
    expect(lines('refused for its certificate')).toEqual([]);
    write('list.crl', authority.revocationList([serialOf(partner)], NUMBER));
    await daemon.reload();
    const again = await shownTo(port);
    const line = await bell.until(() => lines('refused for its certificate')[0]);
    expect(line['certificate']).toContain(`names ${PARTNER}`);
    expect(line['faults']).toEqual([
      expect.objectContaining({
        code: 'revoked',
        field: 'serialNumber',
        text: expect.stringContaining('list 9 of CN=Interwork Test Root Intermediate'),
      }),
    ]);
    expect(socket.closed).toBe(false);
    for (const one of [socket, again.socket]) one.destroy();
  });

  it('a list that is late is told at the start', async () => {
    const nextUpdate = Date.now() - 1000;
    write('list.crl', authority.revocationList([], { ...NUMBER, nextUpdate }));
    const revocation = { lists: ['list.crl'], rule: 'required' };
    const daemon = await start({ sip: { both: pair('edge', { domain: A }) }, revocation });
    if (daemon === undefined) throw new Error(log);
    expect(lines('was to be renewed')).toMatchObject([
      { level: 40, code: 'stale-revocation-list', path: '/tls/revocation/lists/0' },
    ]);
    const { socket } = await shownTo(portOf(daemon, 'sip'));
    const line = await bell.until(() => lines('refused for its certificate')[0]);
    expect(JSON.stringify(line['faults'])).toContain('revocation-unknown');
    socket.destroy();
  });

  it('a list that cannot be read stops the reload, not the daemon', async () => {
    write('list.crl', authority.revocationList([]));
    const revocation = { lists: ['list.crl'], rule: 'soft' };
    const daemon = await start({ sip: { both: pair('edge', { domain: A }) }, revocation });
    if (daemon === undefined) throw new Error(log);
    write('list.crl', 'half a list');
    await daemon.reload();
    expect(lines('reload refused')).toHaveLength(1);
    expect(lines('').some(({ code }) => code === 'bad-revocation-list')).toBe(true);
  });
});

describe('nothing of a key or a password is ever told', () => {
  const other = (): string => {
    const { keyPem } = issue({ domain: A });
    return keyPem;
  };
  const ROWS: readonly (readonly [title: string, prepare: () => object])[] = [
    ['a pair that fits', () => pair('edge', { domain: A })],
    [
      'a key of another certificate',
      () => {
        const files = pair('edge', { domain: A });
        write('edge.key', other());
        return files;
      },
    ],
    [
      'a key that is cut',
      () => {
        const files = pair('edge', { domain: A });
        write('edge.key', other().slice(0, 120));
        return files;
      },
    ],
    [
      'key and certificate the wrong way round',
      () => {
        const { certificate, key } = pair('edge', { domain: A });
        return { certificate: key, key: certificate };
      },
    ],
    ['an expired pair', () => pair('edge', { domain: A, as: 'expired' })],
    [
      'PKCS#12',
      () => {
        p12('edge.p12', A);
        write('password', PASSWORD);
        return { pkcs12: 'edge.p12', passwordFile: 'password' };
      },
    ],
    [
      'PKCS#12 with another password',
      () => {
        p12('edge.p12', A, 'something else');
        write('password', PASSWORD);
        return { pkcs12: 'edge.p12', passwordFile: 'password' };
      },
    ],
    [
      'a password where a file should be',
      () => {
        p12('edge.p12', A);
        write('password', PASSWORD);
        return { pkcs12: 'password', passwordFile: 'edge.p12' };
      },
    ],
    [
      'what is no PKCS#12',
      () => {
        write('edge.p12', other());
        write('password', PASSWORD);
        return { pkcs12: 'edge.p12', passwordFile: 'password' };
      },
    ],
  ];
  for (const [title, prepare] of ROWS)
    it(title, async () => {
      const daemon = await start({ sip: { both: prepare() } });
      if (daemon !== undefined) {
        const { socket } = await shownTo(
          portOf(daemon, 'sip'),
          undefined,
          authority.issue({ as: 'expired' }),
        );
        await bell.until(() => lines('refused for its certificate')[0]);
        socket.destroy();
        await daemon.reload();
      }
      expect(log).not.toBe('');
      expect(SECRETS.length).toBeGreaterThan(2);
      for (const secret of SECRETS) expect(log).not.toContain(secret);
      expect(log).not.toContain('PRIVATE KEY');
    });
});
