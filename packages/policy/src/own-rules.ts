// What a document's own rules and partners say of a crossing: which forbid, which permit, and what they ask. Who decides
// between them is evaluate.ts.
//
// Besides the rules a partner's own facts forbid: a domain that comes from the side where its
// partner is not, or from an address that is none of its own. Those bind every permit, and the
// default too.
import { addressIn } from './address-set.ts';
import { valuesFor, type DomainTable } from './domain-set.ts';
import { atEnd, PROVE } from './obligation.ts';
import { partnerAt, type Partner, type PolicySet, type Rule } from './policy-set.ts';
import { REASONS, type End, type Query } from './query.ts';

/** What was found for one crossing. */
export interface Heard {
  readonly from: string;
  readonly to: string;
  readonly traffic: number;
  readonly fromPartner: Partner | undefined;
  readonly toPartner: Partner | undefined;
  /** Ids of forbids, sorted. */
  forbid: readonly string[];
  /** Ids of permits, sorted. */
  permit: readonly string[];
  /** What permits and partners ask, as bits of obligation.ts. */
  must: number;
}

/** Everything that rules and partners say of it. Domains are normalised, `traffic` is one bit. */
export function hearRules(
  set: PolicySet,
  query: Query,
  from: string,
  to: string,
  traffic: number,
): Heard {
  const fromPartner = partnerAt(set, from);
  const toPartner = partnerAt(set, to);
  const found: Heard = {
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
  return found;
}

function hear(found: Heard, rules: readonly Rule[], end: End): void {
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

function speaks(rule: Rule, found: Heard, end: End): boolean {
  if ((rule.traffic & found.traffic) === 0) return false;
  if (rule.end !== 'either' && rule.end !== end) return false;
  if (rule.other !== undefined && !holdsOther(rule.other, found, end)) return false;
  return rule.partner === undefined || rule.effect === 'forbid' || isPartner(rule, found, end);
}

function holdsOther(other: DomainTable<true>, found: Heard, end: End): boolean {
  return valuesFor(other, end === 'from' ? found.to : found.from).length > 0;
}

/** A permit for a partner is not one for a partner of its own further below. */
function isPartner(rule: Rule, found: Heard, end: End): boolean {
  const partner = end === 'from' ? found.fromPartner : found.toPartner;
  return partner?.id === rule.partner;
}

/** A permit asks of the end it was found by, and of the other one if it names both. */
function asked(rule: Rule, end: End): number {
  if (rule.other === undefined) return atEnd(rule.must, end);
  return atEnd(rule.must, 'from') | atEnd(rule.must, 'to');
}

function hearPartner(found: Heard, partner: Partner | undefined, end: End, query: Query): void {
  if (partner === undefined) return;
  if (isOnOtherSide(partner, end, query)) found.forbid = joined(found.forbid, WRONG_SIDE);
  if (isForeign(partner, end, query)) found.forbid = joined(found.forbid, FOREIGN_ADDRESS);
  if (partner.prove !== undefined) found.must |= atEnd(PROVE[partner.prove], end);
}

function isOnOtherSide(partner: Partner, end: End, query: Query): boolean {
  if (partner.via === undefined) return false;
  return partner.via !== (end === 'from' ? query.via : sideToward(query));
}

/** The side a crossing goes to. */
export function sideToward({ via, toward }: Query): 'sip' | 'xmpp' {
  return toward ?? (via === 'sip' ? 'xmpp' : 'sip');
}

/** Without an address it stays an obligation; the recipient's is known only when connecting. */
function isForeign(partner: Partner, end: End, query: Query): boolean {
  if (partner.prove !== 'address' || end === 'to' || query.address === undefined) return false;
  return !addressIn(partner.addresses, query.address);
}

/** Ids in one order, whatever the order of the rules; mostly there is one, and no list is made. */
export function joined(ids: readonly string[], more: readonly [string]): readonly string[] {
  if (ids.length === 0) return more;
  const [id] = more;
  if (ids.length === 1) return pairOf(ids[0] as string, id, ids);
  if (ids.includes(id)) return ids;
  const after = ids.findIndex((there) => there > id);
  return after === -1 ? [...ids, id] : [...ids.slice(0, after), id, ...ids.slice(after)];
}

function pairOf(one: string, other: string, alone: readonly string[]): readonly string[] {
  if (one === other) return alone;
  return one < other ? [one, other] : [other, one];
}

const NONE: readonly never[] = Object.freeze([]);
const WRONG_SIDE: readonly [string] = Object.freeze([REASONS.wrongSide] as const);
const FOREIGN_ADDRESS: readonly [string] = Object.freeze([REASONS.foreignAddress] as const);
