// The hosts of a configuration as peers are told them: in the Via of what a daemon sends, by whatever family of addresses
// it listens.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Daemon, jsonLog, startDaemon } from '@interwork/core/node';
import { viaHost } from '../src/node/daemon/configuration-checks.ts';
import { writtenHost } from '../src/node/daemon/host.ts';

const HAS_IPV6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

let folder: string;
let daemon: Daemon | undefined;
let peer: Socket | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-hosts-'));
});
afterEach(async () => {
  await daemon?.close();
  peer?.close();
  [daemon, peer] = [undefined, undefined];
  rmSync(folder, { recursive: true });
});

/** A daemon behind a server that is not there, with one SIP listener. */
async function started(sip: object): Promise<Daemon> {
  const component = { host: '127.0.0.1', port: 1, name: 'sip.example', secret: 'a secret' };
  const whole = {
    version: 1,
    domains: { sip: ['sip.example'], xmpp: ['xmpp.example'] },
    sip,
    xmpp: { component },
    policy: 'policy.json',
  };
  writeFileSync(join(folder, 'policy.json'), '{"version":1,"default":"permit","rules":[]}');
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify(whole));
  const log = jsonLog({ write: () => {} });
  const found = await startDaemon({ file: join(folder, 'gateway.json'), log });
  if (found.kind === 'findings') throw new Error(JSON.stringify(found.findings));
  daemon = found;
  return found;
}

/** What the daemon answers to OPTIONS. */
async function answered(port: number): Promise<string> {
  peer = createSocket('udp6');
  const answer = once(peer, 'message');
  peer.bind(0, '::1');
  await once(peer, 'listening');
  const lines = [
    'OPTIONS sip:xmpp.example SIP/2.0',
    `Via: SIP/2.0/UDP [::1]:${peer.address().port};branch=z9hG4bKoptions;rport`,
    'From: <sip:alice@sip.example>;tag=1',
    'To: <sip:xmpp.example>',
    'Call-ID: options',
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  peer.send(`${lines.join('\r\n')}\r\n\r\n`, port, '::1');
  const [octets] = (await answer) as [Buffer];
  return octets.toString();
}

describe('RFC 3261 §25.1 a host as SIP writes it', () => {
  it.each<readonly [string, string | undefined, string?]>([
    ['192.0.2.20', '192.0.2.20'],
    ['2001:db8::20', '2001:db8::20', '[2001:db8::20]'],
    ['gw.sip.example', 'gw.sip.example'],
    ['Bücher.example', 'xn--bcher-kva.example'],
    ['fe80::1%eth0', undefined],
    ['0.0.0.0', undefined],
    ['::', undefined],
    ['0:0:0:0:0:0:0:0', undefined],
    ['::ffff:0.0.0.0', undefined],
  ])('%s: %s', (host, told, written = told) => {
    expect(viaHost({ host, listen: [] })).toBe(told);
    expect(told === undefined ? undefined : writtenHost(told)).toBe(written);
  });

  it.each(['0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::1', '192.0.2.20'])('taken from %s', (address) => {
    const host = viaHost({ listen: [{ transport: 'udp', address, port: 0 }] });
    expect(host).toBe(['::1', '192.0.2.20'].find((one) => one === address));
  });
});

describe('a daemon', () => {
  it.skipIf(!HAS_IPV6)('runs where it has no address but one of IPv6', async () => {
    const { listening } = await started({
      listen: [{ transport: 'udp', address: '::1', port: 0 }],
      believesDatagrams: true,
    });
    const port = Number(/^sip\/udp:\[::1\]:(\d+)$/.exec(listening[0] ?? '')?.[1]);
    expect(await answered(port)).toMatch(/^SIP\/2\.0 200 /);
  });

  it.each(['2001:db8::20', 'bücher.example', '192.0.2.20'])('is called %s', async (host) => {
    const listen = [{ transport: 'udp', address: '127.0.0.1', port: 0 }];
    expect((await started({ host, listen })).listening[0]).toMatch(/^sip\/udp:/);
  });
});
