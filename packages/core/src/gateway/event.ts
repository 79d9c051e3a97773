// Everything that enters the gateway and everything that leaves it, as values.
import type { SipEvent, SipInput, Target } from '@interwork/sip';
import type { XmppEvent, XmppInput } from '@interwork/xmpp';
import type { PolicySet } from '@interwork/policy';
import type { StoreAnswer, StoreRequest } from '../store/request.ts';
import type { Trace } from './trace.ts';

/** What may enter. */
export type GatewayEvent =
  | { readonly kind: 'sip'; readonly event: SipEvent }
  | { readonly kind: 'xmpp'; readonly event: XmppEvent }
  | { readonly kind: 'answer'; readonly ask: string; readonly answer: Answer }
  | { readonly kind: 'policy'; readonly policy: PolicySet }
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
export type SipCommand = Extract<SipInput, { readonly kind: 'request' | 'respond' }>;

/** The commands a gateway gives to the XMPP edge. */
export type XmppCommand = Extract<XmppInput, { readonly kind: 'stanza' | 'handled' }>;

/** What the gateway must be told before it can decide. */
export type Question = { readonly kind: 'sip-route'; readonly domain: string };

/** The answer to a question: where requests for the domain go, or that it has no SIP. */
export type Answer = { readonly kind: 'sip-route'; readonly targets: readonly Target[] };
