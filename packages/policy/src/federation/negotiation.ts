// What TLS, SASL and dialback of an XMPP partner come to together: by which ways a link can come about, or that none
// is left. The table that Microsoft's documents print for New-CsXmppAllowedPartner has eighteen rows; four rules give
// all of them. Warnings are results: the link comes about, but not as its writer may think.
import type { Negotiation } from './document.ts';

/** A way in which the domain at the other end of a link is proved. */
export type NegotiationMethod = 'saslOverTls' | 'dialbackOverTls' | 'dialbackOverTcp';

/** What its writer should look at. */
export type NegotiationWarning =
  /** Dialback is supported, and TLS with SASL always comes first. */
  | 'dialback-never-used'
  /** SASL is asked for, and its certificate is shown in TLS, which is not supported. */
  | 'sasl-without-tls'
  /** SASL is asked for, and where TLS is left out there is none. */
  | 'sasl-only-with-tls';

/** What a partner's negotiation comes to. */
export interface NegotiationVerdict {
  /** Whether any way is left. */
  readonly valid: boolean;
  readonly methods: readonly NegotiationMethod[];
  /** Empty where it is not valid. */
  readonly warnings: readonly NegotiationWarning[];
}

interface Asked {
  readonly tls: Negotiation;
  readonly sasl: Negotiation;
  readonly dialback: boolean;
}

/** Each way, and when it is open. SASL is EXTERNAL, by certificate. @spec XEP-0178 §3; XEP-0220 §2.1 */
const METHODS: readonly (readonly [NegotiationMethod, (asked: Asked) => boolean])[] = [
  ['saslOverTls', ({ tls, sasl }) => tls !== 'notSupported' && sasl !== 'notSupported'],
  [
    'dialbackOverTls',
    ({ tls, sasl, dialback }) =>
      dialback && tls !== 'notSupported' && (tls !== 'required' || sasl !== 'required'),
  ],
  ['dialbackOverTcp', ({ tls, dialback }) => dialback && tls !== 'required'],
];

const WARNINGS: readonly (readonly [NegotiationWarning, (asked: Asked) => boolean])[] = [
  [
    'dialback-never-used',
    ({ tls, sasl, dialback }) => dialback && tls === 'required' && sasl === 'required',
  ],
  ['sasl-without-tls', ({ tls, sasl }) => tls === 'notSupported' && sasl !== 'notSupported'],
  ['sasl-only-with-tls', ({ tls, sasl }) => tls === 'optional' && sasl !== 'notSupported'],
];

/** What a partner's TLS, SASL EXTERNAL and dialback come to. */
export function negotiationOf(
  tls: Negotiation,
  sasl: Negotiation,
  dialback: boolean,
): NegotiationVerdict {
  const methods = holding(METHODS, { tls, sasl, dialback });
  const valid = methods.length > 0;
  return { valid, methods, warnings: valid ? holding(WARNINGS, { tls, sasl, dialback }) : [] };
}

function holding<T>(
  rows: readonly (readonly [T, (asked: Asked) => boolean])[],
  asked: Asked,
): readonly T[] {
  return rows.flatMap(([name, holds]) => (holds(asked) ? [name] : []));
}
