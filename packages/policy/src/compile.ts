// A read document becomes a set: partners first, rules after them, then what only shows when
// everything is in its place, a permit that meets a forbid at the same name.
import { compilePartner } from './compile-partner.ts';
import { compileRule } from './compile-rule.ts';
import { newDomainTable } from './domain-set.ts';
import { compileFederation } from './federation/compile.ts';
import { error, quoted, warn, type Place, type Report } from './finding.ts';
import type { Partner, PolicySet, Rule } from './policy-set.ts';
import type { ReadDocument } from './read.ts';

/** The set, to be used only if the report has no errors. Its warnings are the report's. */
export function compile(document: ReadDocument, report: Report): PolicySet {
  const partners = new Map<string, Partner>();
  const rules = new Map<string, Rule>();
  const partnerIndex = newDomainTable<Partner>();
  const set: PolicySet = {
    kind: 'policy',
    default: document.default === 'permit' ? 'permit' : 'forbid',
    partners,
    rules,
    warnings: [],
    index: newDomainTable(),
    partnerIndex,
    federation: undefined,
  };
  for (const [id, entry] of document.partners ?? []) {
    partners.set(id, compilePartner(id, entry, set.partnerIndex, report));
  }
  for (const [key, entry] of document.rules.entries()) {
    const place = { parent: RULES, key };
    const rule = compileRule(entry, set, place, report);
    if (!rules.has(rule.id)) rules.set(rule.id, rule);
    else error(report, 'duplicate-id', { parent: place, key: 'id' }, `${quoted(rule.id)} is taken`);
  }
  warnOfContradictions(set, report);
  const { federation } = document;
  return federation === undefined
    ? set
    : { ...set, federation: compileFederation(federation, partnerIndex, report) };
}

/** Only a name that several rules share can hold a contradiction, and its cell says so. */
function warnOfContradictions(set: PolicySet, report: Report): void {
  const keys = new Map([...set.rules.values()].map((rule, key) => [rule, key]));
  for (const [name, cell] of set.index.cells) {
    if (cell.shared) continue;
    for (const rules of [cell.at, cell.below]) {
      const forbidden = spokenOf(rules);
      for (const rule of rules) {
        if (rule.effect === 'forbid' || (spoken(rule) & forbidden) === 0) continue;
        const place = { parent: RULES, key: keys.get(rule) ?? 0 };
        warn(report, 'permit-and-forbid', place, contradiction(name, rule));
      }
    }
  }
}

function contradiction(name: string, rule: Rule): string {
  const where = name === '' ? '"*"' : quoted(name);
  return `${where} is permitted by ${rule.id} and forbidden by another rule; forbid wins`;
}

function spokenOf(rules: readonly Rule[]): number {
  let bits = 0;
  for (const rule of rules) {
    // A forbid that also asks about the other end leaves the permit something to decide.
    if (rule.effect === 'forbid' && rule.other === undefined) bits |= spoken(rule);
  }
  return bits;
}

/** A bit for each kind of traffic at each end the rule speaks of. */
function spoken(rule: Rule): number {
  const from = rule.end === 'to' ? 0 : rule.traffic;
  const to = rule.end === 'from' ? 0 : rule.traffic << 16;
  return from | to;
}

const RULES: Place = { parent: undefined, key: 'rules' };
