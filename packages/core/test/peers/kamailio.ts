// A real Kamailio with a certificate for each of its domains: one port for each where it is called, and one address of ours
// for each where it calls. It takes every message that comes by TLS and passes on what comes by UDP.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bell } from '../../../../test-kit/bell.ts';

/** A domain of a Kamailio, and what it shows for it. */
export interface KamailioDomain {
  readonly domain: string;
  readonly keyFile: string;
  readonly certFile: string;
  /** Where it takes TLS for the domain. */
  readonly port: number;
  /** Where it finds us in the name of the domain: a place that no other has. */
  readonly calls: { readonly address: string; readonly port: number };
}

/** What a Kamailio is told. */
export interface KamailioOptions {
  readonly address: string;
  /** Where it takes UDP. */
  readonly port: number;
  readonly domains: readonly KamailioDomain[];
  /** The file of whom it trusts, PEM. */
  readonly trusts: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called whenever it has logged something. */
  readonly onLog?: () => void;
}

/** A Kamailio that runs. */
export interface Kamailio {
  readonly log: () => string;
  close(): Promise<void>;
}

/** Starts a Kamailio and waits until it takes connections. */
export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  const folder = mkdtempSync(join(tmpdir(), 'interwork-kamailio-'));
  const tls = join(folder, 'tls.cfg');
  const file = join(folder, 'kamailio.cfg');
  writeFileSync(tls, profiles(options));
  writeFileSync(file, configText(options, tls));
  const bell = new Bell();
  let log = '';
  const child = spawn('kamailio', ['-f', file, '-DD', '-E', '-m', '64', '-M', '8', '-Y', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      log += data.toString();
      bell.ring();
      options.onLog?.();
    });
  child.once('exit', bell.ring);
  await bell.until(() => {
    if (child.exitCode !== null) throw new Error(`kamailio ended: ${log}`);
    return log.includes('it is ready') || undefined;
  });
  return {
    log: () => log,
    close: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function profiles({ address, domains, trusts }: KamailioOptions): string {
  const [first] = domains;
  const profile = (place: string, { keyFile, certFile }: KamailioDomain): string => `[${place}]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
cipher_list = DEFAULT:@SECLEVEL=0
private_key = ${keyFile}
certificate = ${certFile}
ca_list = ${trusts}
`;
  const usual =
    first === undefined ? [] : [profile('server:default', first), profile('client:default', first)];
  const own = domains.flatMap((one) => [
    profile(`server:${address}:${one.port}`, one),
    `${profile(`client:${one.calls.address}:${one.calls.port}`, one)}server_id = ${one.domain}\n`,
  ]);
  return [...usual, ...own].join('\n');
}

const MODULES = ['tls', 'jsonrpcs', 'kex', 'corex', 'tm', 'tmx', 'sl', 'pv', 'textops', 'xlog'];

function configText({ address, port, domains }: KamailioOptions, tls: string): string {
  const ways = domains.map(
    ({ domain, calls }) =>
      `  if ($fd == "${domain}") {
    $xavp(tls=>server_id) = "${domain}";
    $du = "sip:${calls.address}:${calls.port};transport=tls";
  }`,
  );
  return `#!KAMAILIO
debug=2
log_stderror=yes
children=1
tcp_children=1
enable_tls=yes
auto_aliases=no
listen=udp:${address}:${port}
${domains.map((one) => `listen=tls:${address}:${one.port}`).join('\n')}
${MODULES.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("jsonrpcs", "transport", 0)
modparam("tls", "config", "${tls}")
modparam("tls", "xavp_cfg", "tls")
modparam("tm", "fr_timer", 2000)

event_route[core:worker-one-init] {
  xlog("L_ERR", "it is ready\\n");
}

request_route {
  if ($proto == "tls") {
    xlog("L_ERR", "for $rd it was shown $tls_peer_subject_cn\\n");
    sl_send_reply("200", "OK");
    exit;
  }
${ways.join('\n')}
  t_relay();
}
`;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(hard);
}
