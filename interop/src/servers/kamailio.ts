// Kamailio as the SIP domain: registrar and proxy of its users, and the way to the gateway for every other domain. Its
// presence server is another one (presence-server.ts).
import { Running } from '../process.ts';
import { HOST, NAME, PORT, PREFIX, SIP } from '../places.ts';
import type { Credential } from '../certificates.ts';
import type { Folder } from '../folder.ts';
import type { SipJoin } from '../links.ts';

/** How the proxy is set up. */
export interface ProxyOptions {
  readonly folder: Folder;
  readonly join: SipJoin;
  readonly credential: Credential;
  /** PEM of whom it trusts. */
  readonly root: string;
  /** Users that it knows and that are not registered. */
  readonly away: readonly string[];
}

/** A proxy that runs, or may be started again. It forgets its registrations when it stops. */
export interface Proxy {
  readonly log: string;
  start(changes?: Partial<ProxyOptions>): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A Kamailio that is not started yet. */
export function makeKamailio(first: ProxyOptions): Proxy {
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
        name: 'kamailio',
        file: 'kamailio',
        args: [
          '-f',
          configure(options),
          '-DD',
          '-E',
          '-m',
          '64',
          '-M',
          '8',
          '-Y',
          options.folder.path,
        ],
      });
      await running.line(/the proxy is ready/);
    },
    stop: async (signal) => {
      await running?.stop(signal);
      before += running?.log ?? '';
      running = undefined;
    },
  };
}

function configure(options: ProxyOptions): string {
  const { folder, credential, root } = options;
  const files = {
    key: folder.write('kamailio/proxy.key', credential.keyPem),
    cert: folder.write('kamailio/proxy.pem', credential.certPem),
    root: folder.write('kamailio/trusted.pem', root),
  };
  const profile = (name: string): string => `[${name}:default]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
private_key = ${files.key}
certificate = ${files.cert}
ca_list = ${files.root}
`;
  const tls = folder.write('kamailio/tls.cfg', profile('server') + profile('client'));
  return folder.write('kamailio/kamailio.cfg', configText(options, tls));
}

const MODULES = [
  'tls',
  'jsonrpcs',
  'kex',
  'corex',
  'tm',
  'tmx',
  'sl',
  'rr',
  'pv',
  'maxfwd',
  'usrloc',
];
const MORE = ['registrar', 'textops', 'siputils', 'xlog'];

function configText({ join, away }: ProxyOptions, tls: string): string {
  // By its name where there are certificates: two addresses may have it.
  const gateway =
    join === 'tls'
      ? `sip:${NAME.gateway}:${PORT.sips};transport=tls`
      : `sip:${HOST.gateway}:${PORT.sip};transport=${join}`;
  const inside = `transport=${join === 'udp' ? 'udp' : 'tcp'}`;
  const isAway = away.map((user) => `$rU == "${user}"`).join(' || ');
  return `#!KAMAILIO
debug=2
log_stderror=yes
children=1
tcp_children=1
enable_tls=yes
tcp_source_ipv4=${HOST.proxy}
auto_aliases=no
use_dns_failover=on
alias="${SIP}"
alias="${NAME.proxy}"
listen=udp:${HOST.proxy}:${PORT.sip}
listen=tcp:${HOST.proxy}:${PORT.sip}
listen=tls:${HOST.proxy}:${PORT.sips} advertise ${NAME.proxy}:${PORT.sips}
${[...MODULES, ...MORE].map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("jsonrpcs", "transport", 0)
modparam("tls", "config", "${tls}")
modparam("tm", "fr_timer", 30000)
modparam("usrloc", "db_mode", 0)

event_route[core:worker-one-init] {
  xlog("L_ERR", "the proxy is ready\\n");
}

request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("REGISTER")) { save("location"); exit; }
  # It stays on the way of subscriptions and sessions: neither side can reach the other's inner addresses. RFC 6665 §4.3,
  # RFC 3261 §16.6.
  if (is_method("SUBSCRIBE|NOTIFY|INVITE")) record_route();
  if (has_totag() && loose_route()) { t_relay(); exit; }
  # What is left of these is the ACK to a refusal, which ends here.
  if (is_method("ACK")) { t_check_trans(); exit; }
  if ($rd == "${SIP}") {
    if ($rU =~ "^${PREFIX.published}") { $du = "sip:${HOST.presence}:${PORT.sip}"; t_relay(); exit; }
    if ($rU =~ "^(${PREFIX.own}|${PREFIX.talking})") { $du = "sip:${HOST.people}:${PORT.people};${inside}"; t_relay(); exit; }
    # Everybody else takes messages, and no sessions.
    if (is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
    if (${isAway}) { sl_send_reply("480", "Temporarily Unavailable"); exit; }
    # The registrar takes no user beyond ASCII; the proxy does.
    if ($rU =~ "%[89A-Fa-f]") { $du = "sip:${HOST.answering}:${PORT.answering};transport=tcp"; t_relay(); exit; }
    if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
    t_relay();
    exit;
  }
  if ($si != "${HOST.sending}" && $si != "${HOST.people}") { sl_send_reply("403", "Relaying Denied"); exit; }
  # One who sends many has no patience: what got lost when the gateway ended is answered 408 soon.
  if ($fU == "many") t_set_fr(0, 6000);
  $du = "${gateway}";
  t_relay();
}
`;
}
