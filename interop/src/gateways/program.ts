// The gateway as a program, from its sources, with one configuration file as its operator starts it. What stands in that file
// is for whoever starts it.
import { join } from 'node:path';
import { Running } from '../process.ts';

/** The repository. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What it prints once it listens. */
export const READY = /^ready .*$/m;

/** Starts it; `READY` is still to come. */
export function startProgram(configuration: string): Running {
  const main = join(ROOT, 'examples/quick-gateway/main.ts');
  return new Running({
    name: 'quick-gateway',
    file: process.execPath,
    args: ['--conditions=@interwork/source', '--import', 'tsx', main, configuration],
    cwd: ROOT,
  });
}
