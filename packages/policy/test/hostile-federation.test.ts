// Federations that are made to hurt: each is a value, policy or findings, whatever is in it, and none loads by half.
import { loadPolicy, type Finding } from '@interwork/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERY_FIELD } from './every-field.ts';
import { changedAt, placesIn } from './shaped.ts';

const GOOD = { version: 1, default: 'deny', rules: [], federation: EVERY_FIELD };
const TEXT = JSON.stringify(GOOD, undefined, 1);

function findings(document: unknown): readonly Finding[] {
  const loaded = loadPolicy(document);
  return loaded.kind === 'findings' ? loaded.findings : loaded.warnings;
}

/** JSON text with this in the place of the allowed domains. */
function withAllowed(text: string): string {
  return `{"version":1,"default":"deny","rules":[],"federation":{"localDomains":["o.example"],"accessEdge":{"routing":"useDnsSrvRouting","allowFederatedUsers":true},"allowedDomains":${text}}}`;
}

describe('a federation', () => {
  it('with something odd at any one place is a value, and never half of one', () => {
    const odd = [null, [], {}, '', 0, -1, 1e300, true, 'a\0b', '*', [[]], { ['__proto__']: 1 }];
    const places = placesIn(GOOD);
    for (const place of places) {
      for (const value of odd) {
        const loaded = loadPolicy(changedAt(GOOD, place, () => value));
        if (loaded.kind === 'findings') {
          expect(Object.keys(loaded)).toEqual(['kind', 'findings']);
          expect(loaded.findings.some(({ severity }) => severity === 'error')).toBe(true);
        } else expect(loaded.federation === undefined).toBe(place.length === 0);
      }
    }
  });

  it('with what JSON cannot say at any one place is a finding', () => {
    const ring: unknown[] = [];
    ring.push(ring);
    const odd = [Number.NaN, 1n, Symbol.iterator, () => 1, ring];
    for (const place of placesIn(GOOD)) {
      for (const value of odd) {
        const found = findings(changedAt(GOOD, place, () => value));
        expect(found.map(({ code }) => code)).toEqual([value === ring ? 'too-deep' : 'not-json']);
      }
    }
  });

  it('with a piece of its text changed is a value, and loads only if it is JSON', () => {
    fc.assert(
      fc.property(fc.nat(TEXT.length), fc.nat(9), fc.string({ maxLength: 3 }), (at, cut, text) => {
        const changed = TEXT.slice(0, at) + text + TEXT.slice(at + cut);
        const loaded = loadPolicy(changed);
        if (loaded.kind === 'policy') expect(() => JSON.parse(changed) as unknown).not.toThrow();
        else expect(loaded.findings.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('that is deep', () => {
    const deep = withAllowed('['.repeat(1e6));
    expect(findings(deep).map(({ code }) => code)).toEqual(['too-deep']);
    const wide = withAllowed('{"domain":'.repeat(1e5));
    expect(findings(wide).map(({ code }) => code)).toEqual(['too-deep']);
  });

  it('that is wrong in a hundred thousand places tells a hundred, and the count', () => {
    const domains = Array.from({ length: 1e5 }, () => '{"domain":"a.example"}').join();
    const found = findings(withAllowed(`[${domains}]`));
    expect(found).toHaveLength(101);
    expect(found[0]).toMatchObject({
      code: 'duplicate-domain',
      path: '/federation/allowedDomains/1/domain',
    });
    expect(found.at(-1)).toMatchObject({ severity: 'error', text: '99899 more are not listed' });
  });

  it('with names of every object’s members asks nothing of them', () => {
    const access = (users: object, granted: string) => ({
      ...GOOD,
      federation: {
        ...EVERY_FIELD,
        externalAccess: { users, granted: { 'ann@ours.example': granted } },
      },
    });
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const [unknown] = findings(access({}, name));
      expect(unknown).toMatchObject({ code: 'unknown-policy' });
      const users = JSON.parse(`{"${name}":{"enableFederationAccess":true}}`) as object;
      const loaded = loadPolicy(access(users, name));
      expect(loaded.kind).toBe('policy');
      if (loaded.kind === 'policy') expect(loaded.federation?.access?.users.has(name)).toBe(true);
    }
    expect(Object.keys({})).toEqual([]);
    expect(({} as Record<string, unknown>)['enableFederationAccess']).toBeUndefined();
  });
});
