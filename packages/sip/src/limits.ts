// How much one message may ask of us. A peer that goes further gets a fault, before the work is done.
// Limits of transactions and connections are the endpoint's.
import { MisuseError } from './fault.ts';

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

/** The bounds of reading, with what a host left out filled in. Throws `MisuseError`. */
export function limitsOf(given: Partial<SipLimits> | undefined): SipLimits {
  return filled(DEFAULT_LIMITS, given);
}

/**
 * Defaults with what a host has set; `undefined` is the same as left out, and any bound that bounds nothing
 * is the host's mistake. Throws `MisuseError`.
 */
export function filled<T extends { readonly [K in keyof T]: number }>(
  defaults: T,
  given: Partial<T> | undefined,
): T {
  if (given === undefined) return defaults;
  const all = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof T & string)[]) {
    const value = given[name];
    if (value !== undefined) all[name] = bound(name, value);
  }
  return all;
}

/** A bound as it was given. Throws `MisuseError` unless it is finite and above 0. */
export function bound<N extends number>(name: string, value: N): N {
  if (Number.isFinite(value) && value > 0) return value;
  throw new MisuseError('limit', `${name} must be a finite number above 0`);
}

/**
 * How much of a peer's words one dialog keeps, since it may last for weeks: characters and counts, inclusive.
 * Not adjustable.
 */
export const DIALOG_LIMITS = {
  /** One address: four times the longest GRUU seen in use. */
  uriChars: 1024,
  /** One Call-ID or tag: they are compared with every request. */
  idChars: 256,
  /** What stands behind both addresses beside their tags, such as `epid`, which has 16 characters. */
  paramChars: 512,
  /** Proxies that want to stay in the dialog: two companies with two layers each have 6. */
  routes: 16,
  /** Their addresses together, which go back in every request. */
  routeChars: 4096,
} as const;

/** How long a session description may be: octets and counts, inclusive. Not adjustable. */
export const SDP_LIMITS = {
  /** Octets: three times the longest offer of a call with many candidates. */
  bytes: 32_768,
  /** Lines: such an offer has about 200. */
  lines: 1000,
  /** Media: a call with pictures, a shared screen and data has 5. */
  media: 32,
} as const;

/** How much of those who are asked one INVITE keeps. Not adjustable. */
export const SESSION_LIMITS = {
  /** Dialogs begun by 1xx, of places that were asked at the same time: a person has fewer devices. */
  earlyDialogs: 8,
} as const;
