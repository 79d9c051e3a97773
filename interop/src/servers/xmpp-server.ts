// What the cases want of an XMPP server, whichever it is.
import type { Credential } from '../certificates.ts';
import type { Folder } from '../folder.ts';
import type { XmppJoin } from '../links.ts';

/** How an XMPP server is set up. */
export interface XmppServerOptions {
  readonly folder: Folder;
  readonly join: XmppJoin;
  /** Each may log in with its name as password. */
  readonly users: readonly string[];
  readonly credential: Credential;
  /** PEM of whom it trusts. */
  readonly root: string;
  /** Whether links to other servers are encrypted. Default `true`. */
  readonly tls?: boolean;
}

/** An XMPP server that runs, or may be started again. */
export interface XmppServer {
  readonly log: string;
  /** Starts it, with other settings where they are given; the users stay. */
  start(changes?: Partial<XmppServerOptions>): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}
