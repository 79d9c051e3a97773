// `npm run bench`: every benchmark of the packages, one after another, each in a process of its own. Only the
// ratios within one run mean anything; a name as argument chooses a package, and what follows it goes to its benchmarks.
import { spawnSync } from 'node:child_process';
import { files, root } from './tree.ts';

const [asked, ...rest] = process.argv.slice(2);
const benches = files('packages', /^packages\/[a-z]+\/bench\/[a-z-]+\.ts$/).filter(
  (file) => asked === undefined || file.startsWith(`packages/${asked}/`),
);
for (const file of benches) {
  console.log(`\n${file}`);
  const args = ['--conditions=@interwork/source', '--import', 'tsx', file, ...rest];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
