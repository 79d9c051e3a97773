// The processes of a bench as whoever installs the packages has them: built as the packages are, in one file, in
// a directory of its own until the bench is over. A loader that compiles each file when it is asked for also gives
// each function its name whenever one is made, and keeps maps of the sources: that alone costs a fifth of a message.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';

/** Builds child.ts and everything that it imports; the answer is where it stands. */
export async function builtChild(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'interwork-bench-'));
  process.once('exit', () => rmSync(outDir, { recursive: true }));
  await build({
    target: 'node20',
    platform: 'node',
    entry: { child: join(import.meta.dirname, 'child.ts') },
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    outDir,
    noExternal: [/./],
    banner: { js: REQUIRE },
    esbuildOptions: (options) => void (options.conditions = ['@interwork/source']),
    config: false,
    silent: true,
  });
  return join(outDir, 'child.mjs');
}

/** What was written for CommonJS asks for Node's modules by `require`. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
