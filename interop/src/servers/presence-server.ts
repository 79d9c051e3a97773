// Kamailio as the SIP domain's presence server: publications, subscriptions, and rules that users write over XCAP.
// Without a rule for a watcher the subscription is pending.
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join as path } from 'node:path';
import { Running } from '../process.ts';
import { HOST, PORT, SIP } from '../places.ts';
import type { Folder } from '../folder.ts';

/** What a user decides about a watcher. RFC 5025 §3.2.1. */
export type Handling = 'allow' | 'block' | 'polite-block' | 'confirm';

/** A presence server that runs, or may be started again. */
export interface PresenceServer {
  readonly log: string;
  /** Starts it with the rules it had, and without any subscription or publication. */
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Until the watcher's subscription is there: until it was notified. Addresses are URIs. */
  notified(presentity: string, watcher: string): Promise<void>;
  /** Puts the user's rule about one watcher in the place of all she had. Addresses are URIs. */
  rule(presentity: string, watcher: string, handling: Handling): Promise<void>;
}

/** Empty tables, as Debian's package has them. */
const TABLES = '/usr/share/kamailio/dbtext/kamailio';
/** Subscriptions and publications: a server that starts has none. */
const FORGOTTEN = ['active_watchers', 'presentity'];
/** Seconds: short, so that its watchers refresh while a case looks. */
const LONGEST = 16;

/** One that is not started yet. */
export function makePresenceServer(folder: Folder): PresenceServer {
  let running: Running | undefined;
  let before = '';
  const tables = path(folder.path, 'presence/tables');
  const file = folder.write('presence/kamailio.cfg', configText(tables));
  cpSync(TABLES, tables, { recursive: true });
  return {
    get log() {
      return before + (running?.log ?? '');
    },
    start: async () => {
      for (const table of FORGOTTEN) cpSync(path(TABLES, table), path(tables, table));
      const memory = ['-m', '64', '-M', '8', '-Y', path(folder.path, 'presence')];
      running = new Running({
        name: 'presence server',
        file: 'kamailio',
        args: ['-f', file, '-DD', '-E', ...memory],
      });
      await running.line(/the presence server is ready/);
    },
    stop: async (signal) => {
      await running?.stop(signal);
      before += running?.log ?? '';
      running = undefined;
    },
    notified: async (presentity, watcher) => {
      await running?.line(new RegExp(`NOTIFY ${watcher} via .* on behalf of ${presentity} `));
    },
    rule: putRule,
  };
}

/** A connection of its own each time: the server closes after its answer without having said so in it. */
async function putRule(presentity: string, watcher: string, handling: Handling): Promise<void> {
  const root = `http://${HOST.presence}:${PORT.xcap}/xcap-root`;
  const put = request(`${root}/pres-rules/users/${presentity}/index`, {
    method: 'PUT',
    agent: false,
    headers: { 'Content-Type': 'application/auth-policy+xml' },
  });
  put.end(`<?xml version="1.0" encoding="UTF-8"?>
<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="one">
<conditions><identity><one id="${watcher}"/></identity></conditions>
<actions><sub-handling xmlns="urn:ietf:params:xml:ns:pres-rules">${handling}</sub-handling></actions>
<transformations/></rule></ruleset>`);
  const [response] = (await once(put, 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
  if (response.statusCode !== 200)
    throw new Error(`the rule was answered ${response.statusCode ?? 'with nothing'}`);
}

const MODULES = ['jsonrpcs', 'kex', 'corex', 'tm', 'sl', 'rr', 'pv', 'maxfwd', 'textops'];
const MORE = ['siputils', 'xlog', 'xhttp', 'db_text', 'presence', 'presence_xml', 'xcap_server'];

function configText(tables: string): string {
  return `#!KAMAILIO
debug=2
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
tcp_accept_no_cl=yes
alias="${SIP}"
listen=udp:${HOST.presence}:${PORT.sip}
listen=tcp:${HOST.presence}:${PORT.xcap}
${[...MODULES, ...MORE].map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("jsonrpcs", "transport", 0)
modparam("db_text", "emptystring", 1)
modparam("presence|presence_xml|xcap_server", "db_url", "text://${tables}")
modparam("presence", "subs_db_mode", 1)
modparam("presence", "publ_cache", 0)
modparam("presence", "max_expires", ${LONGEST})
modparam("presence", "server_address", "sip:${HOST.presence}:${PORT.sip}")
modparam("presence_xml", "integrated_xcap_server", 1)
modparam("xcap_server", "buf_size", 8192)

event_route[core:worker-one-init] {
  xlog("L_ERR", "the presence server is ready\\n");
}

event_route[xhttp:request] {
  set_reply_close();
  set_reply_no_connect();
  if ($rm != "PUT") { xhttp_reply("405", "Method Not Allowed", "", ""); exit; }
  $xcapuri(u=>data) = $hu;
  xcaps_put("$xcapuri(u=>xuid)", "$hu", "$rb");
  pres_update_watchers("$xcapuri(u=>xuid)", "presence");
  pres_refresh_watchers("$xcapuri(u=>xuid)", "presence", 1);
}

request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) loose_route();
  if (!is_method("SUBSCRIBE|PUBLISH")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  if (!t_newtran()) { sl_reply_error(); exit; }
  if (is_method("PUBLISH")) handle_publish(); else handle_subscribe();
}
`;
}
