// The one descriptor of a daemon's configuration: which fields there are, which must be there, what each
// may hold. It is read as policies are (`readByShape`). A field of configuration.ts without a row here, or a
// row without a field, does not compile. Bounds are the named defaults of the packages, row by row. It is one long table.
import { isIP } from 'node:net';
import { MOST_KEY_ROUNDS } from '@interwork/certs';
import { type Field, normalizeDomain, readNetwork, type Shape } from '@interwork/policy';
import { DEFAULT_ENDPOINT_LIMITS, DEFAULT_LIMITS as DEFAULT_SIP_LIMITS } from '@interwork/sip';
import { DEFAULT_SOCKET_LIMITS as DEFAULT_SIP_SOCKETS } from '@interwork/sip/node';
import {
  DEFAULT_COMPONENT_LIMITS,
  DEFAULT_COMPONENT_TIMERS,
  DEFAULT_LIMITS as DEFAULT_XML_LIMITS,
  DEFAULT_XMPP_LIMITS,
  DEFAULT_XMPP_TIMERS,
} from '@interwork/xmpp';
import { DEFAULT_SOCKET_LIMITS as DEFAULT_XMPP_SOCKETS } from '@interwork/xmpp/node';
import { DEFAULT_DESK_LIMITS, DEFAULT_DESK_WAITS } from '../../gateway/desk-options.ts';
import { DEFAULT_GATEWAY_LIMITS, DEFAULT_GATEWAY_WAITS } from '../../gateway/options.ts';
import { DEFAULT_EDGE_LIMITS } from '../../edge/options.ts';
import { DEFAULT_CHAT_LIMITS, DEFAULT_CHAT_WAITS } from '../../ledger/chat-bounds.ts';
import { DEFAULT_PRESENCE_LIMITS, DEFAULT_PRESENCE_WAITS } from '../../ledger/presence-bounds.ts';
import type {
  ChatPart,
  ComponentPart,
  Configuration,
  DnsPart,
  DomainsPart,
  EdgePart,
  HealthPart,
  InnerHopPart,
  LimitsPart,
  LogPart,
  MessagesPart,
  NamedFiles,
  PairFiles,
  PresencePart,
  RevocationPart,
  S2sPart,
  SipDnsPart,
  SipPart,
  SipPlace,
  SipRoute,
  StatePart,
  TlsFiles,
  TlsPart,
  XmppPart,
  XmppPlace,
  XmppRoute,
} from './configuration.ts';
import { LEVELS } from '../observe/log.ts';
import { toldHost } from './host.ts';
import { DEFAULT_STATE_LIMITS } from './state-limits.ts';

const isDomain = (text: string): boolean => text !== '' && normalizeDomain(text) !== undefined;

const DOMAIN = { expected: 'a domain name', holds: isDomain };
const DOMAIN_OR_ANY: Shape = {
  kind: 'words',
  expected: 'a domain name, or * for any',
  holds: (text) => text === '*' || isDomain(text),
};
const DOMAIN_OR_BELOW = {
  expected: 'a domain name, or *. before one for any name below it',
  holds: (text: string): boolean => isDomain(text.startsWith('*.') ? text.slice(2) : text),
};
const NAMES: Shape = { kind: 'list', of: { kind: 'words', ...DOMAIN } };
const ADDRESS: Shape = {
  kind: 'words',
  expected: 'an IP address',
  holds: (text) => isIP(text) !== 0,
};
const HOST: Shape = {
  kind: 'words',
  expected: 'an IP address or a host name',
  holds: (text) => isIP(text) !== 0 || isDomain(text),
};
const OWN_HOST: Shape = {
  kind: 'words',
  expected: 'an IP address that peers could use, or a host name',
  holds: (text) => toldHost(text) !== undefined,
};
const SERVER: Shape = {
  kind: 'words',
  expected: 'an IP address, with :port if it is not 53 (IPv6 in brackets then)',
  holds: isServer,
};
const FILE: Shape = {
  kind: 'words',
  expected: 'the name of a file',
  holds: (text) => text !== '' && !text.includes('\0'),
};
const VARIABLE: Shape = {
  kind: 'words',
  expected: 'the name of an environment variable',
  holds: (text) => /^[A-Za-z_]\w*$/.test(text),
};
const KEY_PRINT: Shape = {
  kind: 'words',
  expected: 'the SHA-256 of a public key, 64 hexadecimal digits',
  holds: (text) => /^[0-9a-f]{64}$/i.test(text),
};
const SECRET: Shape = {
  kind: 'words',
  expected: 'a secret that is not empty',
  holds: (text) => text !== '',
};
const REDIS: Shape = {
  kind: 'words',
  expected: 'a URL that begins with redis:// or rediss://',
  holds: (text) => /^rediss?:\/\//.test(text) && URL.canParse(text),
};
const NETWORK: Shape = {
  kind: 'words',
  expected: 'an IP address, or a network such as 192.0.2.0/24',
  holds: (text) => typeof readNetwork(text) !== 'string',
};
const TOKEN: Shape = {
  kind: 'words',
  expected: 'the name of a header',
  holds: (text) => /^[\w.!%*+`'~-]+$/.test(text),
};
const FLAG: Shape = { kind: 'flag' };
const PORT: Shape = { kind: 'count', min: 1, max: 65_535 };
const FREE_PORT: Shape = { kind: 'count', min: 0, max: 65_535 };
const TRANSPORT: Shape = { kind: 'choice', of: ['udp', 'tcp', 'tls'] };

/** A row for each field of a part, and no other. */
type Rows<Part> = { readonly [Name in keyof Part]-?: Field };

/** A bound is a whole number above zero; none needs more than this. */
const BOUND: Shape = { kind: 'count', min: 1, max: 2 ** 40 };
/** Milliseconds of a timer of a socket: Node takes more for one, so that every handshake would be cut. */
const SOCKET_TIME: Shape = { kind: 'count', min: 1, max: 2 ** 31 - 1 };

function must(shape: Shape, about: string): Field {
  return { shape, about, required: true };
}

function may(shape: Shape, about: string): Field {
  return { shape, about };
}

function object(fields: Readonly<Record<string, Field>>): Shape {
  return { kind: 'object', fields };
}

function list(of: Shape): Shape {
  return { kind: 'list', of };
}

function byDomain(of: Shape): Shape {
  return { kind: 'table', of: list(of), names: DOMAIN };
}

/** One row for each bound of a table of defaults; times of sockets are called so. */
function bounds(defaults: object, more: Readonly<Record<string, Field>> = {}): Field {
  const fields: Record<string, Field> = {};
  for (const [name, value] of Object.entries(defaults))
    if (typeof value === 'number')
      fields[name] = may(
        name.endsWith('Time') ? SOCKET_TIME : BOUND,
        'A bound of docs/defaults.md.',
      );
  const shape: Shape = { kind: 'object', fields: { ...fields, ...more } };
  return may(shape, 'Bounds of docs/defaults.md.');
}

const READ = { unproved: bounds(DEFAULT_XML_LIMITS), proved: bounds(DEFAULT_XML_LIMITS) };

const DOMAINS = object({
  sip: must(list(DOMAIN_OR_ANY), 'Domains whose users speak SIP.'),
  xmpp: must(list(DOMAIN_OR_ANY), 'Domains whose users speak XMPP.'),
} satisfies Rows<DomainsPart>);

const SIP = object({
  listen: must(
    list(
      object({
        transport: must(TRANSPORT, 'What is listened for.'),
        address: may(ADDRESS, 'Where.'),
        port: must(FREE_PORT, 'Where; 0 takes a free one.'),
      } satisfies Rows<SipPlace>),
    ),
    'Where SIP is taken.',
  ),
  host: may(OWN_HOST, 'The host or address that stands in our Via.'),
  routes: may(
    byDomain(
      object({
        transport: must(TRANSPORT, 'How it is reached.'),
        address: must(HOST, 'Where.'),
        port: must(PORT, 'Where.'),
        names: may(NAMES, 'What its certificate may prove.'),
      } satisfies Rows<SipRoute>),
    ),
    'Next hops by domain.',
  ),
  dns: may(
    object({
      requireTls: may(FLAG, 'Whether nothing but TLS will do.'),
      federation: may(FLAG, 'Whether _sipfederationtls._tcp is asked for too.'),
    } satisfies Rows<SipDnsPart>),
    'How domains without a route are looked up.',
  ),
  believesDatagrams: may(FLAG, 'Whether the source of a datagram may prove a partner.'),
  keepAlive: may(BOUND, 'Milliseconds between keep-alives on connections we opened.'),
  allowSips: may(FLAG, 'Whether sips addresses cross.'),
  htmlDomains: may(NAMES, 'Domains whose users read HTML.'),
  imdnDomains: may(NAMES, 'Domains whose users tell what becomes of a message.'),
  telDomain: may({ kind: 'words', ...DOMAIN }, 'The domain that tel numbers belong to.'),
  phoneDomains: may(NAMES, 'Domains where users may be telephones.'),
} satisfies Rows<SipPart>);

const EDGE = object({
  ownDomains: must(NAMES, 'Our own SIP domains.'),
  fqdn: must({ kind: 'words', ...DOMAIN }, 'The name under which servers reach us.'),
  innerHops: must(
    list(
      object({
        transport: must(TRANSPORT, 'How it is reached.'),
        address: must(HOST, 'Where.'),
        port: must(PORT, 'Where.'),
        names: may(NAMES, 'What its certificate proves.'),
        from: may(list(NETWORK), 'Where it comes from without TLS.'),
      } satisfies Rows<InnerHopPart>),
    ),
    'Our own servers.',
  ),
  diagnosticsOutward: may(
    { kind: 'choice', of: ['withheld', 'public'] },
    'Whether outsiders see diagnostics.',
  ),
  markHeader: may(TOKEN, 'The header in which edges mark their users.'),
} satisfies Rows<EdgePart>);

const SECRETS = {
  secret: may(SECRET, 'The secret itself.'),
  secretFile: may(FILE, 'A file whose first line is the secret.'),
};

const XMPP = object({
  component: may(
    object({
      host: must(HOST, 'Where the server takes components.'),
      port: must(PORT, 'Where the server takes components.'),
      name: must({ kind: 'words', ...DOMAIN }, 'The domain, as the server has it.'),
      ...SECRETS,
    } satisfies Rows<ComponentPart>),
    'A component behind a server.',
  ),
  s2s: may(
    object({
      listen: must(
        list(
          object({
            address: may(ADDRESS, 'Where.'),
            port: must(FREE_PORT, 'Where; 0 takes a free one.'),
            direct: may(FLAG, 'Whether TLS begins with the first octet.'),
          } satisfies Rows<XmppPlace>),
        ),
        'Where streams are taken.',
      ),
      routes: may(
        byDomain(
          object({
            address: must(HOST, 'Where.'),
            port: must(PORT, 'Where.'),
            direct: may(FLAG, 'Whether TLS begins with the first octet.'),
          } satisfies Rows<XmppRoute>),
        ),
        'Servers by domain.',
      ),
      ...SECRETS,
    } satisfies Rows<S2sPart>),
    'A server among servers.',
  ),
} satisfies Rows<XmppPart>);

const PAIR = {
  certificate: may(FILE, 'The certificate and its intermediates.'),
  key: may(FILE, 'Its key.'),
  pkcs12: may(FILE, 'Both in one file of PKCS#12.'),
  passwordFile: may(FILE, 'A file whose first line is the password of that.'),
  passwordVariable: may(VARIABLE, 'The environment variable that holds it.'),
  keyRounds: may(
    { kind: 'count', min: 1, max: MOST_KEY_ROUNDS },
    'Rounds of key derivation that it may ask for.',
  ),
} satisfies Rows<PairFiles>;
const TLS_FILES = object({
  server: may(object(PAIR), 'What those are shown who call us.'),
  client: may(object(PAIR), 'What those are shown whom we call.'),
  both: may(object(PAIR), 'One pair for both, where partners take it in both roles.'),
  named: may(
    list(
      object({
        ...PAIR,
        role: must({ kind: 'choice', of: ['client', 'server', 'both'] }, 'Our role in TLS.'),
        domains: may(list({ kind: 'words', ...DOMAIN_OR_BELOW }), 'Our names.'),
        partners: may(NAMES, 'Domains that we call.'),
      } satisfies Rows<NamedFiles>),
    ),
    'Other pairs for certain names.',
  ),
} satisfies Rows<TlsFiles>);
const REVOCATION = object({
  lists: must(list(FILE), 'Revocation lists, PEM or DER.'),
  rule: must({ kind: 'choice', of: ['ignore', 'soft', 'required'] }, 'How much must be known.'),
  scope: may({ kind: 'choice', of: ['leaf', 'all'] }, 'What is looked up.'),
  stale: may({ kind: 'choice', of: ['accepted', 'refused'] }, 'What a late list is worth.'),
} satisfies Rows<RevocationPart>);

const LIMITS = object({
  state: bounds(DEFAULT_STATE_LIMITS),
  gateway: bounds(DEFAULT_GATEWAY_LIMITS),
  gatewayWaits: bounds(DEFAULT_GATEWAY_WAITS),
  presence: bounds(DEFAULT_PRESENCE_LIMITS),
  presenceWaits: bounds(DEFAULT_PRESENCE_WAITS),
  chat: bounds(DEFAULT_CHAT_LIMITS),
  chatWaits: bounds(DEFAULT_CHAT_WAITS),
  edge: bounds(DEFAULT_EDGE_LIMITS),
  desk: bounds(DEFAULT_DESK_LIMITS),
  deskWaits: bounds(DEFAULT_DESK_WAITS),
  sip: bounds({ ...DEFAULT_ENDPOINT_LIMITS, ...DEFAULT_SIP_LIMITS }),
  sipTimers: bounds({ T1: 0, T2: 0, T4: 0 }),
  sipSockets: bounds(DEFAULT_SIP_SOCKETS),
  xmpp: bounds(DEFAULT_XMPP_LIMITS, READ),
  xmppTimers: bounds(DEFAULT_XMPP_TIMERS),
  xmppSockets: bounds(DEFAULT_XMPP_SOCKETS),
  component: bounds(DEFAULT_COMPONENT_LIMITS, READ),
  componentTimers: bounds(DEFAULT_COMPONENT_TIMERS),
} satisfies Rows<LimitsPart>);

/** The whole configuration, as a descriptor. */
export const CONFIGURATION: Shape = object({
  version: must({ kind: 'choice', of: [1] }, 'Always 1.'),
  domains: must(DOMAINS, 'The domains it stands between.'),
  sip: must(SIP, 'The SIP side.'),
  xmpp: must(XMPP, 'The XMPP side.'),
  edge: may(EDGE, 'The SIP edge, where SIP domains talk to SIP domains.'),
  dns: may(
    object({
      servers: may(list(SERVER), 'Who is asked about names.'),
      allowPrivate: may(FLAG, 'Whether DNS may lead to private addresses.'),
    } satisfies Rows<DnsPart>),
    'Who is asked about names.',
  ),
  tls: may(
    object({
      sip: may(TLS_FILES, 'What SIP peers are shown.'),
      xmpp: may(TLS_FILES, 'What XMPP peers are shown.'),
      authorities: may(list(FILE), 'Whom to trust.'),
      revocation: may(REVOCATION, 'What has been revoked.'),
      pins: may(byDomain(KEY_PRINT), 'The keys that alone may speak for a domain.'),
    } satisfies Rows<TlsPart>),
    'Certificates, keys, whom to trust and what has been revoked.',
  ),
  policy: must(FILE, 'Who may talk to whom.'),
  state: may(
    {
      kind: 'either',
      of: [
        { kind: 'choice', of: ['memory'] },
        object({
          file: may(FILE, 'A file of this process.'),
          redis: may(REDIS, 'A Redis that processes share.'),
          sqlite: may(
            FILE,
            'An SQLite database that processes of one machine share; needs Node 22.13.',
          ),
        } satisfies Rows<StatePart>),
      ],
    },
    'Where its identity and what outlives a message are kept.',
  ),
  messages: may(
    object({
      lateFailure: may({ kind: 'choice', of: ['tell', 'trace'] }, 'Who is told of late failures.'),
      noBarrier: may(NAMES, 'Domains that get no ping behind messages.'),
    } satisfies Rows<MessagesPart>),
    'How messages are treated.',
  ),
  presence: may(
    object({
      off: may(FLAG, 'Whether presence is refused.'),
      host: may(OWN_HOST, 'The host or address that stands in our Contact.'),
      doNotDisturb: may(
        { kind: 'choice', of: ['busy', 'do-not-disturb'] },
        'What dnd of XMPP is for Lync partners.',
      ),
      unanswered: may(FLAG, 'Whether Lync partners may be notified without answers.'),
    } satisfies Rows<PresencePart>),
    'How presence is carried.',
  ),
  chat: may(
    object({
      off: may(FLAG, 'Whether sessions are refused.'),
      host: may(OWN_HOST, 'The host or address that stands in our Contact.'),
    } satisfies Rows<ChatPart>),
    'How conversations are carried in sessions.',
  ),
  limits: may(LIMITS, 'Bounds that differ from the defaults.'),
  health: may(
    object({
      address: must(ADDRESS, 'Loopback, unless exposed.'),
      port: must(FREE_PORT, 'Where; 0 takes a free one.'),
      exposed: may(FLAG, 'Says that anybody may read it.'),
    } satisfies Rows<HealthPart>),
    'Where it tells how it is.',
  ),
  log: may(
    object({
      level: may({ kind: 'choice', of: Object.keys(LEVELS) }, 'The least that is written.'),
      addresses: may({ kind: 'choice', of: ['redacted', 'full'] }, 'How users are written.'),
    } satisfies Rows<LogPart>),
    'What is written to the log.',
  ),
} satisfies Rows<Configuration>);

function isServer(text: string): boolean {
  const [, inBrackets, plain, port = '53'] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (isIP(text) !== 0) return true;
  const fits = Number(port) >= 1 && Number(port) <= 65_535;
  return fits && (isIP(inBrackets ?? '') === 6 || isIP(plain ?? '') === 4);
}
