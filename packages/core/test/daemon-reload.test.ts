// What a reload says of what it does not put in force: each part of a configuration either holds from then on or is named.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { type Daemon, jsonLog, startDaemon } from '@interwork/core/node';

const LOOPBACK = '127.0.0.1';
const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
const { certPem, keyPem } = authority.issue({ dns: ['sip.example'] });
const PAIR = { both: { certificate: 'own.pem', key: 'own.key' } };
const POLICY = { version: 1, default: 'deny', rules: [] };

let folder: string;
let daemon: Daemon | undefined;
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-reload-'));
  write('own.pem', certPem);
  write('own.key', keyPem);
  write('ca.pem', authority.certificate.pem);
  write('secret', 'the first secret\n');
  write('policy.json', JSON.stringify(POLICY));
});
afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
  rmSync(folder, { recursive: true });
});

const COMPONENT = {
  component: { host: LOOPBACK, port: 1, name: 'sip.example', secretFile: 'secret' },
};
const S2S = { s2s: { listen: [{ address: LOOPBACK, port: 0 }], secretFile: 'secret' } };
const EDGE = {
  ownDomains: ['sip.example'],
  fqdn: 'edge.sip.example',
  innerHops: [{ transport: 'tcp', address: LOOPBACK, port: 1, from: ['192.0.2.1'] }],
};

function configure(parts: object): void {
  const whole = {
    version: 1,
    domains: { sip: ['sip.example'], xmpp: ['xmpp.example'] },
    sip: { listen: [{ transport: 'tcp', address: LOOPBACK, port: 0 }] },
    xmpp: COMPONENT,
    tls: { sip: PAIR, xmpp: PAIR, authorities: ['ca.pem'] },
    policy: 'policy.json',
    ...parts,
  };
  write('gateway.json', JSON.stringify(whole));
}

interface Told {
  readonly msg: string;
  readonly path?: string;
}

/** Starts a daemon; the answer has it reload, and gives what it says of that. */
async function started(parts: object = {}): Promise<() => Promise<readonly Told[]>> {
  let text = '';
  const log = jsonLog({ write: (lines) => void (text += lines) });
  configure(parts);
  const found = await startDaemon({ file: join(folder, 'gateway.json'), log });
  if (found.kind === 'findings') throw new Error(JSON.stringify(found.findings));
  daemon = found;
  return async () => {
    text = '';
    await found.reload();
    log.flush();
    const lines = text.split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Told);
  };
}

/** The places that a reload names after something was changed. */
async function named(change: () => void, parts: object = {}): Promise<readonly unknown[]> {
  const reload = await started(parts);
  change();
  const read = await reload();
  expect(read.at(-1)?.msg).toBe('reloaded');
  return read.filter(({ msg }) => msg.includes('waits for a restart')).map(({ path }) => path);
}

describe('a part that is looked at only at the start is named', () => {
  const ROWS: readonly (readonly [path: string, parts: object])[] = [
    ['/domains', { domains: { sip: ['sip.example', 'other.example'], xmpp: ['xmpp.example'] } }],
    ['/sip', { sip: { listen: [{ transport: 'tcp', address: LOOPBACK, port: 1 }] } }],
    ['/xmpp', { xmpp: S2S }],
    ['/edge', { edge: EDGE }],
    ['/dns', { dns: { allowPrivate: true } }],
    ['/state', { state: { file: 'state' } }],
    ['/messages', { messages: { lateFailure: 'trace' } }],
    ['/presence', { presence: { off: true } }],
    ['/chat', { chat: { off: true } }],
    ['/limits', { limits: { gateway: { openFates: 5 } } }],
    ['/health', { health: { address: LOOPBACK, port: 0 } }],
    ['/log/addresses', { log: { addresses: 'full' } }],
    ['/tls/sip', { tls: { xmpp: PAIR, authorities: ['ca.pem'] } }],
  ];
  it.each(ROWS)('%s', async (path, parts) => {
    expect(await named(() => configure(parts))).toEqual([path]);
  });

  it('a secret in a file, where the file has another', async () => {
    const change = (): void => write('secret', 'the second secret\n');
    expect(await named(change)).toEqual(['/xmpp/component/secretFile']);
    await daemon?.close();
    write('secret', 'the first secret\n');
    expect(await named(change, { xmpp: S2S })).toEqual(['/xmpp/s2s/secretFile']);
  });

  it('bounds and times that the policy has for XMPP', async () => {
    const xmppGateway = { connectionLimit: 7, partnerConnectionLimit: 3 };
    const accessEdge = { routing: 'useDnsSrvRouting' };
    const federation = { localDomains: ['sip.example'], accessEdge, xmppGateway };
    const policy = { ...POLICY, federation };
    const change = (): void => write('policy.json', JSON.stringify(policy));
    expect(await named(change, { xmpp: S2S })).toEqual(['/federation/xmppGateway']);
  });
});

it('the same in another order is no change', async () => {
  const change = (): void => {
    const text = readFileSync(join(folder, 'gateway.json'), 'utf8');
    write('gateway.json', JSON.stringify(turned(JSON.parse(text))));
  };
  expect(await named(change, { edge: EDGE })).toEqual([]);
});

/** The fields of each object the other way round. */
function turned(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  const fields = Object.entries(part).map(([name, value]) => [name, turned(value)] as const);
  return Object.fromEntries(fields.toReversed());
}

describe('a reload that is refused', () => {
  it('for the name of a pinned domain ends nothing, and the next one is obeyed', async () => {
    const reload = await started();
    const pins = { 'no domain': ['0'.repeat(64)] };
    configure({ tls: { sip: PAIR, xmpp: PAIR, authorities: ['ca.pem'], pins } });
    const read = await reload();
    expect(read.map(({ path }) => path)).toContain('/tls/pins/no domain');
    expect(read.at(-1)?.msg).toBe('reload refused, nothing has changed');
    configure({});
    expect((await reload()).at(-1)?.msg).toBe('reloaded');
  });
});

describe('nothing is named', () => {
  it.each([
    ['where nothing has changed', {}],
    ['of what holds from then on', { log: { level: 'info' }, tls: { sip: PAIR, xmpp: PAIR } }],
  ])('%s', async (_what, parts) => {
    expect(await named(() => configure(parts))).toEqual([]);
  });
});
