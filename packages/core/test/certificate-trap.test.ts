// S1 over real TLS, where the judges meet what OpenSSL lets through: public authorities issue for servers only, so a
// gateway may not ask a client for clientAuth, and whoever merely excuses its absence excuses forgers with it. Each
// peer shows a certificate, as client and as server, to an edge of each protocol: RFC 6120 §13.7.2, RFC 5922 §7.
import { connect, createServer, type SecureVersion, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type IssueOptions, makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { judgesFor } from '@interwork/core/node';
import { isFault as isSipFault, parseUri, type Uri } from '@interwork/sip';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { isFault, Jid, messageElement } from '@interwork/xmpp';
import { listenXmpp, type XmppEdge } from '@interwork/xmpp/node';
import { Bell } from '../../../test-kit/bell.ts';

const OURS = 'contoso.example';
const THEIRS = 'gtalk.example';
const LOOPBACK = '127.0.0.1';

const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
const judges = judgesFor([authority.certificate.pem]);
const pairOf = (options: IssueOptions): { key: string; cert: string } => {
  const { keyPem, certPem } = authority.issue(options);
  return { key: keyPem, cert: certPem };
};
const ours = pairOf({ domain: OURS });

/** `accepted`, or the code by which a peer in that role is refused. */
interface Row {
  readonly as: NonNullable<IssueOptions['as']>;
  readonly client: string;
  readonly server: string;
}

/** The forgers have what public authorities issue today: serverAuth alone. */
const ROWS: readonly Row[] = [
  { as: 'good', client: 'accepted', server: 'accepted' },
  { as: 'server-auth-only', client: 'accepted', server: 'accepted' },
  { as: 'client-auth-only', client: 'accepted', server: 'wrong-purpose' },
  { as: 'self-signed', client: 'self-signed', server: 'self-signed' },
  { as: 'forged-chain', client: 'untrusted-root', server: 'untrusted-root' },
  { as: 'unknown-issuer', client: 'unknown-issuer', server: 'unknown-issuer' },
  { as: 'email-only', client: 'wrong-purpose', server: 'wrong-purpose' },
  { as: 'cn-only', client: 'no-name', server: 'no-name' },
];
const VERSIONS: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A peer: how it is known, and the one version of TLS that it speaks. */
interface Peer {
  readonly key: string;
  readonly cert: string;
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
}

function dialled(port: number, peer: Peer, alpn: readonly string[]): TLSSocket {
  const options = { port, host: LOOPBACK, rejectUnauthorized: false, ALPNProtocols: [...alpn] };
  const socket = connect({ ...options, ...peer });
  socket.on('error', () => undefined);
  closing.push(async () => void socket.destroy());
  return socket.resume();
}

/** Listens as the peer; `hear` gets what it is sent first, and gives the answer. */
async function listening(peer: Peer, hear: (text: string) => string): Promise<number> {
  const sockets: TLSSocket[] = [];
  const server = createServer({ ...peer, ALPNProtocols: ['xmpp-server'] }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', (bytes: Buffer) => void socket.write(hear(bytes.toString())));
  });
  await new Promise<void>((resolve) => void server.listen(0, LOOPBACK, () => resolve()));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  const place = server.address();
  return typeof place === 'object' && place !== null ? place.port : 0;
}

const reasonOf = (judgement: { readonly faults: readonly { readonly code: string }[] }): string =>
  judgement.faults[0]?.code ?? 'no reason';

/** An edge that must have certificates, and what came of the peer. */
async function xmppEdge(port = 0): Promise<{ edge: XmppEdge; fate: () => Promise<string> }> {
  const edge = await listenXmpp({
    domains: [OURS],
    listen: [{ address: LOOPBACK, port: 0, direct: true }],
    tls: { both: ours },
    judge: judges.xmpp,
    secret: 'a secret',
    rules: () => ({ tls: 'required', sasl: 'required', dialback: false }),
    locate: async () => [{ address: LOOPBACK, port, direct: true }],
  });
  closing.push(() => edge.close());
  const bell = new Bell();
  let fate: string | undefined;
  edge.start((event) => {
    if (event.kind === 'stanza') fate = `accepted ${event.link.proof}`;
    if (event.kind === 'refused-peer') fate = reasonOf(event.judgement);
    bell.ring();
  });
  return { edge, fate: () => bell.until(() => fate) };
}

async function sipEdge(): Promise<{ edge: SipEdge; fate: () => Promise<string> }> {
  const edge = await listenSip({
    host: 'localhost',
    listen: [{ transport: 'tls', address: LOOPBACK, port: 0 }],
    tls: { both: ours },
    judge: judges.sip,
  });
  closing.push(() => edge.close());
  const bell = new Bell();
  let fate: string | undefined;
  edge.start((event) => {
    if (event.kind === 'request') {
      fate = event.flow.proved.includes(THEIRS) ? 'accepted' : 'nothing proved';
      edge.send({ kind: 'respond', to: event.id, draft: { status: 202 } });
    }
    if (event.kind === 'response') fate = 'accepted';
    if (event.kind === 'refused-peer') fate = reasonOf(event.judgement);
    if (event.kind === 'failed') fate = event.judgement ? reasonOf(event.judgement) : event.reason;
    bell.ring();
  });
  return { edge, fate: () => bell.until(() => fate) };
}

const portOf = (edge: { readonly listening: readonly { readonly port: number }[] }): number =>
  edge.listening[0]?.port ?? 0;

const HEADER = `<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' from='${THEIRS}' to='${OURS}' version='1.0'>`;
const AUTH = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>";
const STANZA = `<message from='bob@${THEIRS}' to='alice@${OURS}'><body>hi</body></message>`;
const MESSAGE = [
  `MESSAGE sip:alice@${OURS} SIP/2.0`,
  'Via: SIP/2.0/TLS 127.0.0.1;branch=z9hG4bKpeer',
  'Max-Forwards: 70',
  `From: <sip:bob@${THEIRS}>;tag=1`,
  `To: <sip:alice@${OURS}>`,
  'Call-ID: c',
  'CSeq: 1 MESSAGE',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

async function xmppClient(peer: Peer): Promise<string> {
  const { edge, fate } = await xmppEdge();
  const socket = dialled(portOf(edge), peer, ['xmpp-server']);
  socket.write(HEADER + AUTH);
  socket.on('data', (bytes: Buffer) => {
    if (bytes.includes('<success')) socket.write(HEADER + STANZA);
  });
  const seen = await fate();
  return seen === 'accepted certificate' ? 'accepted' : seen;
}

async function xmppServer(peer: Peer): Promise<string> {
  const bell = new Bell();
  let heard: string | undefined;
  const port = await listening(peer, (text) => {
    heard = text.includes('<stream:stream') ? 'accepted' : text;
    bell.ring();
    return '</stream:stream>';
  });
  const { edge, fate } = await xmppEdge(port);
  const [from, to] = [jid(`alice@${OURS}`), jid(`bob@${THEIRS}`)];
  const bodies = [{ lang: undefined, text: 'hi' }];
  const element = messageElement({ from: from.full, to: to.full, type: 'chat', bodies });
  edge.send({ kind: 'stanza', element, from, to, context: 1, need: 'certificate' });
  return Promise.race([fate(), bell.until(() => heard)]);
}

async function sipClient(peer: Peer): Promise<string> {
  const { edge, fate } = await sipEdge();
  dialled(portOf(edge), peer, []).write(MESSAGE);
  return fate();
}

async function sipServer(peer: Peer): Promise<string> {
  const port = await listening(peer, answerOf);
  const { edge, fate } = await sipEdge();
  const from = { display: undefined, uri: uri(`sip:alice@${OURS}`), params: [] };
  const to = { ...from, uri: uri(`sip:bob@${THEIRS}`) };
  const draft = { method: 'MESSAGE', uri: to.uri, from, to };
  const target = { transport: 'tls', address: LOOPBACK, port, references: [THEIRS] } as const;
  edge.send({ kind: 'request', draft, targets: [target], context: 1 });
  return fate();
}

/** What a SIP server says to a request: 202, with what it must copy. */
function answerOf(request: string): string {
  const copied = request
    .split('\r\n')
    .filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line))
    .map((line) => (line.startsWith('To:') ? `${line};tag=2` : line));
  return ['SIP/2.0 202 Accepted', ...copied, 'Content-Length: 0', '', ''].join('\r\n');
}

function jid(text: string): Jid {
  const parsed = Jid.parse(text);
  if (isFault(parsed)) throw new Error(text);
  return parsed;
}

function uri(text: string): Uri {
  const parsed = parseUri(text);
  if (isSipFault(parsed)) throw new Error(text);
  return parsed;
}

for (const version of VERSIONS)
  describe(`S1 authority, ${version}`, () => {
    for (const { as, client, server } of ROWS) {
      const issued = pairOf({ domain: THEIRS, as, usages: usagesOf(as) });
      const peer: Peer = { ...issued, minVersion: version, maxVersion: version };

      it(`${as}, an XMPP client: ${client}`, async () =>
        expect(await xmppClient(peer)).toBe(client));
      it(`${as}, an XMPP server: ${server}`, async () =>
        expect(await xmppServer(peer)).toBe(server));
      // a SIP client is asked for no name; one without a name proves nothing
      const proved = client === 'no-name' ? 'nothing proved' : client;
      it(`${as}, a SIP client: ${proved}`, async () => expect(await sipClient(peer)).toBe(proved));
      it(`${as}, a SIP server: ${server}`, async () => expect(await sipServer(peer)).toBe(server));
    }
  });

function usagesOf(as: Row['as']): NonNullable<IssueOptions['usages']> {
  return as === 'good' ? ['serverAuth', 'clientAuth'] : ['serverAuth'];
}
