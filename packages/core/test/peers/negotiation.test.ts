// The 18 rows of Lync's negotiation table against real Prosodys of five kinds, both ways: each link comes about by the best
// method that both sides can, or by none, and then both senders are told. XEP-0178 §3, XEP-0220 §2.1, RFC 6120 §13.9.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '@interwork/policy';
import { expected, type Peer, PEERS, refusalOf } from './negotiation-peers.ts';
import {
  type Form,
  lyncPartners,
  ownPartners,
  type Row,
  ROWS,
  titleOf,
} from './negotiation-rows.ts';
import { type NegotiationStage, negotiationStage } from './negotiation-stage.ts';

const POSSIBLE = ROWS.filter(({ methods }) => methods.length > 0);
const FORMS: Readonly<Record<string, Form>> = {
  partners: ownPartners,
  'federation.xmppPartners': lyncPartners,
};

describe.each(Object.entries(FORMS))('negotiation by %s', (_name, form) => {
  let s: NegotiationStage;
  beforeAll(async () => {
    s = await negotiationStage(POSSIBLE, form);
  });
  afterAll(() => s.close());

  // Beside each other: Prosody rests up to a second before each question to DNS.
  for (const peer of PEERS)
    describe.concurrent(peer.title, () => {
      for (const row of POSSIBLE) {
        const method = expected(row, peer) ?? 'no link';
        it(`${titleOf(row)}: ${method}`, async ({ expect: expects }) => {
          expects(await s.both({ row, peer })).toMatchObject(outcomeOf(row, peer));
        });
      }
    });
});

/** A certificate that holds is proof enough where dialback is asked for. */
function outcomeOf(row: Row, peer: Peer): object {
  const method = expected(row, peer);
  if (method !== undefined) {
    const tls = method !== 'dialback without TLS';
    const proof = tls && peer.certified ? 'certificate' : 'dialback';
    const arrived = { kind: 'arrived', method };
    return { toBob: arrived, toAlice: { ...arrived, link: { proof, tls } } };
  }
  const { calling, called, told } = refusalOf(row, peer) ?? {};
  const status = calling === 'policy' ? 403 : 504;
  return {
    toBob: { kind: 'refused', status, reason: calling },
    toAlice: { kind: 'refused', condition: 'remote-server-timeout', reason: called, told },
  };
}

describe('a row that leaves no method', () => {
  const impossible = ROWS.filter(({ methods }) => methods.length === 0);
  const CODES = [
    ['partners', ownPartners, 'link-contradiction'],
    ['federation.xmppPartners', lyncPartners, 'no-negotiation'],
  ] as const;
  for (const [name, form, code] of CODES)
    it.each(impossible.map((row) => [titleOf(row), row] as const))(
      `%s, by ${name}: does not load`,
      (_title, row) => {
        const loaded = loadPolicy(form([row], () => ['a.example']));
        expect(loaded).toMatchObject({ kind: 'findings', findings: [{ code }] });
      },
    );
});
