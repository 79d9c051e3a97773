// Kamailio at the border of a SIP company: what its users send over UDP goes to the next hop over mutual TLS, what comes
// over TLS is written to its log and answered here, messages by 200 and subscriptions by its presence server.
import { cpSync } from 'node:fs';
import type { Credential } from '../src/certificates.ts';
import type { Folder } from '../src/folder.ts';
import { Running } from '../src/process.ts';
import type { Company } from './companies.ts';

/** How it is set up. */
export interface BorderOptions {
  readonly folder: Folder;
  readonly company: Company;
  readonly credential: Credential;
  /** PEM of whom it trusts. */
  readonly root: string;
  /** Where everything goes that its users send, by name. */
  readonly next: { readonly name: string; readonly port: number };
}

/** A request that came over TLS, as Kamailio itself has read it. */
export interface Arrived {
  readonly method: string;
  readonly from: string;
  readonly to: string;
  /** Names of the certificate of whoever sent it. */
  readonly peer: string;
  /** `ms-edge-proxy-message-trust`, as it came; empty when it did not. */
  readonly trust: string;
  readonly maxForwards: number;
  readonly recordRoutes: number;
  readonly body: string;
}

/** A server that runs. */
export interface Border {
  readonly company: Company;
  readonly log: string;
  /** Every request so far, in order. */
  readonly arrived: readonly Arrived[];
  /** The request with this body, now or later. */
  arrival(body: string): Promise<Arrived>;
  stop(): Promise<void>;
}

/** Starts one. */
export async function startBorder(options: BorderOptions): Promise<Border> {
  const { folder, company } = options;
  const memory = ['-m', '32', '-M', '8', '-Y', `${folder.path}/${company.domain}`];
  const running = new Running({
    name: company.domain,
    file: 'kamailio',
    args: ['-f', configure(options), '-DD', '-E', ...memory],
  });
  await running.line(/the border is ready/);
  const arrivedIn = (log: string): readonly Arrived[] =>
    [...log.matchAll(/arrived (\{.*\})/g)].map(([, json = '']) => readArrival(json));
  return {
    company,
    get log() {
      return running.log;
    },
    get arrived() {
      return arrivedIn(running.log);
    },
    arrival: (body) =>
      running.until(`a request "${body}"`, (log) =>
        arrivedIn(log).find((one) => one.body === body),
      ),
    stop: async () => void (await running.stop()),
  };
}

/** Kamailio writes no JSON of its own: what could break it was escaped. */
function readArrival(json: string): Arrived {
  const { maxForwards, recordRoutes, ...texts } = JSON.parse(json) as Record<string, string>;
  const plain = Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [key, decodeURIComponent(value)]),
  );
  return {
    ...(plain as Omit<Arrived, 'maxForwards' | 'recordRoutes'> & Record<string, string>),
    maxForwards: Number(maxForwards),
    recordRoutes: Number(recordRoutes),
  };
}

function configure(options: BorderOptions): string {
  const { folder, company, credential, root } = options;
  const write = (name: string, text: string): string =>
    folder.write(`${company.domain}/${name}`, text);
  const pair = `private_key = ${write('server.key', credential.keyPem)}
certificate = ${write('server.pem', credential.certPem)}
ca_list = ${write('trusted.pem', root)}
`;
  const profile = (name: string): string => `[${name}:default]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
${pair}`;
  const tables = `${folder.path}/${company.domain}/tables`;
  cpSync(TABLES, tables, { recursive: true });
  const tls = write('tls.cfg', profile('server') + profile('client'));
  return write('kamailio.cfg', configText(options, tls, tables));
}

const MODULES = ['tls', 'jsonrpcs', 'kex', 'corex', 'tm', 'tmx', 'sl', 'rr', 'pv', 'maxfwd'];
const MORE = ['textops', 'siputils', 'xlog', 'db_text', 'presence', 'presence_xml'];

/** Empty tables of the presence server, as Debian's package has them. */
const TABLES = '/usr/share/kamailio/dbtext/kamailio';

/** What is told of a request, by a name; `$(…{s.escape.param})` leaves nothing that JSON would stumble over. */
const TOLD: Readonly<Record<string, string>> = {
  method: '$rm',
  from: '$(fu{s.escape.param})',
  to: '$(ru{s.escape.param})',
  peer: '$tls_peer_san_hostname',
  trust: '$(hdr(ms-edge-proxy-message-trust){s.escape.param})',
  maxForwards: '$hdr(Max-Forwards)',
  recordRoutes: '$hdrc(Record-Route)',
  body: '$(rb{s.escape.param})',
};

function configText({ company, next }: BorderOptions, tls: string, tables: string): string {
  const { domain, name, address } = company;
  const told = Object.entries(TOLD).map(([key, value]) => `\\"${key}\\":\\"${value}\\"`);
  return `#!KAMAILIO
debug=2
log_stderror=yes
children=1
tcp_children=1
enable_tls=yes
tcp_source_ipv4=${address}
auto_aliases=no
alias="${domain}"
alias="${name}"
listen=udp:${address}:5060
listen=tls:${address}:5061 advertise ${name}:5061
${[...MODULES, ...MORE].map((module) => `loadmodule "${module}.so"`).join('\n')}
modparam("jsonrpcs", "transport", 0)
modparam("tls", "config", "${tls}")
modparam("tm", "fr_timer", 10000)
modparam("presence|presence_xml", "db_url", "text://${tables}")
modparam("db_text", "emptystring", 1)
modparam("presence", "subs_db_mode", 0)
modparam("presence", "server_address", "sip:${name}:5061;transport=tls")
modparam("presence_xml", "force_active", 1)
modparam("presence_xml", "force_dummy_presence", 1)

event_route[core:worker-one-init] {
  xlog("L_ERR", "the border is ready\\n");
}

request_route {
  if (!mf_process_maxfwd_header("70")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag() && loose_route()) { t_relay(); exit; }
  if ($proto == "tls") {
    xlog("L_ERR", "arrived {${told.join(',')}}\\n");
    if (is_method("SUBSCRIBE")) { t_newtran(); handle_subscribe(); exit; }
    if (!is_method("MESSAGE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
    if ($rU == "nobody") { sl_send_reply("404", "Not Found"); exit; }
    sl_send_reply("200", "OK");
    exit;
  }
  if (is_method("SUBSCRIBE|NOTIFY|INVITE")) record_route();
  $du = "sip:${next.name}:${next.port};transport=tls";
  t_relay();
}
`;
}
