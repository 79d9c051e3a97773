// `dnsResolver` and `locateSip` against a DNS server of our own on a loopback port. RFC 3263 §4.
import { createSocket, type Socket } from 'node:dgram';
import { type AskDns, dnsResolver, locateSip } from '@interwork/sip/node';
import { type Answer, decode, encode } from 'dns-packet';
import { afterAll, beforeAll, expect, it } from 'vitest';

const srv = (target: string, priority: number) => ({ priority, weight: 0, port: 5061, target });
const RECORDS: Readonly<Record<string, readonly unknown[]>> = {
  '_sips._tcp.d.test SRV': [srv('two.d.test', 20), srv('one.d.test', 10)],
  'one.d.test A': ['192.0.2.1'],
  'one.d.test AAAA': ['2001:db8::1'],
  'two.d.test A': ['192.0.2.2'],
  'n.test NAPTR': [
    {
      order: 1,
      preference: 1,
      flags: 's',
      services: 'SIPS+D2T',
      regexp: '',
      replacement: '_sips._tcp.d.test',
    },
  ],
  'half.test A': ['192.0.2.3'],
  'silent-v6.test A': ['192.0.2.4'],
};
/** Names with another answer than records: a response code, or none at all. */
const SERVFAIL = 2;
const REFUSED = 5;
const CODES: Readonly<Record<string, number>> = {
  'broken.test A': SERVFAIL,
  'broken.test AAAA': SERVFAIL,
  'half.test AAAA': SERVFAIL,
  '_sips._tcp.refused.test SRV': REFUSED,
};

let server: Socket;
let ask: AskDns;

beforeAll(async () => {
  server = createSocket('udp4');
  server.on('message', (bytes, from) => {
    const answer = answerTo(bytes);
    if (answer !== undefined) server.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  ask = dnsResolver({ servers: [`127.0.0.1:${server.address().port}`] });
});

afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

it('locates a domain by SRV and addresses', async () => {
  const end = await locateSip('d.test', { ask });
  expect(end).toMatchObject({ kind: 'located', evidence: 'srv', ttl: 77 });
  expect(end.kind === 'located' ? end.targets.map(({ address }) => address) : []).toEqual([
    '2001:db8::1',
    '192.0.2.1',
    '192.0.2.2',
  ]);
});

it('locates a domain by NAPTR', async () => {
  const end = await locateSip('n.test', { ask });
  expect(end).toMatchObject({ evidence: 'naptr', targets: [{ references: ['n.test'] }, {}, {}] });
});

it('tells a no from a failure', async () => {
  expect(await locateSip('none.test', { ask })).toMatchObject({ kind: 'not-found', ttl: 300 });
  expect(await locateSip('broken.test', { ask })).toMatchObject({ kind: 'failed', reason: 'dns' });
  expect(await locateSip('refused.test', { ask })).toMatchObject({ kind: 'failed' });
});

it('is content with one family of addresses', async () => {
  expect(await ask({ kind: 'address', name: 'half.test' })).toEqual({
    kind: 'address',
    records: ['192.0.2.3'],
    ttl: 77,
  });
});

it('takes what there is where one family is never answered', async () => {
  const servers = [`127.0.0.1:${server.address().port}`];
  const hurried = dnsResolver({ servers, times: { questionTime: 300 } });
  const name = 'silent-v6.test';
  const found = { kind: 'address', records: ['192.0.2.4'], ttl: 77 };
  expect(await hurried({ kind: 'address', name })).toEqual(found);
});

it('asks for the families told, in their order', async () => {
  const servers = [`127.0.0.1:${server.address().port}`];
  const one = { kind: 'address', name: 'one.d.test' } as const;
  expect(await dnsResolver({ servers, families: ['ipv4'] })(one)).toMatchObject({
    records: ['192.0.2.1'],
  });
  expect(await dnsResolver({ servers, families: ['ipv4', 'ipv6'] })(one)).toMatchObject({
    records: ['192.0.2.1', '2001:db8::1'],
  });
});

it('waits no longer than told', async () => {
  const servers = [`127.0.0.1:${server.address().port}`];
  const hurried = dnsResolver({ servers, times: { questionTime: 30 } });
  expect(await hurried({ kind: 'srv', name: 'silent.test' })).toEqual({ kind: 'failed' });
});

it('takes a resolver that rejects for one that failed', async () => {
  const end = await locateSip('d.test', { ask: () => Promise.reject(new Error('no')) });
  expect(end).toMatchObject({ kind: 'failed', reason: 'dns' });
});

it('needs no DNS for an address', async () => {
  expect(await locateSip('192.0.2.7')).toMatchObject({ evidence: 'given' });
});

function answerTo(bytes: Uint8Array): Uint8Array | undefined {
  const query = decode(bytes);
  const [question] = query.questions ?? [];
  if (question === undefined || question.name === 'silent.test') return undefined;
  const key = `${question.name} ${question.type}`;
  if (key === 'silent-v6.test AAAA') return undefined;
  const { name, type } = question;
  const answers = (RECORDS[key] ?? []).map((data): Answer => ({ name, type, ttl: 77, data }));
  const known = Object.keys(RECORDS).some((one) => one.startsWith(`${name} `));
  const flags = RECURSIVE | (CODES[key] ?? (known ? 0 : NXDOMAIN));
  return encode({ type: 'response', id: query.id ?? 0, flags, questions: [question], answers });
}

const NXDOMAIN = 3;
const RECURSIVE = 0x0180;
