// A real ejabberd, configured in a folder of its own and without epmd, started for one test file and ended with everything
// it has started. It lets in whoever gives any password.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bell } from '../../../../test-kit/bell.ts';

/** What an ejabberd is told. */
export interface EjabberdOptions {
  readonly domains: readonly string[];
  readonly address: string;
  /** Keys with their certificates, PEM: it takes for each domain one that names it. */
  readonly credentials: readonly string[];
  /** What it trusts, PEM. */
  readonly trusts: string;
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called whenever it has logged something. */
  readonly onLog?: () => void;
}

/** An ejabberd that runs. */
export interface Ejabberd {
  readonly log: () => string;
  close(): Promise<void>;
}

/** Starts an ejabberd and waits until it takes connections. */
export async function startEjabberd(options: EjabberdOptions): Promise<Ejabberd> {
  const owner = (flag: string): number =>
    Number(execFileSync('id', [flag, 'ejabberd'], { encoding: 'utf8' }));
  const [uid, gid] = [owner('-u'), owner('-g')];
  const folder = configure(options);
  for (const name of ['', ...readdirSync(folder)]) chownSync(join(folder, name), uid, gid);
  const bell = new Bell();
  let log = '';
  const child = spawn('ejabberdctl', argumentsOf(folder), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env, HOME: folder, ERL_DIST_PORT: '5210' },
    cwd: folder,
    uid,
    gid,
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      log += data.toString();
      bell.ring();
      options.onLog?.();
    });
  child.once('exit', bell.ring);
  for (const port of [5222, 5269])
    await bell.until(() => {
      if (child.exitCode !== null) throw new Error(`ejabberd ended: ${log}`);
      return (
        new RegExp(`Start accepting TCP connections at [\\d.]+:${port}`).test(log) || undefined
      );
    });
  return {
    log: () => log,
    close: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function argumentsOf(folder: string): string[] {
  const at = (name: string): string => join(folder, name);
  const files = ['--config', at('ejabberd.yml'), '--ctl-config', at('ejabberdctl.cfg')];
  return [
    '--config-dir',
    folder,
    ...files,
    '--logs',
    at('logs'),
    '--spool',
    at('spool'),
    'foreground',
  ];
}

function configure(options: EjabberdOptions): string {
  const folder = mkdtempSync(join(tmpdir(), 'interwork-ejabberd-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  for (const name of ['logs', 'spool']) mkdirSync(join(folder, name));
  for (const [at, text] of options.credentials.entries()) write(`credential-${at}.pem`, text);
  write('trusted.pem', options.trusts);
  write('inetrc', '{lookup,[file,dns]}.\n{file, resolv, "/etc/resolv.conf"}.\n');
  write('ejabberdctl.cfg', 'ERL_DIST_PORT=5210\n');
  write('ejabberd.yml', configText(folder, options));
  return folder;
}

function configText(folder: string, { domains, address }: EjabberdOptions): string {
  return `
loglevel: debug
log_rotate_count: 0
hosts: [${domains.map((domain) => `"${domain}"`).join(', ')}]
certfiles: ["${folder}/credential-*.pem"]
ca_file: "${folder}/trusted.pem"
auth_method: [anonymous]
anonymous_protocol: login_anon
s2s_max_retry_delay: 1
s2s_use_starttls: required
s2s_ciphers: "DEFAULT:@SECLEVEL=0"
listen:
  - { port: 5222, ip: "${address}", module: ejabberd_c2s }
  - { port: 5269, ip: "${address}", module: ejabberd_s2s_in }
modules:
  mod_disco: {}
  mod_ping: {}
  mod_roster: {}
`;
}

/** The shell script that it is started by has children of its own, which hold its output until they are gone. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const gone = once(child, 'close');
  const signal = (name: NodeJS.Signals): void => void process.kill(-(child.pid ?? 0), name);
  signal('SIGTERM');
  const hard = setTimeout(() => signal('SIGKILL'), 5000);
  await gone;
  clearTimeout(hard);
}
