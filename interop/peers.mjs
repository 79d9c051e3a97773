#!/usr/bin/env node
// `npm run peers`: the packages' own tests with real servers, in a namespace of their own. Without the servers, or
// without the rights, it says what was skipped and why; with INTERWORK_REQUIRE_PEERS set it fails instead.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inside, missing, skipped, withFolder } from './namespace.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Some of the tests skip by themselves without these; where the peers are required, they are.
const more = process.env.INTERWORK_REQUIRE_PEERS
  ? ['kamailio', 'ejabberdctl', 'openssl', 'redis-server', 'dnsmasq', 'chromium', 'sipp']
  : [];
const why = missing(['unshare', 'ip', 'mount', 'prosody', 'prosodyctl', ...more]);
if (why !== undefined) skipped('every test with real servers', why);
const vitest = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run'];
const status = withFolder((folder) => {
  const command = [...vitest, '--config', 'vitest.peers.config.ts', ...process.argv.slice(2)];
  const [file, ...args] = inside(folder, '127.0.0.1', command);
  return spawnSync(file, args, { stdio: 'inherit', cwd: root }).status;
});
process.exit(status ?? 1);
