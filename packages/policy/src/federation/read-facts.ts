// Facts that people write down: what a host would have learned from DNS and its directory, for a tool or a test that has
// neither. Keys in any spelling; what is handed to `evaluate` has them normalised.
import { normalizeDomain } from '../domain.ts';
import type { Findings } from '../finding.ts';
import { readByShape } from '../read-shape.ts';
import type { Shape, Words } from '../shape.ts';
import { readAddress } from './addresses.ts';
import type { Facts, Grant, Relation } from './facts.ts';
import { ADDRESS, FQDN, NAME } from './words.ts';

/** Facts that were read. */
export interface ReadFacts {
  readonly kind: 'facts';
  readonly facts: Required<Facts>;
}

/**
 * Facts from JSON text: `{ "srv": { "d.example": ["sip.d.example"] }, "grants": { "a@us.example": { "policy": "P" } },
 * "relations": { "a@us.example": { "b@d.example": "added" } } }`; or findings. Hosts that are `"unanswered"`: DNS gave no
 * answer.
 */
export function loadFacts(text: string): ReadFacts | Findings {
  const { value, findings } = readByShape(text, FACTS);
  if (findings.length > 0) return { kind: 'findings', findings };
  const { srv = NOTHING, grants = NOTHING, relations = NOTHING } = value as Written;
  return {
    kind: 'facts',
    facts: {
      srv: rekeyed(srv, normalizeDomain, (hosts) => (hosts === UNANSWERED ? undefined : hosts)),
      grants: rekeyed(grants, readAddress, (grant) => grant),
      relations: new Map([...relations].flatMap(([user, others]) => [...pairs(user, others)])),
    },
  };
}

/** As the descriptor reads it. */
interface Written {
  readonly srv?: ReadonlyMap<string, readonly string[] | typeof UNANSWERED>;
  readonly grants?: ReadonlyMap<string, Grant>;
  readonly relations?: ReadonlyMap<string, ReadonlyMap<string, Relation>>;
}

function rekeyed<A, B>(
  table: ReadonlyMap<string, A>,
  keyOf: (text: string) => string | undefined,
  valueOf: (value: A) => B,
): ReadonlyMap<string, B> {
  return new Map([...table].map(([text, value]) => [keyOf(text) ?? text, valueOf(value)]));
}

function pairs(user: string, others: ReadonlyMap<string, Relation>): Iterable<[string, Relation]> {
  const key = readAddress(user) ?? user;
  return rekeyed(
    others,
    (text) => `${key} ${readAddress(text) ?? text}`,
    (relation) => relation,
  ).entries();
}

const UNANSWERED = 'unanswered';
const NOTHING = new Map<string, never>();
const DOMAIN: Words = {
  expected: 'a domain name',
  holds: (text) => normalizeDomain(text) !== undefined,
};
const NAMED: Shape = { kind: 'words', ...NAME };
const FACTS: Shape = {
  kind: 'object',
  fields: {
    srv: {
      shape: {
        kind: 'table',
        names: DOMAIN,
        of: {
          kind: 'either',
          of: [
            { kind: 'list', of: FQDN },
            { kind: 'choice', of: [UNANSWERED] },
          ],
        },
      },
      about: 'The hosts that the SRV record of a domain names.',
    },
    grants: {
      shape: {
        kind: 'table',
        names: ADDRESS,
        of: {
          kind: 'object',
          fields: {
            policy: { shape: NAMED, about: 'The external access policy granted to the user.' },
            site: { shape: NAMED, about: 'The site of the user.' },
          },
        },
      },
      about: 'What is granted to users, by address.',
    },
    relations: {
      shape: {
        kind: 'table',
        names: ADDRESS,
        of: {
          kind: 'table',
          names: ADDRESS,
          of: { kind: 'choice', of: ['blocked', 'allowed', 'added', 'none'] },
        },
      },
      about: 'What users have set about others, by both addresses.',
    },
  },
};
