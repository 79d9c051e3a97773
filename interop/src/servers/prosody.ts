// Prosody, configured in a folder of its own. Its log on standard output says when a port is open.
import { Running } from '../process.ts';
import { COMPONENT_SECRET, HOST, PORT, SIP, XMPP } from '../places.ts';
import type { XmppServer, XmppServerOptions } from './xmpp-server.ts';

/** A Prosody that is not started yet. */
export function makeProsody(first: XmppServerOptions): XmppServer {
  let options = first;
  let running: Running | undefined;
  let before = '';
  return {
    get log() {
      return before + (running?.log ?? '');
    },
    start: async (changes = {}) => {
      options = { ...options, ...changes };
      running = new Running({
        name: 'prosody',
        file: 'prosody',
        args: ['--config', configure(options), '--root', '-F'],
      });
      await running.line(/Activated service 'c2s' on .*127/);
      await running.line(
        options.join === 'component'
          ? /Activated service 'component' on .*127/
          : /Activated service 's2s(?:_direct_tls)?' on .*127/,
      );
    },
    stop: async (signal) => {
      await running?.stop(signal);
      before += running?.log ?? '';
      running = undefined;
    },
  };
}

function configure(options: XmppServerOptions): string {
  const { folder, users, credential, root } = options;
  folder.write(`prosody/certs/${XMPP}.crt`, credential.certPem);
  folder.write(`prosody/certs/${XMPP}.key`, credential.keyPem);
  folder.write('prosody/trusted.pem', root);
  const accounts = `prosody/data/${fileName(XMPP)}/accounts`;
  for (const user of users)
    folder.write(
      `${accounts}/${fileName(user)}.dat`,
      `return { ["password"] = ${JSON.stringify(user)}; };\n`,
    );
  return folder.write('prosody/prosody.cfg.lua', configText(`${folder.path}/prosody`, options));
}

/** A name as Prosody's storage spells it. */
function fileName(name: string): string {
  const spelt = (byte: number): string => {
    const letter = String.fromCharCode(byte);
    return /[A-Za-z0-9]/.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0')}`;
  };
  return [...Buffer.from(name)].map(spelt).join('');
}

function configText(folder: string, options: XmppServerOptions): string {
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
certificates = "${folder}/certs"
log = { debug = "*console" }
modules_enabled = { "roster", "saslauth", "tls", "dialback", "disco", "ping", "smacks" }
modules_disabled = { "offline"${options.tls === false ? ', "tls"' : ''} }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
interfaces = { "${HOST.xmpp}", "${HOST.xmpp6}" }
ssl = { cafile = "${folder}/trusted.pem" }
c2s_ports = { ${PORT.client} }
${joinText(options)}`;
}

function joinText({ join, tls = true }: XmppServerOptions): string {
  const host = `VirtualHost "${XMPP}"\n`;
  if (join === 'component')
    return `component_ports = { ${PORT.component} }
component_interfaces = { "${HOST.xmpp}" }
${host}Component "${SIP}"\n  component_secret = "${COMPONENT_SECRET}"\n`;
  const ports =
    join === 'direct'
      ? `s2s_ports = { }\ns2s_direct_tls_ports = { ${PORT.directServer} }`
      : `s2s_ports = { ${PORT.server} }`;
  return `${ports}
s2s_require_encryption = ${tls}
s2s_secure_auth = ${join !== 'dialback' && tls}
${host}`;
}
