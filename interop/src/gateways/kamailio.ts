// Kamailio's own xmpp module as the gateway, as Debian packages it: a second Kamailio beside the SIP domain's proxy,
// a component at the XMPP server. Put through the same cases, so that the table can be read side by side.
import { type Exit, Running } from '../process.ts';
import { COMPONENT_SECRET, HOST, PORT, SIP, XMPP } from '../places.ts';
import { versions } from '../versions.ts';
import type { Gateway, GatewayOptions } from './gateway.ts';

/** A gateway that is not started yet. */
export function makeKamailioGateway(options: GatewayOptions): Gateway {
  let running: Running | undefined;
  let before = '';
  const ended = async (how: NodeJS.Signals): Promise<Exit> => {
    const exit = (await running?.stop(how)) ?? { code: null, signal: null };
    before += running?.log ?? '';
    running = undefined;
    return exit;
  };
  return {
    name: 'Kamailio’s xmpp module',
    hasPresence: false,
    hasSessions: false,
    chat: 'messages',
    version: versions().find(({ peer }) => peer === 'Kamailio')?.version ?? '',
    get log() {
      return before + (running?.log ?? '');
    },
    get fallen() {
      return running?.fallen;
    },
    get isRunning() {
      return running !== undefined && running.ended === undefined;
    },
    start: async () => {
      const file = options.folder.write('gateway/kamailio.cfg', configText());
      running = new Running({
        name: 'kamailio with xmpp',
        file: 'kamailio',
        args: [
          '-f',
          file,
          '-DD',
          '-E',
          '-m',
          '64',
          '-M',
          '8',
          '-Y',
          `${options.folder.path}/gateway`,
        ],
      });
      await running.line(/the gateway is ready/);
    },
    terminate: () => ended('SIGTERM'),
    kill: () => ended('SIGKILL'),
  };
}

function configText(): string {
  const modules = [
    'jsonrpcs',
    'kex',
    'corex',
    'tm',
    'sl',
    'rr',
    'pv',
    'maxfwd',
    'textops',
    'siputils',
    'xlog',
  ];
  return `#!KAMAILIO
debug=2
log_stderror=yes
children=1
auto_aliases=no
listen=udp:${HOST.gateway}:${PORT.sip}
${[...modules, 'xmpp'].map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("jsonrpcs", "transport", 0)
modparam("xmpp", "backend", "component")
modparam("xmpp", "xmpp_domain", "${SIP}")
modparam("xmpp", "gateway_domain", "${XMPP}")
modparam("xmpp", "xmpp_host", "${HOST.xmpp}")
modparam("xmpp", "xmpp_port", ${PORT.component})
modparam("xmpp", "xmpp_password", "${COMPONENT_SECRET}")
modparam("xmpp", "outbound_proxy", "sip:${HOST.proxy}:${PORT.sip}")

event_route[core:worker-one-init] {
  xlog("L_ERR", "the gateway is ready\\n");
}

request_route {
  if (!is_method("MESSAGE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  if (xmpp_send_message()) { sl_send_reply("202", "Accepted"); exit; }
  sl_send_reply("404", "Not Found");
}
`;
}
