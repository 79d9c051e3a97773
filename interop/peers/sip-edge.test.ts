// What the edge makes of what crosses it, with real Kamailios on both sides: marks, dialogs of presence, calls, forged
// senders, the addresses of a public provider, and what the other side answers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statusOf } from '../src/agents/sip-message.ts';
import { CONTOSO, PARTNERS } from './companies.ts';
import { policyOf } from './listings.ts';
import { subscribe } from './subscription.ts';
import { type Draft, message } from './user.ts';
import { skipped, startWorld, why, type World } from './world.ts';

const ALICE = `alice@${CONTOSO.domain}`;
const FABRIKAM = PARTNERS.right;
const BOB = `bob@${FABRIKAM.domain}`;
const CLOUD = PARTNERS['SRV leads to another domain'];
let world: World;
let drawn = 0;
const mark = (): string => `e${++drawn}x`;

const allowed = (verificationLevel: string): object =>
  policyOf({ objects: { allowedDomains: [{ domain: FABRIKAM.domain, verificationLevel }] } });

beforeAll(async () => {
  if (why !== undefined) return;
  world = await startWorld(allowed('alwaysVerifiable'));
});
afterAll(() => (why === undefined ? world.stop() : undefined));

async function sends(server: string, draft: Draft): Promise<number> {
  return statusOf(await world.users.send(server, draft));
}

describe.skipIf(why !== undefined)(`a partner whose own mark is asked for${skipped}`, () => {
  beforeAll(() => world.gateway.use(allowed('useSourceVerification')));

  it.each([
    ['verified', 200],
    ['unverified', 403],
    [undefined, 403],
  ])('%s: %i', async (user, status) => {
    const line = `ms-asserted-verification-level: ms-source-verified-user=${user}`;
    const draft = message(BOB, ALICE, mark(), user === undefined ? [] : [line]);
    expect(await sends(FABRIKAM.address, draft)).toBe(status);
  });
});

describe.skipIf(why !== undefined)(`an allowed domain${skipped}`, () => {
  beforeAll(() => world.gateway.use(allowed('alwaysVerifiable')));

  it('RFC 6665 §4.3: a subscription is made, refreshed and ended through the edge', async () => {
    const watching = { server: CONTOSO.address, watcher: ALICE, contact: BOB };
    const subscription = await subscribe(world.users, watching);
    if (typeof subscription === 'number') throw new Error(`refused with ${subscription}`);
    // Our own server's two entries, and the edge's.
    expect(subscription.hops).toBe(3);
    expect(await subscription.notified('active')).toContain('<basic>open</basic>');
    expect(await subscription.refresh(300)).toBe(200);
    expect(await subscription.refresh(0)).toBe(200);
    await subscription.notified('terminated');
  });

  it.each([
    ['outward', CONTOSO.address, ALICE, BOB],
    ['inward', FABRIKAM.address, BOB, ALICE],
  ])('a call is refused %s, and its server hears nothing of it', async (_way, server, from, to) => {
    const body = mark();
    const { headers } = message(from, to, body);
    const invite = headers.map((line) => line.replace('1 MESSAGE', '1 INVITE'));
    const contact = `Contact: <sip:${world.users.contact}>`;
    const draft = { start: `INVITE sip:${to}`, headers: [...invite, contact], body };
    expect(await sends(server, draft)).toBe(488);
    const heard = [...world.inner.arrived, ...world.partners.right.arrived];
    expect(heard.filter(({ method }) => method === 'INVITE')).toEqual([]);
  });

  it('whoever says to be one of ours from outside is refused', async () => {
    expect(await sends(FABRIKAM.address, message(`eve@${CONTOSO.domain}`, ALICE, mark()))).toBe(
      403,
    );
  });

  it('a partner that says to be another is refused', async () => {
    const draft = message(`eve@${PARTNERS['no SRV'].domain}`, ALICE, mark());
    expect(await sends(FABRIKAM.address, draft)).toBe(403);
  });

  it('what the other side answers is answered', async () => {
    const nobody = `nobody@${FABRIKAM.domain}`;
    expect(await sends(CONTOSO.address, message(ALICE, nobody, mark()))).toBe(404);
  });

  it('RFC 3261 §16.6: one hop less on every leg', async () => {
    const body = mark();
    expect(await sends(CONTOSO.address, message(ALICE, BOB, body))).toBe(200);
    expect((await world.partners.right.arrival(body)).maxForwards).toBe(67);
  });
});

describe.skipIf(why !== undefined)(`a public provider${skipped}`, () => {
  const PROVIDER = {
    identity: 'cloud',
    proxyFqdn: CLOUD.name,
    enabled: true,
    verificationLevel: 'alwaysVerifiable',
    nameDecorationRoutingDomain: 'cloud.example',
    nameDecorationExcludedDomainList: ['cloud.example'],
  };
  const erin = `erin@${CLOUD.domain}`;
  const decorated = `erin(${CLOUD.domain})@cloud.example`;
  const provider = (externalAccess: object): object =>
    policyOf({ objects: { publicProviders: [PROVIDER], externalAccess } });

  it('gets its addresses as it writes them, and they come back as we do', async () => {
    await world.gateway.use(provider({ global: { enablePublicCloudAccess: true } }));
    const [out, back] = [mark(), mark()];
    expect(await sends(CONTOSO.address, message(ALICE, erin, out))).toBe(200);
    const border = world.partners['SRV leads to another domain'];
    expect((await border.arrival(out)).to).toBe(`sip:${decorated}`);
    expect(await sends(CLOUD.address, message(decorated, ALICE, back))).toBe(200);
    const { from, trust } = await world.inner.arrival(back);
    expect(from).toBe(`sip:${erin}`);
    expect(trust).toContain('ms-source-type=AuthorizedServer');
    expect(trust).toContain('ms-source-network=publiccloud');
  });

  it('is not for users whose policy says nothing of it', async () => {
    await world.gateway.use(provider({ global: { enableFederationAccess: true } }));
    const answer = await world.users.send(CONTOSO.address, message(ALICE, erin, mark()));
    expect(statusOf(answer)).toBe(403);
    expect(answer.headers.get('ms-diagnostics')).toMatch(/^1001;/);
  });
});
