// The bounds of one endpoint, with the reason for each default. What a single message may be is in
// ../limits.ts.

/** Bounds of a `SipEndpoint`. Counts unless a unit is told. */
export interface EndpointLimits {
  /** Connections at once, both directions: a few thousand partners with some each. */
  readonly connections: number;
  /** Connections from one remote address: one peer must not take them all. */
  readonly connectionsPerRemote: number;
  /** Server transactions, unanswered and absorbing: five thousand a second over UDP for Timer J. */
  readonly serverTransactions: number;
  /** Requests of one remote address the host has not answered yet. */
  readonly requestsPerRemote: number;
  /** INVITEs of one remote address the host has not answered finally yet. */
  readonly invitesPerRemote: number;
  /**
   * Longest time an INVITE may ring, in milliseconds: one of ours is cancelled then, one of a peer gets a 480. Timer C
   * of RFC 3261 §16.6, by which proxies between would give it up.
   */
  readonly ringTime: number;
  /**
   * Dialogs that one INVITE of ours may begin by the 2xx of forks. The host ends what it does not want; one more is left to
   * its peer, which ends what nobody acknowledges.
   */
  readonly forks: number;
  /** Bytes of responses kept for retransmissions, over all transactions. */
  readonly keptBytes: number;
  /** Requests handed in that have not ended. */
  readonly clientTransactions: number;
  /** Requests that wait for one connection to open. */
  readonly waitingPerConnect: number;
  /** Connections opened only to bring a response whose own connection is gone: strangers cause them. */
  readonly answerConnects: number;
  /** Targets remembered for their Retry-After or their silence: as many as there may be connections. */
  readonly blockedTargets: number;
  /**
   * Longest time a target is passed over for its Retry-After, in milliseconds, and only while another one
   * is left. Short, since such a 503 may be about one user behind a proxy that many share: the others
   * must not lose it for minutes. A target that needs longer says so again.
   */
  readonly blockedTime: number;
  /**
   * How long a target that did not answer a connect or a request at all is passed over, in milliseconds, and
   * only while another one is left: three times as long as a connect is waited for.
   */
  readonly silentTime: number;
  /** Longest wait for a connection to open, in milliseconds; the edge's own is shorter. */
  readonly connectTime: number;
  /** A stream that began a message must end it in this time, in milliseconds. */
  readonly messageTime: number;
  /** A flow with no traffic for so long, in milliseconds, is closed. */
  readonly idleTime: number;
  /**
   * How long a stream may stay full because its peer does not read, in milliseconds, before it is closed and
   * what was held back goes another way: well under the 32 s a request has.
   */
  readonly fullTime: number;
  /** Wait for the answer to a keep-alive, in milliseconds (RFC 5626 §4.4.1). */
  readonly pongTime: number;
  /** Malformed messages in a row on one stream before it is closed: other users share it. */
  readonly faultsPerFlow: number;
  /** `fault` and `declined` events told in one second; the rest is not told, so that no peer floods the host. */
  readonly faultsPerSecond: number;
  /**
   * Largest request sent as a datagram, in bytes (RFC 3261 §18.1.1: path MTU unknown). A longer one goes to
   * the same place over TCP.
   */
  readonly datagramRequest: number;
  /** What a peer is told to wait when we are full, in seconds. */
  readonly retryAfter: number;
  /** After `close`, how long what is open may take to end, in milliseconds. */
  readonly drainTime: number;
  /** Outputs that may stand undrained before the next input is misuse. */
  readonly outputs: number;
}

/** The bounds used where the host names none. */
export const DEFAULT_ENDPOINT_LIMITS: EndpointLimits = {
  connections: 10_000,
  connectionsPerRemote: 100,
  serverTransactions: 160_000,
  requestsPerRemote: 5_000,
  invitesPerRemote: 2_000,
  ringTime: 180_000,
  forks: 10,
  keptBytes: 128 * 1024 * 1024,
  clientTransactions: 50_000,
  waitingPerConnect: 5_000,
  answerConnects: 100,
  blockedTargets: 10_000,
  blockedTime: 10_000,
  silentTime: 30_000,
  connectTime: 30_000,
  messageTime: 30_000,
  idleTime: 600_000,
  fullTime: 20_000,
  pongTime: 10_000,
  faultsPerFlow: 20,
  faultsPerSecond: 100,
  datagramRequest: 1300,
  retryAfter: 10,
  drainTime: 5_000,
  outputs: 100_000,
};
