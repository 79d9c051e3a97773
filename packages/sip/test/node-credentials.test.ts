// Which certificate is shown where there are several, and that connections which show different ones are not taken for one
// another. RFC 6066 §3, RFC 5922 §7.3.
import { connect as connectTls } from 'node:tls';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Judge, RequestInput, Target } from '@interwork/sip';
import type { NamedPair, TlsCredentials, TlsOccasion } from '@interwork/sip/node';
import { A, B, edge, judge, open, portOf, to, Watched } from './edges.ts';
import { draft } from './one-endpoint.ts';
import { nameIn, selfSigned } from './self-signed.ts';

const C: NamedPair = { name: 'c', ...selfSigned('c.example') };

function shelf(pick: (occasion: TlsOccasion) => NamedPair | undefined) {
  const asked: TlsOccasion[] = [];
  const choose = (occasion: TlsOccasion): NamedPair | undefined => {
    asked.push({ role: occasion.role, local: occasion.local, peer: occasion.peer });
    return pick(occasion);
  };
  return { asked, tls: { both: B, choose } satisfies TlsCredentials };
}

const byLocal = ({ local }: TlsOccasion): NamedPair | undefined =>
  local === 'c.example' ? C : undefined;

async function shownTo(port: number, servername: string | undefined): Promise<string> {
  const options = { port, host: '127.0.0.1', rejectUnauthorized: false, ...A };
  const socket = connectTls(servername === undefined ? options : { ...options, servername });
  open.push({ close: () => socket.destroy() });
  await once(socket, 'secureConnect');
  return nameIn(socket.getPeerCertificate().raw);
}

describe('RFC 6066 §3 whoever calls', () => {
  for (const [servername, shown] of [
    [undefined, 'b.example'],
    ['c.example', 'c.example'],
    ['d.example', 'b.example'],
  ] as const)
    it(`by the name ${servername}`, async () => {
      const b = new Watched(await edge({ tls: shelf(byLocal).tls }));
      expect(await shownTo(portOf(b.edge, 'tls'), servername)).toBe(shown);
    });

  it('replaced ones are chosen from at once', async () => {
    const b = new Watched(await edge({ tls: { both: B } }));
    const port = portOf(b.edge, 'tls');
    expect(await shownTo(port, 'c.example')).toBe('b.example');
    b.edge.replaceTls(shelf(byLocal).tls);
    expect(await shownTo(port, 'c.example')).toBe('c.example');
    b.edge.replaceTls({ both: B });
    expect(await shownTo(port, 'c.example')).toBe('b.example');
  });

  it('a bad pair that is chosen fails the handshake, not the edge', async () => {
    const { tls } = shelf(({ local }) =>
      local === 'c.example' ? { ...C, cert: 'no certificate' } : undefined,
    );
    const b = new Watched(await edge({ tls }));
    const port = portOf(b.edge, 'tls');
    await expect(shownTo(port, 'c.example')).rejects.toThrow();
    expect(await shownTo(port, undefined)).toBe('b.example');
  });
});

function ask(target: Target, local: string | undefined, text: string): RequestInput {
  return {
    kind: 'request',
    draft: draft(),
    targets: [target],
    local,
    context: text,
  };
}

describe('RFC 5922 §7.3 whom we call', () => {
  /** A peer, what it was shown, and an edge of ours that calls it. */
  async function pair(pick: (occasion: TlsOccasion) => NamedPair | undefined) {
    const seen: string[] = [];
    const watching: Judge = (presented, role, reference) => {
      if (role === 'client') seen.push(nameIn(presented[0] ?? new Uint8Array()));
      return judge(presented, role, reference);
    };
    const peer = new Watched(
      await edge({ host: 'a.example', tls: { both: A }, judge: watching }),
      (event) => {
        if (event.kind === 'request')
          peer.edge.send({ kind: 'respond', to: event.id, draft: { status: 200 } });
      },
    );
    const { tls, asked } = shelf(pick);
    const us = new Watched(await edge({ tls }));
    const send = async (local: string | undefined, text: string): Promise<void> => {
      us.edge.send(ask(to(peer.edge, 'tls', ['a.example']), local, text));
      await us.event('response');
    };
    return { peer, seen, asked, us, send };
  }

  it('by our domain: one connection for each that is shown, whatever it is called for', async () => {
    const { seen, us, send } = await pair(byLocal);
    await send('b.example', 'one');
    await send('c.example', 'two');
    await send('d.example', 'three');
    await send('c.example', 'four');
    await send(undefined, 'five');
    expect(seen).toEqual(['b.example', 'c.example']);
    expect(us.edge.counts.connections).toBe(2);
  });

  it('by the peer', async () => {
    const { seen, asked, send } = await pair(({ peer }) => (peer === 'a.example' ? C : undefined));
    await send('b.example', 'one');
    expect(seen).toEqual(['c.example']);
    expect(asked).toContainEqual({ role: 'client', local: 'b.example', peer: 'a.example' });
  });

  it('RFC 5923 §8.2 a connection that the peer has opened and offers: only for what it was shown there', async () => {
    const { peer, seen, us, send } = await pair(byLocal);
    peer.edge.send(ask(to(us.edge, 'tls', ['c.example']), undefined, 'theirs'));
    const { id } = await us.event('request');
    us.edge.send({ kind: 'respond', to: id, draft: { status: 200 } });
    await peer.event('response');
    await send('c.example', 'one');
    expect(seen).toEqual([]);
    await send('b.example', 'two');
    expect(seen).toEqual(['b.example']);
    expect(us.edge.counts.connections).toBe(2);
  });

  it('a renewed pair of the same name leaves the connections that stand', async () => {
    const { seen, us, send } = await pair(byLocal);
    await send('c.example', 'one');
    const renewed: NamedPair = { name: 'c', ...selfSigned('c.example') };
    us.edge.replaceTls({
      both: B,
      choose: ({ local }) => (local === 'c.example' ? renewed : undefined),
    });
    await send('c.example', 'two');
    expect(seen).toEqual(['c.example']);
  });
});
