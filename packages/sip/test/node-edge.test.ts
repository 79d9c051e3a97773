import { once } from 'node:events';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import type { Judge, Target } from '@interwork/sip';
import { type ListenOptions, listenSip } from '@interwork/sip/node';
import { playOn, SipScript } from '@interwork/sip/testing';
import {
  A,
  B,
  closed,
  edge,
  judge,
  open,
  OTHER,
  portOf,
  rawTcp,
  rawTls,
  to,
  Watched,
} from './edges.ts';
import { deafPort } from '../../../test-kit/deaf-port.ts';
import { draft, plain } from './one-endpoint.ts';
import { issued, nameIn } from './self-signed.ts';

/** As a TLS client begins; taken off the wire, since no two libraries write the same. */
const CLIENT_HELLO = await clientHello();

async function clientHello(): Promise<Buffer> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connectTls({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return hello;
}

describe('a MESSAGE over loopback', () => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    it(`crosses over ${transport}, both ways on what stands`, async () => {
      const b = await edge();
      const script = new SipScript('b.example');
      script.addUser('bob');
      playOn(b, script, () => 0);
      const a = new Watched(await edge({ host: 'a.example', tls: { both: A } }));
      for (const context of [1, 2]) {
        a.edge.send({ kind: 'request', draft: draft(), targets: [to(b, transport)], context });
        const { response, context: back } = await a.event('response');
        expect([response.status, back]).toEqual([200, context]);
      }
      expect(script.texts('bob')).toEqual(['hi', 'hi']);
      const flow = script.inbox('bob')[0]?.flow;
      expect([flow?.transport, flow?.remote.address]).toEqual([transport, '127.0.0.1']);
      expect(flow?.proved).toEqual(transport === 'tls' ? ['a.example'] : []);
      expect(script.inbox('bob')[1]?.flow.id).toBe(flow?.id);
    });
  }

  it('a burst of one turn crosses whole', async () => {
    const b = await edge();
    const script = new SipScript('b.example');
    script.addUser('bob');
    playOn(b, script, () => 0);
    const a = new Watched(await edge({ host: 'a.example', tls: { both: A } }));
    const body = new Uint8Array(4_000).fill(97);
    for (let context = 0; context < 300; context += 1) {
      const targets = [to(b, 'tls')];
      a.edge.send({ kind: 'request', draft: draft({ body }), targets, context });
    }
    for (let n = 0; n < 300; n += 1) {
      expect((await a.event('response')).response.status).toBe(200);
    }
    expect(script.texts('bob').length).toBe(300);
  });

  it('a script sends, too; an endpoint that was told to close closes the edge later', async () => {
    const b = new Watched(await edge());
    const script = new SipScript('a.example');
    const run = playOn(await edge({ host: 'a.example', tls: { both: A } }), script, () => 0);
    const sent = script.send({ from: 'ann@a.example', to: 'bob@b.example', text: 'hello' }, [
      to(b.edge, 'tcp'),
    ]);
    run();
    const { id } = await b.event('request');
    expect([sent.response, sent.failed]).toEqual([undefined, undefined]);
    b.edge.send({ kind: 'respond', to: id, draft: { status: 202 } });
    b.edge.send({ kind: 'close' });
    await b.event('closed');
  });
});

describe('RFC 5922 §7: who a TLS peer is', () => {
  it('a client without a certificate is closed and told', async () => {
    const b = new Watched(await edge());
    const socket = await rawTls(portOf(b.edge, 'tls'), undefined);
    await closed(socket);
    const { judgement, remote } = await b.event('refused-peer');
    expect([judgement.faults[0]?.code, remote.address]).toEqual(['no-certificate', '127.0.0.1']);
  });

  it('a client whose certificate the judge refuses is closed and told', async () => {
    const b = new Watched(await edge());
    await closed(await rawTls(portOf(b.edge, 'tls'), OTHER));
    expect((await b.event('refused-peer')).judgement.certificate).toBe('other.example');
  });

  it('the judge sees the whole chain, leaf first, once', async () => {
    const seen: string[][] = [];
    const watching: Judge = (presented, role, reference) => {
      seen.push(presented.map(nameIn));
      return judge(presented.slice(0, 1), role, reference);
    };
    const b = new Watched(
      await edge({ judge: watching, tls: { both: issued('b.example', 'authority') } }),
    );
    const tls = issued('a.example', 'authority');
    const a = new Watched(
      await edge({ host: 'a.example', judge: watching, tls: { server: B, client: tls } }),
    );
    const targets = [to(b.edge, 'tls')];
    a.edge.send({ kind: 'request', draft: draft(), targets, context: 1 });
    const { flow } = await b.event('request');
    expect(flow.proved).toEqual(['a.example']);
    expect(seen.toSorted((x, y) => String(x).localeCompare(String(y)))).toEqual([
      ['a.example', 'authority'],
      ['b.example', 'authority'],
    ]);
  });

  it('a judge that throws has refused', async () => {
    const b = new Watched(
      await edge({
        judge: () => {
          throw new Error('no');
        },
      }),
    );
    await closed(await rawTls(portOf(b.edge, 'tls'), A));
    expect((await b.event('refused-peer')).judgement.faults[0]?.code).toBe('judge-failed');
  });

  it('a server must be one of the names; the first is the SNI', async () => {
    const b = new Watched(await edge());
    const a = new Watched(await edge({ host: 'a.example', tls: { both: A } }));
    const send = (references: string[]) =>
      a.edge.send({
        kind: 'request',
        draft: draft(),
        targets: [to(b.edge, 'tls', references)],
        context: 1,
      });
    send(['c.example']);
    const failed = await a.event('failed');
    expect([failed.reason, failed.judgement?.certificate]).toEqual(['certificate', 'b.example']);
    send([]);
    expect((await a.event('failed')).reason).toBe('certificate');
    send(['c.example', 'b.example']);
    const { id } = await b.event('request');
    b.edge.send({ kind: 'respond', to: id, draft: { status: 200 } });
    expect((await a.event('response')).response.status).toBe(200);
  });

  it('§7.8 asks for the first of the names that is no address', async () => {
    const asked: string[] = [];
    const server = createTlsServer({
      ...B,
      SNICallback: (name, done) => {
        asked.push(name);
        done(null);
      },
    });
    open.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const a = new Watched(await edge({ host: 'a.example', tls: { both: A } }));
    for (const references of [['c.example', 'd.example'], ['127.0.0.1', 'd.example'], []]) {
      const target: Target = { transport: 'tls', address: '127.0.0.1', port, references };
      a.edge.send({ kind: 'request', draft: draft(), targets: [target], context: 1 });
      expect((await a.event('failed')).reason).toBe('certificate');
    }
    expect(asked).toEqual(['c.example', 'd.example']);
  });

  it('replaceTls shows the new certificate on new connections, and refuses a bad pair', async () => {
    const b = new Watched(await edge());
    const before = await rawTls(portOf(b.edge, 'tls'), A);
    expect(nameIn(before.getPeerCertificate().raw)).toBe('b.example');
    expect(() => b.edge.replaceTls({ both: { key: A.key, cert: 'junk' } })).toThrow();
    b.edge.replaceTls({ both: OTHER });
    const after = await rawTls(portOf(b.edge, 'tls'), A);
    expect(nameIn(after.getPeerCertificate().raw)).toBe('other.example');
    before.write('\r\n\r\n');
    expect(String((await once(before, 'data'))[0])).toBe('\r\n');
  });

  it('no TLS before 1.2, and no session that could be resumed', async () => {
    const b = new Watched(await edge());
    const old = connectTls({
      port: portOf(b.edge, 'tls'),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
    });
    await once(old, 'error');
    const socket = await rawTls(portOf(b.edge, 'tls'), A);
    const again = connectTls({
      port: portOf(b.edge, 'tls'),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ...A,
      session: socket.getSession(),
    });
    open.push({ close: () => again.destroy() });
    await once(again, 'secureConnect');
    expect(again.isSessionReused()).toBe(false);
  });
});

describe('connections that do not behave', () => {
  it('garbage on TCP is told and the connection closed', async () => {
    const b = new Watched(await edge());
    const socket = await rawTcp(portOf(b.edge, 'tcp'));
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await closed(socket);
    expect((await b.event('fault')).flow?.transport).toBe('tcp');
  });

  it('garbage instead of a TLS handshake is closed', async () => {
    const b = new Watched(await edge());
    const socket = await rawTcp(portOf(b.edge, 'tls'));
    socket.write('OPTIONS sip:x SIP/2.0\r\n\r\n');
    await closed(socket);
    expect(b.events).toEqual([]);
  });

  it('a handshake that does not come, and one message that stays half, are given up', async () => {
    const b = new Watched(
      await edge({ sockets: { handshakeTime: 50 }, limits: { messageTime: 50 } }),
    );
    await closed(await rawTcp(portOf(b.edge, 'tls')));
    const half = await rawTcp(portOf(b.edge, 'tcp'));
    half.write('MESSAGE sip:');
    await closed(half);
    expect((await b.event('fault')).fault.code).toBe('message-unfinished');
  });

  const PACE = { sockets: { handshakeTime: 300 } };

  it('half-closed in mid-handshake it ends, and nothing is left', async () => {
    const b = new Watched(await edge(PACE));
    for (const hello of [Buffer.alloc(0), CLIENT_HELLO.subarray(0, 20), CLIENT_HELLO]) {
      const socket = connectTcp({
        port: portOf(b.edge, 'tls'),
        host: '127.0.0.1',
        allowHalfOpen: true,
      });
      open.push({ close: () => socket.destroy() });
      await once(socket, 'connect');
      socket.end(hello);
      const ended = once(socket.resume(), 'end');
      await ended;
    }
    await b.edge.close();
    expect(b.events).toEqual([{ kind: 'closed' }]);
  });

  it('a handshake octet by octet does not last longer than one that does not come', async () => {
    const b = new Watched(await edge(PACE));
    const socket = await rawTcp(portOf(b.edge, 'tls'));
    let at = 0;
    const drip = setInterval(() => socket.write(CLIENT_HELLO.subarray(at, (at += 1))), 50);
    open.push({ close: () => clearInterval(drip) });
    await closed(socket);
    expect(at).toBeLessThan(CLIENT_HELLO.length);
  });

  it('one address holds no more sockets than it may, half-open ones too, and others get in', async () => {
    const limits = { connections: 50, connectionsPerRemote: 3 };
    const b = new Watched(await edge({ limits }));
    const [tcp, tls] = [portOf(b.edge, 'tcp'), portOf(b.edge, 'tls')];
    const held = [await rawTcp(tls), await rawTcp(tls), await rawTcp(tcp)];
    for (const port of [tls, tcp, tls]) await closed(await rawTcp(port));
    expect(held.map((socket) => socket.closed)).toEqual([false, false, false]);
    const other = connectTls({
      socket: connectTcp({ port: tls, host: '127.0.0.1', localAddress: '127.0.0.2' }),
      rejectUnauthorized: false,
      ...A,
    });
    open.push({ close: () => other.destroy() });
    other.write('\r\n\r\n');
    expect(String((await once(other, 'data'))[0])).toBe('\r\n');
  });

  it('a connection that has closed is counted no more', async () => {
    const b = new Watched(await edge({ limits: { connectionsPerRemote: 2 } }));
    for (const transport of ['tcp', 'tls', 'tcp', 'tls', 'tls', 'tls'] as const) {
      const port = portOf(b.edge, transport);
      const socket = transport === 'tcp' ? await rawTcp(port) : await rawTls(port, A);
      socket.write('\r\n\r\n');
      await once(socket, 'data');
      socket.end();
      await closed(socket);
    }
  });

  it('handshakes that are not done leave room for those that are', async () => {
    const b = new Watched(await edge({ sockets: { handshakes: 1, handshakeTime: 300 } }));
    const port = portOf(b.edge, 'tls');
    for (const _ of [1, 2]) {
      const done = await rawTls(port, A);
      done.write('\r\n\r\n');
      await once(done, 'data');
    }
    const shaking = await rawTcp(port);
    await closed(await rawTcp(port));
    expect(shaking.closed).toBe(false);
    await closed(shaking);
    const after = await rawTls(port, A);
    after.write('\r\n\r\n');
    await once(after, 'data');
  });

  it('not more than half of the connections are handshakes', async () => {
    const b = new Watched(await edge({ limits: { connections: 4 } }));
    const port = portOf(b.edge, 'tls');
    const held = [await rawTcp(port), await rawTcp(port)];
    await closed(await rawTcp(port));
    expect(held.map((socket) => socket.closed)).toEqual([false, false]);
  });

  it('a peer that half-closes is closed', async () => {
    const b = new Watched(await edge());
    const socket = await rawTcp(portOf(b.edge, 'tcp'));
    socket.write(plain(['Via: SIP/2.0/TCP a.example;branch=z9hG4bKx']));
    await b.event('request');
    socket.end();
    await closed(socket);
  });

  it('a peer that does not read is cut at the bound', async () => {
    const b = new Watched(await edge({ sockets: { writeBuffer: 4096 } }));
    const socket = await rawTcp(portOf(b.edge, 'tcp'));
    socket.pause();
    const ping = Buffer.alloc(1_000_000, '\r\n\r\n');
    socket.on('error', () => undefined);
    const pump = () => {
      while (!socket.destroyed && socket.write(ping));
    };
    socket.on('drain', pump);
    pump();
    await new Promise((resolve) => socket.once('close', resolve));
  });

  it('UDP garbage, and a datagram from nowhere that can be answered, do no harm', async () => {
    const b = new Watched(await edge());
    const socket = createSocket('udp4');
    open.push({ close: () => socket.close() });
    const port = portOf(b.edge, 'udp');
    socket.send('junk', port, '127.0.0.1');
    expect((await b.event('fault')).flow?.transport).toBe('udp');
    socket.send(plain(['Via: SIP/2.0/UDP a.example:1;branch=z9hG4bKq']), port, '127.0.0.1');
    const { id } = await b.event('request');
    b.edge.send({ kind: 'respond', to: id, draft: { status: 200 } });
    socket.send(
      plain(['Via: SIP/2.0/UDP a.example;branch=z9hG4bKr;rport', 'CSeq: 2 MESSAGE']),
      port,
      '127.0.0.1',
    );
    b.edge.send({ kind: 'respond', to: (await b.event('request')).id, draft: { status: 200 } });
    expect(String((await once(socket, 'message'))[0])).toMatch(/^SIP\/2.0 200 OK\r\n/);
  });
});

describe('connects that fail', () => {
  const ask = async (target: Partial<Target>, options: Partial<ListenOptions> = {}) => {
    const a = new Watched(await edge({ host: 'a.example', tls: { both: A }, ...options }));
    const targets: Target[] = [
      { transport: 'tcp', address: '127.0.0.1', port: 1, references: ['b.example'], ...target },
    ];
    a.edge.send({ kind: 'request', draft: draft(), targets, context: 1 });
    return a.event('failed');
  };

  /** A server that takes connections and says nothing. */
  const silent = async () => {
    const server = createServer();
    const sockets: Socket[] = [];
    server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push({
      close: () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    });
    return { port: (server.address() as AddressInfo).port };
  };

  it('refused', async () => {
    const deaf = await deafPort();
    open.push(deaf);
    const { port } = deaf;
    for (const transport of ['tcp', 'tls'] as const) {
      expect(await ask({ port, transport })).toMatchObject({
        reason: 'transport',
        text: expect.stringContaining('ECONNREFUSED'),
      });
    }
  });

  it('a TLS handshake that does not come', async () => {
    const { port } = await silent();
    const failed = await ask({ port, transport: 'tls' }, { connectTimeout: 50 });
    expect(failed).toMatchObject({ reason: 'transport', text: expect.stringContaining('50 ms') });
  });

  it('a port and a name that cannot be', async () => {
    expect((await ask({ port: 70_000 })).reason).toBe('transport');
    expect((await ask({ port: 70_000, transport: 'tls' })).reason).toBe('transport');
  });

  it('no socket, no credentials', async () => {
    const listen = [{ transport: 'tcp', address: '127.0.0.1', port: 0 }] as const;
    expect((await ask({ transport: 'udp' }, { listen })).reason).toBe('transport');
    const bare = new Watched(await listenSip({ host: 'a.example', listen }));
    open.push(bare.edge);
    bare.edge.send({
      kind: 'request',
      draft: draft(),
      targets: [{ transport: 'tls', address: '127.0.0.1', port: 1, references: ['b.example'] }],
      context: 1,
    });
    expect((await bare.event('failed')).reason).toBe('transport');
    const udp6 = { transport: 'udp', address: '::1', port: 5060, references: [] } as const;
    const a = new Watched(await edge());
    a.edge.send({ kind: 'request', draft: draft(), targets: [udp6], context: 1 });
    expect((await a.event('failed')).reason).toBe('transport');
  });
});

describe('listening and closing', () => {
  it('what cannot be listened at rejects, and leaves nothing open', async () => {
    const b = await edge();
    const listen = [
      { transport: 'tcp', address: '127.0.0.1', port: 0 },
      { transport: 'tcp', address: '127.0.0.1', port: portOf(b, 'tcp') },
    ] as const;
    await expect(listenSip({ host: 'x', listen })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const tls = [{ transport: 'tls', port: 0 }] as const;
    await expect(listenSip({ host: 'x', listen: tls })).rejects.toMatchObject({
      code: 'tls-options',
    });
  });

  const MISTAKES: readonly (readonly [id: string, options: unknown, code: string])[] = [
    ['no host', { host: undefined }, 'host'],
    ['an empty host', { host: '' }, 'host'],
    ['a host that ends its line', { host: 'a b\r\nX: y' }, 'host'],
    ['a host with a NUL', { host: 'a\0.example' }, 'host'],
    ['an IPv6 host without brackets', { host: '::1' }, 'host'],
    ['a host with a port', { host: 'a.example:5060' }, 'host'],
    ['a host that is a number', { host: 5 }, 'host'],
    ['a port beyond 65535', { listen: [{ transport: 'udp', port: 70_000 }] }, 'port'],
    ['a port below 0', { listen: [{ transport: 'tcp', port: -1 }] }, 'port'],
    ['no port', { listen: [{ transport: 'tcp' }] }, 'port'],
    ['a transport we have not', { listen: [{ transport: 'sctp', port: 0 }] }, 'transport'],
    ['no list of places', { listen: undefined }, 'listen'],
    ['a token that cannot be drawn', { drawToken: 'token' }, 'draw-token'],
    ['a refusal that cannot be asked', { decline: { status: 603 } }, 'decline'],
    ['a clock that cannot be asked', { clock: 5 }, 'clock'],
    ['a judge that cannot be asked', { judge: true }, 'judge'],
    ['methods in one text', { methods: 'MESSAGE' }, 'methods'],
    ['a keep-alive that is never', { keepAlive: Number.NaN }, 'limit'],
    ['a bound that is none', { limits: { drainTime: '5' } }, 'limit'],
    ['a message bound that is none', { limits: { fields: -1 } }, 'limit'],
    ['a socket bound that is none', { sockets: { writeBuffer: Number.NaN } }, 'limit'],
    ['a time to connect that is none', { connectTimeout: 0 }, 'limit'],
    ['a timer that is none', { timers: { T1: -5 } }, 'limit'],
  ];
  for (const [id, mistake, code] of MISTAKES) {
    it(`${id} is misuse at once`, async () => {
      const listen = [{ transport: 'udp', address: '127.0.0.1', port: 0 }] as const;
      const options = { host: 'b.example', listen, ...(mistake as object) };
      await expect(listenSip(options)).rejects.toMatchObject({ name: 'MisuseError', code });
    });
  }

  it('an answer that cannot be written is told to the host at once, who may answer again', async () => {
    const one = await edge();
    const thrown: unknown[] = [];
    one.start((event) => {
      if (event.kind !== 'request') return;
      const headers = [{ name: 'bad name', value: 'x' }];
      try {
        one.send({ kind: 'respond', to: event.id, draft: { status: 202, headers } });
      } catch (error) {
        thrown.push(error);
        one.send({ kind: 'respond', to: event.id, draft: { status: 500 } });
      }
    });
    const socket = await rawTcp(portOf(one, 'tcp'));
    socket.write(plain(['Via: SIP/2.0/TCP a.example;branch=z9hG4bKx']));
    expect(String((await once(socket, 'data'))[0])).toMatch(/^SIP\/2.0 500 /);
    expect(thrown).toMatchObject([{ name: 'MisuseError', code: 'header-name' }]);
  });

  it('options that are undefined are left out', async () => {
    const left = { drawToken: undefined, decline: undefined, clock: undefined, methods: undefined };
    const b = new Watched(await edge(left as object));
    const socket = await rawTcp(portOf(b.edge, 'tcp'));
    socket.write(plain(['Via: SIP/2.0/TCP a.example;branch=z9hG4bKx']));
    await b.event('request');
  });

  it('misuse: started twice, sent before the start', async () => {
    const b = await edge();
    expect(() => b.send({ kind: 'tick' })).toThrow(
      expect.objectContaining({ code: 'not-started' }),
    );
    b.start(() => undefined);
    expect(() => b.start(() => undefined)).toThrow(expect.objectContaining({ code: 'started' }));
  });

  it('what came before the start is there after it', async () => {
    const b = await edge();
    const socket = await rawTcp(portOf(b, 'tcp'));
    socket.write(plain(['Via: SIP/2.0/TCP a.example;branch=z9hG4bKx']));
    const secure = await rawTls(portOf(b, 'tls'), A);
    secure.write('\r\n\r\n');
    const watched = new Watched(b);
    await watched.event('request');
    expect(String((await once(secure, 'data'))[0])).toBe('\r\n');
  });

  it('one edge names its flows whatever another one does', async () => {
    for (const _ of ['one', 'other']) {
      const b = new Watched(await edge());
      const socket = await rawTcp(portOf(b.edge, 'tcp'));
      socket.write(plain(['Via: SIP/2.0/TCP a.example;branch=z9hG4bKx']));
      expect((await b.event('request')).flow.id).toBe('tcp-1');
    }
  });

  it('close lets what is open end, and leaves no connection', async () => {
    const b = new Watched(await edge({ limits: { drainTime: 60_000 } }));
    const tcp = await rawTcp(portOf(b.edge, 'tcp'));
    const tls = await rawTls(portOf(b.edge, 'tls'), A);
    const shaking = await rawTcp(portOf(b.edge, 'tls'));
    tcp.write(plain(['Via: SIP/2.0/TCP a.example;branch=z9hG4bKx']));
    const { id } = await b.event('request');
    const done = b.edge.close();
    b.edge.send({ kind: 'respond', to: id, draft: { status: 200 } });
    const [data] = await once(tcp, 'data');
    expect(String(data)).toMatch(/^SIP\/2.0 200 OK/);
    await Promise.all([done, b.edge.close(), closed(tcp), closed(tls), closed(shaking)]);
    expect(b.events.at(-1)).toEqual({ kind: 'closed' });
    const refused = connectTcp({ port: portOf(b.edge, 'tcp'), host: '127.0.0.1' });
    const [error] = await once(refused, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    b.edge.send({ kind: 'request', draft: draft(), targets: [], context: 'late' });
    expect((await b.event('failed')).reason).toBe('closed');
  });

  it('a peer that does not read does not hold it up', async () => {
    const b = new Watched(await edge({ sockets: { lingerTime: 50 }, limits: { drainTime: 50 } }));
    const socket = await rawTcp(portOf(b.edge, 'tcp'));
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(plain(['Via: SIP/2.0/TCP a.example;branch=z9hG4bKx']));
    const { id } = await b.event('request');
    const body = new Uint8Array(8_000_000);
    b.edge.send({ kind: 'respond', to: id, draft: { status: 200, body } });
    await b.edge.close();
  });

  it('an edge that was never started closes too', async () => {
    const b = await edge();
    await rawTcp(portOf(b, 'tcp'));
    await b.close();
  });

  it('a host that throws does not stop the edge', async () => {
    const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
    const b = new Watched(await edge(), (event) => {
      if (event.kind === 'fault') throw new Error('host');
    });
    const listeners = process.listeners('uncaughtException').slice(0, -1);
    for (const listener of listeners) process.off('uncaughtException', listener);
    const socket = await rawTcp(portOf(b.edge, 'tcp'));
    socket.write('junk\r\n\r\n');
    await closed(socket);
    expect(await thrown).toMatchObject({ message: 'host' });
    for (const listener of listeners) process.on('uncaughtException', listener);
  });
});
