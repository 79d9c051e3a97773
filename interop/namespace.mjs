#!/usr/bin/env node
// Runs a command in a network, mount and process namespace of its own, where port 53 and /etc/resolv.conf are
// its own, nothing outside can be reached, and everything ends when it ends. `npm run peers` and `npm run interop`
// start what they run through this.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's Python: slixmpp is one of its packages. */
export const PYTHON = '/usr/bin/python3';
const TOOLS = [
  'unshare',
  'ip',
  'mount',
  'prosody',
  'prosodyctl',
  'ejabberdctl',
  'kamailio',
  'sipp',
  'redis-server',
  'dnsmasq',
  'mkfifo',
];

/** Why nothing with real servers can run here, or undefined. */
export function missing(tools = TOOLS) {
  if (process.platform !== 'linux') return 'namespaces need Linux';
  if (process.getuid?.() !== 0) return 'namespaces need root';
  const absent = tools.filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (tools === TOOLS && spawnSync(PYTHON, ['-c', 'import slixmpp']).status !== 0)
    absent.push('python3-slixmpp');
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  const can = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true']);
  return can.status === 0 ? undefined : 'this machine allows no new namespaces';
}

/** The command line that runs `command` inside; `resolver` is the address asked for names. */
export function inside(folder, resolver, command) {
  const file = join(folder, 'resolv.conf');
  writeFileSync(file, `nameserver ${resolver}\n`);
  const script = [
    'set -e',
    'ip link set lo up',
    `mount --bind ${file} /etc/resolv.conf`,
    // Prosody's libunbound refuses names reserved for tests; without it Prosody asks by itself.
    'for so in /usr/lib/*/lua/5.*/lunbound.so; do [ -e "$so" ] && mount --bind /dev/null "$so"; done || true',
    'exec "$0" "$@"',
  ].join('\n');
  const flags = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  return ['unshare', ...flags, 'bash', '-c', script, ...command];
}

/** Skips with a sentence, or fails where the servers are required. */
export function skipped(what, why) {
  console.log(`skipped: ${what}, because ${why}`);
  process.exit(process.env.INTERWORK_REQUIRE_PEERS ? 1 : 0);
}

/** A folder that is removed when `use` is done with it. */
export function withFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'interwork-peers-'));
  const done = () => rmSync(folder, { recursive: true, force: true });
  const result = use(folder);
  if (result instanceof Promise) return result.finally(done);
  done();
  return result;
}
