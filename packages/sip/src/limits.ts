// How much one message may ask of us. A peer that goes further gets a fault, before the work is done.
// Limits of transactions and connections are the endpoint's.

/** Bounds for reading one message. All are counts or octets, and all are inclusive. */
export interface SipLimits {
  /** Octets of a whole message. One UDP datagram cannot hold more, and pager mode needs far less. */
  readonly messageBytes: number;
  /** Octets of start line and headers together: half of a message, six times the longest seen in use. */
  readonly headBytes: number;
  /** Characters of one header field, folds included: twice the longest torture value, a long Identity fits. */
  readonly fieldBytes: number;
  /** Header lines: a valid torture message has 40, a Lync INVITE about 50. */
  readonly fields: number;
  /** Via values: Max-Forwards starts at 70, so no honest request passed more elements. */
  readonly viaValues: number;
  /** Values in any other comma list. */
  readonly listValues: number;
}

/** The bounds used where the host names none. */
export const DEFAULT_LIMITS: SipLimits = {
  messageBytes: 65_536,
  headBytes: 32_768,
  fieldBytes: 8192,
  fields: 200,
  viaValues: 70,
  listValues: 100,
};

/** Parameters of one URI or one header value: keeps the search for duplicates cheap. Not adjustable. */
export const MAX_PARAMS = 64;

/** Fills what a host left out. */
export function limitsOf(given: Partial<SipLimits> | undefined): SipLimits {
  if (given === undefined) return DEFAULT_LIMITS;
  return {
    messageBytes: given.messageBytes ?? DEFAULT_LIMITS.messageBytes,
    headBytes: given.headBytes ?? DEFAULT_LIMITS.headBytes,
    fieldBytes: given.fieldBytes ?? DEFAULT_LIMITS.fieldBytes,
    fields: given.fields ?? DEFAULT_LIMITS.fields,
    viaValues: given.viaValues ?? DEFAULT_LIMITS.viaValues,
    listValues: given.listValues ?? DEFAULT_LIMITS.listValues,
  };
}
