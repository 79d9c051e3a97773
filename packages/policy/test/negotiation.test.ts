// The eighteen rows of TLS, SASL and dialback that Microsoft's documents print for an XMPP partner.
import {
  negotiationOf,
  type Negotiation,
  type NegotiationMethod,
  type NegotiationWarning,
} from '@interwork/policy';
import { describe, expect, it } from 'vitest';

const SASL: NegotiationMethod = 'saslOverTls';
const TLS: NegotiationMethod = 'dialbackOverTls';
const TCP: NegotiationMethod = 'dialbackOverTcp';

type Row = readonly [
  tls: Negotiation,
  sasl: Negotiation,
  dialback: boolean,
  methods: readonly NegotiationMethod[],
  warning?: NegotiationWarning,
];

const ROWS: readonly Row[] = [
  ['required', 'required', true, [SASL], 'dialback-never-used'],
  ['required', 'required', false, [SASL]],
  ['optional', 'required', true, [SASL, TLS, TCP], 'sasl-only-with-tls'],
  ['optional', 'required', false, [SASL], 'sasl-only-with-tls'],
  ['notSupported', 'required', true, [TCP], 'sasl-without-tls'],
  ['notSupported', 'required', false, []],
  ['required', 'optional', true, [SASL, TLS]],
  ['required', 'optional', false, [SASL]],
  ['optional', 'optional', true, [SASL, TLS, TCP], 'sasl-only-with-tls'],
  ['optional', 'optional', false, [SASL], 'sasl-only-with-tls'],
  ['notSupported', 'optional', true, [TCP], 'sasl-without-tls'],
  ['notSupported', 'optional', false, []],
  ['required', 'notSupported', true, [TLS]],
  ['required', 'notSupported', false, []],
  ['optional', 'notSupported', true, [TLS, TCP]],
  ['optional', 'notSupported', false, []],
  ['notSupported', 'notSupported', true, [TCP]],
  ['notSupported', 'notSupported', false, []],
];

describe('New-CsXmppAllowedPartner: TLS, SASL, dialback', () => {
  for (const [tls, sasl, dialback, methods, warning] of ROWS) {
    it(`${tls}, ${sasl}, ${dialback}`, () => {
      expect(negotiationOf(tls, sasl, dialback)).toEqual({
        valid: methods.length > 0,
        methods,
        warnings: warning === undefined ? [] : [warning],
      });
    });
  }

  it('are eighteen, five of them without a way', () => {
    expect(new Set(ROWS.map(([tls, sasl, dialback]) => `${tls} ${sasl} ${dialback}`)).size).toBe(
      18,
    );
    expect(ROWS.filter(([, , , methods]) => methods.length === 0)).toHaveLength(5);
  });
});
