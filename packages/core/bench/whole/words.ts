// What the processes of one run say to each other.
import type { Tally } from './ledger.ts';

/** SIP over UDP and a component; or mutual TLS on both sides. */
export type Kind = 'udp-component' | 'tls-s2s';

/** A key, its certificates, and whom to believe, as PEM. */
export interface Tls {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

export interface Ports {
  readonly sip: number;
  readonly xmpp: number;
}

/** What a subject (the gateway, or an echo) is started with: where the load listens. */
export interface SubjectPlan {
  readonly kind: Kind;
  readonly tls: Tls;
  readonly load: Ports;
}

/** What a subject tells of itself. CPU in microseconds, memory in octets. */
export interface Reading {
  readonly cpu: number;
  /** What of it the system spent, on sockets mostly. */
  readonly system: number;
  readonly rss: number;
  readonly heap: number;
  /** Messages towards SIP whose 200 it has taken, since its start. */
  readonly answered: number;
  /** Messages without outcome. */
  readonly open: number;
}

/** A gateway or an echo that runs. */
export interface Subject {
  /** Where it listens. */
  readonly ports: Ports;
  read(): Pick<Reading, 'answered' | 'open'>;
  close(): Promise<void>;
}

/** How to send: as fast as it goes with so many open each way, or so many a second each way. */
export interface Pace {
  readonly count: number;
  readonly window: number;
  readonly perSecond?: number;
}

/** What one way of a run came to; milliseconds. */
export interface WayReport {
  readonly tally: Tally;
  readonly arrival: { readonly p50: number; readonly p99: number };
  readonly answer: { readonly p50: number; readonly p99: number };
}

export interface Report {
  readonly toXmpp: WayReport;
  readonly toSip: WayReport;
  /** Milliseconds. */
  readonly took: number;
  /** What nobody should have sent, shortened. */
  readonly strange: readonly string[];
}
