// May this cross? Forbid beats permit, order never matters, and where nothing speaks the default
// holds. Nothing is asked of a clock, a file or the network. What cannot be understood is forbidden.
//
// Besides the rules a partner's own facts forbid: a domain that comes from the side where its
// partner is not, or from an address that is none of its own. Those bind every permit, and the
// default too.
//
// Per query: two walks over suffixes of a name (domain-set.ts) and the rules that stand there.
// Made for it: the verdict, one record while it is found, and the suffixes themselves.
import { addressIn } from './address-set.ts';
import { valuesFor, type DomainTable } from './domain-set.ts';
import { normalizeDomain } from './domain.ts';
import { atEnd, obligations, PROVE } from './obligation.ts';
import { partnerAt, type Partner, type PolicySet, type Rule } from './policy-set.ts';
import { REASONS, type End, type Query, type Verdict } from './query.ts';
import { trafficBit } from './traffic.ts';

/** Whether a crossing is permitted, by which rules, and what has to hold for it. */
export function evaluate(set: PolicySet, query: Query): Verdict {
  const from = normalizeDomain(query.from);
  const to = normalizeDomain(query.to);
  if (from === undefined || to === undefined) return MALFORMED_DOMAIN;
  const traffic = trafficBit(query.traffic);
  if (traffic === 0) return UNKNOWN_TRAFFIC;
  const fromPartner = partnerAt(set, from);
  const toPartner = partnerAt(set, to);
  const found: Found = {
    from,
    to,
    traffic,
    fromPartner,
    toPartner,
    forbid: NONE,
    permit: NONE,
    must: 0,
  };
  hear(found, valuesFor(set.index, from), 'from');
  hear(found, valuesFor(set.index, to), 'to');
  hearPartner(found, fromPartner, 'from', query);
  hearPartner(found, toPartner, 'to', query);
  return decide(set, found);
}

/** A verdict while it is being found. */
interface Found {
  readonly from: string;
  readonly to: string;
  readonly traffic: number;
  readonly fromPartner: Partner | undefined;
  readonly toPartner: Partner | undefined;
  forbid: readonly string[];
  permit: readonly string[];
  must: number;
}

function decide(set: PolicySet, found: Found): Verdict {
  const { forbid, permit } = found;
  if (forbid.length > 0) return { effect: 'forbid', by: forbid, must: NONE, skipped: permit };
  if (permit.length > 0) return permitted(found, permit);
  return set.default === 'permit' ? permitted(found, DEFAULT) : DENIED;
}

function permitted(found: Found, by: readonly string[]): Verdict {
  return { effect: 'permit', by, must: obligations(found.must), skipped: NONE };
}

function hear(found: Found, rules: readonly Rule[], end: End): void {
  if (rules.length === 0) return;
  for (const rule of rules) {
    if (!speaks(rule, found, end)) continue;
    if (rule.effect === 'forbid') {
      found.forbid = joined(found.forbid, rule.by);
    } else {
      found.permit = joined(found.permit, rule.by);
      found.must |= asked(rule, end);
    }
  }
}

function speaks(rule: Rule, found: Found, end: End): boolean {
  if ((rule.traffic & found.traffic) === 0) return false;
  if (rule.end !== 'either' && rule.end !== end) return false;
  if (rule.other !== undefined && !holdsOther(rule.other, found, end)) return false;
  return rule.partner === undefined || rule.effect === 'forbid' || isPartner(rule, found, end);
}

function holdsOther(other: DomainTable<true>, found: Found, end: End): boolean {
  return valuesFor(other, end === 'from' ? found.to : found.from).length > 0;
}

/** A permit for a partner is not one for a partner of its own further below. */
function isPartner(rule: Rule, found: Found, end: End): boolean {
  const partner = end === 'from' ? found.fromPartner : found.toPartner;
  return partner?.id === rule.partner;
}

/** A permit asks of the end it was found by, and of the other one if it names both. */
function asked(rule: Rule, end: End): number {
  if (rule.other === undefined) return atEnd(rule.must, end);
  return atEnd(rule.must, 'from') | atEnd(rule.must, 'to');
}

function hearPartner(found: Found, partner: Partner | undefined, end: End, query: Query): void {
  if (partner === undefined) return;
  if (isOnOtherSide(partner, end, query)) found.forbid = joined(found.forbid, WRONG_SIDE);
  if (isForeign(partner, end, query)) found.forbid = joined(found.forbid, FOREIGN_ADDRESS);
  if (partner.prove !== undefined) found.must |= atEnd(PROVE[partner.prove], end);
}

function isOnOtherSide(partner: Partner, end: End, query: Query): boolean {
  if (partner.via === undefined) return false;
  return (partner.via === query.via) !== (end === 'from');
}

/** Without an address it stays an obligation; the recipient's is known only when connecting. */
function isForeign(partner: Partner, end: End, query: Query): boolean {
  if (partner.prove !== 'address' || end === 'to' || query.address === undefined) return false;
  return !addressIn(partner.addresses, query.address);
}

/** Ids in one order, whatever the order of the rules; mostly there is one, and no list is made. */
function joined(ids: readonly string[], more: readonly [string]): readonly string[] {
  if (ids.length === 0) return more;
  return ids.includes(more[0]) ? ids : [...ids, more[0]].toSorted();
}

const NONE: readonly never[] = Object.freeze([]);
const DEFAULT: readonly string[] = Object.freeze([REASONS.default]);
const WRONG_SIDE: readonly [string] = Object.freeze([REASONS.wrongSide] as const);
const FOREIGN_ADDRESS: readonly [string] = Object.freeze([REASONS.foreignAddress] as const);
const DENIED: Verdict = refusal(REASONS.default);
const MALFORMED_DOMAIN: Verdict = refusal(REASONS.malformedDomain);
const UNKNOWN_TRAFFIC: Verdict = refusal(REASONS.unknownTraffic);

function refusal(reason: string): Verdict {
  return Object.freeze({
    effect: 'forbid',
    by: Object.freeze([reason]),
    must: NONE,
    skipped: NONE,
  });
}
