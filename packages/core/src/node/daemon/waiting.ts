// What is looked at only when a daemon starts: where a reload finds it changed, it is named, since it holds after a restart
// alone. Whatever is not said here to hold at once waits, so that no new part of a configuration is forgotten.
import type { PolicySet } from '@interwork/policy';
import { xmppKind } from './configuration-checks.ts';
import type { Configuration } from './configuration.ts';
import { limitsBy, timersBy } from './xmpp-partners.ts';

/** What a start, or a reload, has read. */
export interface HasRead {
  readonly configuration: Configuration;
  readonly policy: PolicySet;
  /** What is shared with the XMPP side. */
  readonly secret: string | undefined;
}

/** Places of the configuration, and of the policy, that differ and wait. */
export function waiting(before: HasRead, after: HasRead): readonly string[] {
  const [old, now] = [before.configuration, after.configuration];
  return [
    ...partsOf(old, now)
      .filter((part) => shown(old[part]) !== shown(now[part]))
      .map(placeOf),
    ...tlsTakenAway(old, now),
    ...(old.log?.addresses === now.log?.addresses ? [] : ['/log/addresses']),
    ...secretIn(before, after),
    ...boundsOf(before, after),
  ];
}

type Part = keyof Configuration;

function partsOf(...both: readonly Configuration[]): readonly Part[] {
  const parts = new Set(both.flatMap((one) => Object.keys(one) as Part[]));
  return [...parts].filter((part) => !AT_ONCE.has(part));
}

function placeOf(part: Part): string {
  return `/${part}`;
}

/** Other pairs are shown at once, and so is a first one; but none is not. */
function tlsTakenAway({ tls: before }: Configuration, { tls }: Configuration): readonly string[] {
  const sides = ['sip', 'xmpp'] as const;
  return sides
    .filter((side) => before?.[side] !== undefined && tls?.[side] === undefined)
    .map((side) => `/tls/${side}`);
}

/** Another secret in the same file. */
function secretIn(before: HasRead, after: HasRead): readonly string[] {
  const { xmpp } = after.configuration;
  if (before.secret === after.secret || shown(before.configuration.xmpp) !== shown(xmpp)) return [];
  return [`/xmpp/${xmppKind(xmpp)}/secretFile`];
}

/** What the policy has of these is for servers alone. */
function boundsOf(before: HasRead, after: HasRead): readonly string[] {
  if (xmppKind(after.configuration.xmpp) === 'component') return [];
  const of = ({ policy }: HasRead): string => shown([limitsBy(policy), timersBy(policy)]);
  return of(before) === of(after) ? [] : ['/federation/xmppGateway'];
}

/** Whatever the order in which an operator has written the fields. */
function shown(part: unknown): string {
  return JSON.stringify(part, (_, value: unknown) => inOrder(value)) ?? '';
}

function inOrder(value: unknown): unknown {
  if (value instanceof Map) return [...value].toSorted(byName);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(byName));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** Parts that a reload puts in force, as far as nothing above says otherwise. */
const AT_ONCE: ReadonlySet<Part> = new Set<Part>(['version', 'tls', 'policy', 'log']);
