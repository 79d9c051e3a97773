// The program over files and over local servers of each kind: what it prints, and how it ends.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket, createServer as createTlsServer } from 'node:tls';
import { isFault, parseCertificates, writePem } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { writePkcs12 } from '@interwork/certs/pkcs12';
import { makeAuthority } from '@interwork/certs/testing';
import type { Issued } from '@interwork/certs/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deafPort } from '../../test-kit/deaf-port.ts';
import { run } from './main.ts';
import { run as request } from './request.ts';

const NOW = Date.now();
const DAY = 86_400_000;
const authority = makeAuthority({ crypto: nodeCrypto, now: NOW });
/** The first that is issued. */
const SERIAL_OF_GOOD = 3;
let folder = '';
const servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const { chain, certPem } = authority.issue();
  const [leaf = new Uint8Array()] = chain;
  const pem = (der: Uint8Array) =>
    `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
  const files = {
    'ca.pem': authority.certificate.pem,
    'good.pem': certPem,
    'leaf.pem': pem(leaf),
    'server.pem': authority.issue({ as: 'server-auth-only' }).certPem,
    'soon.pem': authority.issue({ notAfter: NOW + DAY / 2 }).certPem,
    'public.pem': authority.issue({ policies: ['2.23.140.1.2.1'] }).certPem,
    'expired.pem': authority.issue({ as: 'expired' }).certPem,
    'empty.pem': '',
    'list.pem': writePem(authority.revocationList([SERIAL_OF_GOOD]), 'X509 CRL'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const { keyPem, certPem: ofKey } = authority.issue();
  const read = parseCertificates(ofKey);
  const chainOf = isFault(read) ? [] : read;
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const file = writePkcs12({ keyPem, chain: chainOf, password: 'of the file', random });
  if (isFault(file)) throw new Error(file.text);
  await writeFile(join(folder, 'good.p12'), file);
  await writeFile(join(folder, 'password.txt'), 'of the file\n');
  await writeFile(join(folder, 'wrong.txt'), 'another\n');
});

afterAll(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true });
});

async function doctor(line: string): Promise<{ code: number; text: string; complaint: string }> {
  const args = line
    .split(' ')
    .map((word) => (/\.(pem|p12|txt)$/.test(word) ? join(folder, word) : word));
  const printed: string[] = [];
  const complaints: string[] = [];
  const code = await run(args, {
    now: NOW,
    print: (text) => void printed.push(text),
    complain: (text) => void complaints.push(text),
  });
  return { code, text: printed.join('\n'), complaint: complaints.join('\n') };
}

describe('over files', () => {
  const OURS = '--trust ca.pem --domain example.com';
  const ROWS: readonly (readonly [line: string, code: number, says: string])[] = [
    [`good.pem ${OURS}`, 0, 'In good health.'],
    [`server.pem ${OURS}`, 1, 'WARNING no-client-usage'],
    [`server.pem ${OURS} --partner p.example=server-usage-does`, 0, 'In good health.'],
    [`server.pem ${OURS} --partner p.example=client-usage-required`, 2, 'as client, for p.example'],
    [`server.pem ${OURS} --role server`, 0, 'In good health.'],
    [`soon.pem ${OURS}`, 1, 'WARNING expires-soon'],
    [`expired.pem ${OURS} --service sip`, 2, 'ERROR expired'],
    [`good.pem ${OURS} --revoked list.pem`, 2, 'ERROR revoked'],
    [`server.pem ${OURS} --role server --revoked list.pem`, 0, 'In good health.'],
    [`leaf.pem ${OURS}`, 2, 'ERROR missing-intermediate'],
    [`good.p12 --password-file password.txt ${OURS}`, 0, 'In good health.'],
    [`good.p12 --password-file password.txt --key-rounds 6144 ${OURS}`, 0, 'In good health.'],
    [`good.pem --domain example.com`, 2, 'ERROR unknown-issuer'],
    [`empty.pem ${OURS}`, 2, 'ERROR no-certificate'],
    [
      `good.pem ${OURS} --service sip --srv-target edge.hosting.example --partner p.example=microsoft-edge`,
      2,
      'ERROR srv-target-outside',
    ],
    [`public.pem ${OURS} --calendar`, 0, 'The new certificate has clientAuth'],
    [`public.pem ${OURS} --calendar --authority private`, 0, 'It expires'],
  ];
  for (const [line, code, says] of ROWS) {
    test(line, async () => {
      const done = await doctor(line);
      expect(done).toMatchObject({ code, complaint: '' });
      expect(done.text).toContain(says);
    });
  }
  test('as JSON', async () => {
    const { code, text } = await doctor(`server.pem ${OURS} --json --calendar`);
    expect(code).toBe(1);
    expect(JSON.parse(text)).toMatchObject({
      findings: [{ code: 'no-client-usage', level: 'warning', role: 'client' }],
      calendar: [{ code: 'renewal-due' }, { code: 'expires' }],
    });
  });
});

describe('what it cannot look at', () => {
  const ROWS = [
    ['--json', 'nothing to look at'],
    ['good.pem', 'needs a --domain'],
    ['missing.pem --domain example.com', 'no such file'],
    ['good.pem --domain example.com --trust empty.pem', 'holds no certificate'],
    ['good.pem --domain example.com --revoked ca.pem', 'of the list is malformed'],
    ['good.pem --domain example.com --service smtp', 'no service'],
    ['good.pem --domain example.com --role judge', 'no role'],
    ['good.pem --domain example.com --partner p.example=kind', 'no habit'],
    ['good.pem --wrong', "Unknown option '--wrong'"],
    ['--probe http://example.com:80', 'is no address'],
  ] as const;
  for (const [line, says] of ROWS) {
    test(line, async () => {
      const done = await doctor(line);
      expect(done.code).toBe(3);
      expect(done.complaint).toContain(says);
    });
  }
});

describe('over a server that is named', () => {
  const direct = (issued: Issued): Server =>
    createTlsServer({ key: issued.keyPem, cert: issued.certPem, ALPNProtocols: ['xmpp-server'] });
  const startTls = (issued: Issued): Server =>
    createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write(
          "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>",
        );
        socket.write(
          "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
        );
        socket.once('data', () => {
          socket.write("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
          const { keyPem: key, certPem: cert } = issued;
          new TLSSocket(socket, { isServer: true, key, cert }).on('error', () => {});
        });
      });
    });
  const saying = (text: string): Server =>
    createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(text));
    });
  async function portOf(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }
  const ROWS = [
    ['sips', direct, 'good', 0, 'In good health.'],
    ['xmpps', direct, 'expired', 2, 'ERROR expired'],
    ['xmpp', startTls, 'good', 0, 'In good health.'],
    ['xmpp', startTls, 'other-name', 2, 'ERROR name-mismatch'],
    ['sips', direct, 'wildcard', 2, 'ERROR name-mismatch'],
    ['xmpp', startTls, 'self-signed', 2, 'ERROR self-signed'],
  ] as const;
  for (const [scheme, serve, as, code, says] of ROWS) {
    test(`${scheme}: ${as}`, async () => {
      const port = await portOf(serve(authority.issue({ as })));
      const done = await doctor(`--trust ca.pem --probe ${scheme}://127.0.0.1:${port}/example.com`);
      expect(done).toMatchObject({ code, complaint: '' });
      expect(done.text).toContain(says);
    });
  }
  const BAD = [
    ['<stream:stream><stream:error><host-unknown/></stream:error></stream:stream>', 'refuses TLS'],
    ['<stream:stream><stream:features/>', 'closed before TLS'],
    [' '.repeat(20_000), 'too much before TLS'],
  ] as const;
  for (const [text, says] of BAD) {
    test(`a server that ${says}`, async () => {
      const port = await portOf(saying(text));
      const done = await doctor(`--probe xmpp://127.0.0.1:${port}/example.com`);
      expect(done.code).toBe(3);
      expect(done.complaint).toContain(says);
    });
  }
  test('nobody there', async () => {
    const deaf = await deafPort();
    const { complaint } = await doctor(`--probe sips://127.0.0.1:${deaf.port}`);
    expect(complaint).toContain('ECONNREFUSED');
    deaf.close();
  });
});

describe('asking for a certificate', () => {
  const ask = async (line: string): Promise<{ code: number; text: string }> => {
    const said: string[] = [];
    const print = (text: string): void => void said.push(text);
    const code = await request(line.split(' '), { print, complain: print });
    return { code, text: said.join('\n') };
  };

  // 1.3.6.1.5.5.7.3.1 and .2: for servers, for clients
  const USAGES = { server: '2b06010505070301', client: '2b06010505070302' } as const;
  const requested = async (out: string, role: string): Promise<Buffer> => {
    const text = await readFile(join(out, `${role}-request.pem`), 'utf8');
    return Buffer.from(text.split('-----')[2] ?? '', 'base64');
  };

  test.each([
    ['server', '', []],
    ['client', '', ['client']],
    ['both', '--role both --partner p.example=client-usage-required', ['server', 'client']],
  ] as const)('RFC 5280 §4.2.1.12 as %s: a request of its own', async (role, more, usages) => {
    const out = join(folder, `asked-as-${role}`);
    const names = `--edge edge.contoso.example --sip contoso.example --out ${out}`;
    expect(await ask(`${names} ${more}`.trim())).toMatchObject({ code: 0 });
    const der = (await requested(out, role)).toString('hex');
    const found = (['server', 'client'] as const).filter((one) => der.includes(USAGES[one]));
    expect(found).toEqual(usages);
  });

  test('a key for its owner alone, a request with every name, and nothing is written over', async () => {
    const out = join(folder, 'asked');
    const line = `--edge edge.contoso.example --sip contoso.example --xmpp chat.contoso.example --out ${out}`;
    const done = await ask(line);
    expect(done).toMatchObject({ code: 0 });
    expect(done.text).toContain('must   subjectAltName chat.contoso.example');
    for (const role of ['server', 'client']) {
      expect((await stat(join(out, `${role}-key.pem`))).mode & 0o777).toBe(0o600);
      const der = await requested(out, role);
      for (const name of ['edge.contoso.example', 'sip.contoso.example', 'chat.contoso.example'])
        expect(der.includes(name)).toBe(true);
    }
    expect(await ask(line)).toMatchObject({ code: 3 });
  });

  test.each([
    ['--sip a.example --out x', 'are needed'],
    ['--edge a.example --out x --key rsa512', 'no kind of key'],
    ['--edge a.example --out x --role peer', 'no role'],
    ['--edge a_b --sip a.example --out x', 'a_b is not a domain'],
  ])('%s', async (line, says) => {
    const done = await ask(line);
    expect([done.code, done.text]).toEqual([3, expect.stringContaining(says)]);
  });

  test.each([
    ['good.p12 --domain example.com', 'needs a --password-file'],
    ['good.p12 --password-file wrong.txt --domain example.com', 'does not open'],
    [
      'good.p12 --password-file password.txt --key-rounds 6143 --domain example.com',
      'maxKeyRounds allows, 6143',
    ],
    [
      'good.p12 --password-file password.txt --key-rounds 1000001 --domain example.com',
      'up to 1000000',
    ],
  ])('%s', async (line, says) => {
    expect(await doctor(line)).toMatchObject({ code: 3, complaint: expect.stringContaining(says) });
  });
});
