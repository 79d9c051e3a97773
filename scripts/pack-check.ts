// What people install, checked as they get it: every package built, packed, installed from its
// tarball into a plain npm project, and used there. Every subpath is imported and required, alone in
// a process that must print nothing and end by itself; a consumer is compiled without skipLibCheck
// in both module systems; publint and attw look at the tarballs; and the files are looked through for
// the repository's own export condition, missing source maps and paths of this machine. Then the programs of
// scripts/packed are run there: a federation test and a gateway, each as short as promised, in both module systems.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packages, type Package, type Subpath } from './packages.ts';
import { asCommonJs, consumerSource, packedProblems } from './packed.ts';
import { read, root } from './tree.ts';

const work = mkdtempSync(join(tmpdir(), 'interwork-pack-'));
const consumer = join(work, 'consumer');
const all = packages();
const subpaths = all.flatMap((each) => each.subpaths);
let failures = 0;

try {
  if (step('build', build) === true) checkPacked();
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

function build(): true {
  pnpm(root, '-r', '--filter', './packages/*', 'run', 'build');
  return true;
}

function checkPacked(): void {
  const tarballs = all.map((each) => step(`pack ${each.name}`, () => pack(each)));
  for (const tarball of tarballs) step(`publint and attw ${nameOf(tarball)}`, () => lint(tarball));
  step('install the tarballs with npm', () => install(tarballs));
  for (const each of all) step(`look through ${each.name}`, () => lookThrough(each));
  for (const each of subpaths) step(`load ${each.specifier}`, () => load(each));
  step('read the vectors', readVectors);
  step('compile consumers', compileConsumers);
  step('a federation test of fifteen lines, by vitest', testByVitest);
  step('a federation test of fifteen lines, in CommonJS', testByNode);
  step('a gateway of forty lines over its own socket', () =>
    gateway('gateway.mjs', (text) => text),
  );
  step('a gateway of forty lines, in CommonJS', () => gateway('gateway.cjs', asCommonJs));
}

/** Runs one step; a failed one is told and counted, and the next one runs. */
function step<T>(name: string, run: () => T): T | undefined {
  try {
    const result = run();
    console.log(`ok   ${name}`);
    return result;
  } catch (error) {
    failures += 1;
    const said = error instanceof Error ? error.message : String(error);
    console.error(`FAIL ${name}\n${said.trimEnd().split('\n').slice(-40).join('\n')}`);
    return undefined;
  }
}

function pack({ name, folder }: Package): string {
  const place = join(work, name.replace('@interwork/', ''));
  mkdirSync(place);
  pnpm(join(root, folder), 'pack', '--pack-destination', place);
  const file = readdirSync(place).find((entry) => entry.endsWith('.tgz'));
  if (file === undefined) throw new Error(`pnpm pack made no tarball of ${name}`);
  return join(place, file);
}

function lint(tarball: string | undefined): void {
  if (tarball === undefined) throw new Error('there is no tarball');
  node(root, join(root, 'node_modules/publint/src/cli.js'), 'run', tarball, '--strict');
  const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  node(root, attw, tarball, '--profile', 'node16', '--no-definitely-typed', '--no-emoji');
}

/** A project like anybody's. Side by side, the tarballs satisfy each other without a registry. */
function install(tarballs: readonly (string | undefined)[]): void {
  const entries = all.map(({ name }, at) => [name, `file:${tarballs[at] ?? ''}`] as const);
  const manifest = { private: true, dependencies: Object.fromEntries(entries) };
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest));
  run(consumer, 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev']);
}

function lookThrough({ name }: Package): void {
  const problems = packedProblems(join(consumer, 'node_modules', name), [root, homedir(), work]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function load({ specifier }: Subpath): void {
  const esm = silent('--input-type=module', '-e', keys(`await import('${specifier}')`));
  const cjs = silent('--input-type=commonjs', '-e', keys(`require('${specifier}')`));
  if (esm !== cjs) throw new Error(`import gives ${esm}, require gives ${cjs}`);
  const quiet = silent('--input-type=module', '-e', `import '${specifier}';`);
  if (quiet !== '') throw new Error(`importing it prints ${quiet}`);
}

function keys(module: string): string {
  return `console.log(Object.keys(${module}).filter((k) => k !== 'default' && k !== 'module.exports').sort().join())`;
}

/** What a process prints that loads a package and does nothing else; it must end by itself. */
function silent(...args: readonly string[]): string {
  const done = spawnSync(process.execPath, args, {
    cwd: consumer,
    encoding: 'utf8',
    timeout: 10_000,
  });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0 || done.stderr !== '') throw new Error(`${done.stdout}${done.stderr}`);
  return done.stdout.trim();
}

function compileConsumers(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const pure = subpaths.filter(({ needsNode }) => !needsNode);
  for (const [name, list, types] of [
    ['pure', pure, []],
    ['node', subpaths, ['node']],
  ] as const) {
    for (const extension of ['mts', 'cts']) {
      const config = `tsconfig.${name}.${extension}.json`;
      const main = `${name}.${extension}`;
      writeFileSync(join(consumer, main), consumerSource(list));
      writeFileSync(join(consumer, config), JSON.stringify(configOf(main, types)));
      node(consumer, tsc, '-p', config);
    }
  }
}

/** Data as anybody reads it: by its subpath. */
function readVectors(): void {
  for (const file of ['schema', 'rfc8048/stanzas'])
    silent('--input-type=commonjs', '-e', `require('@interwork/core/vectors/${file}.json')`);
}

/** As after `npm install vitest`: the one of this repository. */
function testByVitest(): void {
  const vitest = join(root, 'node_modules/vitest');
  symlinkSync(vitest, join(consumer, 'node_modules/vitest'));
  put('federation.test.mjs');
  node(consumer, join(vitest, 'vitest.mjs'), 'run', '--root', consumer);
}

function testByNode(): void {
  node(consumer, '--test', put('federation.test.cjs'));
}

function gateway(file: string, written: (source: string) => string): void {
  writeFileSync(join(consumer, file), written(read('scripts/packed/gateway.mjs')));
  node(consumer, put('use-gateway.mjs'), `./${file}`);
}

/** A program of scripts/packed, in the consumer's folder. */
function put(file: string): string {
  writeFileSync(join(consumer, file), read(`scripts/packed/${file}`));
  return file;
}

function configOf(main: string, types: readonly string[]): object {
  return {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2023'],
      module: 'Node16',
      moduleResolution: 'Node16',
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      types,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    files: [main],
  };
}

function nameOf(tarball: string | undefined): string {
  return tarball?.split('/').at(-1) ?? '(no tarball)';
}

function pnpm(cwd: string, ...args: readonly string[]): void {
  const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string };
  run(cwd, 'npx', ['--yes', packageManager, ...args]);
}

function node(cwd: string, ...args: readonly string[]): void {
  run(cwd, process.execPath, args);
}

/** Runs to the end; what it said is told only if it failed. */
function run(cwd: string, command: string, args: readonly string[]): void {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${done.stdout}${done.stderr}`);
}
