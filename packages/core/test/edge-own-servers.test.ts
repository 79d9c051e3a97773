// Our own servers behind the edge, where the other end speaks XMPP: their certificates carry their own names, RFC 5922 §7.4,
// and what is for our domain goes to them without a route being written.
import { expect, it } from 'vitest';
import { type FederationOptions, GATEWAY, SIP, virtualFederation, XMPP } from './federation.ts';

const POOL = `pool.${SIP}`;
const ALICE = `alice@${SIP}`;
const target = { transport: 'tls', address: '192.0.2.1', port: 5061, references: [POOL] } as const;
const edge = { ownDomains: [SIP], fqdn: GATEWAY, ports: { tls: 5061 }, innerHops: [{ target }] };
const behind: FederationOptions = {
  sipCertificate: { dns: [POOL] },
  gateway: { routes: {}, edge },
};

it('an inner hop proves our own domain, there and back', async () => {
  const f = await virtualFederation(behind);
  expect(await f.sipSends(ALICE, `bob@${XMPP}`, 'there')).toBe(202);
  expect(f.traces.at(-1)).toMatchObject({ direction: 'sip-to-xmpp', proof: 'certificate' });
  await f.xmppSends(`bob@${XMPP}`, ALICE, 'back');
  expect(await f.until(() => f.sip.texts('alice')[0])).toBe('back');
  await f.close();
});

it('it proves no other domain', async () => {
  const f = await virtualFederation({
    ...behind,
    gateway: { ...behind.gateway, sipDomains: [SIP, 'fabrikam.example'] },
  });
  expect(await f.sipSends('eve@fabrikam.example', `bob@${XMPP}`, 'x')).toBe(403);
  await f.close();
});

it('whoever is no inner hop does not prove it', async () => {
  const f = await virtualFederation({ ...behind, sipCertificate: { dns: [`other.${SIP}`] } });
  expect(await f.sipSends(ALICE, `bob@${XMPP}`, 'x')).toBe(403);
  await f.close();
});

it('a route that is written comes first', async () => {
  const f = await virtualFederation({
    ...behind,
    gateway: { ...behind.gateway, routes: { [SIP]: [] } },
  });
  await f.xmppSends(`bob@${XMPP}`, ALICE, 'nowhere');
  await f.until(() => f.traces.find(({ kind }) => kind === 'crossing'));
  expect(f.sip.texts('alice')).toEqual([]);
  await f.close();
});
