// A real Kamailio with every wrong certificate, made by OpenSSL: it calls us and is called, and each time the sender is told
// and the log names the certificate, the field and what was wrong. RFC 5922 §7, RFC 5280 §6.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { steadyClock } from '@interwork/core/node';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { playOn, SipScript } from '@interwork/sip/testing';
import { Bell } from '../../../../test-kit/bell.ts';
import { type Kind, KINDS, refusalOf, SAID, type Said } from './certificate-kinds.ts';
import { type CertificateStage, certificateStage, newPki, PORTS } from './certificate-stage.ts';
import { Client, conditionOf } from './client.ts';
import { diagnosed, findingOf } from './doctor.ts';
import { type Kamailio, type KamailioDomain, startKamailio } from './kamailio.ts';
import { weakOpenssl } from './openssl-pki.ts';
import { type Prosody, startProsody } from './prosody.ts';
import { rung } from './stage.ts';

const isHere = ['kamailio', 'openssl'].every((tool) => spawnSync('which', [tool]).status === 0);
const XMPP = 'prosody.test';
const BOB = `bob@${XMPP}`;
const KAMAILIO = '127.0.0.13';
const UDP = 5062;
const domainOf = (kind: Kind): string => `${kind}.kamailio.test`;

const bell = new Bell();
let stage: CertificateStage;
let prosody: Prosody;
let kamailio: Kamailio;
let phone: SipEdge;
let script: SipScript;
let step: () => void;
let bob: Client;

beforeAll(async () => {
  if (!isHere) return;
  const { folder, pki } = newPki();
  const domains = KINDS.map((kind, at): KamailioDomain => {
    const { keyFile, certFile } = pki.issue({
      name: `kamailio-${kind}`,
      dns: [domainOf(kind)],
      as: kind,
    });
    const calls = { address: `127.0.1.${at + 1}`, port: PORTS.sip };
    return { domain: domainOf(kind), keyFile, certFile, port: 5100 + at, calls };
  });
  const forOne = pki.issue({ name: 'for-one-partner', dns: [XMPP] });
  const routes = domains.map(({ domain, port }) => [domain, { address: KAMAILIO, port }] as const);
  stage = await certificateStage({
    pki,
    folder,
    bell,
    xmppRoutes: { [XMPP]: '127.0.0.11' },
    sipRoutes: Object.fromEntries(routes),
    zone: Object.fromEntries(
      domains.map(({ domain }) => [
        `_xmpp-server._tcp.${domain} SRV`,
        { priority: 0, weight: 0, port: PORTS.xmpp, target: 'gw.contoso.test' },
      ]),
    ),
    names: domains.map(({ domain }) => domain),
    named: [
      {
        certificate: forOne.certFile,
        key: forOne.keyFile,
        role: 'client',
        partners: [domainOf('server-only')],
      },
    ],
  });
  const theirs = pki.issue({ name: 'prosody', dns: [XMPP] });
  prosody = await startProsody({
    domains: [XMPP],
    users: ['bob'],
    address: '127.0.0.11',
    keyPem: theirs.keyPem,
    certPem: theirs.certPem,
    trusts: pki.rootPem,
    secureAuth: true,
    without: ['dialback'],
    onLog: bell.ring,
  });
  const trusts = pki.rootFile;
  const env = weakOpenssl(folder);
  const onLog = bell.ring;
  kamailio = await startKamailio({ address: KAMAILIO, port: UDP, domains, trusts, env, onLog });
  bob = await Client.login('bob', XMPP, 'desk', '127.0.0.11');
  phone = await listenSip({
    host: '127.0.0.1',
    listen: [{ transport: 'udp', address: '127.0.0.1', port: 5063 }],
  });
  script = new SipScript('kamailio.test');
  step = playOn(rung(phone, bell), script, steadyClock);
}, 60_000);
afterAll(async () => {
  bob?.close();
  await phone?.close();
  await stage?.close();
  await prosody?.close();
  await kamailio?.close();
});

/** A user of that domain writes to bob, by Kamailio; the final status. */
function toBob(kind: Kind): Promise<number> {
  const draft = { from: `alice@${domainOf(kind)}`, to: BOB, text: `from ${kind}` };
  const sent = script.send(draft, [
    { transport: 'udp', address: KAMAILIO, port: UDP, references: [] },
  ]);
  step();
  return bell.until(() => sent.response?.status ?? (sent.failed === undefined ? undefined : -1));
}

/** What is logged of the certificate of a kind; one that we called has its domain beside it. */
const refusals = (kind: Kind, role: 'client' | 'server') =>
  stage
    .lines('peer refused for its certificate')
    .filter(({ certificate }) => String(certificate).startsWith(`CN=kamailio-${kind};`))
    .filter(({ domain }) => domain === (role === 'server' ? domainOf(kind) : undefined));

async function expectRefusal(kind: Kind, said: Said, role: 'client' | 'server'): Promise<void> {
  const line = await bell.until(() => refusals(kind, role)[0]);
  const { certificate, code, field, text } = refusalOf('kamailio', kind, said);
  expect(line).toMatchObject({
    side: 'sip',
    certificate: expect.stringContaining(certificate),
    faults: [{ code, field, text: expect.stringMatching(text) }],
  });
}

describe.skipIf(!isHere)('Kamailio', () => {
  for (const kind of KINDS) {
    const said = SAID[kind];
    it(`RFC 5922 §7.3 ${kind}, called: ${said?.[0] ?? 'accepted'}`, async () => {
      const id = `b-${kind}`;
      bob.send(
        `<message to='alice@${domainOf(kind)}' id='${id}'><body>to ${kind}</body></message>`,
      );
      const crossing = bell.until(() =>
        stage
          .lines('"direction":"xmpp-to-sip"')
          .find(({ to }) => String(to).endsWith(domainOf(kind))),
      );
      const { outcome, reasons } = await crossing;
      if (said === undefined) return expect(outcome).toBe('delivered');
      expect(reasons).toEqual(['certificate', said.join(':')]);
      const error = await bob.until((el) => el.attrs['id'] === id);
      expect(conditionOf(error)).toBe('remote-server-timeout');
      await expectRefusal(kind, said, 'server');
    });

    // It is known by its name only once it has said for whom it speaks.
    const client = kind === 'other-name' ? undefined : said;
    it(`RFC 5922 §7.4 ${kind}, calling: ${client?.[0] ?? (said === undefined ? 'accepted' : 'not believed')}`, async () => {
      const status = await toBob(kind);
      if (client !== undefined) {
        expect(status).toBe(408);
        return expectRefusal(kind, client, 'client');
      }
      expect(status).toBe(said === undefined ? 202 : 403);
      expect(refusals(kind, 'client')).toEqual([]);
      if (said === undefined) await bob.until(() => bob.texts('alice').includes(`from ${kind}`));
      else
        expect(stage.lines('"direction":"sip-to-xmpp"').at(-1)).toMatchObject({
          reasons: expect.arrayContaining(['identity-not-proved']),
        });
    });
  }
});

describe.skipIf(!isHere)('RFC 5922 §7.3 a pair for one partner', () => {
  it('is shown to that one, and the usual one to others', async () => {
    for (const kind of ['good', 'server-only'] as const)
      bob.send(`<message to='alice@${domainOf(kind)}'><body>who am I?</body></message>`);
    const shown = (kind: Kind) =>
      bell.until(
        () => new RegExp(`for ${domainOf(kind)} it was shown (\\S+)`).exec(kamailio.log())?.[1],
      );
    expect([await shown('good'), await shown('server-only')]).toEqual([
      'gateway-1',
      'for-one-partner',
    ]);
  });
});

describe.skipIf(!isHere)('the doctor', () => {
  it('tells an operator what Kamailio shows, and what to do', async () => {
    const places = KINDS.map((kind, at) => `sips://${KAMAILIO}:${5100 + at}/${domainOf(kind)}`);
    const found = await diagnosed(stage.looking, places);
    for (const kind of KINDS) {
      const said = SAID[kind];
      expect(found.get(domainOf(kind)) ?? []).toEqual(
        said === undefined ? [] : [findingOf(kind, said)],
      );
    }
  });
});
