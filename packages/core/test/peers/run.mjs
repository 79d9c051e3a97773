#!/usr/bin/env node
// Runs the tests with real servers in a network, mount and process namespace of their own, where port 53
// and /etc/resolv.conf are theirs, nothing outside can be reached, and everything ends when they end.
// Without the servers, or without the rights, it says what was skipped and why; with
// INTERWORK_REQUIRE_PEERS set it fails instead.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const needed = ['unshare', 'ip', 'mount', 'prosody', 'prosodyctl'];

function missing() {
  if (process.platform !== 'linux') return 'namespaces need Linux';
  if (process.getuid?.() !== 0) return 'namespaces need root';
  const absent = needed.filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  const can = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true']);
  return can.status === 0 ? undefined : 'this machine allows no new namespaces';
}

function inside(folder) {
  const resolver = join(folder, 'resolv.conf');
  writeFileSync(resolver, 'nameserver 127.0.0.1\n');
  return [
    'set -e',
    'ip link set lo up',
    `mount --bind ${resolver} /etc/resolv.conf`,
    // Prosody's libunbound refuses names reserved for tests; without it Prosody asks by itself.
    'for so in /usr/lib/*/lua/5.*/lunbound.so; do [ -e "$so" ] && mount --bind /dev/null "$so"; done || true',
    `exec "$0" "$@"`,
  ].join('\n');
}

const why = missing();
if (why !== undefined) {
  console.log(`skipped: every test with real servers, because ${why}`);
  process.exit(process.env.INTERWORK_REQUIRE_PEERS ? 1 : 0);
}
const folder = mkdtempSync(join(tmpdir(), 'interwork-peers-'));
const vitest = [
  process.execPath,
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--config',
  'vitest.peers.config.ts',
];
const flags = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const done = spawnSync(
  'unshare',
  [...flags, 'bash', '-c', inside(folder), ...vitest, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    cwd: root,
  },
);
rmSync(folder, { recursive: true, force: true });
process.exit(done.status ?? 1);
