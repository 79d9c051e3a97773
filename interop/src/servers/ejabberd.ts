// ejabberd, in folders owned by its own user, without epmd. It prints its log when it runs in the foreground.
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join as path } from 'node:path';
import { Running } from '../process.ts';
import { COMPONENT_SECRET, HOST, PORT, SIP, XMPP } from '../places.ts';
import type { XmppServer, XmppServerOptions } from './xmpp-server.ts';

/** An ejabberd that is not started yet. */
export function makeEjabberd(first: XmppServerOptions): XmppServer {
  let options = first;
  let running: Running | undefined;
  let before = '';
  return {
    get log() {
      return before + (running?.log ?? '');
    },
    start: async (changes = {}) => {
      options = { ...options, ...changes };
      running = start(options);
      await running.line(/Start accepting TCP connections at 127\.0\.0\.2:5222/);
      const port = portOf(options);
      await running.line(
        new RegExp(`Start accepting (?:TCP|TLS) connections at 127\\.0\\.0\\.2:${port}`),
      );
    },
    stop: async (signal) => {
      await running?.stop(signal);
      before += running?.log ?? '';
      running = undefined;
    },
  };
}

function portOf({ join }: XmppServerOptions): number {
  if (join === 'component') return PORT.component;
  return join === 'direct' ? PORT.directServer : PORT.server;
}

function start(options: XmppServerOptions): Running {
  const owner = (flag: string): number =>
    Number(execFileSync('id', [flag, 'ejabberd'], { encoding: 'utf8' }));
  const [uid, gid] = [owner('-u'), owner('-g')];
  const folder = configure(options, uid, gid);
  return new Running({
    name: 'ejabberd',
    file: 'ejabberdctl',
    args: [
      '--config-dir',
      folder,
      '--config',
      path(folder, 'ejabberd.yml'),
      '--ctl-config',
      path(folder, 'ejabberdctl.cfg'),
      '--logs',
      path(folder, 'logs'),
      '--spool',
      path(folder, 'spool'),
      'foreground',
    ],
    env: { HOME: folder, ERL_DIST_PORT: '5210' },
    cwd: folder,
    uid,
    gid,
    group: true,
  });
}

function configure(options: XmppServerOptions, uid: number, gid: number): string {
  const { folder, users, credential, root } = options;
  const written = [
    folder.write('ejabberd/server.pem', credential.keyPem + credential.certPem),
    folder.write('ejabberd/trusted.pem', root),
    folder.write('ejabberd/inetrc', '{lookup,[file,dns]}.\n{file, resolv, "/etc/resolv.conf"}.\n'),
    folder.write('ejabberd/ejabberdctl.cfg', 'ERL_DIST_PORT=5210\n'),
    folder.write('ejabberd/users.py', accountsProgram(users)),
    folder.write('ejabberd/ejabberd.yml', configText(`${folder.path}/ejabberd`, options)),
  ];
  const home = `${folder.path}/ejabberd`;
  for (const name of ['logs', 'spool']) mkdirSync(path(home, name), { recursive: true });
  for (const file of [home, path(home, 'logs'), path(home, 'spool'), ...written])
    chownSync(file, uid, gid);
  chmodSync(path(home, 'users.py'), 0o755);
  return home;
}

/** Who may log in, by ejabberd's protocol for that: nothing has to be registered in a running server. */
function accountsProgram(users: readonly string[]): string {
  return `#!/usr/bin/python3
import struct, sys
users = ${JSON.stringify(users)}
while head := sys.stdin.buffer.read(2):
    order, user, _, *rest = sys.stdin.buffer.read(struct.unpack(">H", head)[0]).decode().split(":")
    known = user in users and (order == "isuser" or (order == "auth" and rest == [user]))
    sys.stdout.buffer.write(struct.pack(">HH", 2, int(known)))
    sys.stdout.buffer.flush()
`;
}

function configText(folder: string, options: XmppServerOptions): string {
  return `
loglevel: debug
log_rotate_count: 0
hosts: ["${XMPP}"]
certfiles: ["${folder}/server.pem"]
ca_file: "${folder}/trusted.pem"
auth_method: external
extauth_program: "${folder}/users.py"
extauth_pool_size: 1
auth_use_cache: false
s2s_max_retry_delay: 1
${joinText(options)}
listen:
  - { port: ${PORT.client}, ip: "${HOST.xmpp}", module: ejabberd_c2s, max_stanza_size: 262144 }
${listenText(options)}
modules:
  mod_disco: {}
  mod_ping: {}
  mod_roster: {}
${options.join === 'dialback' ? '  mod_s2s_dialback: {}\n' : ''}`;
}

function joinText({ join, tls = true }: XmppServerOptions): string {
  if (join === 'component') return '';
  return `s2s_use_starttls: ${tls ? 'required' : 'false'}`;
}

function listenText(options: XmppServerOptions): string {
  const port = portOf(options);
  if (options.join === 'component')
    return `  - { port: ${port}, ip: "${HOST.xmpp}", module: ejabberd_service, hosts: { "${SIP}": { password: "${COMPONENT_SECRET}" } } }`;
  const direct = options.join === 'direct' ? ', tls: true' : '';
  return [HOST.xmpp, HOST.xmpp6]
    .map((ip) => `  - { port: ${port}, ip: "${ip}", module: ejabberd_s2s_in${direct} }`)
    .join('\n');
}
