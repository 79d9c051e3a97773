// A policy for a test in one line: what is left out is empty, and a mistake in it fails the test.
import type { PolicyDocument } from '../document.ts';
import { loadPolicy } from '../load.ts';
import { MisuseError } from '../misuse.ts';
import type { PolicySet } from '../policy-set.ts';

/**
 * The set of a document; by default it denies, knows no partner and has no rule. Throws a
 * `MisuseError` that tells every finding when the document is wrong.
 */
export function policyOf(document: Partial<PolicyDocument>): PolicySet {
  const loaded = loadPolicy({ version: 1, default: 'deny', rules: [], ...document });
  if (loaded.kind === 'policy') return loaded;
  const lines = loaded.findings.map(({ path, code, text }) => `${path} ${code}: ${text}`);
  throw new MisuseError('bad-policy', lines.join('\n'));
}
