// The configuration of a daemon, as its operator writes it: types only. Which fields there are, what each may
// hold and how it is refused is configuration-shape.ts; what fields mean beside each other is
// configuration-checks.ts. Names of files are relative to the configuration's own folder.
import type { EndpointLimits, SipLimits, TimerValues } from '@interwork/sip';
import type { SocketLimits as SipSocketLimits } from '@interwork/sip/node';
import type {
  ComponentLimits,
  ComponentTimers,
  XmlLimits,
  XmppLimits,
  XmppTimers,
} from '@interwork/xmpp';
import type { SocketLimits as XmppSocketLimits } from '@interwork/xmpp/node';
import type { DeskLimits, DeskWaits } from '../../gateway/desk-options.ts';
import type { GatewayLimits, GatewayWaits } from '../../gateway/options.ts';
import type { EdgeLimits } from '../../edge/options.ts';
import type { ChatLimits, ChatWaits } from '../../ledger/chat-bounds.ts';
import type {
  PresenceHabits,
  PresenceLimits,
  PresenceWaits,
} from '../../ledger/presence-bounds.ts';
import type { Level } from '../observe/log.ts';
import type { StateLimits } from './state-limits.ts';

/** One gateway as a program. Tables by domain are Maps, as everything named from outside. */
export interface Configuration {
  readonly version: 1;
  readonly domains: DomainsPart;
  readonly sip: SipPart;
  readonly xmpp: XmppPart;
  /** The SIP edge, where SIP domains talk to SIP domains. Default none. */
  readonly edge?: EdgePart;
  readonly dns?: DnsPart;
  readonly tls?: TlsPart;
  /** The policy document. */
  readonly policy: string;
  /** Where the gateway's own identity is kept. Default `memory`. */
  readonly state?: 'memory' | StatePart;
  readonly messages?: MessagesPart;
  /** Presence and contacts, which are carried unless this says otherwise. */
  readonly presence?: PresencePart;
  readonly chat?: ChatPart;
  readonly limits?: LimitsPart;
  readonly health?: HealthPart;
  readonly log?: LogPart;
}

/** The domains it stands between; `*` for any that policy permits. */
export interface DomainsPart {
  readonly sip: readonly string[];
  readonly xmpp: readonly string[];
}

/** The SIP side. */
export interface SipPart {
  readonly listen: readonly SipPlace[];
  /** What stands in our Via. Default: the address of the first listener, unless that is every address. */
  readonly host?: string;
  /** Next hops by domain; a domain without any is looked up in DNS. */
  readonly routes?: ReadonlyMap<string, readonly SipRoute[]>;
  readonly dns?: SipDnsPart;
  /** Whether the source address of a datagram may prove a partner. Default no. */
  readonly believesDatagrams?: boolean;
  /** Milliseconds between keep-alives on connections we opened. Default none. @spec RFC 5626 §4.4.1 */
  readonly keepAlive?: number;
  /** Lets `sips:` addresses cross, by agreement of both operators. Default no. */
  readonly allowSips?: boolean;
  /** Domains whose users read text and HTML as alternatives. */
  readonly htmlDomains?: readonly string[];
  /** Domains whose users tell what becomes of a message that asks. @spec RFC 5438 §7.1.1 */
  readonly imdnDomains?: readonly string[];
  /** The domain that `tel:` numbers belong to. */
  readonly telDomain?: string;
  /** Domains where a user called `+` and digits is a telephone. */
  readonly phoneDomains?: readonly string[];
}

/** A place at which SIP is taken; port 0 takes a free one. */
export interface SipPlace {
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Default: every address. */
  readonly address?: string;
  readonly port: number;
}

/** A next hop. */
export interface SipRoute {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
  /** Names its certificate may prove. Default: the domain. */
  readonly names?: readonly string[];
}

/** How domains without a route are looked up. @spec RFC 3263 §4 */
export interface SipDnsPart {
  /** Whether nothing but TLS will do. Default yes. */
  readonly requireTls?: boolean;
  /** Whether `_sipfederationtls._tcp` is asked for too. Default: where there is an `edge`. */
  readonly federation?: boolean;
}

/** The edge between our SIP domains and others: what it relays is decided as everything else is. */
export interface EdgePart {
  /** Our own SIP domains. */
  readonly ownDomains: readonly string[];
  /** The name under which servers on both sides reach us. */
  readonly fqdn: string;
  /** The servers of ours that requests for our domains go to, in order, and that ours come from. */
  readonly innerHops: readonly InnerHopPart[];
  /** `public` lets outsiders see diagnostics without names of servers. Default `withheld`. */
  readonly diagnosticsOutward?: 'withheld' | 'public';
  /** The header in which edges mark their users. */
  readonly markHeader?: string;
}

/** A server of ours. */
export interface InnerHopPart {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
  /** Names that its certificate proves; needed for `tls`. */
  readonly names?: readonly string[];
  /** Addresses and networks that it comes from without TLS. */
  readonly from?: readonly string[];
}

/** The XMPP side: exactly one of the two. */
export interface XmppPart {
  readonly component?: ComponentPart;
  readonly s2s?: S2sPart;
}

/** A component behind a server. Exactly one of `secret` and `secretFile`. @spec XEP-0114 §3 */
export interface ComponentPart {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly secret?: string;
  readonly secretFile?: string;
}

/** A server among servers. At most one of `secret` and `secretFile`, for dialback; without any, one is kept in `state`. */
export interface S2sPart {
  readonly listen: readonly XmppPlace[];
  /** Servers by domain; a domain without any is looked up in DNS. */
  readonly routes?: ReadonlyMap<string, readonly XmppRoute[]>;
  readonly secret?: string;
  readonly secretFile?: string;
}

/** A place at which streams are taken; `direct` is TLS from the first octet. */
export interface XmppPlace {
  readonly address?: string;
  readonly port: number;
  readonly direct?: boolean;
}

/** Where the server of a domain is. */
export interface XmppRoute {
  readonly address: string;
  readonly port: number;
  readonly direct?: boolean;
}

/** Who is asked about names. */
export interface DnsPart {
  /** `address` or `address:port`. Default: those of the system. */
  readonly servers?: readonly string[];
  /** Whether DNS may lead to private addresses and loopback. Default no. */
  readonly allowPrivate?: boolean;
}

/** Certificates, keys, whom to trust and what has been revoked; files are PEM but where they say otherwise. */
export interface TlsPart {
  readonly sip?: TlsFiles;
  readonly xmpp?: TlsFiles;
  /** Default: the authorities that come with Node. */
  readonly authorities?: readonly string[];
  /** Default: revocation is not looked at. */
  readonly revocation?: RevocationPart;
  /** By domain: SHA-256 of the keys (SubjectPublicKeyInfo, hexadecimal) that alone may speak for it. Default: any may. */
  readonly pins?: ReadonlyMap<string, readonly string[]>;
}

/** A certificate with its intermediates and its key: two files, or one of PKCS#12 with its password. */
export interface PairFiles {
  readonly certificate?: string;
  readonly key?: string;
  readonly pkcs12?: string;
  /** A file whose first line is the password. */
  readonly passwordFile?: string;
  /** The environment variable that holds the password. */
  readonly passwordVariable?: string;
  /** Rounds of key derivation that the file may ask for. Default 60,000, a second at most; a million takes 4 to 20. */
  readonly keyRounds?: number;
}

/** What one side shows: `server` and `client`; or `both`, one pair in both roles. */
export interface TlsFiles {
  /** To those who call us. */
  readonly server?: PairFiles;
  /** To those we call. */
  readonly client?: PairFiles;
  /** To all of them, where partners take one certificate in both roles. */
  readonly both?: PairFiles;
  /** Others, each shown where its names fit. */
  readonly named?: readonly NamedFiles[];
}

/** A pair for certain names. */
export interface NamedFiles extends PairFiles {
  /** Our role in TLS. */
  readonly role: 'client' | 'server' | 'both';
  /** Our own domains, and names under which we are called. Default: those that its certificate speaks for. */
  readonly domains?: readonly string[];
  /** Domains that we call. Default: any. */
  readonly partners?: readonly string[];
}

/** What is done about revoked certificates of peers. */
export interface RevocationPart {
  /** Lists, PEM or DER, read again at each reload. */
  readonly lists: readonly string[];
  /**
   * `ignore`: they are not looked at. `soft`: what a list names is refused, what none speaks of is let pass. `required`:
   * what none speaks of is refused, too.
   */
  readonly rule: 'ignore' | 'soft' | 'required';
  /** `all`: intermediates are looked up, too. Default `leaf`. */
  readonly scope?: 'leaf' | 'all';
  /** Whether a list that was to be renewed still speaks for what it does not name. Default: `refused` if `required`. */
  readonly stale?: 'accepted' | 'refused';
}

/** Exactly one of the three. */
export interface StatePart {
  /** A file, made if it is not there; one process at a time. */
  readonly file?: string;
  /** A URL; any number of processes that serve the same domains. */
  readonly redis?: string;
  /** An SQLite database, made if it is not there; processes of one machine. Needs Node 22.13. */
  readonly sqlite?: string;
}

/** How messages are treated. */
export interface MessagesPart {
  /** `trace` tells failures that are learned after the answer to the log alone. Default `tell`: to the sender. */
  readonly lateFailure?: 'tell' | 'trace';
  /** XMPP domains that get no ping behind messages. */
  readonly noBarrier?: readonly string[];
}

/** How conversations are carried in sessions, with partners that want them. */
export interface ChatPart {
  /** Refuses sessions by name, and opens none. Default no. */
  readonly off?: boolean;
  /** What stands in our Contact, as for presence. Default: what stands in our Via. */
  readonly host?: string;
}

/** How presence is carried. */
export interface PresencePart {
  /** Refuses presence by name. Default no. */
  readonly off?: boolean;
  /**
   * What stands in our Contact: a host or address that leads to any of the processes which share a state. Default: what
   * stands in our Via.
   */
  readonly host?: string;
  /** What XMPP's `dnd` is for Lync partners. Default `busy`: a busy person can be called. */
  readonly doNotDisturb?: PresenceHabits['doNotDisturb'];
  /** Whether Lync partners are notified without answers where they ask for that; if not, they ask again. Default yes. */
  readonly unanswered?: boolean;
}

/** Where the gateway tells how it is. */
export interface HealthPart {
  /** Loopback, unless `exposed`. */
  readonly address: string;
  readonly port: number;
  /** Says that anybody who reaches the address may read it. */
  readonly exposed?: boolean;
}

/** What is written to the log. */
export interface LogPart {
  /** Default `info`. */
  readonly level?: Level;
  /** Default `redacted`: users are cut to one letter. */
  readonly addresses?: 'redacted' | 'full';
}

/** Bounds that differ from docs/defaults.md, by the names they have there. */
export interface LimitsPart {
  readonly state?: Partial<StateLimits>;
  readonly gateway?: Partial<GatewayLimits>;
  readonly gatewayWaits?: Partial<GatewayWaits>;
  readonly presence?: Partial<PresenceLimits>;
  readonly presenceWaits?: Partial<PresenceWaits>;
  readonly chat?: Partial<ChatLimits>;
  readonly chatWaits?: Partial<ChatWaits>;
  readonly edge?: Partial<EdgeLimits>;
  readonly desk?: Partial<DeskLimits>;
  readonly deskWaits?: Partial<DeskWaits>;
  readonly sip?: Partial<EndpointLimits & SipLimits>;
  readonly sipTimers?: Partial<TimerValues>;
  readonly sipSockets?: Partial<SipSocketLimits>;
  readonly xmpp?: Partial<Omit<XmppLimits, 'proved' | 'unproved'>> & ReadLimits;
  readonly xmppTimers?: Partial<XmppTimers>;
  readonly xmppSockets?: Partial<XmppSocketLimits>;
  readonly component?: Partial<Omit<ComponentLimits, 'proved' | 'unproved'>> & ReadLimits;
  readonly componentTimers?: Partial<ComponentTimers>;
}

/** How much XML is read, before and after the peer has proved itself. */
export interface ReadLimits {
  readonly unproved?: Partial<XmlLimits>;
  readonly proved?: Partial<XmlLimits>;
}
