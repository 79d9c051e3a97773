// What the audit says of an allowed domain beside discovery, held against what is decided with the entry and without it.
import {
  type AllowedDomainEntry,
  audit,
  evaluate,
  type PolicyDocument,
  type Query,
  type VerificationLevel,
} from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';

const LEVELS = ['alwaysVerifiable', 'alwaysUnverifiable', 'useSourceVerification'] as const;
const MARKS = ['verified', 'unverified', undefined] as const;
const DOMAIN = 'x.example';
const FACTS = { srv: new Map([[DOMAIN, ['one.x.example', 'two.x.example']]]) };

const open = (discovered: VerificationLevel, listed: readonly AllowedDomainEntry[]) =>
  ({
    version: 1,
    default: 'deny',
    rules: [],
    federation: {
      localDomains: ['us.example'],
      accessEdge: {
        routing: 'useDnsSrvRouting',
        allowFederatedUsers: true,
        enablePartnerDiscovery: true,
        discoveredPartnerVerificationLevel: discovered,
      },
      allowedDomains: listed,
    },
  }) satisfies PolicyDocument;

/** How a message fares: 0 it passes, 1 it waits until its sender is added, 2 it is refused. */
function fares(document: PolicyDocument, more: Partial<Query>): 0 | 1 | 2 {
  const query: Query = {
    from: DOMAIN,
    to: 'us.example',
    via: 'sip',
    toward: 'sip',
    traffic: 'message',
    ...more,
  };
  const { effect, must } = evaluate(policyOf(document), query, FACTS);
  if (effect === 'forbid') return 2;
  return must.some((one) => typeof one !== 'string' && one.kind === 'added-first') ? 1 : 0;
}

function codes(document: PolicyDocument): readonly string[] {
  const done = audit(document);
  return done.kind === 'audit' ? done.findings.map(({ code }) => code) : [];
}

describe('an allowed domain beside discovery', () => {
  for (const discovered of LEVELS) {
    for (const verificationLevel of LEVELS) {
      it(`${verificationLevel} where discovered ones are ${discovered}`, () => {
        const listed = open(discovered, [{ domain: DOMAIN, verificationLevel }]);
        const unlisted = open(discovered, []);
        const isStricter = MARKS.some((mark) => {
          const marked = mark === undefined ? {} : { mark };
          return fares(listed, marked) > fares(unlisted, marked);
        });
        expect(codes(listed).includes('stricter-than-discovered')).toBe(isStricter);
      });
    }
  }

  it('tells of which marks it makes a difference', () => {
    const done = audit(open('alwaysVerifiable', [{ domain: DOMAIN }]));
    expect(done.kind === 'audit' ? done.findings : []).toContainEqual(
      expect.objectContaining({
        code: 'stricter-than-discovered',
        evidence:
          'x.example is useSourceVerification, discovered it would be alwaysVerifiable: it makes a difference where the mark is unverified or missing',
      }),
    );
  });

  it('with a server of its own refuses the others that its record names', () => {
    const unlisted = open('useSourceVerification', []);
    const listed = open('useSourceVerification', [{ domain: DOMAIN, proxyFqdn: 'one.x.example' }]);
    const by = (server: string) => ({ mark: 'verified', peerNames: [server] }) as const;
    expect(fares(unlisted, by('two.x.example'))).toBe(0);
    expect(fares(listed, by('one.x.example'))).toBe(0);
    expect(fares(listed, by('two.x.example'))).toBe(2);
    expect(codes(listed)).toContain('one-server-alone');
    expect(codes(listed)).not.toContain('stricter-than-discovered');
  });
});
