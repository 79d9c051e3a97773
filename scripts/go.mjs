#!/usr/bin/env node
// The one entry point behind the root commands. Needs Node and npm only: it installs the pinned
// package manager's tree when that is missing or out of date, then runs the tool by its file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [task = 'start', ...args] = process.argv.slice(2);
const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const tasks = {
  setup: () => {},
  start: () => source('examples/two-companies/main.ts', args),
  test: () => tool('vitest/vitest.mjs', 'run', ...args),
  build: () => pnpm('-r', '--filter', './packages/*', 'run', 'build'),
  pack: () => {
    tasks.build();
    pnpm('-r', '--filter', './packages/*', 'pack', '--pack-destination', join(root, 'tarballs'));
  },
  check: () => source('scripts/check.ts', args),
  docs: () => source('scripts/docs.ts', args),
  reference: () => source('scripts/reference.ts', args),
  bench: () => source('scripts/bench.ts', args),
  sim: () => source('packages/core/sim/main.ts', args),
  peers: () => run(process.execPath, [join(root, 'interop/peers.mjs'), ...args]),
  interop: () => source('interop/main.ts', args),
  'pack-check': () => source('scripts/pack-check.ts', args),
};

function source(file, rest) {
  run(process.execPath, [
    '--conditions=@interwork/source',
    '--import',
    'tsx',
    join(root, file),
    ...rest,
  ]);
}

function tool(file, ...rest) {
  run(process.execPath, [join(root, 'node_modules', file), ...rest]);
}

function pnpm(...rest) {
  run('npx', ['--yes', pkg.packageManager.split('+')[0], ...rest]);
}

function run(command, rest) {
  const shell = process.platform === 'win32' && command === 'npx';
  const done = spawnSync(command, rest, { stdio: 'inherit', cwd: root, shell });
  if (done.error) throw done.error;
  if (done.signal) process.kill(process.pid, done.signal);
  if (done.status !== 0) process.exit(done.status ?? 1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node >= 20.19 is needed, found ${process.version}`);
  process.exit(1);
}

function install() {
  const stampFile = join(root, 'node_modules', '.go-stamp');
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'));
  const stamp = createHash('sha256')
    .update(lock)
    .update(pkg.packageManager + process.versions.modules)
    .digest('hex');
  const present = Object.keys(pkg.devDependencies).every((name) =>
    existsSync(join(root, 'node_modules', name, 'package.json')),
  );
  if (present && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  console.error(`[setup] installing dependencies with ${pkg.packageManager} (first run only)`);
  pnpm('install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn');
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

checkNode();
const insidePnpm = (process.env.npm_config_user_agent ?? '').startsWith('pnpm');
if (!insidePnpm) install();
if (!Object.hasOwn(tasks, task)) {
  console.error(`unknown task ${task}; known: ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
tasks[task]();
