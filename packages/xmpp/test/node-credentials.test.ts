// Which certificate is shown where there are several: to those who call, by the domain that the stream or TLS names; to
// those whom we call, by our own domain and theirs. RFC 6120 §5.4.3.1, RFC 6066 §3.
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { NamedPair, TlsCredentials, TlsOccasion } from '@interwork/xmpp/node';
import { im } from './net.ts';
import {
  bodyOf,
  closeEdges,
  dialled,
  edge,
  goneOf,
  HEADER,
  heard,
  judge,
  keys,
  PROCEED,
  STARTTLS,
} from './node-edges.ts';
import { domainIn, selfSigned } from './self-signed.ts';

afterEach(closeEdges);

const OURS = ['capulet.example', 'verona.example'];
const FOREIGN = HEADER.replace('capulet.example', 'padua.example');
const named = (name: string): NamedPair => ({ name, ...selfSigned(name) });
const verona = named('verona.example');
const direct = [{ address: '127.0.0.1', port: 0, direct: true }];

/** Credentials that write down what they were asked. */
function shelf(pick: (occasion: TlsOccasion) => NamedPair | undefined) {
  const asked: TlsOccasion[] = [];
  const choose = (occasion: TlsOccasion): NamedPair | undefined => {
    asked.push({ role: occasion.role, local: occasion.local, peer: occasion.peer });
    return pick(occasion);
  };
  return { asked, tls: { both: keys.a, choose } satisfies TlsCredentials };
}

const byLocal = ({ local }: TlsOccasion): NamedPair | undefined =>
  local === verona.name ? verona : undefined;

/** The name in the certificate that is shown to a bare client. */
async function shownTo(port: number, servername: string | undefined, header?: string) {
  const socket = await dialled(port);
  if (header !== undefined) {
    const proceeding = heard(socket, PROCEED);
    socket.write(header + STARTTLS);
    await proceeding;
  }
  const options = { socket, rejectUnauthorized: false, ...keys.b, ALPNProtocols: ['xmpp-server'] };
  const tls = connectTls(servername === undefined ? options : { ...options, servername });
  await new Promise<void>((resolve) => void tls.once('secureConnect', () => resolve()));
  const name = domainIn(tls.getPeerCertificate().raw);
  tls.destroy();
  await goneOf(socket);
  return name;
}

describe('RFC 6120 §5.4.3.1 and RFC 6066 §3: whoever calls', () => {
  const CALLED = HEADER.replace('capulet.example', verona.name);
  const ROWS: readonly (readonly [
    title: string,
    servername: string | undefined,
    header: string | undefined,
    shown: string,
  ])[] = [
    ['STARTTLS, the stream names it', undefined, CALLED, 'verona.example'],
    ['STARTTLS, the stream names another', undefined, HEADER, 'capulet.example'],
    ['STARTTLS, both name it', 'verona.example', CALLED, 'verona.example'],
    ['STARTTLS, TLS names another', 'verona.example', HEADER, 'verona.example'],
    ['direct TLS, no name', undefined, undefined, 'capulet.example'],
    ['direct TLS, its name', 'verona.example', undefined, 'verona.example'],
    ['direct TLS, a name that is not ours', 'padua.example', undefined, 'capulet.example'],
  ];
  for (const [title, servername, header, shown] of ROWS)
    test(title, async () => {
      const { tls } = shelf(byLocal);
      const listen = header === undefined ? { listen: direct } : {};
      const { port } = await edge('capulet.example', { domains: OURS, tls, ...listen });
      expect(await shownTo(port, servername, header)).toBe(shown);
    });

  test('a stream for a domain that is not ours gets no TLS', async () => {
    const { tls, asked } = shelf(byLocal);
    const { port } = await edge('capulet.example', { domains: OURS, tls });
    const socket = await dialled(port);
    socket.write(FOREIGN + STARTTLS);
    await goneOf(socket);
    expect(asked).toEqual([]);
  });

  test('replaced ones are chosen from at once', async () => {
    const { tls } = shelf(byLocal);
    const { own, port } = await edge('capulet.example', { domains: OURS, tls, listen: direct });
    expect(await shownTo(port, 'verona.example')).toBe('verona.example');
    own.replaceTls(shelf(() => named('padua.example')).tls);
    expect(await shownTo(port, 'verona.example')).toBe('padua.example');
    own.replaceTls({ both: keys.a });
    expect(await shownTo(port, 'verona.example')).toBe('capulet.example');
  });
});

for (const listen of [undefined, direct])
  test(`RFC 6120 §13.7 whom we call, ${listen === undefined ? 'STARTTLS' : 'direct TLS'}: by our domain and theirs`, async () => {
    const seen: string[] = [];
    const b = await edge('montague.example', {
      ...(listen === undefined ? {} : { listen }),
      judge: (presented, role, reference) => {
        if (role === 'client') seen.push(domainIn(presented[0] ?? new Uint8Array()));
        return judge(presented, role, reference);
      },
    });
    const { tls, asked } = shelf(byLocal);
    const a = await edge('capulet.example', { domains: OURS, tls });
    a.own.send(im('friar@verona.example', 'romeo@montague.example', 'one'));
    await b.until((event) => bodyOf(event) === 'one');
    a.own.send(im('juliet@capulet.example', 'romeo@montague.example', 'two'));
    await b.until((event) => bodyOf(event) === 'two');
    expect(new Set(seen)).toEqual(new Set(['verona.example', 'capulet.example']));
    const calls = asked.filter(({ role }) => role === 'client');
    expect(calls).toEqual([
      { role: 'client', local: 'verona.example', peer: 'montague.example' },
      { role: 'client', local: 'capulet.example', peer: 'montague.example' },
    ]);
  });
