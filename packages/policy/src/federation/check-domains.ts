// Domains that are on two lists, or on one of them twice. A block reaches below its name and a permit does not, so what
// is allowed below a blocked domain can never federate: New-CsAllowedDomain takes it, and a warning tells.
import { error, quoted, warn, type Place, type Report } from '../finding.ts';
import { listedAbove, listedAllowed } from './addresses.ts';
import type { Federation } from './compiled.ts';
import type { DomainLists, NamedDomains } from './named.ts';

/** Tells domains that are named twice. What is compiled is asked whether, the lists are asked where. */
export function checkDomains(lists: DomainLists, compiled: Federation, report: Report): void {
  checkTwice(lists, compiled, report);
  checkLocal(lists, compiled, report);
  if (compiled.blocked.size > 0) {
    for (const list of [lists.allowed, lists.xmpp]) checkBlocked(list, compiled, report);
  }
  checkSides(lists.xmpp, compiled, report);
}

/** A list with as many names as its table has none of them twice, and is not gone through again. */
function checkTwice(
  { local, allowed, blocked, xmpp }: DomainLists,
  compiled: Federation,
  report: Report,
): void {
  ifTwice(local, compiled.localDomains, (place, name) =>
    warn(report, 'duplicate-domain', place, `${name} is here twice`),
  );
  ifTwice(allowed, compiled.allowed, (place, name) =>
    error(report, 'duplicate-domain', place, `${name} is allowed twice`),
  );
  ifTwice(blocked, compiled.blocked, (place, name) =>
    warn(report, 'duplicate-domain', place, `${name} is blocked twice`),
  );
  ifTwice(xmpp, compiled.xmppPartners, (place, name, first) =>
    reportShared(place, name, first, report),
  );
}

function ifTwice(
  list: NamedDomains,
  { size }: { readonly size: number },
  twice: (place: Place, name: string, first: Place) => void,
): void {
  if (size === list.names.length) return;
  const index = new Map<string, number>();
  for (const [key, name] of list.names.entries()) {
    const first = index.get(name);
    if (first === undefined) index.set(name, key);
    else twice(list.placeOf(key), quoted(name), list.placeOf(first));
  }
}

/** Of one partner a name may be said twice; of two it would hang on the order whose it is. */
function reportShared(place: Place, name: string, first: Place, report: Report): void {
  if (partnerAt(place) === partnerAt(first))
    warn(report, 'duplicate-domain', place, `${name} is named twice by this partner`);
  else error(report, 'domain-in-two-partners', place, `${name} belongs to another XMPP partner`);
}

/** The key of the partner that a place of its domains is in. */
function partnerAt(place: Place): Place['key'] | undefined {
  return place.key === 'domain' ? place.parent?.key : place.parent?.parent?.key;
}

/** Whoever has one of our domains is no partner; with a block our own users could not write out. */
function checkLocal(lists: DomainLists, compiled: Federation, report: Report): void {
  const { localDomains } = compiled;
  for (const [key, listed] of LISTED) {
    for (const [index, name] of lists[key].names.entries()) {
      if (!localDomains.has(name)) continue;
      const text = `${quoted(name)} is one of localDomains, and no ${listed}`;
      error(report, 'local-domain-listed', lists[key].placeOf(index), text);
    }
  }
  for (const [index, name] of lists.local.names.entries()) {
    const above = listedAbove(compiled.blocked, name);
    if (above === undefined || above === name) continue;
    const text = `${quoted(name)} lies below ${quoted(above)}, which is blocked`;
    warn(report, 'local-domain-listed', lists.local.placeOf(index), text);
  }
}

const LISTED = [
  ['allowed', 'allowed domain'],
  ['blocked', 'blocked domain'],
  ['xmpp', 'XMPP partner'],
] as const;

function checkBlocked(list: NamedDomains, { blocked }: Federation, report: Report): void {
  for (const [index, name] of list.names.entries()) {
    const above = listedAbove(blocked, name);
    if (above === name) {
      const text = `${quoted(name)} is allowed here and blocked as well`;
      error(report, 'allowed-and-blocked', list.placeOf(index), text);
    } else if (above !== undefined) {
      const text = `${quoted(name)} lies below ${quoted(above)}, which is blocked with everything below it`;
      warn(report, 'allowed-and-blocked', list.placeOf(index), text);
    }
  }
}

/** An address of such a domain may be reached in two ways, and it is not said by which. */
function checkSides(xmpp: NamedDomains, compiled: Federation, report: Report): void {
  for (const [index, name] of xmpp.names.entries()) {
    const above = listedAllowed(compiled, name);
    if (above === undefined) continue;
    const text = `${quoted(name)} is reached by XMPP here, and by SIP as allowed domain ${quoted(above)}`;
    warn(report, 'domain-on-both-sides', xmpp.placeOf(index), text);
  }
}
