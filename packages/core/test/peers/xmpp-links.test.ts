// The XMPP edge alone against a real Prosody with its modules for stream management (XEP-0198) and bidirectional streams
// (XEP-0288), by SASL EXTERNAL and by dialback.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { judgesFor } from '@interwork/core/node';
import {
  DEFAULT_LINK_RULES,
  Jid,
  messageElement,
  type Receipt,
  type XmppEvent,
} from '@interwork/xmpp';
import { listenXmpp, type XmppEdge } from '@interwork/xmpp/node';
import { Bell } from '../../../../test-kit/bell.ts';
import { Client, conditionOf } from './client.ts';
import { serveDns } from './dns.ts';
import { type Prosody, startProsody } from './prosody.ts';

const US = 'contoso.test';
const THEM = 'prosody.test';
const ALICE = `alice@${US}`;

interface Stage {
  readonly edge: XmppEdge;
  readonly bob: Client;
  readonly bell: Bell;
  readonly events: XmppEvent[];
  readonly prosody: Prosody;
  close(): Promise<void>;
}

type StanzaEvent = XmppEvent & { readonly kind: 'stanza' };

async function stage(isKnown: boolean, modules: readonly string[]): Promise<Stage> {
  const known = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const stranger = makeAuthority({ crypto: nodeCrypto, now: Date.now(), name: 'A stranger' });
  const signer = isKnown ? known : stranger;
  const theirs = signer.issue({ dns: [THEM] });
  const ours = signer.issue({ dns: [US] });
  const dns = await serveDns({
    [`_xmpp-server._tcp.${US} SRV`]: { priority: 0, weight: 0, port: 5270, target: `gw.${US}` },
    [`gw.${US} A`]: '127.0.0.1',
    [`_xmpp-server._tcp.${THEM} SRV`]: { priority: 0, weight: 0, port: 5269, target: `im.${THEM}` },
    [`im.${THEM} A`]: '127.0.0.1',
  });
  const prosody = await startProsody({
    domains: [THEM],
    users: ['bob'],
    keyPem: theirs.keyPem,
    certPem: theirs.certPem,
    trusts: known.certificate.pem,
    secureAuth: isKnown,
    modules,
  });
  const bob = await Client.login('bob', THEM, 'desk');
  const edge = await listenXmpp({
    domains: [US],
    listen: [{ address: '127.0.0.1', port: 5270 }],
    tls: { both: { key: ours.keyPem, cert: ours.certPem } },
    judge: judgesFor([known.certificate.pem]).xmpp,
    secret: 'a dialback secret',
    allowPrivate: true,
    acknowledge: 'handled',
    rules: () => ({ ...DEFAULT_LINK_RULES, bidi: true }),
  });
  const bell = new Bell();
  const events: XmppEvent[] = [];
  edge.start((event) => {
    events.push(event);
    bell.ring();
  });
  const close = async (): Promise<void> => {
    bob.close();
    await edge.close();
    await prosody.close();
    await dns.close();
  };
  return { edge, bob, bell, events, prosody, close };
}

function send({ edge }: Stage, text: string): void {
  const to = `bob@${THEM}`;
  const element = messageElement({ from: ALICE, to, bodies: [{ lang: undefined, text }] });
  edge.send({ kind: 'stanza', element, from: jid(ALICE), to: jid(to), context: text });
}

function jid(text: string): Jid {
  const parsed = Jid.parse(text);
  if (parsed.kind === 'fault') throw new Error(parsed.text);
  return parsed;
}

const fateOf = (s: Stage, context: string, fate: string) =>
  s.bell.until(() =>
    s.events.find((e) => e.kind === 'fate' && e.context === context && e.fate === fate),
  );

const stanzas = (s: Stage): StanzaEvent[] =>
  s.events.filter((event): event is StanzaEvent => event.kind === 'stanza');

const stanzaOf = (s: Stage, id: string): Promise<StanzaEvent> =>
  s.bell.until(() => stanzas(s).find(({ stanza }) => stanza.id === id));

/** Prosody asks for acknowledgements some time after the stream stands: until then nothing has a receipt. */
async function untilAskedFor(s: Stage): Promise<void> {
  for (let n = 0; n < 1000; n += 1) {
    s.bob.send(`<message to='${ALICE}' id='p${n}'><body>is it asked for yet</body></message>`);
    const { receipt } = await stanzaOf(s, `p${n}`);
    if (receipt !== undefined) return handle(s, receipt);
  }
  throw new Error('Prosody never asked for acknowledgements');
}

function handle(s: Stage, receipt: Receipt | undefined): void {
  if (receipt === undefined) throw new Error('a stanza came without a receipt');
  s.edge.send({ kind: 'handled', receipt });
}

describe('XEP-0198 with certificates', () => {
  let s: Stage;
  beforeAll(async () => {
    s = await stage(true, ['smacks']);
  });
  afterAll(() => s.close());

  it('what we send is acknowledged', async () => {
    const texts = Array.from({ length: 50 }, (_, n) => `n${n}`);
    for (const text of texts) send(s, text);
    expect(await fateOf(s, 'n0', 'sent')).toMatchObject({ willAcknowledge: true });
    await fateOf(s, 'n49', 'acknowledged');
    await s.bob.until((el) => el.name === 'message' && s.bob.texts(ALICE).length >= 50);
    expect(s.bob.texts(ALICE)).toEqual(texts);
  });

  it('what comes has a receipt; what was not handled when we leave comes back to its sender', async () => {
    s.bob.send(`<message to='${ALICE}' id='b0'><body>before Prosody asks for it</body></message>`);
    expect((await stanzaOf(s, 'b0')).receipt).toBe(undefined);
    await untilAskedFor(s);
    const ids = ['b1', 'b2', 'b3'];
    for (const id of ids)
      s.bob.send(`<message to='${ALICE}' id='${id}'><body>${id}</body></message>`);
    await stanzaOf(s, 'b3');
    const receipts = await Promise.all(ids.map(async (id) => (await stanzaOf(s, id)).receipt));
    for (const receipt of receipts.slice(0, 2)) handle(s, receipt);
    expect(receipts[2]).toBeDefined();
    await s.edge.close();
    const error = await s.bob.until((el) => el.attrs['type'] === 'error');
    expect([error.attrs['id'], conditionOf(error)]).toEqual(['b3', 'recipient-unavailable']);
  });
});

describe('XEP-0198 with dialback', () => {
  let s: Stage;
  beforeAll(async () => {
    s = await stage(false, ['smacks']);
  });
  afterAll(() => s.close());

  it('Prosody offers none before dialback, and everything goes without', async () => {
    send(s, 'one');
    expect(await fateOf(s, 'one', 'sent')).toMatchObject({ willAcknowledge: false });
    s.bob.send(`<message to='${ALICE}' id='b1'><body>b1</body></message>`);
    expect((await stanzaOf(s, 'b1')).receipt).toBe(undefined);
  });
});

describe('XEP-0288 on a stream that we opened', () => {
  let s: Stage;
  beforeAll(async () => {
    s = await stage(true, ['smacks', 's2s_bidi']);
  });
  afterAll(() => s.close());

  it('what Prosody answers comes by it', async () => {
    send(s, 'one');
    await fateOf(s, 'one', 'sent');
    s.bob.send(`<message to='${ALICE}' id='b1'><body>b1</body></message>`);
    const { link } = await stanzaOf(s, 'b1');
    expect(link).toMatchObject({ proof: 'certificate', remote: { port: 5269 } });
    expect(s.edge.counts.inbound).toBe(0);
  });
});

describe('XEP-0288 on a stream that Prosody opened', () => {
  let s: Stage;
  beforeAll(async () => {
    s = await stage(true, ['smacks', 's2s_bidi']);
  });
  afterAll(() => s.close());

  it('what we answer goes by it, acknowledged', async () => {
    await untilAskedFor(s);
    for (const text of ['one', 'two']) send(s, text);
    await fateOf(s, 'two', 'acknowledged');
    await s.bob.until((el) => el.name === 'message' && s.bob.texts(ALICE).length >= 2);
    expect(s.bob.texts(ALICE)).toEqual(['one', 'two']);
    expect(s.edge.counts).toMatchObject({ links: 0, streams: 1, inbound: 1 });
  });
});
