// A real Prosody, configured in a folder of its own, started for one test file and ended by its own id.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a Prosody is told. */
export interface ProsodyOptions {
  readonly domain: string;
  readonly users: readonly string[];
  readonly keyPem: string;
  readonly certPem: string;
  /** What it trusts, as PEM. */
  readonly trusts: string;
  /** Whether a server must prove its domain by certificate; else dialback does. */
  readonly secureAuth: boolean;
  /** Modules besides the usual ones. */
  readonly modules?: readonly string[];
}

/** A Prosody that runs. */
export interface Prosody {
  readonly log: () => string;
  close(): Promise<void>;
}

/** Starts a Prosody and waits until it takes connections. Passwords are the user names. */
export async function startProsody(options: ProsodyOptions): Promise<Prosody> {
  const folder = mkdtempSync(join(tmpdir(), 'interwork-prosody-'));
  const config = configure(folder, options);
  for (const user of options.users) {
    const made = spawnSync(
      'prosodyctl',
      ['--config', config, '--root', 'register', user, options.domain, user],
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`prosodyctl register: ${made.stdout}${made.stderr}`);
  }
  let log = '';
  const child = spawn('prosody', ['--config', config, '--root', '-F'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (log += data.toString()));
  await untilOpen(child, () => log, 5222);
  await untilOpen(child, () => log, 5269);
  return {
    log: () => log,
    close: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configure(folder: string, options: ProsodyOptions): string {
  const certs = join(folder, 'certs');
  mkdirSync(certs);
  writeFileSync(join(certs, `${options.domain}.crt`), options.certPem);
  writeFileSync(join(certs, `${options.domain}.key`), options.keyPem, { mode: 0o600 });
  writeFileSync(join(folder, 'trusted.pem'), options.trusts);
  const config = join(folder, 'prosody.cfg.lua');
  writeFileSync(config, configText(folder, options));
  return config;
}

function configText(folder: string, { domain, secureAuth, modules = [] }: ProsodyOptions): string {
  const more = modules.map((name) => `, "${name}"`).join('');
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}"
certificates = "${folder}/certs"
log = { debug = "*console" }
modules_enabled = { "roster", "saslauth", "tls", "dialback", "disco", "ping"${more} }
modules_disabled = { "offline" }
c2s_require_encryption = false
s2s_require_encryption = true
s2s_secure_auth = ${secureAuth}
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
interfaces = { "127.0.0.1" }
ssl = { cafile = "${folder}/trusted.pem" }
VirtualHost "${domain}"
`;
}

/** Waits until a port takes connections, by trying; fails when the server has ended instead. */
async function untilOpen(child: ChildProcess, log: () => string, port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (child.exitCode !== null) throw new Error(`prosody ended: ${log()}`);
    if (await opens(port)) return;
  }
  throw new Error(`prosody does not listen on ${port}: ${log()}`);
}

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => setTimeout(resolve, 25, false));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(hard);
}
