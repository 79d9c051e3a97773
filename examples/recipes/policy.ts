// A policy that changes while the gateway runs, looked at before.
// #region change
import type { Running } from '@interwork/core';
import { crossingsOf, diff, loadPolicy, type PolicyDocument } from '@interwork/policy';

/** Puts another document in force; what it would change is said first, and a wrong one changes nothing. */
export function change(
  running: Pick<Running, 'replacePolicy'>,
  before: string,
  after: string,
): string[] {
  const [old, next] = [loadPolicy(before), loadPolicy(after)];
  if (old.kind === 'findings' || next.kind === 'findings')
    return [old, next]
      .flatMap((one) => ('findings' in one ? one.findings : []))
      .map(({ path, text }) => `${path}: ${text}`);
  const documents = [before, after].map((text): PolicyDocument => JSON.parse(text));
  const { differences } = diff(old, next, crossingsOf(documents));
  running.replacePolicy(next);
  return differences.map(
    ({ kind, crossings: [first] }) => `${kind}: ${first?.from} to ${first?.to}`,
  );
}
// #endregion
