// What a gateway is made of, and every bound and wait of it with its default.
import type { DrawToken, Target } from '@interwork/sip';
import type { PolicySet } from '@interwork/policy';
import type { DialectName, ProfileName } from '../dialect/types.ts';
import type { EdgeOptions } from '../edge/options.ts';
import type { ChatOptions } from './chat-settings.ts';
import type { HostDuty } from './duties.ts';
import type { PresenceOptions } from './presence-settings.ts';

/** What a host hands to a `Gateway`. */
export interface GatewayOptions {
  /** Domains whose users speak SIP; `*` for any that policy permits. */
  readonly sipDomains: readonly string[];
  /** Domains whose users speak XMPP; `*` for any that policy permits. */
  readonly xmppDomains: readonly string[];
  readonly policy: PolicySet;
  /** Next hops by SIP domain (A-label). A domain without one is asked for (`ask` output). */
  readonly routes?: Readonly<Record<string, readonly Target[]>>;
  /** Opaque name of this gateway, told to the next hop so that loops are seen; the same for all its processes. */
  readonly instance: string;
  /** Authenticates the stanza ids this gateway makes; shared by its processes, told to nobody. */
  readonly secret: string;
  /** Lower-case hex HMAC-SHA-256 of `text` under `key`. */
  readonly mac: (key: string, text: string) => string;
  readonly drawToken: DrawToken;
  /** Whether the store outlives this process: then what is to leave is kept until it has left. Default no. */
  readonly lastingStore?: boolean;
  /** `full` puts whole addresses into traces; bodies never are. Default `redacted`. */
  readonly traces?: 'redacted' | 'full';
  /** `trace` stops telling SIP senders of failures learned after their 202. Default `tell`. */
  readonly lateFailure?: 'tell' | 'trace';
  /** Lets `sips:` addresses cross, by agreement of both operators. Default no. @spec RFC 7247 §8 */
  readonly allowSips?: boolean;
  /**
   * Lets the source address of a UDP datagram prove a partner that policy proves by address. Default no:
   * anybody can write that address. For networks where nobody else can send.
   */
  readonly believesDatagrams?: boolean;
  /**
   * What the host does with messages where policy wants it: it is asked (`duty`) and answers. What policy wants and nobody
   * here declares is refused. Without `filter`, links are looked for here.
   */
  readonly duties?: readonly HostDuty[];
  /** Domains that get no barrier ping behind messages. */
  readonly noBarrier?: readonly string[];
  /** SIP domains whose users read text and HTML as alternatives; the others get the text alone. @spec RFC 7572 §7 */
  readonly htmlDomains?: readonly string[];
  /**
   * SIP domains whose users read message/cpim and tell what becomes of a message where it asks (IMDN). Messages to the others
   * ask for nothing. @spec RFC 5438 §7.1.1
   */
  readonly imdnDomains?: readonly string[];
  /** The chat state that a SIP user has who composes no more, and has sent nothing. Default `active`. @spec RFC 7573 §6 */
  readonly idleAs?: 'active' | 'paused';
  /**
   * How domains speak, where policy names no dialect for the partner. What neither says is learned from what a
   * proved connection of the domain shows. `standard` learns nothing.
   */
  readonly dialects?: Readonly<Record<string, DialectName | ProfileName>>;
  /** The domain that `tel:` numbers belong to. Without it they are refused with 416. */
  readonly telDomain?: string;
  /** SIP domains where a user called `+` and digits is a telephone, which their addresses say. */
  readonly phoneDomains?: readonly string[];
  /**
   * Carries presence and contacts, with what is given here; without it they are refused by name. The SIP edge must then
   * take `CARRIED_METHODS` and never answer `CARRIED_UNANSWERED`, and the host perform the `store` outputs.
   */
  readonly presence?: PresenceOptions;
  /**
   * Carries conversations in sessions where the peer wants them, and what it opens; without it INVITEs are refused by name.
   * The SIP edge must then take `CARRIED_METHODS` and be given the gateway's `describe`, and the host perform the `store` outputs.
   */
  readonly chat?: ChatOptions;
  /**
   * Relays SIP to SIP as the edge of these domains; without it both ends on the SIP side are refused. The SIP endpoint
   * must then take `EDGE_METHODS`, never answer `EDGE_UNANSWERED`, and be given `proxiesBy` and the gateway's `decline`.
   */
  readonly edge?: EdgeOptions;
  readonly limits?: Partial<GatewayLimits>;
  readonly waits?: Partial<GatewayWaits>;
}

/** Counts, at most. */
export interface GatewayLimits {
  /** SIP MESSAGEs whose fate is open; beyond it the sender is answered 503. */
  readonly openFates: number;
  /**
   * Messages between two domains that are open, in each direction, and events of presence of one domain: a quarter of
   * all, so that one domain that is dead or floods leaves room for the others. Beyond it the sender is answered as when
   * there is no room at all.
   */
  readonly perLink: number;
  /** Messages answered 202 that nothing has shown to be read yet, a kB each; the oldest is forgotten for a new one. */
  readonly unconfirmed: number;
  /** Messages waiting for one pair of people: nobody types faster. */
  readonly waitingPerPair: number;
  /**
   * Octets of the bodies of these: one who pastes pages while nobody has accepted a session yet is told when no more fit,
   * well before there are as many messages. @spec RFC 6120 §8.3.3.17
   */
  readonly waitingOctetsPerPair: number;
  /** Messages waiting for all pairs together: a few kB each. */
  readonly waiting: number;
  /** Octets of one SIP request over a connection: what SIP elements read, with room for more hops. */
  readonly requestOctets: number;
  /** Questions to the host that are open: one for each domain that is being looked up. */
  readonly asks: number;
  /** Of these, by messages of one domain: a quarter, so that who writes to a thousand domains leaves room for others. */
  readonly asksPerDomain: number;
  /** Answers to what policy asks that are kept, some hundred octets each; the oldest is forgotten for a new one. */
  readonly facts: number;
  /** Partners whose traffic is counted because policy bounds it, up to some 100 kB each; one that is silent for a day makes room. */
  readonly partners: number;
  /** Domains whose dialect is remembered; the oldest is forgotten for a new one. */
  readonly dialects: number;
  /** Pairs of people of whom it is known who composes, in each direction, and who has shown chat states; some 300 octets each. */
  readonly typing: number;
  /** Messages of which something was told to whoever asked, in each direction, so that it is told once; up to a kB each. The oldest makes room. */
  readonly receipts: number;
  /** Ids of failures already told, late or in time, remembered so that none is told twice. */
  readonly told: number;
  /** Gateways one message may pass: an honest path has one or two. */
  readonly hops: number;
  /** Unanswered barriers after which a domain gets none. */
  readonly barrierMisses: number;
  /** Domains whose missed barriers are remembered. */
  readonly barrierDomains: number;
}

/** Milliseconds. */
export interface GatewayWaits {
  /** From handing a message over until its sender gets 202, unless its fate is known before. Under T1. */
  readonly answer: number;
  /** That a message answered 202 waits for a proof that it was read: a link that breaks is mostly known to be broken by then. */
  readonly confirm: number;
  /** Until a link to the recipient's domain must be proved: longer than the edge's own 20 s, shorter than the client's Timer F. */
  readonly proof: number;
  /** That a message waits for the one before it: as long as that one may take (64*T1). */
  readonly pair: number;
  /** For the host's answer to a question: a DNS walk takes less. */
  readonly ask: number;
  /** For the host to do one duty with a message, or to look at something that crosses: an archive writes in less. */
  readonly duty: number;
  /** That the answer to a question of policy holds: what users change takes effect within it, and no message of a conversation asks anew. */
  readonly fact: number;
  /** From the first message to the barrier behind it: what comes in one turn shares one, and nobody waits for more. */
  readonly barrier: number;
  /** Age up to which an error still belongs to a message of ours: offline stores give up within a day. */
  readonly late: number;
  /** That word of a message is passed on to who has asked for it: as long as an error is (XEP-0184 promises nothing). */
  readonly receipt: number;
  /** That a domain gets no signs of typing after it has refused one as what it does not read. */
  readonly unread: number;
  /** That a SIP peer is asked to stay away (Retry-After) when a bound is full or the gateway closes: waiting messages leave sooner. */
  readonly retryAfter: number;
  /** For open messages to end after `close`; an operator waits no longer. */
  readonly close: number;
}

/** The bounds used unless the host says otherwise. */
export const DEFAULT_GATEWAY_LIMITS: GatewayLimits = {
  openFates: 20_000,
  perLink: 5_000,
  unconfirmed: 20_000,
  waitingPerPair: 100,
  waitingOctetsPerPair: 65_536,
  waiting: 20_000,
  requestOctets: 60_000,
  asks: 1_000,
  asksPerDomain: 250,
  facts: 10_000,
  partners: 1_000,
  dialects: 10_000,
  typing: 10_000,
  receipts: 20_000,
  told: 10_000,
  hops: 5,
  barrierMisses: 3,
  barrierDomains: 10_000,
};

/** The waits used unless the host says otherwise, in milliseconds. */
export const DEFAULT_GATEWAY_WAITS: GatewayWaits = {
  answer: 300,
  confirm: 60_000,
  proof: 24_000,
  pair: 32_000,
  ask: 5_000,
  duty: 5_000,
  fact: 30_000,
  barrier: 1,
  late: 24 * 60 * 60 * 1000,
  receipt: 24 * 60 * 60 * 1000,
  unread: 60 * 60 * 1000,
  retryAfter: 5_000,
  close: 5_000,
};
