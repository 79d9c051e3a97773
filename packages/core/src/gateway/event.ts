// Everything that enters the gateway and everything that leaves it, as values.
import type { SipEvent, SipInput, Target } from '@interwork/sip';
import type { XmppEvent, XmppInput } from '@interwork/xmpp';
import type { Grant, PolicyQuestion, PolicySet, Relation, Traffic } from '@interwork/policy';
import type { StoreAnswer, StoreRequest } from '../store/request.ts';
import type { HostObligation } from './duties.ts';
import type { CrossingTrace, Trace } from './trace.ts';

/** What may enter. */
export type GatewayEvent =
  | { readonly kind: 'sip'; readonly event: SipEvent }
  | { readonly kind: 'xmpp'; readonly event: XmppEvent }
  | { readonly kind: 'answer'; readonly ask: string; readonly answer: Answer }
  | { readonly kind: 'policy'; readonly policy: PolicySet }
  /** From now on the host looks at what crosses, and is asked; or does so no longer. */
  | { readonly kind: 'hooked'; readonly crossing: boolean }
  | { readonly kind: 'stored'; readonly op: string; readonly answer: StoreAnswer }
  | { readonly kind: 'tick' }
  | { readonly kind: 'close' };

/**
 * What may leave. `sip` and `xmpp` are commands for the edges, `ask` is a question for the host, `store` one for the
 * store; its answer comes back as `stored`.
 */
export type GatewayOutput =
  | { readonly kind: 'sip'; readonly input: SipCommand }
  | { readonly kind: 'xmpp'; readonly input: XmppCommand }
  | { readonly kind: 'ask'; readonly ask: string; readonly question: Question }
  | { readonly kind: 'store'; readonly op: string; readonly request: StoreRequest }
  | { readonly kind: 'trace'; readonly trace: Trace }
  | { readonly kind: 'closed' };

/** The commands a gateway gives to the SIP edge. */
export type SipCommand = Extract<
  SipInput,
  { readonly kind: 'request' | 'cancel' | 'respond' | 'forward' | 'pass' }
>;

/** The commands a gateway gives to the XMPP edge. */
export type XmppCommand = Extract<
  XmppInput,
  { readonly kind: 'stanza' | 'handled' | 'review' | 'part' }
>;

/**
 * What the gateway must be told, or have done, before it can go on: the next hops of a domain, what policy wants to know,
 * what policy wants done with a message.
 */
export type Question = RouteQuestion | PolicyQuestion | DutyQuestion | CrossingQuestion;

/** Where requests for a SIP domain go. */
export interface RouteQuestion {
  readonly kind: 'sip-route';
  readonly domain: string;
}

/** The answer to a question, of the same kind; one of another kind is as good as none. */
export type Answer =
  /** Where requests for the domain go; nowhere when it has no SIP. */
  | { readonly kind: 'sip-route'; readonly targets: readonly Target[] }
  | PolicyAnswer
  | DutyAnswer
  | CrossingAnswer;

/** The answer to a question of policy. `undefined` says that it cannot be known now. */
export type PolicyAnswer =
  /** The domain's `_sipfederationtls._tcp` records, in the order in which they are to be tried; none when it has none. */
  | { readonly kind: 'srv'; readonly records: readonly SrvTarget[] | undefined }
  | { readonly kind: 'grant'; readonly grant: Grant | undefined }
  | { readonly kind: 'relation'; readonly relation: Relation | undefined };

/** What an SRV record names. */
export interface SrvTarget {
  readonly host: string;
  readonly port: number;
}

/** Something that the host has declared it does (`GatewayOptions.duties`), to be done with a message now. */
export interface DutyQuestion {
  readonly kind: 'duty';
  readonly duty: HostObligation;
  readonly message: DutyMessage;
}

/** The message, as far as a duty is concerned with it. */
export interface DutyMessage {
  readonly direction: CrossingTrace['direction'];
  /** Addresses without a device. */
  readonly from: string;
  readonly to: string;
  readonly subject: string | undefined;
  readonly text: string;
}

/**
 * Whether the host lets something cross, asked where it is `hooked`: last, once everything else permits it. With the answer
 * it is decided anew.
 */
export interface CrossingQuestion {
  readonly kind: 'crossing';
  readonly crossing: AskedCrossing;
}

/**
 * Something that is permitted, and how it came to be. `text` is what people have written in it: the words of a message, the
 * notes of a presence document, a line each; empty where there are none. From SIP to SIP, where it passes as it came, behind
 * the notes stands whatever else can be read in a document, and in what somebody sends who asks to see somebody.
 */
export interface AskedCrossing extends DutyMessage {
  /** As policy knows it. */
  readonly traffic: AskedTraffic;
  readonly what: AskedWhat;
  /** What of it another value may be given for; anything else is `host-failed`. */
  readonly mayChange: readonly AskedChange[];
  /** How the sender's domain is proved. */
  readonly proof: string;
  /** Ids of the policy rules that permit it. */
  readonly by: readonly string[];
}

/** The traffic that a host may look at. */
export type AskedTraffic = Exclude<Traffic, 'audio' | 'video'>;

/**
 * What it is: words that somebody says (`message`); that somebody wants to see somebody (`request`), lets himself be seen
 * (`approval`), or how he is to be seen (`document`); that somebody wants to talk and says nothing yet (`session`); that
 * somebody composes (`composing`); what became of a message (`delivered`, `displayed`, `failed`).
 */
export type AskedWhat =
  | 'message'
  | 'request'
  | 'approval'
  | 'document'
  | 'session'
  | 'composing'
  | 'delivered'
  | 'displayed'
  | 'failed';

/** What of a crossing may be another. */
export type AskedChange = 'text' | 'subject' | 'to';

/** What the host says of a crossing. */
export type CrossingVerdict =
  | { readonly result: 'pass' }
  /**
   * Other words, or another recipient of the same domain: an address without a device. What is left out stays; what
   * `mayChange` does not name has to.
   */
  | {
      readonly result: 'rewrite';
      readonly text?: string;
      readonly subject?: string;
      readonly to?: string;
    }
  /** Why not is told to the sender. */
  | { readonly result: 'refuse'; readonly why?: string }
  /** It cannot be said: the sender is told that, and may try again. */
  | { readonly result: 'failed' };

/** The same, as an answer. */
export type CrossingAnswer = CrossingVerdict & { readonly kind: 'crossing' };

/** What became of a duty. */
export interface DutyAnswer {
  readonly kind: 'duty';
  /** `refused`: the message is not to pass. `failed`: it could not be done. */
  readonly result: 'done' | 'refused' | 'failed';
  /** With `done`: what is to be sent instead of the text. */
  readonly text?: string;
  /** Why not, for the sender. */
  readonly why?: string;
}
