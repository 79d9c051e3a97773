// Findings, ways and differences as text for people.
import type { Audit, Difference, Obligation, PolicyDiff, Query, WhatIf } from '@interwork/policy';

/** A finding of a document, of facts or of an import. */
export function findingText(one: {
  readonly severity: string;
  readonly code: string;
  readonly path: string;
  readonly text: string;
  readonly line?: number;
  readonly file?: string;
}): string {
  const line = one.line === undefined ? '' : `:${one.line}`;
  const where = `${one.file ?? ''}${one.path}${line}`;
  return `${one.severity} ${one.code}${where === '' ? '' : ` at ${where}`}: ${one.text}`;
}

/** The ways to the other verdict, numbered. */
export function wayText({ verdict, ways, untold, complete }: WhatIf): string {
  const now = `Now: ${verdict.effect} by ${verdict.by.join(', ')}.`;
  const told = ways.map(({ changes, verdict: then }, at) =>
    [
      `${at + 1}. ${then.effect} by ${then.by.join(', ')}:`,
      ...changes.map(({ text, reach }) => `   ${text} (${REACHES[reach]})`),
    ].join('\n'),
  );
  return [
    now,
    ...told,
    ...(ways.length === 0 ? ['No change of the document was found that flips it.'] : []),
    ...(untold > 0 ? [`${untold} more are not listed.`] : []),
    ...(complete ? [] : ['Not everything was tried.']),
  ].join('\n');
}

/** What changes, grouped by the rules that decided before and decide now. */
export function diffText({
  asked,
  changed,
  differences,
  left,
}: PolicyDiff & { left: number }): string {
  return [
    `${changed} of ${asked} crossings are decided otherwise.`,
    ...differences.map(differenceText),
    ...(left > 0 ? [`${left} entries of the documents were not asked about.`] : []),
  ].join('\n');
}

function differenceText({ kind, before, after, crossings, gained, lost }: Difference): string {
  const examples = [...new Set(crossings.map(pairText))];
  return [
    `${KINDS[kind]} (${crossings.length}): ${before.by.join(', ')} -> ${after.by.join(', ')}`,
    ...(gained.length === 0 ? [] : [`   asked now: ${gained.map(obligationText).join(', ')}`]),
    ...(lost.length === 0 ? [] : [`   no longer asked: ${lost.map(obligationText).join(', ')}`]),
    ...examples.slice(0, SHOWN).map((text) => `   ${text}`),
    ...(examples.length > SHOWN ? [`   and ${examples.length - SHOWN} more pairs`] : []),
  ].join('\n');
}

function pairText({ from, fromUser, to, toUser }: Query): string {
  const end = (user: string | undefined, domain: string): string =>
    user === undefined ? domain : `${user}@${domain}`;
  return `${end(fromUser, from)} -> ${end(toUser, to)}`;
}

function obligationText(one: Obligation): string {
  const { kind, ...rest } = one;
  const values = Object.values(rest).map(String);
  return [kind, ...values].join(' ');
}

/** What an audit found, the worst first. */
export function auditText({ findings, untold }: Audit): string {
  if (findings.length === 0) return 'Nothing to look at.';
  return [
    ...findings.map(({ severity, code, path, evidence, risk, remedy }) =>
      [
        `${severity.toUpperCase()} ${code} at ${path}`,
        `   seen  ${evidence}`,
        `   risk  ${risk}`,
        `   do    ${remedy}`,
      ].join('\n'),
    ),
    ...Object.entries(untold).map(([code, count]) => `${count} more of ${code}.`),
  ].join('\n');
}

const REACHES = {
  pair: 'touches nobody else',
  user: 'touches one user',
  some: 'touches a partner, a rule or a policy',
  everybody: 'touches everybody',
} as const;
const KINDS = {
  permitted: 'PERMITTED NOW',
  forbidden: 'FORBIDDEN NOW',
  obligations: 'permitted, on other terms',
  reasons: 'the same, for other reasons',
} as const;
const SHOWN = 4;
