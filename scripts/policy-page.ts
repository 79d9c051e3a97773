// docs/policy.md: its output blocks are runs of the policy tool over the documents of its example company. The tool fills the
// page itself (examples/policy-tool/page.ts); here it is only asked to.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { read, root, type Made } from './tree.ts';

/** The page as the tool would print it now. */
export function policyPage(): readonly Made[] {
  const tool = join(root, 'examples/policy-tool/page.ts');
  const args = [...process.execArgv, tool, join(root, PAGE)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status === 0) return [{ file: PAGE, text: stdout, problems: [] }];
  return [{ file: PAGE, text: read(PAGE), problems: [{ at: PAGE, text: stderr }] }];
}

const PAGE = 'docs/policy.md';
