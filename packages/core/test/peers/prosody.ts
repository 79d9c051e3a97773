// A real Prosody, configured in a folder of its own, started for one test file and ended by its own id.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a Prosody is told. */
export interface ProsodyOptions {
  /** Each has all the users. */
  readonly domains: readonly string[];
  /** Passwords are the user names. */
  readonly users: readonly string[];
  /** Where it listens. Default: 127.0.0.1. */
  readonly address?: string;
  readonly keyPem: string;
  readonly certPem: string;
  /** Other files for some of the domains: keys may be of any strength. */
  readonly own?: ReadonlyMap<string, { readonly keyFile: string; readonly certFile: string }>;
  /** What it trusts, as PEM. */
  readonly trusts: string;
  /** Whether a server must prove its domain by certificate; else dialback does. */
  readonly secureAuth: boolean;
  /** Whether links to servers must be encrypted. Default: yes. */
  readonly requireTls?: boolean;
  /** Modules besides the usual ones. */
  readonly modules?: readonly string[];
  /** Usual modules that it does without. */
  readonly without?: readonly ('tls' | 'dialback')[];
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called whenever it has logged something. */
  readonly onLog?: () => void;
}

/** A Prosody that runs. */
export interface Prosody {
  readonly log: () => string;
  close(): Promise<void>;
}

/** Starts a Prosody and waits until it takes connections. */
export async function startProsody(options: ProsodyOptions): Promise<Prosody> {
  const folder = mkdtempSync(join(tmpdir(), 'interwork-prosody-'));
  const config = configure(folder, options);
  let log = '';
  const child = spawn('prosody', ['--config', config, '--root', '-F'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      log += data.toString();
      options.onLog?.();
    });
  for (const port of [5222, 5269])
    await untilOpen(child, () => log, { host: addressOf(options), port });
  return {
    log: () => log,
    close: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const addressOf = ({ address = '127.0.0.1' }: ProsodyOptions): string => address;

function configure(folder: string, options: ProsodyOptions): string {
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  write('server.crt', options.certPem);
  write('server.key', options.keyPem);
  write('trusted.pem', options.trusts);
  for (const domain of options.domains)
    for (const user of options.users)
      write(
        `${fileName(domain)}/accounts/${fileName(user)}.dat`,
        `return { ["password"] = ${JSON.stringify(user)}; };\n`,
      );
  return write('prosody.cfg.lua', configText(folder, options));
}

/** A name as Prosody's storage spells it. */
function fileName(name: string): string {
  return name.replaceAll(
    /[^A-Za-z0-9]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function configText(folder: string, options: ProsodyOptions): string {
  const { domains, secureAuth, requireTls = true, modules = [], without = [] } = options;
  const names = (list: readonly string[]): string => list.map((name) => `"${name}"`).join(', ');
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}"
log = { debug = "*console" }
modules_enabled = { ${names(['roster', 'saslauth', 'tls', 'dialback', 'disco', 'ping', ...modules])} }
modules_disabled = { ${names(['offline', ...without])} }
c2s_require_encryption = false
s2s_require_encryption = ${requireTls}
s2s_secure_auth = ${secureAuth}
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
interfaces = { "${addressOf(options)}" }
ssl = { key = "${folder}/server.key", certificate = "${folder}/server.crt", cafile = "${folder}/trusted.pem" }
${domains.map((domain) => hostText(folder, domain, options)).join('\n')}
`;
}

function hostText(folder: string, domain: string, { own }: ProsodyOptions): string {
  const files = own?.get(domain);
  if (files === undefined) return `VirtualHost "${domain}"`;
  const { keyFile, certFile } = files;
  return `VirtualHost "${domain}"
  ssl = {
    key = "${keyFile}", certificate = "${certFile}", cafile = "${folder}/trusted.pem",
    ciphers = "DEFAULT:@SECLEVEL=0"
  }`;
}

/** Waits until a port takes connections, by trying; fails when the server has ended instead. */
async function untilOpen(
  child: ChildProcess,
  log: () => string,
  place: { readonly host: string; readonly port: number },
): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (child.exitCode !== null) throw new Error(`prosody ended: ${log()}`);
    if (await opens(place)) return;
  }
  throw new Error(`prosody does not listen on ${place.port}: ${log()}`);
}

function opens(place: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(place);
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
