// What a hostile XMPP server is made of: misdeeds by name, each of a class, each some octets that are written to a
// stream of its own at a certain point of its negotiation. A row says what must not come of it.

/** Kinds of hostile input that servers are known for. */
export type XmppThreat =
  | 'expansion'
  | 'smuggling'
  | 'dialback'
  | 'tls-and-sasl'
  | 'spoofed-sender'
  | 'compression'
  | 'translation'
  | 'loops'
  | 'exhaustion'
  | 'language-traps';

/** How far a stream has come: opened in clear, within TLS, and with the domain proved. */
export type XmppStage = 'opened' | 'secured' | 'proved';

/** Whom a misdeed is about. */
export interface XmppScene {
  /** The domain that the peer's certificate proves. */
  readonly ours: string;
  readonly theirs: string;
  /** A bare address at `ours`, and one at `theirs`. */
  readonly from: string;
  readonly to: string;
}

/** One way to misbehave. */
export interface XmppMisdeed {
  readonly class: XmppThreat;
  readonly stage: XmppStage;
  /** Whether a message with the text `FORGED` may honestly reach the recipient: it is odd, and not wrong. */
  readonly mayArrive: boolean;
  /** What is written, at once. */
  readonly write: (scene: XmppScene) => string | Uint8Array;
}

/** The text of every message that an adversary sends. */
export const FORGED = 'forged by an adversary';

/** The beginning of a stream. */
export function headerOf({ ours, theirs }: XmppScene): string {
  return `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams' from='${ours}' to='${theirs}' version='1.0'>`;
}

/** A message of the scene: other attributes, and what stands in it. */
export function messageIn(
  { from, to }: XmppScene,
  inner: string = `<body>${FORGED}</body>`,
  attributes: string = '',
): string {
  return `<message from='${from}' to='${to}' ${attributes}>${inner}</message>`;
}
