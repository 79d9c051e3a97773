// A policy document to a set, or to findings: what is wrong and where. Never half of it. Reading
// never throws, whatever the document is; only a host's own value with getters that throw does.
import { checkNames } from './check-names.ts';
import { checkRules } from './check-rules.ts';
import { compile } from './compile.ts';
import { checkFederation } from './federation/check.ts';
import { domainLists } from './federation/named.ts';
import { findingsOf, newReport, type Findings, type Report } from './finding.ts';
import { lineAt, readJson, type JsonNode } from './json.ts';
import { nodeOf } from './json-value.ts';
import { DEFAULT_LIMITS, type PolicyLimits } from './limits.ts';
import type { PolicySet } from './policy-set.ts';
import { readDocument } from './read.ts';

/**
 * Loads a policy from JSON text, or from a value that is what JSON text would give. With an error
 * among the findings there is no set; warnings stand in the set's `warnings`.
 */
export function loadPolicy(
  document: unknown,
  limits?: Partial<PolicyLimits>,
): PolicySet | Findings {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const report = newReport(bounds.findings);
  const root =
    typeof document === 'string'
      ? readJson(document, bounds, report)
      : nodeOf(document, bounds, report);
  const set = root === undefined ? undefined : setOf(root, report);
  const findings = findingsOf(report, (place) => lineAt(root, place));
  return set === undefined ? { kind: 'findings', findings } : { ...set, warnings: findings };
}

function setOf(root: JsonNode, report: Report): PolicySet | undefined {
  const document = readDocument(root, report);
  // Checking and compiling expect every field to be what its type says.
  if (report.errors > 0) return undefined;
  const set = compile(document, report);
  const lists = document.federation && domainLists(document.federation);
  if (document.federation && set.federation && lists)
    checkFederation(document.federation, set.federation, lists, report);
  checkRules(document, set, report);
  if (report.errors > 0) return undefined;
  checkNames(lists, set, report);
  return set;
}
