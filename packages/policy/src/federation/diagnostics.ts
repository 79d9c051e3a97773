// The numbers that Lync gives in its ms-diagnostics header for what policy refuses. Only the number means anything: the
// words beside it changed from release to release. Refusals for which no number is known have none.

/** By what was refused. */
export const DIAGNOSTICS = {
  /** The sender may not talk to public providers. */
  noPublicAccess: 1001,
  /** The sender may not talk to federated partners. */
  noFederationAccess: 1002,
  /** There is no route to the domain. */
  noRoute: 1005,
  /** Its SRV record does not resolve. */
  noRecords: 1008,
  /** The target of its SRV record lies in another domain. */
  foreignTarget: 1009,
  /** The certificate of its server does not show the name that it must. */
  untrustedServer: 1010,
  /** The sender may not talk to anybody outside. */
  noOutsideAccess: 1012,
  /** The two domains do not go together: both are ours. */
  splitDomain: 1017,
} as const;
