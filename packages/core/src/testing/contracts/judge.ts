// What a judge of certificates must do, as the edges take one: prove what a certificate of a trusted authority says, and
// nothing by any other; never throw at what a peer shows.
import { type Authority, makeAuthority, type Variety } from '@interwork/certs/testing';
import type { AuthorityCrypto } from '@interwork/certs/testing';
import type { Judge } from '@interwork/sip';
import { type ContractCase, expectSame } from './case.ts';

/** Makes a judge that trusts one authority at an instant (epoch milliseconds), for a protocol. */
export type MakeJudge = (options: {
  /** DER. */
  readonly anchor: Uint8Array;
  readonly now: number;
  readonly service: 'sip' | 'xmpp-server';
}) => Judge;

/** The cases for every judge. The cryptography makes the certificates that it is shown. */
export function judgeCases(crypto: AuthorityCrypto): readonly ContractCase<MakeJudge>[] {
  return [
    ...SERVICES.flatMap((service) => [
      ...PROVED.map((as) => varietyCase(crypto, service, as, true)),
      ...REFUSED.map((as) => varietyCase(crypto, service, as, false)),
    ]),
    ...SERVICES.map((service) => elsewhereCase(crypto, service)),
    ...SERVICES.map((service) => garbageCase(crypto, service)),
  ];
}

function varietyCase(
  crypto: AuthorityCrypto,
  service: Service,
  as: Variety,
  isProved: boolean,
): ContractCase<MakeJudge> {
  return judgeCase(
    crypto,
    `${service}: ${isProved ? 'believes' : 'does not believe'} a certificate ${as}`,
    (judge, authority) => {
      const { chain } = authority.issue({ domain: DOMAIN, as });
      for (const role of ROLES) {
        const { accepted, proved } = judge(chain, role, DOMAIN);
        expectSame([accepted, proved.includes(DOMAIN)], [isProved, isProved]);
      }
    },
    service,
  );
}

function elsewhereCase(crypto: AuthorityCrypto, service: Service): ContractCase<MakeJudge> {
  return judgeCase(
    crypto,
    `${service}: believes a certificate for its own names alone`,
    (judge, authority) => {
      const { chain } = authority.issue({ domain: DOMAIN });
      const judgement = judge(chain, 'server', 'other.example');
      expectSame([judgement.accepted, judgement.faults.length > 0], [false, true]);
      expectSame(judge(chain, 'client', undefined).proved, [DOMAIN]);
    },
    service,
  );
}

function garbageCase(crypto: AuthorityCrypto, service: Service): ContractCase<MakeJudge> {
  return judgeCase(
    crypto,
    `${service}: throws at nothing that a peer shows`,
    (judge, authority) => {
      const [leaf = new Uint8Array(), ...rest] = authority.issue({ domain: DOMAIN }).chain;
      const shown = [
        [],
        [new Uint8Array()],
        [Uint8Array.of(0x30, 0x80)],
        [leaf.subarray(0, leaf.length >> 1), ...rest],
        [new Uint8Array(1_000).fill(0x30)],
        rest,
      ];
      for (const chain of shown) expectSame(judge(chain, 'server', DOMAIN).accepted, false);
    },
    service,
  );
}

function judgeCase(
  crypto: AuthorityCrypto,
  name: string,
  body: (judge: Judge, authority: Authority) => void,
  service: Service,
): ContractCase<MakeJudge> {
  return {
    name,
    run: async (make) => {
      const authority = makeAuthority({ crypto, now: NOW });
      body(make({ anchor: authority.certificate.der, now: NOW, service }), authority);
    },
  };
}

type Service = 'sip' | 'xmpp-server';
const SERVICES: readonly Service[] = ['sip', 'xmpp-server'];
const ROLES = ['client', 'server'] as const;
const DOMAIN = 'example.com';
const NOW = Date.UTC(2026, 5, 1);

const PROVED: readonly Variety[] = ['good', 'server-auth-only'];
const REFUSED: readonly Variety[] = [
  'expired',
  'not-yet-valid',
  'other-name',
  'nul-in-name',
  'email-only',
  'self-signed',
  'unknown-issuer',
  'forged-chain',
  'not-a-ca',
  'weak-hash',
  'weak-key',
  'trailing-byte',
];
