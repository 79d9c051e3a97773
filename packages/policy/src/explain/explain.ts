// A verdict in sentences for an administrator: what was decided, by which rule, what has to hold,
// and what would have to change for it to be otherwise. Not for the person whose message it was.
import { normalizeDomain } from '../domain.ts';
import { quoted } from '../finding.ts';
import { obligationSentence } from './obligation.ts';
import { DEFAULT_XMPP_LINK_RULES } from '../link-rules.ts';
import { nearPermits } from '../near.ts';
import { partnerOf, type PolicySet, type Rule } from '../policy-set.ts';
import { REASONS, type Query, type Verdict } from '../query.ts';

/** Why the verdict is what it is. Needs the set and the query that it came from. */
export function explain(set: PolicySet, query: Query, verdict: Verdict): readonly string[] {
  const crossing = `${query.traffic} from ${quoted(query.from)} to ${quoted(query.to)}`;
  const outcome = verdict.effect === 'permit' ? 'Permitted' : 'Forbidden';
  return [
    `${outcome}: ${crossing}.`,
    ...verdict.by.map((id) => reason(set, query, id)),
    ...verdict.must.map((obligation) => obligationSentence(query, obligation)),
    ...links(set, query, verdict),
    ...advice(set, query, verdict),
  ];
}

function reason(set: PolicySet, query: Query, id: string): string {
  const rule = set.rules.get(id);
  return rule === undefined ? builtIn(set, query, id) : ruleSentence(rule);
}

function ruleSentence(rule: Rule): string {
  const note = rule.note === undefined ? '' : ` Note: ${rule.note}`;
  const verb = rule.effect === 'permit' ? 'permits' : 'forbids';
  return `Rule ${rule.id} ${verb} ${subject(rule)}.${note}`;
}

function subject({ effect, partner, names }: Rule): string {
  const whom = (list: readonly string[]): string =>
    shortList(list) + (effect === 'forbid' ? ' and everything below' : '');
  if (names.either !== undefined) {
    const either = whom(names.either);
    return `crossings with ${partner === undefined ? either : `partner ${partner} (${either})`}`;
  }
  const from = names.from === undefined ? '' : ` from ${whom(names.from)}`;
  const to = names.to === undefined ? '' : ` to ${whom(names.to)}`;
  return `crossings${from}${to}`;
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

function builtIn(set: PolicySet, query: Query, id: string): string {
  switch (id) {
    case REASONS.malformedDomain:
      return `Not a domain name: ${badDomains(query).map(quoted).join(', ')}.`;
    case REASONS.unknownTraffic:
      return 'No policy knows this kind of traffic.';
    case REASONS.wrongSide:
      return `It came by ${query.via}, and a partner at one end is set to the other side (via).`;
    case REASONS.foreignAddress:
      return `The address ${quoted(query.address ?? '')} is none of ${partnerName(set, query.from)}.`;
    default:
      return `No rule speaks of it, and the default is to ${set.default === 'permit' ? 'permit' : 'deny'}.`;
  }
}

function badDomains(query: Query): readonly string[] {
  return [query.from, query.to].filter((domain) => normalizeDomain(domain) === undefined);
}

function partnerName(set: PolicySet, domain: string): string {
  return `partner ${partnerOf(set, domain)?.id ?? quoted(domain)}`;
}

/** The rules of the XMPP link, where they are not those of everybody. */
function links(set: PolicySet, query: Query, verdict: Verdict): readonly string[] {
  const partner = partnerOf(set, query.via === 'xmpp' ? query.from : query.to);
  if (verdict.effect === 'forbid' || partner === undefined) return [];
  if (partner.links === DEFAULT_XMPP_LINK_RULES) return [];
  const { tls, sasl, dialback, management, bidi } = partner.links;
  const calls = dialback ? 'allowed' : 'not allowed';
  const unmanaged = management === false ? ', no stream management' : '';
  const single = bidi === false ? ', a stream for each direction' : '';
  return [
    `XMPP links with partner ${partner.id}: TLS ${tls}, SASL EXTERNAL ${sasl}, dialback ${calls}${unmanaged}${single}.`,
  ];
}

/** What would have to change, in the order in which it would help. */
function advice(set: PolicySet, query: Query, verdict: Verdict): readonly string[] {
  if (verdict.effect === 'permit') return [];
  if (verdict.by.some((id) => BEYOND_RULES.has(id))) return [];
  if (verdict.by.includes(REASONS.default)) return [...nearMisses(set, query), NEEDS_PERMIT];
  const what = verdict.by.length === 1 ? `rule ${verdict.by[0]}` : `rules ${verdict.by.join(', ')}`;
  const rest =
    verdict.skipped.length > 0 ? `${verdict.skipped.join(', ')} would permit it` : NO_PERMIT;
  return [`Without ${what}, ${rest}.`];
}

/** Permits that name an end and yet do not speak of this crossing. */
function nearMisses(set: PolicySet, query: Query): readonly string[] {
  const rules = [query.from, query.to].flatMap((domain) => nearPermits(set, domain));
  const near = [...new Set(rules)].slice(0, SHOWN);
  return near.map((rule) => `Near: rule ${rule.id} permits ${subject(rule)}, but not this.`);
}

const SHOWN = 5;
const NEEDS_PERMIT = 'To permit it, add a permit that names both its domain and its traffic.';
const NO_PERMIT = 'the default would hold';
const BEYOND_RULES: ReadonlySet<string> = new Set([
  REASONS.malformedDomain,
  REASONS.unknownTraffic,
  REASONS.wrongSide,
  REASONS.foreignAddress,
]);
