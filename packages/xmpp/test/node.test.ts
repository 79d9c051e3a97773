// Two edges on loopback: STARTTLS, direct TLS, real certificates, a monotonic clock, and nothing left behind.
import { createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import type { Judge } from '@interwork/xmpp';
import { type ListenOptions, nodeDigest } from '@interwork/xmpp/node';
import { deafPort } from '../../../test-kit/deaf-port.ts';
import { im } from './net.ts';
import {
  bodyOf,
  closeEdges,
  dialled,
  edge,
  goneOf,
  HEADER,
  heard,
  JULIET,
  keys,
  PLAIN,
  portOf,
  ports,
  PROCEED,
  ROMEO,
  STARTTLS,
} from './node-edges.ts';

afterEach(closeEdges);

const refuseAll: Judge = () => ({ accepted: false, proved: [], certificate: 'none', faults: [] });

test('an edge counts what it holds', async () => {
  const [a, b] = [await edge('capulet.example'), await edge('montague.example')];
  expect(Object.values(a.own.counts)).toEqual(Object.values(a.own.counts).map(() => 0));
  a.own.send(im(JULIET, ROMEO, 'hello'));
  await b.until(({ kind }) => kind === 'stanza');
  expect(a.own.counts.links).toBe(1);
  expect(a.own.counts.sockets).toBeGreaterThan(0);
  expect(b.own.counts.inbound).toBe(1);
  await Promise.all([a.own.close(), b.own.close()]);
  expect([a.own.counts.streams, b.own.counts.streams]).toEqual([0, 0]);
});

const proofs = [
  { id: 'STARTTLS and EXTERNAL', options: {}, proof: 'certificate' },
  { id: 'STARTTLS and dialback', options: { judge: refuseAll }, proof: 'dialback' },
  {
    id: 'direct TLS and EXTERNAL',
    options: { listen: [{ address: '127.0.0.1', port: 0, direct: true }] },
    proof: 'certificate',
  },
  {
    id: 'plaintext and dialback, where rules allow',
    options: PLAIN,
    proof: 'dialback',
  },
] as const;

for (const row of proofs)
  test(`${row.id}, XEP-0368 §2: a stanza crosses both ways`, async () => {
    const a = await edge('capulet.example', row.options);
    const b = await edge('montague.example', row.options);
    a.own.send(im(JULIET, ROMEO, 'hello'));
    const arrived = await b.until((event) => event.kind === 'stanza');
    expect(arrived).toMatchObject({ link: { proof: row.proof } });
    b.own.send(im(ROMEO, JULIET, 'hello back'));
    await a.until((event) => event.kind === 'stanza');
    expect(await a.until((event) => event.kind === 'fate')).toMatchObject({ fate: 'sent' });
    expect([...a.events, ...b.events].filter((event) => event.kind === 'fault')).toEqual([]);
  });

test('a thousand stanzas keep their order', async () => {
  const a = await edge('capulet.example', { limits: { queuedStanzas: 1_000 } });
  const b = await edge('montague.example');
  for (let i = 0; i < 1_000; i += 1) a.own.send(im(JULIET, ROMEO, String(i)));
  await b.until((event) => event.kind === 'stanza' && bodyOf(event) === '999');
  expect(b.events.map(bodyOf)).toEqual(Array.from({ length: 1_000 }, (_, i) => String(i)));
});

test('a domain without a server', async () => {
  const a = await edge('capulet.example');
  a.own.send(im(JULIET, 'x@nowhere.example', 'hello'));
  expect(await a.until((event) => event.kind === 'fate')).toMatchObject({ reason: 'not-found' });
});

test('a port where nobody listens', async () => {
  const a = await edge('capulet.example');
  const deaf = await deafPort();
  ports.set('montague.example', { port: deaf.port, direct: false });
  a.own.send(im(JULIET, ROMEO, 'hello'));
  expect(await a.until((event) => event.kind === 'fate')).toMatchObject({ reason: 'unreachable' });
  deaf.close();
});

/** What a peer may do where TLS should begin. Each must end by itself. */
const halfway: readonly { id: string; act: (socket: Socket) => void; isSlow?: true }[] = [
  { id: 'does not speak TLS', act: (socket) => void socket.write('this is not TLS, not nearly') },
  { id: 'goes silent', act: () => undefined, isSlow: true },
  { id: 'goes silent in a record', act: (socket) => void socket.write(RECORD), isSlow: true },
  { id: 'half-closes', act: (socket) => void socket.end() },
  { id: 'half-closes in a record', act: (socket) => void socket.end(RECORD) },
  { id: 'resets', act: (socket) => void socket.resetAndDestroy() },
];
/** The first nine octets of a handshake record of 512. */
const RECORD = Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc);
/** A short bound where it is what ends the handshake, and else one that would let the test fail. */
const bounded = (isSlow: true | undefined): Partial<ListenOptions> => ({
  sockets: { handshakeTime: isSlow ? 50 : 600_000 },
});

/** Sockets that this process still has, ours and the peer's, once the loop has let go of what is closed. */
async function handlesLeft(): Promise<readonly string[]> {
  let left: readonly string[] = [];
  for (let turn = 0; turn < 100; turn += 1) {
    left = process.getActiveResourcesInfo().filter((name) => /TCP|TLS/.test(name));
    if (left.length === 0) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return left;
}

for (const { id, act, isSlow } of halfway) {
  test(`RFC 6120 §5.4.3.2 a server that ${id} after proceed`, async () => {
    const a = await edge('capulet.example', bounded(isSlow));
    const sockets: Socket[] = [];
    const rude = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(`${HEADER}<stream:features>${STARTTLS}</stream:features>`);
        socket.once('data', () => {
          socket.write(PROCEED);
          socket.once('data', () => act(socket));
        });
      });
    });
    ports.set('montague.example', { port: await portOf(rude), direct: false });
    a.own.send(im(JULIET, ROMEO, 'hello'));
    const fate = await a.until((event) => event.kind === 'fate');
    expect(fate).toMatchObject({ fate: 'failed', reason: 'unreachable' });
    await Promise.all(sockets.map(goneOf));
    await new Promise<void>((resolve) => void rude.close(() => resolve()));
    await a.own.close();
    expect(await handlesLeft()).toEqual([]);
  });

  for (const direct of [false, true])
    test(`RFC 6120 §5.4.3.2 a client that ${id} ${direct ? 'from the first byte' : 'after proceed'}`, async () => {
      const listen = [{ address: '127.0.0.1', port: 0, direct }];
      const a = await edge('capulet.example', { ...bounded(isSlow), listen });
      const socket = await dialled(ports.get('capulet.example')?.port ?? 0);
      if (!direct) {
        socket.write(HEADER + STARTTLS);
        await heard(socket, PROCEED);
      }
      act(socket);
      await goneOf(socket);
      await a.own.close();
      expect(await handlesLeft()).toEqual([]);
    });
}

test('garbage is answered with a stream error and the connection ends', async () => {
  await edge('capulet.example');
  const said = await talk(ports.get('capulet.example')?.port ?? 0, 'GET / HTTP/1.1\r\n\r\n');
  expect(said).toContain('<not-well-formed');
  expect(said).toContain('</stream:stream>');
});

test('closing ends half-open connections', async () => {
  const a = await edge('capulet.example');
  const sockets = await Promise.all(
    Array.from({ length: 20 }, () => dialled(ports.get('capulet.example')?.port ?? 0)),
  );
  const ended = sockets.map(goneOf);
  await a.own.close();
  await Promise.all(ended);
});

test('other credentials hold from the next handshake on', async () => {
  const a = await edge('capulet.example');
  const b = await edge('montague.example', { tls: { both: keys.a } });
  expect(() => b.own.replaceTls({ both: { key: keys.a.key, cert: keys.b.cert } })).toThrow();
  b.own.replaceTls({ both: keys.b });
  a.own.send({ ...im(JULIET, ROMEO, 'hello'), need: 'certificate' });
  expect(await a.until((event) => event.kind === 'fate')).toMatchObject({ fate: 'sent' });
});

test('RFC 6120 §13.9 rules and domains of a host that throw exclude, and nothing falls', async () => {
  const slip = (): never => {
    throw new Error('a slip of the host');
  };
  const a = await edge('capulet.example', { rules: slip });
  const b = await edge('montague.example', { judge: slip });
  a.own.send(im(JULIET, ROMEO, 'hello'));
  expect(await a.until((event) => event.kind === 'fate')).toMatchObject({ fate: 'failed' });
  b.own.send(im(ROMEO, JULIET, 'hello'));
  expect(await b.until((event) => event.kind === 'fate')).toMatchObject({ fate: 'failed' });
  const c = await edge('verona.example', { domains: slip, tls: { both: keys.a } });
  c.own.send(im('friar@verona.example', ROMEO, 'hello'));
  expect(await c.until((event) => event.kind === 'fate')).toMatchObject({ reason: 'policy' });
});

const mixed = { key: keys.a.key, cert: keys.b.cert };
const badPairs = [
  {
    id: 'the pair for the connections that are opened to us',
    tls: { server: mixed, client: keys.a },
  },
  { id: 'the pair', tls: { both: mixed } },
  { id: 'the pair for the connections we open', tls: { server: keys.a, client: mixed } },
];
for (const { id, tls } of badPairs)
  test(`a bad pair is refused at once: ${id}`, async () => {
    await expect(edge('capulet.example', { tls })).rejects.toThrow(/key/);
    const a = await edge('capulet.example');
    expect(() => a.own.replaceTls(tls)).toThrow(/key/);
  });

test('RFC 6120 §5.4.3.2 a bad pair that is chosen fails the handshake, not the process', async () => {
  const choose = () => ({ ...keys.a, name: 'bad', cert: 'no certificate' });
  const a = await edge('capulet.example', { tls: { both: keys.a, choose } });
  await edge('montague.example');
  a.own.send(im(JULIET, ROMEO, 'hello'));
  const fate = await a.until((event) => event.kind === 'fate');
  expect(fate).toMatchObject({ fate: 'failed', reason: 'unreachable' });
  const socket = await dialled(ports.get('capulet.example')?.port ?? 0);
  socket.write(HEADER + STARTTLS);
  await goneOf(socket);
});

test('RFC 6120 §5.4.3 TLS 1.2 is set up once: no certificate comes after the judge has spoken', async () => {
  await edge('capulet.example', { listen: [{ address: '127.0.0.1', port: 0, direct: true }] });
  const port = ports.get('capulet.example')?.port ?? 0;
  const own = { maxVersion: 'TLSv1.2', rejectUnauthorized: false, ...keys.b } as const;
  const socket = connectTls({ port, host: '127.0.0.1', ALPNProtocols: ['xmpp-server'], ...own });
  await new Promise<void>((resolve) => void socket.once('secureConnect', () => resolve()));
  const refusal = await new Promise<Error | null>((resolve) => {
    socket.on('error', resolve);
    socket.renegotiate({ rejectUnauthorized: false }, resolve);
  });
  expect(refusal?.message).toMatch(/renegotiation/i);
  socket.destroy();
});

test('digests', () => {
  expect(nodeDigest.sha1('')).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709');
  expect(nodeDigest.equal('abc', 'abc')).toBe(true);
  expect(nodeDigest.equal('abc', 'abd')).toBe(false);
  expect(nodeDigest.equal('abc', 'ab')).toBe(false);
});

async function talk(port: number, text: string): Promise<string> {
  const socket = await dialled(port);
  let said = '';
  socket.on('data', (bytes) => {
    said += bytes.toString();
  });
  socket.write(text);
  await goneOf(socket);
  return said;
}
