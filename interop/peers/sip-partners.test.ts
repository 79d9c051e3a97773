// SIP partners with right and wrong records and certificates, both ways over mutual TLS: real Kamailios, real DNS, the gateway
// as a program whose policy changes while it runs. What is refused is refused by the number that Lync's edge has for it,
// which our own users see and partners do not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statusOf } from '../src/agents/sip-message.ts';
import { CONTOSO, GATEWAY, type PartnerKind } from './companies.ts';
import { type Expected, type Listing, LISTINGS, policyOf } from './listings.ts';
import { message } from './user.ts';
import { skipped, startWorld, why, type World } from './world.ts';

let world: World;
let drawn = 0;
/** Crossings so far. */
let told = 0;
const mark = (): string => `m${++drawn}x`;
const ALICE = `alice@${CONTOSO.domain}`;

beforeAll(async () => {
  if (why !== undefined) return;
  world = await startWorld(policyOf({ objects: {} }));
});
afterAll(() => (why === undefined ? world.stop() : undefined));

const listings = LISTINGS.map((listing) => [listing.id, listing] as const);
describe.skipIf(why !== undefined).each(listings)(`%s${skipped}`, (_id, listing) => {
  beforeAll(() => world.gateway.use(policyOf(listing)));

  it.each(Object.entries(listing.expected) as [PartnerKind, Expected][])(
    '%s: %s',
    async (kind, expected) => {
      expect(await outward(kind)).toEqual(outwardOf(expected));
      expect(await inward(kind)).toEqual(inwardOf(expected, listing, kind));
      const { domain } = world.partners[kind].company;
      told += 2;
      const crossed = await world.gateway.told('both', (all) =>
        all.length < told ? undefined : all.slice(told - 2, told),
      );
      expect(crossed.map(({ direction, by }) => [direction, ...by])).toEqual([
        ['sip-to-sip', listing.by(domain)],
        ['sip-to-sip', listing.by(domain)],
      ]);
      const numbers = typeof expected === 'number' ? [expected, expected] : undefined;
      if (numbers) expect(crossed.map(({ diagnostics }) => diagnostics)).toEqual(numbers);
    },
  );
});

/** What our user is told, and what the partner has got. */
async function outward(kind: PartnerKind): Promise<object> {
  const partner = world.partners[kind];
  const body = mark();
  const to = `bob@${partner.company.domain}`;
  const answer = await world.users.send(CONTOSO.address, message(ALICE, to, body));
  const diagnostics = answer.headers.get('ms-diagnostics');
  const number = /^\d+/.exec(diagnostics ?? '')?.[0];
  const told = { status: statusOf(answer), ...(number && { diagnostics: Number(number) }) };
  if (told.status !== 200)
    return { ...told, got: partner.arrived.some((one) => one.body === body) };
  const { peer, trust, from } = await partner.arrival(body);
  return { ...told, got: { peer, trust, from } };
}

function outwardOf(expected: Expected): object {
  if (expected === 'passes')
    return { status: 200, got: { peer: GATEWAY.name, trust: '', from: `sip:${ALICE}` } };
  if (expected === 'forbidden') return { status: 404, diagnostics: 1005, got: false };
  return { status: 504, diagnostics: expected, got: false };
}

/** What the partner's user is told, and what our server has got. */
async function inward(kind: PartnerKind): Promise<object> {
  const { company } = world.partners[kind];
  const body = mark();
  const from = `bob@${company.domain}`;
  const forged = 'ms-edge-proxy-message-trust: ms-source-type=AuthorizedServer;ms-ep-fqdn=x';
  const answer = await world.users.send(company.address, message(from, ALICE, body, [forged]));
  const told = { status: statusOf(answer), diagnostics: answer.headers.get('ms-diagnostics') };
  if (told.status !== 200)
    return { ...told, got: world.inner.arrived.some((one) => one.body === body) };
  const { peer, trust } = await world.inner.arrival(body);
  return {
    ...told,
    got: { peer, trust: Object.fromEntries(new URLSearchParams(trust.replaceAll(';', '&'))) },
  };
}

function inwardOf(expected: Expected, { source }: Listing, kind: PartnerKind): object {
  const diagnostics = undefined;
  if (expected === 'forbidden') return { status: 403, diagnostics, got: false };
  if (expected !== 'passes') return { status: 504, diagnostics, got: false };
  const isFound = kind === 'right' && source === 'AuthorizedServer';
  const trust = {
    'ms-source-type': isFound ? 'AutoFederation' : source,
    'ms-ep-fqdn': GATEWAY.name,
    'ms-source-verified-user': 'verified',
    'ms-source-network': 'federation',
    'ms-remote-fqdn': world.partners[kind].company.name,
  };
  return { status: 200, diagnostics, got: { peer: GATEWAY.name, trust } };
}
