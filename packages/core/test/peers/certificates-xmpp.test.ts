// Real Prosody and ejabberd with every wrong certificate, made by OpenSSL: they call us and are called, and each time the
// sender is told and the log names the certificate, the field and what was wrong. RFC 6120 §13.7.2, RFC 5280 §6, XEP-0178.
import { spawnSync } from 'node:child_process';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bell } from '../../../../test-kit/bell.ts';
import { type Kind, KINDS, refusalOf, SAID, type Said } from './certificate-kinds.ts';
import {
  type CertificateStage,
  certificateStage,
  newPki,
  PORTS,
  SIP,
} from './certificate-stage.ts';
import { Client, conditionOf } from './client.ts';
import { diagnosed, doctor, findingOf } from './doctor.ts';
import { type Ejabberd, startEjabberd } from './ejabberd.ts';
import { type Leaf, type LeafPlan, weakOpenssl } from './openssl-pki.ts';
import { type Prosody, startProsody } from './prosody.ts';

const ALICE = `alice@${SIP}`;

interface Server {
  readonly id: 'prosody' | 'ejabberd';
  readonly address: string;
}

const prosodyHere: Server = { id: 'prosody', address: '127.0.0.11' };
const SERVERS: readonly Server[] = [prosodyHere, { id: 'ejabberd', address: '127.0.0.12' }];
const domainOf = (server: Server, kind: Kind): string => `${kind}.${server.id}.test`;

const isHere = ['ejabberdctl', 'openssl'].every((tool) => spawnSync('which', [tool]).status === 0);
const bell = new Bell();
let stage: CertificateStage;
let prosody: Prosody;
let ejabberd: Ejabberd;

beforeAll(async () => {
  if (!isHere) return;
  const { folder, pki } = newPki();
  const leaves = new Map<string, Leaf>();
  for (const server of SERVERS)
    for (const kind of KINDS) {
      const domain = domainOf(server, kind);
      const plan: LeafPlan = { name: `${server.id}-${kind}`, dns: [domain], as: kind };
      leaves.set(domain, pki.issue(plan));
    }
  const routes = Object.fromEntries(
    SERVERS.flatMap((server) => KINDS.map((kind) => [domainOf(server, kind), server.address])),
  );
  stage = await certificateStage({ pki, folder, bell, xmppRoutes: routes });
  const of = (id: Server['id']): readonly (readonly [string, Leaf])[] =>
    [...leaves].filter(([domain]) => domain.endsWith(`.${id}.test`));
  const [first] = of('prosody');
  prosody = await startProsody({
    domains: of('prosody').map(([domain]) => domain),
    users: ['bob'],
    address: '127.0.0.11',
    keyPem: first?.[1].keyPem ?? '',
    certPem: first?.[1].certPem ?? '',
    own: new Map(of('prosody')),
    trusts: pki.rootPem,
    secureAuth: true,
    env: weakOpenssl(folder),
    without: ['dialback'],
    onLog: bell.ring,
  });
  ejabberd = await startEjabberd({
    domains: of('ejabberd').map(([domain]) => domain),
    address: '127.0.0.12',
    credentials: of('ejabberd').map(([, leaf]) => leaf.keyPem + leaf.certPem),
    trusts: pki.rootPem,
    env: weakOpenssl(folder),
    onLog: bell.ring,
  });
}, 60_000);
afterAll(async () => {
  await stage?.close();
  await prosody?.close();
  await ejabberd?.close();
});

const logOf = ({ id }: Server): string => (id === 'prosody' ? prosody : ejabberd).log();

/** What is said of a kind that such a server shows. */
function saidOf({ id }: Server, kind: Kind): Said | undefined {
  // ejabberd completes a chain with what any other of its files holds
  return id === 'ejabberd' && kind === 'no-intermediate' ? undefined : SAID[kind];
}

const refusals = (domain: string) =>
  stage
    .lines('peer refused for its certificate')
    .filter((line) => line['domain'] === domain)
    .map(({ certificate, faults }) => ({ certificate, faults }));

for (const server of SERVERS)
  describe.skipIf(!isHere).concurrent(server.id, () => {
    for (const kind of KINDS) {
      const said = saidOf(server, kind);
      const domain = domainOf(server, kind);
      it(`RFC 6120 §13.7.2 ${kind}, as server and as client: ${said?.[0] ?? 'accepted'}`, async () => {
        const bob = await Client.login('bob', domain, 'desk', server.address);
        const status = await stage.alice(`bob@${domain}`, `to ${kind}`);
        expect(status, logOf(server)).toBe(said === undefined ? 202 : 504);
        const asServer = refusals(domain);
        bob.send(`<message to='${ALICE}' id='b1'><body>from ${domain}</body></message>`);
        const arrived = bell.until(() =>
          stage.company.texts('alice').find((text) => text === `from ${domain}`),
        );
        const refused = bob.until((el) => el.attrs['id'] === 'b1' && el.attrs['type'] === 'error');
        const outcome = await Promise.race([arrived, refused]);
        const asClient = refusals(domain).slice(asServer.length);
        const condition = typeof outcome === 'string' ? undefined : conditionOf(outcome);
        expect(condition).toBe(said === undefined ? undefined : 'remote-server-timeout');
        for (const lines of [asServer, asClient])
          if (said === undefined) expect(lines).toEqual([]);
          else expect(lines[0]).toMatchObject(lineOf(server, kind, said));
        bob.close();
      });
    }
  });

function lineOf(server: Server, kind: Kind, said: Said): object {
  const { certificate, code, field, text } = refusalOf(server.id, kind, said);
  return {
    certificate: expect.stringContaining(certificate),
    faults: [{ code, field, text: expect.stringMatching(text) }],
  };
}

describe.skipIf(!isHere)('certificates of ours that are renewed under traffic', () => {
  const TIMES = 5;
  const PER_TIME = 40;
  it.each(SERVERS)('$id: no message is lost, doubled or out of order', async (server) => {
    const domain = domainOf(server, 'good');
    const bob = await Client.login('bob', domain, 'live', server.address);
    const to: string[] = [];
    const from: string[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const texts = Array.from({ length: PER_TIME }, (_, n) => `${server.id} ${time}/${n}`);
      const sent = texts.map((text) => stage.alice(`bob@${domain}`, text));
      for (const text of texts)
        bob.send(`<message to='${ALICE}'><body>back ${text}</body></message>`);
      stage.renew();
      await stage.daemon.reload();
      expect(new Set(await Promise.all(sent))).toEqual(new Set([202]));
      to.push(...texts);
      from.push(...texts.map((text) => `back ${text}`));
      // more than a hundred of one pair do not wait
      await bell.until(() => stage.company.texts('alice').find((text) => text === from.at(-1)));
    }
    await bob.until(() => bob.texts(ALICE).includes(to.at(-1) ?? ''));
    expect(bob.texts(ALICE).filter((text) => text.startsWith(server.id))).toEqual(to);
    const mine = stage.company
      .texts('alice')
      .filter((text) => text.startsWith(`back ${server.id}`));
    expect(mine).toEqual(from);
    bob.close();
  });

  it('links that stand stay, and later handshakes show what is new', async () => {
    const old = domainOf(prosodyHere, 'good');
    const bob = await Client.login('bob', old, 'then', prosodyHere.address);
    // with such a one no link would come about
    stage.renew({ as: 'unknown-authority' });
    await stage.daemon.reload();
    expect(await stage.alice(`bob@${old}`, 'by the old link')).toBe(202);
    expect(await shownAt(PORTS.sip)).toBe('Stranger Intermediate');
    stage.renew();
    await stage.daemon.reload();
    expect(await shownAt(PORTS.sip)).toBe('Known Intermediate');
    expect(await stage.alice(`bob@${old}`, 'and again')).toBe(202);
    bob.close();
  });
});

/** Who has signed what a caller is shown. */
async function shownAt(port: number): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => void socket.once('secureConnect', () => resolve()));
  const { issuer } = socket.getPeerCertificate();
  socket.destroy();
  return String(issuer.CN);
}

describe.skipIf(!isHere)('the doctor', () => {
  it.each(SERVERS)('tells an operator what $id shows, and what to do', async (server) => {
    const places = KINDS.map((kind) => `xmpp://${server.address}:5269/${domainOf(server, kind)}`);
    const found = await diagnosed(stage.looking, places);
    for (const kind of KINDS) {
      const said = saidOf(server, kind);
      expect(found.get(domainOf(server, kind)) ?? []).toEqual(
        said === undefined ? [] : [findingOf(kind, said)],
      );
    }
  });

  it('says it in words, and ends as monitoring wants it', async () => {
    const look = async (kind: Kind) => {
      const place = `xmpp://${prosodyHere.address}:5269/${domainOf(prosodyHere, kind)}`;
      return doctor([...stage.looking, '--probe', place]);
    };
    expect(await look('server-only')).toEqual({ code: 0, text: 'In good health.\n' });
    const { code, text } = await look('no-intermediate');
    expect(code).toBe(2);
    expect(text.split('\n').map((line) => line.trim().split(/ +/)[0])).toEqual([
      'ERROR',
      'what',
      'why',
      'seen',
      'do',
      '',
    ]);
    expect(text).toMatch(/^ {2}do .*intermediate/m);
  });
});
