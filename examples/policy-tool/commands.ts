// What each command does with documents that have been read: a value for programs, a text for people, an exit code.
import {
  audit,
  crossingsOf,
  diff,
  evaluate,
  explain,
  loadFacts,
  loadPolicy,
  stepsOf,
  whatIf,
  type Facts,
  type Findings,
  type PolicyDocument,
  type PolicySet,
  type Query,
} from '@interwork/policy';
import { exportLync, importLync } from '@interwork/policy/lync';
import { authorize, loadRoles, ROLE_ACTIONS } from '@interwork/policy/roles';
import type { Surroundings } from './main.ts';
import type { Command, Wish } from './options.ts';
import { auditText, diffText, findingText, wayText } from './report.ts';

/** What a command comes to. */
export interface Answer {
  readonly text: string;
  /** The same for programs. */
  readonly value: unknown;
  readonly code: 0 | 1;
  /** What does not belong to the result, such as warnings of an import. */
  readonly asides?: readonly string[];
}

type Run = (wish: Wish, around: Surroundings) => Promise<Answer>;

export const COMMANDS: Readonly<Record<Command, Run>> = {
  check: async ({ files }, around) => {
    const set = loadPolicy(await textOf(files[0], around));
    return findingsAnswer(set.kind === 'findings' ? set.findings : set.warnings);
  },

  explain: async (wish, around) => {
    const policy = await policyOf(wish.files[0], around);
    if (policy.kind === 'findings') return findingsAnswer(policy.findings);
    const { set } = policy;
    const { query, facts } = await asked(wish, around);
    const verdict = evaluate(set, query, facts);
    const sentences = explain(set, query, verdict, facts);
    return {
      text: sentences.join('\n'),
      value: { verdict, steps: stepsOf(set, query, facts), sentences },
      code: verdict.effect === 'permit' ? 0 : 1,
    };
  },

  'what-if': async (wish, around) => {
    const policy = await policyOf(wish.files[0], around);
    if (policy.kind === 'findings') return findingsAnswer(policy.findings);
    const { query, facts } = await asked(wish, around);
    const value = whatIf(policy.document, query, facts);
    if (value.kind === 'findings') return findingsAnswer(value.findings);
    return { text: wayText(value), value, code: value.ways.length > 0 ? 0 : 1 };
  },

  diff: async ({ files }, around) => {
    const before = await policyOf(files[0], around);
    const after = await policyOf(files[1], around);
    if (before.kind === 'findings') return findingsAnswer(before.findings);
    if (after.kind === 'findings') return findingsAnswer(after.findings);
    const sample = crossingsOf([before.document, after.document]);
    const value = { ...diff(before.set, after.set, sample), left: sample.left };
    return { text: diffText(value), value, code: value.changed > 0 ? 1 : 0 };
  },

  audit: async ({ files }, around) => {
    const policy = await policyOf(files[0], around);
    if (policy.kind === 'findings') return findingsAnswer(policy.findings);
    const value = audit(policy.document, { today: around.today });
    if (value.kind === 'findings') return findingsAnswer(value.findings);
    return { text: auditText(value), value, code: value.findings.length > 0 ? 1 : 0 };
  },

  import: async ({ files, localDomains, out }, around) => {
    const read = files.map(async (name) => ({ name, text: await around.read(name) }));
    const imported = importLync(await Promise.all(read), { localDomains });
    if (imported.kind === 'findings') return findingsAnswer(imported.findings);
    const value = imported.document;
    const asides = imported.findings.map(findingText);
    const text = JSON.stringify(value, undefined, 2);
    if (out === undefined) return { text, value, code: 0, asides };
    await around.write(out, `${text}\n`);
    return { text: out, value, code: 0, asides };
  },

  export: async ({ files, out }, around) => {
    const policy = await policyOf(files[0], around);
    if (policy.kind === 'findings') return findingsAnswer(policy.findings);
    const { script, files: made, findings } = exportLync(policy.document);
    const asides = findings.map(findingText);
    const all = [...made, script];
    if (out === undefined) return { text: script.text.trimEnd(), value: all, code: 0, asides };
    for (const { name, text } of all) await around.write(`${out}/${name}`, text);
    return {
      text: all.map(({ name }) => `${out}/${name}`).join('\n'),
      value: all,
      code: 0,
      asides,
    };
  },

  may: async ({ files: [action], groups, rolesFile }, around) => {
    const known = ROLE_ACTIONS.find((one) => one === action);
    if (known === undefined) throw new Error(`${action} is none of ${ROLE_ACTIONS.join(', ')}.`);
    const roles = rolesFile === undefined ? undefined : await textOf(rolesFile, around);
    const read = roles === undefined ? undefined : loadRoles(roles);
    if (read?.kind === 'findings') return findingsAnswer(read.findings);
    const value = authorize({ name: 'Whoever is in these groups', groups }, known, read?.roles);
    return { text: `${value.reason}.`, value, code: value.effect === 'permit' ? 0 : 1 };
  },
};

interface Policy {
  readonly kind: 'policy';
  readonly document: PolicyDocument;
  readonly set: PolicySet;
}

async function policyOf(
  file: string | undefined,
  around: Surroundings,
): Promise<Policy | Findings> {
  const text = await textOf(file, around);
  const set = loadPolicy(text);
  if (set.kind === 'findings') return set;
  return { kind: 'policy', document: JSON.parse(text) as PolicyDocument, set };
}

async function textOf(file: string | undefined, around: Surroundings): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await around.read(file ?? ''));
}

/** The crossing, and everything that was said to be known. */
async function asked(wish: Wish, around: Surroundings): Promise<{ query: Query; facts: Facts }> {
  const { query, facts: given, factsFile } = wish;
  if (query === undefined) throw new Error('There is no crossing.');
  const known = [
    ...(factsFile === undefined ? [] : [await textOf(factsFile, around)]),
    JSON.stringify(given),
  ].map(factsOf);
  const facts = {
    srv: new Map(known.flatMap(({ srv }) => [...srv])),
    grants: new Map(known.flatMap(({ grants }) => [...grants])),
    relations: new Map(known.flatMap(({ relations }) => [...relations])),
  };
  return { query, facts };
}

function factsOf(text: string): Required<Facts> {
  const read = loadFacts(text);
  if (read.kind === 'facts') return read.facts;
  throw new Error(['Facts:', ...read.findings.map(findingText)].join('\n'));
}

function findingsAnswer(findings: readonly Parameters<typeof findingText>[0][]): Answer {
  const text =
    findings.length === 0
      ? 'It loads, and nothing in it is odd.'
      : findings.map(findingText).join('\n');
  return { text, value: { findings }, code: findings.length === 0 ? 0 : 1 };
}
