// `npm run check`: everything that must hold of the sources besides their tests. Each check runs,
// also after one has failed, so that one run tells everything. Names as arguments choose some.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { codes } from './codes.ts';
import { commentCode } from './comment-code.ts';
import { defaults } from './defaults.ts';
import { dialects } from './dialects.ts';
import { pageNames } from './page-names.ts';
import { policyPage } from './policy-page.ts';
import { policySchemaFile } from './policy-schema.ts';
import { publicDocs } from './public-docs.ts';
import { publicNames } from './public-names.ts';
import { purity } from './purity.ts';
import { readmeExamples } from './readme-examples.ts';
import { specMap } from './spec-map.ts';
import { switchedOff } from './switched-off.ts';
import { check, root, type Problem } from './tree.ts';

/** True when it holds. What does not is printed by then. */
type Check = () => boolean;

const CHECKS: Readonly<Record<string, Check>> = {
  format: () => tool('@biomejs/biome/bin/biome', 'format', '.'),
  lint: () => tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings'),
  types: () => tool('typescript/bin/tsc', '-b', 'tsconfig.json', 'scripts/tsconfig.json'),
  boundaries: () =>
    tool('dependency-cruiser/bin/dependency-cruise.mjs', '--no-progress', 'packages', 'examples'),
  purity: () => none(purity()),
  'switched-off': () => none(switchedOff()),
  defaults: () => none(check(defaults())),
  codes: () => none(check(codes())),
  dialects: () => none(check(dialects())),
  'spec-map': () => none(check(specMap())),
  'public-names': () => none(check(publicNames())),
  'public-docs': () => none(publicDocs()),
  'comment-code': () => none(commentCode()),
  'page-names': () => none(pageNames()),
  'policy-schema': () => none(check(policySchemaFile())),
  'readme-examples': () => none(check(readmeExamples())),
  'policy-page': () => none(check(policyPage())),
};

function tool(file: string, ...args: readonly string[]): boolean {
  const path = join(root, 'node_modules', file);
  return spawnSync(process.execPath, [path, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

function none(problems: readonly Problem[]): boolean {
  for (const { at, text } of problems) console.error(`  ${at}: ${text}`);
  return problems.length === 0;
}

function run(name: string): boolean {
  const start = performance.now();
  const holds = CHECKS[name]?.() ?? false;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  return holds;
}

const asked = process.argv.slice(2);
const failed = (asked.length > 0 ? asked : Object.keys(CHECKS)).filter((name) => !run(name));
if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
