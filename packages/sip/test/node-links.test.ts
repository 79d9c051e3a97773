// Links that hold, over real sockets: order and reuse (RFC 5923), a target that is started again, large messages
// (RFC 3261 §18.1.1), IPv6 (RFC 5118), datagrams that come twice, and what is said when a bound is full.
import { once } from 'node:events';
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { SipEvent, Target, Transport } from '@interwork/sip';
import { listenSip, type ListenOptions, SipLocator } from '@interwork/sip/node';
import { A, B, edge, open, portOf, rawTcp, to, Watched } from './edges.ts';
import { draft, plain } from './one-endpoint.ts';
import { utf8 } from './message-text.ts';
import { address, srv, type Zone } from './locate-zone.ts';

const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;
const STREAMS = ['tcp', 'tls'] as const;

/** An edge that answers every request, and remembers them. */
async function answering(options: Partial<ListenOptions> = {}, status = 200) {
  const requests: Extract<SipEvent, { kind: 'request' }>[] = [];
  const b = new Watched(await edge(options), (event) => {
    if (event.kind !== 'request') return;
    requests.push(event);
    b.edge.send({ kind: 'respond', to: event.id, draft: { status } });
  });
  return { b, requests };
}

/** One with a UDP port only, at whose number nobody else has a TCP port: other tests run beside this one. */
async function answeringDatagrams(): ReturnType<typeof answering> {
  const one = await answering({ listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }] });
  const there = connect(portOf(one.b.edge, 'udp'), '127.0.0.1');
  const isRefused = await once(there, 'connect').then(
    () => false,
    () => true,
  );
  there.destroy();
  return isRefused ? one : answeringDatagrams();
}

const caller = async (options: Partial<ListenOptions> = {}) =>
  new Watched(await edge({ host: 'a.example', tls: { both: A }, ...options }));

const send = (a: Watched, targets: readonly Target[], text: string, context: unknown = text) =>
  a.edge.send({ kind: 'request', draft: draft({ body: utf8(text) }), targets, context });

const textOf = ({ request }: { request: { request: { body: Uint8Array } } }) =>
  new TextDecoder().decode(request.request.body);

describe('RFC 5923 §8.1: one connection for many requests', () => {
  for (const transport of TRANSPORTS) {
    it(`200 of one turn over ${transport} arrive once each, by one way${transport === 'udp' ? '' : ', in order'}`, async () => {
      const { b, requests } = await answering();
      const a = await caller();
      const texts = Array.from({ length: 200 }, (_, n) => `message ${n}`);
      for (const text of texts) send(a, [to(b.edge, transport)], text);
      const contexts: unknown[] = [];
      for (const _ of texts) contexts.push((await a.event('response')).context);
      expect(new Set(contexts)).toEqual(new Set(texts));
      const seen = requests.map(textOf);
      expect(transport === 'udp' ? seen.toSorted() : seen).toEqual(
        transport === 'udp' ? texts.toSorted() : texts,
      );
      expect(new Set(requests.map(({ flow }) => flow.id)).size).toBe(1);
      expect(a.edge.counts).toMatchObject({ requests: 0, heldBack: 0, waiting: 0, connecting: 0 });
    });
  }

  it('RFC 5923 §8.2: the other way over TLS the connection the peer opened and offered is used', async () => {
    const { b, requests } = await answering();
    const { b: a, requests: back } = await answering({ host: 'a.example', tls: { both: A } });
    send(a, [to(b.edge, 'tls')], 'there');
    await a.event('response');
    const [first] = requests;
    const via = first?.request.request.headers.text('Via');
    expect(via).toContain(`a.example:${portOf(a.edge, 'tls')}`);
    expect(via).toContain(';alias');
    send(b, [to(a.edge, 'tls', ['a.example'])], 'and back');
    await b.event('response');
    expect(back.map(textOf)).toEqual(['and back']);
    expect([a.edge.counts.connections, b.edge.counts.connections]).toEqual([1, 1]);
    send(b, [to(a.edge, 'tls', ['c.example'])], 'to somebody else');
    expect((await b.event('failed')).reason).toBe('certificate');
  });

  it('over TCP, where nothing is proved, an own connection is opened', async () => {
    const { b } = await answering();
    const { b: a, requests: back } = await answering({ host: 'a.example', tls: { both: A } });
    send(a, [to(b.edge, 'tcp')], 'there');
    await a.event('response');
    send(b, [to(a.edge, 'tcp')], 'and back');
    await b.event('response');
    expect(back.length).toBe(1);
    expect(b.edge.counts.connections).toBe(2);
  });
});

describe('RFC 3263 §4.3: a target that is not there', () => {
  const restarted = async (transport: Transport, was: Watched) => {
    const port = portOf(was.edge, transport);
    const told = was.event('closed');
    await was.edge.close();
    await told;
    return () => answering({ listen: [{ transport, address: '127.0.0.1', port }] });
  };

  for (const transport of TRANSPORTS) {
    it(`${transport}: stopped and started again, it gets what comes after`, async () => {
      const { b } = await answering();
      const a = await caller();
      const target = to(b.edge, transport);
      send(a, [target], 'before');
      expect((await a.event('response')).context).toBe('before');
      const start = await restarted(transport, b);
      if (transport !== 'udp') {
        send(a, [target], 'meanwhile');
        expect(await a.event('failed')).toMatchObject({
          context: 'meanwhile',
          reason: 'transport',
        });
      }
      const { requests } = await start();
      send(a, [target], 'after');
      expect((await a.event('response')).context).toBe('after');
      expect(requests.map(textOf)).toEqual(['after']);
    });
  }

  for (const transport of STREAMS) {
    it(`${transport}: while it is away the next one gets it, once`, async () => {
      const { b } = await answering();
      const { b: c, requests } = await answering();
      const a = await caller();
      const targets = [to(b.edge, transport), to(c.edge, transport)];
      await restarted(transport, b);
      send(a, targets, 'to whoever is there');
      expect((await a.event('response')).context).toBe('to whoever is there');
      expect(requests.length).toBe(1);
    });
  }

  it('503 leads to the next, over every transport', async () => {
    const { b, requests: refused } = await answering({}, 503);
    const { b: c, requests } = await answering();
    const a = await caller();
    for (const transport of TRANSPORTS) {
      send(a, [to(b.edge, transport), to(c.edge, transport)], transport);
      expect((await a.event('response')).response.status).toBe(200);
    }
    expect(refused.map(textOf)).toEqual([...TRANSPORTS]);
    expect(requests.map(textOf)).toEqual([...TRANSPORTS]);
  });
});

describe('large messages', () => {
  for (const transport of STREAMS) {
    for (const size of [10_000, 60_000]) {
      it(`${size} octets over ${transport}, both ways, ten at once`, async () => {
        const { b, requests } = await answering();
        const { b: a, requests: back } = await answering({ host: 'a.example', tls: { both: A } });
        const text = 'ö€'.repeat(size / 5);
        for (let n = 0; n < 10; n += 1) {
          send(a, [to(b.edge, transport)], text, n);
          send(b, [to(a.edge, transport, ['a.example'])], text, n);
        }
        for (const one of [a, b]) {
          for (let n = 0; n < 10; n += 1) expect((await one.event('response')).context).toBe(n);
        }
        expect(new Set([...requests, ...back].map(textOf))).toEqual(new Set([text]));
        expect(requests.length + back.length).toBe(20);
      });
    }
  }

  it('RFC 3261 §18.1.1: to a target for datagrams it goes over TCP, and a short one does not', async () => {
    const listen = async () => {
      const first = await edge({ listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }] });
      const port = portOf(first, 'udp');
      await first.close();
      return TRANSPORTS.slice(0, 2).map((transport) => ({ transport, address: '127.0.0.1', port }));
    };
    const { b, requests } = await answering({ listen: await listen() });
    const a = await caller();
    send(a, [to(b.edge, 'udp')], 'x'.repeat(10_000), 'long');
    expect((await a.event('response')).context).toBe('long');
    send(a, [to(b.edge, 'udp')], 'short');
    expect((await a.event('response')).context).toBe('short');
    expect(requests.map(({ flow }) => flow.transport)).toEqual(['tcp', 'udp']);
  });

  it('RFC 3261 §18.1.1: where there is no TCP it goes as a datagram', async () => {
    const { b, requests } = await answeringDatagrams();
    const a = await caller();
    send(a, [to(b.edge, 'udp')], 'x'.repeat(10_000), 'long');
    expect((await a.event('response')).context).toBe('long');
    expect(requests.map(({ flow }) => flow.transport)).toEqual(['udp']);
  });
});

describe('IPv6, RFC 5118', () => {
  const listen = TRANSPORTS.map((transport) => ({ transport, address: '::1', port: 0 }));
  const six = (one: Watched, transport: Transport, references = ['b.example']): Target => ({
    transport,
    address: '::1',
    port: portOf(one.edge, transport),
    references,
  });

  for (const transport of TRANSPORTS) {
    it(`a message crosses over ${transport} between hosts that are addresses`, async () => {
      const { b, requests } = await answering({ listen, host: '[::1]' });
      const a = await caller({ listen, host: '[::1]' });
      send(a, [six(b, transport)], 'hi');
      const { response } = await a.event('response');
      const { flow, request } = requests[0] ?? (await b.event('request'));
      expect([flow.transport, flow.remote.address, flow.local.address]).toEqual([
        transport,
        '::1',
        '::1',
      ]);
      const port = portOf(a.edge, transport);
      expect(request.request.headers.text('Via')).toContain(` [::1]:${port};`);
      const stamped = response.headers.text('Via');
      if (transport === 'udp') expect(stamped).toContain(`;received=::1;rport=${port}`);
      else expect(stamped).not.toContain('received');
    });
  }

  it('a domain whose server has an IPv6 address only', async () => {
    const { b, requests } = await answering({ listen });
    const zone: Zone = {
      'srv _sips._tcp.b.example': srv([1, 0, portOf(b.edge, 'tls'), 'sip.b.example']),
      'address sip.b.example': address('::1'),
    };
    const ask = ({ kind, name }: { kind: string; name: string }) =>
      Promise.resolve(zone[`${kind} ${name}`] ?? ({ kind: 'not-found' } as const));
    const locator = new SipLocator({ ask, allowPrivate: true });
    const a = await caller();
    send(a, await locator.targetsOf('b.example'), 'hi');
    expect((await a.event('response')).response.status).toBe(200);
    expect(requests[0]?.flow.proved).toEqual(['a.example']);
  });

  it('a socket for every address takes and reaches IPv4 as well', async () => {
    const every = TRANSPORTS.map((transport) => ({ transport, address: '::', port: 0 }));
    const { b, requests } = await answering({ listen: every });
    const { b: a } = await answering({ listen: every, host: 'a.example', tls: { both: A } });
    for (const transport of TRANSPORTS) {
      send(a, [to(b.edge, transport)], transport);
      await a.event('response');
      send(a, [six(b, transport)], transport);
      await a.event('response');
    }
    expect(requests.map(({ flow }) => flow.remote.address)).toEqual([
      '127.0.0.1',
      '::1',
      '127.0.0.1',
      '::1',
      '127.0.0.1',
      '::1',
    ]);
  });
});

/** A UDP socket on loopback. */
async function datagrams(): Promise<Datagrams> {
  const socket = createSocket('udp4');
  open.push({ close: () => socket.close() });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

describe('datagrams', () => {
  it('RFC 3261 §17.2.2: copies are absorbed: one request, and the same answer to each', async () => {
    const b = new Watched(await edge());
    const socket = await datagrams();
    const bytes = plain(['Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKcopy;rport']);
    const answers: string[] = [];
    socket.on('message', (answer) => answers.push(String(answer)));
    for (let n = 0; n < 3; n += 1) socket.send(bytes, portOf(b.edge, 'udp'), '127.0.0.1');
    const { id, flow } = await b.event('request');
    expect(flow.remote).toEqual({ address: '127.0.0.1', port: socket.address().port });
    b.edge.send({ kind: 'respond', to: id, draft: { status: 202 } });
    await once(socket, 'message');
    socket.send(bytes, portOf(b.edge, 'udp'), '127.0.0.1');
    await once(socket, 'message');
    expect(new Set(answers).size).toBe(1);
    expect(b.events).toEqual([]);
    expect(b.edge.counts).toMatchObject({ server: 1, unanswered: 0 });
    const { port } = socket.address();
    expect(answers[0]).toContain(`;received=127.0.0.1;rport=${port}`);
  });

  it('RFC 3261 §17.1.4: one that the system does not send leads to the next target', async () => {
    const { b, requests } = await answering();
    const a = await caller();
    const nowhere: Target = { ...to(b.edge, 'udp'), address: '255.255.255.255' };
    send(a, [nowhere, to(b.edge, 'udp')], 'hi');
    expect((await a.event('response')).context).toBe('hi');
    expect(requests.length).toBe(1);
  });
});

describe('RFC 3261 §21.5.4: a bound that is full is told with 503 and Retry-After', () => {
  const bounds: readonly (readonly [
    name: string,
    limits: ListenOptions['limits'],
    free: number,
  ])[] = [
    ['server transactions', { serverTransactions: 1 }, 1],
    ['requests of one address', { requestsPerRemote: 1 }, 1],
  ];
  for (const [name, limits = {}, free] of bounds) {
    for (const transport of TRANSPORTS) {
      it(`${name}, over ${transport}`, async () => {
        const b = new Watched(await edge({ limits: { ...limits, retryAfter: 7 } }));
        const a = await caller();
        for (let n = 0; n <= free; n += 1) send(a, [to(b.edge, transport)], `${n}`);
        const { response, context } = await a.event('response');
        expect([response.status, response.headers.retryAfter, context]).toEqual([
          503,
          7,
          `${free}`,
        ]);
        expect((await b.event('fault')).fault.code).toBe('overload');
        const { id } = await b.event('request');
        b.edge.send({ kind: 'respond', to: id, draft: { status: 200 } });
        expect((await a.event('response')).context).toBe('0');
      });
    }
  }

  for (const transport of TRANSPORTS) {
    it(`octets kept for retransmissions, over ${transport}`, async () => {
      const { b } = await answering({ limits: { keptBytes: 1 } });
      const a = await caller();
      send(a, [to(b.edge, 'udp')], 'kept');
      await a.event('response');
      expect(b.edge.counts.keptBytes).toBeGreaterThan(0);
      send(a, [to(b.edge, transport)], 'too much');
      expect((await a.event('response')).response.status).toBe(503);
    });
  }

  it('connections of one address that are turned away are told, with where they came from', async () => {
    const b = new Watched(await edge({ limits: { connectionsPerRemote: 1 } }));
    const socket = await rawTcp(portOf(b.edge, 'tcp'));
    for (const transport of STREAMS) {
      const other = await rawTcp(portOf(b.edge, transport));
      const { fault, flow } = await b.event('fault');
      expect([fault.code, fault.at]).toEqual(['overload', 'connectionsPerRemote']);
      expect(flow?.remote.port).toBe(other.localPort);
    }
    socket.destroy();
  });

  it('so are those beyond all connections, and handshakes beyond theirs', async () => {
    const full = new Watched(await edge({ limits: { connections: 1 } }));
    await rawTcp(portOf(full.edge, 'tcp'));
    await rawTcp(portOf(full.edge, 'tcp'));
    expect((await full.event('fault')).fault.at).toBe('connections');
    const b = new Watched(await edge({ sockets: { handshakes: 1 } }));
    await rawTcp(portOf(b.edge, 'tls'));
    await rawTcp(portOf(b.edge, 'tls'));
    expect((await b.event('fault')).fault.at).toBe('handshakes');
  });
});

describe('RFC 3261 §18.2.2 over sockets', () => {
  it('the answer to a request whose connection broke comes by a new one', async () => {
    const b = new Watched(await edge());
    const { b: peer } = await answering({ host: 'a.example', tls: { both: A } });
    const port = portOf(peer.edge, 'tcp');
    const socket = await rawTcp(portOf(b.edge, 'tcp'));
    socket.write(plain([`Via: SIP/2.0/TCP a.example:${port};branch=z9hG4bKx`]));
    const { id } = await b.event('request');
    socket.resetAndDestroy();
    const gone = await rawTcp(portOf(b.edge, 'tcp'));
    gone.write('\r\n\r\n');
    await once(gone, 'data');
    b.edge.send({ kind: 'respond', to: id, draft: { status: 202 } });
    const { fault, flow } = await peer.event('fault');
    expect([fault.code, flow?.transport]).toEqual(['stray-response', 'tcp']);
  });
});

describe('replaceTls', () => {
  it('leaves what is open: the same connection carries the next request', async () => {
    const { b, requests } = await answering();
    const a = await caller();
    send(a, [to(b.edge, 'tls')], 'before');
    await a.event('response');
    b.edge.replaceTls({ both: A });
    a.edge.replaceTls({ both: B });
    send(a, [to(b.edge, 'tls')], 'after');
    expect((await a.event('response')).context).toBe('after');
    expect(new Set(requests.map(({ flow }) => flow.id)).size).toBe(1);
    expect(requests[1]?.flow.proved).toEqual(['a.example']);
  });
});

describe('an edge without TLS', () => {
  it('needs neither credentials nor judge', async () => {
    const listen = [{ transport: 'tcp', address: '127.0.0.1', port: 0 }] as const;
    const bare = await listenSip({ host: 'a.example', listen });
    open.push(bare);
    expect(bare.counts).toMatchObject({ sockets: 0, connections: 0, writing: 0 });
  });
});
