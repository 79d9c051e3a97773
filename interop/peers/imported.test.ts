// A Lync site's own configuration as the policy of the gateway program: what its cmdlets print is imported, put in force, and
// obeyed among a real Prosody and real Kamailios, SIP to SIP and SIP to XMPP.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../namespace.mjs';
import { statusOf } from '../src/agents/sip-message.ts';
import { makeFolder } from '../src/folder.ts';
import { startXmppClients, type XmppClient, type XmppClients } from '../src/agents/xmpp-clients.ts';
import { XMPP } from '../src/places.ts';
import type { XmppServer } from '../src/servers/xmpp-server.ts';
import { CMDLETS } from './cmdlets.ts';
import { CONTOSO, PARTNERS, type PartnerKind } from './companies.ts';
import { policyOf } from './listings.ts';
import { message } from './user.ts';
import { startWorld, type World } from './world.ts';

/** The XMPP users are slixmpp's: what is needed is what all of interop needs. */
const why = missing();
const skipped = why === undefined ? '' : ` (skipped: ${why})`;

const ALICE = `alice@${CONTOSO.domain}`;
let world: World;
let server: XmppServer;
let clients: XmppClients;
let carol: XmppClient;
let drawn = 0;
const mark = (): string => `i${++drawn}x`;

beforeAll(async () => {
  if (why !== undefined) return;
  world = await startWorld(policyOf({ objects: {} }));
  server = await world.xmppPartner(['carol']);
  clients = await startXmppClients();
  carol = await clients.login('carol');
  await world.gateway.use(importedByTool());
});
afterAll(async () => {
  if (why !== undefined) return;
  await clients.stop();
  await server.stop();
  await world.stop();
});

/** What an administrator does: the files of the cmdlets, and the policy tool over them. */
function importedByTool(): object {
  const folder = makeFolder();
  try {
    const files = CMDLETS.map(({ name, text }) => folder.write(name, text));
    const out = join(folder.path, 'imported.json');
    const tool = fileURLToPath(new URL('../../examples/policy-tool/main.ts', import.meta.url));
    const node = ['--conditions=@interwork/source', '--import', 'tsx', tool];
    const done = spawnSync(process.execPath, [...node, 'import', ...files, '--out', out], {
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(done.stderr);
    return JSON.parse(readFileSync(out, 'utf8')) as object;
  } finally {
    folder.remove();
  }
}

describe.skipIf(why !== undefined)(`SIP to SIP${skipped}`, () => {
  it.each<[PartnerKind, number, number]>([
    ['right', 200, 200],
    ['no SRV', 200, 200],
    ['SRV leads to a sub-domain', 404, 403],
    ['SRV leads to another domain', 404, 403],
  ])('%s: %i out, %i in', async (kind, out, back) => {
    const { domain, address } = PARTNERS[kind];
    const there = await world.users.send(CONTOSO.address, message(ALICE, `bob@${domain}`, mark()));
    const here = await world.users.send(address, message(`bob@${domain}`, ALICE, mark()));
    expect([statusOf(there), statusOf(here)]).toEqual([out, back]);
  });
});

describe.skipIf(why !== undefined)(`SIP to XMPP${skipped}`, () => {
  it('an XMPP partner gets messages on a link that certificates prove', async () => {
    const body = mark();
    const answer = await world.users.send(CONTOSO.address, message(ALICE, `carol@${XMPP}`, body));
    expect(statusOf(answer)).toBe(202);
    const stanza = await carol.until('the message', ({ name }) => name === 'message');
    expect([stanza.attrs['from'], JSON.stringify(stanza).includes(body)]).toEqual([ALICE, true]);
    expect(server.log).toContain(`Accepting SASL EXTERNAL identity from ${CONTOSO.domain}`);
  });

  it('and sends them', async () => {
    const body = mark();
    carol.send({ to: ALICE, id: body, body });
    const { from } = await world.inner.arrival(body);
    expect(from).toMatch(new RegExp(`^sip:carol@${XMPP}`));
  });

  it.each([
    `allowed-domain:${PARTNERS.right.domain}`,
    `blocked-domain:${PARTNERS['SRV leads to a sub-domain'].domain}`,
    `xmpp-partner:${XMPP}`,
    'external-access:global',
    'default',
  ])('the log names %s', async (id) => {
    const found = await world.gateway.told(id, (all) => all.find(({ by }) => by.includes(id)));
    expect(found.because?.join(' ')).toMatch(/\w/);
  });
});
