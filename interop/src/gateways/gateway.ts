// What a gateway is, to the cases: something that is started with its place between the two companies, ended
// politely or not, and that is otherwise only known by what SIP and XMPP see of it.
import type { Credential } from '../certificates.ts';
import type { Folder } from '../folder.ts';
import type { Link } from '../links.ts';
import type { Exit } from '../process.ts';

/** How a gateway is set up. */
export interface GatewayOptions {
  readonly folder: Folder;
  readonly link: Link;
  /** What it shows to SIP peers, and to XMPP peers. */
  readonly sip: Credential;
  readonly xmpp: Credential;
  /** PEM of whom it trusts. */
  readonly root: string;
  /** Where it keeps what has to last. Default `memory`: nowhere. */
  readonly state?: 'memory' | { readonly file: string } | { readonly redis: string };
  /** How the SIP domain's people chat. Default `messages`: each by itself; `sessions`: in sessions where they take them. */
  readonly chat?: 'messages' | 'sessions';
}

/** A gateway that runs, or may be started again. */
export interface Gateway {
  readonly name: string;
  readonly version: string;
  readonly log: string;
  readonly isRunning: boolean;
  /** Whether contacts and presence cross it too. */
  readonly hasPresence: boolean;
  /** Whether chat can cross in sessions too. */
  readonly hasSessions: boolean;
  /** How chat crosses it as it was started last. */
  readonly chat: NonNullable<GatewayOptions['chat']>;
  /** When what runs now ends without being asked to. A case in which it does has failed. */
  readonly fallen: Promise<Exit> | undefined;
  start(changes?: Partial<GatewayOptions>): Promise<void>;
  /** Asks it to end, and waits until it has. */
  terminate(): Promise<Exit>;
  /** Ends it without a word. */
  kill(): Promise<Exit>;
}

/** Makes a gateway that is not started yet. */
export type MakeGateway = (options: GatewayOptions) => Gateway;
