// Users of a service that does not vouch for them, through a whole gateway: their invitations are held until the SIP user
// has added them, their messages are refused until then, and they see no status notes.
import { describe, expect, it } from 'vitest';
import type { XmppPartnerType } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { pidf } from '@interwork/sip/testing';
import { PresenceTown, SIP, XMPP } from './presence-town.ts';

const JULIET = `juliet@${XMPP}`;
const ROMEO = `romeo@${SIP}`;
const MINUTE = 60_000;

function policy(partnerType: XmppPartnerType) {
  return policyOf({
    federation: {
      localDomains: [SIP],
      accessEdge: { routing: 'useDnsSrvRouting', allowFederatedUsers: true },
      xmppPartners: [{ domain: XMPP, partnerType, tlsNegotiation: 'optional' }],
    },
  });
}

function town(partnerType: XmppPartnerType, held = 60 * MINUTE): PresenceTown {
  const presence = { host: `gw.${SIP}`, ports: { tls: 5061 }, jitter: () => 0.5 };
  const built = new PresenceTown({
    gateway: { policy: policy(partnerType), presence: { ...presence, waits: { held } } },
  });
  const tuples = [{ id: 'ID-orchard', basic: 'open', note: 'In Mantua' }] as const;
  built.romeo.setDocument(pidf(built.romeo.address, tuples));
  built.romeo.allow(JULIET);
  built.juliet.answerRequests('approve');
  built.juliet.login('balcony');
  built.pass(1_000);
  return built;
}

const seen = ({ juliet }: PresenceTown): readonly string[] =>
  juliet.clients[0]?.sees(ROMEO).map(({ statuses }) => statuses[0]?.text ?? '-') ?? [];
const roster = ({ juliet }: PresenceTown) => juliet.roster().find(({ jid }) => jid === ROMEO);
const last = ({ traces }: PresenceTown) => traces.at(-1);

describe('an invitation', () => {
  it('is held, and passed on by itself once the SIP user adds the other', () => {
    const one = town('publicUnverified');
    one.juliet.subscribe(ROMEO);
    one.pass(MINUTE);
    expect(last(one)).toMatchObject({ outcome: 'held', reasons: ['hold:keep'] });
    expect(one.romeo.watchers).toEqual([]);
    expect(roster(one)?.subscription).not.toBe('to');
    one.romeo.watch(JULIET);
    one.pass(MINUTE);
    expect(roster(one)?.subscription).toBe('both');
    expect(seen(one)).toEqual(['-']);
  });

  it('is passed on at once where the SIP user has added the other before', () => {
    const one = town('publicUnverified');
    one.romeo.watch(JULIET);
    one.pass(MINUTE);
    one.juliet.subscribe(ROMEO);
    one.pass(MINUTE);
    expect(roster(one)?.subscription).toBe('both');
  });

  it('is still held after a restart, and is over when its time is', () => {
    const one = town('publicUnverified', 10 * MINUTE);
    one.juliet.subscribe(ROMEO);
    one.pass(MINUTE);
    one.restart();
    one.pass(MINUTE);
    expect(roster(one)?.ask).toBe(true);
    one.pass(10 * MINUTE);
    expect(roster(one)?.ask).toBe(false);
  });

  it.each(['federated', 'publicVerified'] as const)(
    'of a partner that is %s is not held',
    (type) => {
      const one = town(type);
      one.juliet.subscribe(ROMEO);
      one.pass(MINUTE);
      expect(roster(one)?.subscription).toBe('to');
      expect(seen(one)).toEqual([type === 'federated' ? 'In Mantua' : '-']);
    },
  );
});

describe('a message', () => {
  it('is refused until the SIP user adds the sender, and what was learned before does not hold', () => {
    const one = town('publicUnverified');
    one.xmpp.send({ from: JULIET, to: ROMEO, text: 'Ay me' });
    one.pass(MINUTE);
    expect(last(one)).toMatchObject({ outcome: 'refused', reasons: ['not-added'] });
    one.romeo.watch(JULIET);
    one.pass(1_000);
    one.xmpp.send({ from: JULIET, to: ROMEO, text: 'Ay me' });
    one.pass(MINUTE);
    expect(one.traces.filter(({ traffic }) => traffic === 'message').at(-1)?.reasons).not.toEqual([
      'not-added',
    ]);
  });
});
