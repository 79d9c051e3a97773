// One partner of the document as it is asked: names normalised, addresses sorted, and its domains
// claimed, each for one partner alone.
import { addressSet, readNetwork, type AddressRange } from './address-set.ts';
import type { LimitsEntry, PartnerEntry } from './document.ts';
import { cellOf, putDomain, type Cell, type DomainTable } from './domain-set.ts';
import { normalizeDomain, parsePattern, writePattern, type DomainPattern } from './domain.ts';
import { error, quoted, warn, type Place, type Report } from './finding.ts';
import { checkLinkRules, linkRulesFrom } from './link-rules.ts';
import type { Partner } from './policy-set.ts';

/** The partner, its domains put into `index`. */
export function compilePartner(
  id: string,
  entry: PartnerEntry,
  index: DomainTable<Partner>,
  report: Report,
): Partner {
  const place = { parent: PARTNERS, key: id };
  const at = { parent: place, key: 'domains' };
  warnOfEmpty(entry, place, report);
  checkLimits(entry.limits, place, report);
  checkLinkRules(entry, place, report);
  const patterns = readPatterns(entry.domains, at, report);
  const partner = {
    id,
    domains: patterns.map(({ pattern }) => writePattern(pattern)),
    via: entry.via,
    dialect: entry.dialect,
    prove: entry.prove,
    certificateNames: readHosts(entry, place, report),
    addresses: addressSet(readNetworks(entry, place, report)),
    links: linkRulesFrom(entry),
    limits: entry.limits,
    note: entry.note,
  };
  const cells = { at: cellOf(partner, 'at'), below: cellOf(partner, 'below') };
  for (const { pattern, key } of patterns) {
    claim(index, pattern, pattern.below ? cells.below : cells.at, { parent: at, key }, report);
  }
  return partner;
}

/** What is said of a list that names nothing. */
export const EMPTY_LIST = 'An empty list matches nothing';

function warnOfEmpty(entry: PartnerEntry, parent: Place, report: Report): void {
  for (const key of ['domains', 'certificateNames', 'addresses'] as const) {
    if (entry[key]?.length === 0) warn(report, 'empty-list', { parent, key }, EMPTY_LIST);
  }
}

/** Each burst, and the rate at which it is filled up again. */
const BURSTS = [
  ['messageBurst', 'messagesPerSecond'],
  ['subscriptionBurst', 'subscriptionsPerSecond'],
  ['perUserBurst', 'perUserMessagesPerSecond'],
] as const;

function checkLimits(limits: LimitsEntry | undefined, parent: Place, report: Report): void {
  const place = { parent, key: 'limits' };
  for (const [key, rate] of BURSTS) {
    if (limits?.[key] === undefined || limits[rate] !== undefined) continue;
    error(report, 'burst-without-rate', { parent: place, key }, `${key} goes with ${rate}`);
  }
}

/** A pattern and which one of its list it is. */
export interface PlacedPattern {
  readonly pattern: DomainPattern;
  readonly key: number;
}

/** The patterns of a list; those that are none are reported and left out. */
export function readPatterns(
  texts: readonly string[],
  parent: Place,
  report: Report,
): readonly PlacedPattern[] {
  return texts.flatMap((text, key) => {
    const pattern = parsePattern(text);
    if (pattern !== undefined) return [{ pattern, key }];
    const problem = `${quoted(text)} is not a domain name, *.name or *`;
    error(report, 'malformed-domain', { parent, key }, problem);
    return [];
  });
}

/** One domain, one partner: else it would depend on the order which one it is. */
function claim(
  index: DomainTable<Partner>,
  pattern: DomainPattern,
  cell: Cell<Partner>,
  place: Place,
  report: Report,
): void {
  const there = index.cells.get(pattern.name);
  const owner = (pattern.below ? there?.below : there?.at)?.[0];
  if (owner === undefined) {
    putDomain(index, pattern.name, cell);
    return;
  }
  const name = quoted(writePattern(pattern));
  if (cell.at[0] === owner || cell.below[0] === owner) {
    warn(report, 'duplicate-domain', place, `${name} is here twice`);
  } else {
    error(
      report,
      'domain-in-two-partners',
      place,
      `${name} belongs to partner ${owner.id} already`,
    );
  }
}

function readHosts(entry: PartnerEntry, parent: Place, report: Report): readonly string[] {
  const at = { parent, key: 'certificateNames' };
  return (entry.certificateNames ?? []).flatMap((text, key) => {
    const name = normalizeDomain(text);
    if (name !== undefined) return [name];
    error(report, 'malformed-domain', { parent: at, key }, `${quoted(text)} is not a host name`);
    return [];
  });
}

function readNetworks(entry: PartnerEntry, parent: Place, report: Report): readonly AddressRange[] {
  const at = { parent, key: 'addresses' };
  const texts = entry.addresses ?? [];
  if (entry.prove === 'address' && texts.length === 0) {
    error(report, 'no-addresses', at, 'To be proved by address it needs addresses');
  }
  return texts.flatMap((text, key) => {
    const range = readNetwork(text);
    if (typeof range === 'object') return [range];
    const [code, problem] = ADDRESS_PROBLEMS[range];
    error(report, code, { parent: at, key }, `${quoted(text)} ${problem}`);
    return [];
  });
}

const ADDRESS_PROBLEMS = {
  malformed: ['malformed-address', 'is not an IP address or network'],
  'host-bits': ['address-has-host-bits', 'has bits set behind its prefix'],
} as const;

const PARTNERS: Place = { parent: undefined, key: 'partners' };
