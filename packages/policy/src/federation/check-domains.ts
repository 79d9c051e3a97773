// Domains that are on two lists, or on one of them twice. A block reaches below its name and a permit does not, so what
// is allowed below a blocked domain can never federate: New-CsAllowedDomain takes it, and a warning tells.
import { error, quoted, warn, type Place, type Report } from '../finding.ts';
import type { ReadFederation } from '../read.ts';
import { listedAbove } from './addresses.ts';
import { domainLists, type NamedDomains } from './named.ts';

/** A list, and where in it each name is first. */
interface Indexed extends NamedDomains {
  readonly index: ReadonlyMap<string, number>;
}

/** Tells domains that are named twice. */
export function checkDomains(federation: ReadFederation, parent: Place, report: Report): void {
  const lists = domainLists(federation, parent);
  const local = indexed(lists.local, (place, name) =>
    warn(report, 'duplicate-domain', place, `${name} is here twice`),
  );
  const allowed = indexed(lists.allowed, (place, name) =>
    error(report, 'duplicate-domain', place, `${name} is allowed twice`),
  );
  const blocked = indexed(lists.blocked, (place, name) =>
    warn(report, 'duplicate-domain', place, `${name} is blocked twice`),
  );
  const xmpp = indexed(lists.xmpp, (place, name, first) =>
    reportShared(place, name, first, report),
  );
  checkLocal(local, { allowed, blocked, xmpp }, report);
  for (const list of [allowed, xmpp]) checkBlocked(list, blocked, report);
  checkSides(xmpp, allowed, federation, report);
}

function indexed(
  list: NamedDomains,
  twice: (place: Place, name: string, first: Place) => void,
): Indexed {
  const index = new Map<string, number>();
  for (const [key, name] of list.names.entries()) {
    const first = index.get(name);
    if (first === undefined) index.set(name, key);
    else twice(list.placeOf(key), quoted(name), list.placeOf(first));
  }
  return { ...list, index };
}

/** Of one partner a name may be said twice; of two it would hang on the order whose it is. */
function reportShared(place: Place, name: string, first: Place, report: Report): void {
  if (partnerAt(place) === partnerAt(first))
    warn(report, 'duplicate-domain', place, `${name} is named twice by this partner`);
  else error(report, 'domain-in-two-partners', place, `${name} belongs to another XMPP partner`);
}

/** The key of the partner that a place of its domains is in. */
function partnerAt(place: Place): Place['key'] {
  return place.key === 'domain' ? keyOf(place.parent) : keyOf(place.parent?.parent);
}

function keyOf(place: Place | undefined): Place['key'] {
  return place?.key ?? '';
}

/** Whoever has one of our domains is no partner; with a block our own users could not write out. */
function checkLocal(
  local: Indexed,
  lists: Readonly<Record<'allowed' | 'blocked' | 'xmpp', Indexed>>,
  report: Report,
): void {
  for (const [key, name] of local.names.entries()) {
    for (const [kind, list] of Object.entries(lists)) {
      const at = list.index.get(name);
      if (at === undefined) continue;
      const text = `${quoted(name)} is one of localDomains, and no ${LISTED[kind] ?? kind}`;
      error(report, 'local-domain-listed', list.placeOf(at), text);
    }
    const above = listedAbove(lists.blocked.index, name);
    if (above === undefined || above === name) continue;
    const text = `${quoted(name)} lies below ${quoted(above)}, which is blocked`;
    warn(report, 'local-domain-listed', local.placeOf(key), text);
  }
}

const LISTED: Readonly<Record<string, string>> = {
  allowed: 'allowed domain',
  blocked: 'blocked domain',
  xmpp: 'XMPP partner',
};

function checkBlocked(list: Indexed, blocked: Indexed, report: Report): void {
  if (blocked.index.size === 0) return;
  for (const [name, key] of list.index) {
    const above = listedAbove(blocked.index, name);
    if (above === name) {
      const text = `${quoted(name)} is allowed here and blocked as well`;
      error(report, 'allowed-and-blocked', list.placeOf(key), text);
    } else if (above !== undefined) {
      const text = `${quoted(name)} lies below ${quoted(above)}, which is blocked with everything below it`;
      warn(report, 'allowed-and-blocked', list.placeOf(key), text);
    }
  }
}

/** An address of such a domain may be reached in two ways, and it is not said by which. */
function checkSides(
  xmpp: Indexed,
  allowed: Indexed,
  { allowedDomains = [] }: ReadFederation,
  report: Report,
): void {
  const reaching = (name: string): boolean => {
    const at = allowed.index.get(name);
    return at !== undefined && allowedDomains[at]?.includeSubdomains === true;
  };
  for (const [name, key] of xmpp.index) {
    const above = allowed.index.has(name) ? name : listedAbove({ has: reaching }, name);
    if (above === undefined) continue;
    const text = `${quoted(name)} is reached by XMPP here, and by SIP as allowed domain ${quoted(above)}`;
    warn(report, 'domain-on-both-sides', xmpp.placeOf(key), text);
  }
}
