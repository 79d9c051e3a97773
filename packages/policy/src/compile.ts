// A read document becomes a set: partners first, rules after them, Lync's objects last. What only shows when everything
// is in its place is told by the checks that load.ts runs.
import { compilePartner } from './compile-partner.ts';
import { compileRule } from './compile-rule.ts';
import { newDomainTable } from './domain-set.ts';
import { compileFederation } from './federation/compile.ts';
import { error, quoted, type Place, type Report } from './finding.ts';
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
  set.index.cells.trim();
  partnerIndex.cells.trim();
  const { federation } = document;
  return federation === undefined
    ? set
    : { ...set, federation: compileFederation(federation, partnerIndex, report) };
}

const RULES: Place = { parent: undefined, key: 'rules' };
