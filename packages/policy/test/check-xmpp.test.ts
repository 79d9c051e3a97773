// XMPP partners: what each row of the negotiation tells, and limits.
import { describe } from 'vitest';
import { xmpp, domain, partner, runs, quiet, type Row } from './check-rows.ts';

describe('negotiation with XMPP partners, all rows', () => {
  const negotiation = (tls: string, sasl: string, dialback: boolean) =>
    xmpp(
      `{"domain":"a.example",\n"tlsNegotiation":"${tls}",\n"saslNegotiation":"${sasl}",\n"supportDialbackNegotiation":${dialback}}`,
    );
  const told: readonly (readonly [
    tls: string,
    sasl: string,
    dialback: boolean,
    code: string,
    key: string,
    line: number,
  ])[] = [
    ['required', 'required', true, 'warning dialback-ruled-out', '/supportDialbackNegotiation', 5],
    ['optional', 'required', true, 'warning sasl-needs-tls', '/tlsNegotiation', 3],
    ['optional', 'required', false, 'warning sasl-needs-tls', '/tlsNegotiation', 3],
    ['notSupported', 'required', true, 'warning sasl-needs-tls', '/saslNegotiation', 4],
    ['notSupported', 'required', false, 'error no-negotiation', '', 2],
    ['optional', 'optional', true, 'warning sasl-needs-tls', '/tlsNegotiation', 3],
    ['optional', 'optional', false, 'warning sasl-needs-tls', '/tlsNegotiation', 3],
    ['notSupported', 'optional', true, 'warning sasl-needs-tls', '/saslNegotiation', 4],
    ['notSupported', 'optional', false, 'error no-negotiation', '', 2],
    ['required', 'notSupported', false, 'error no-negotiation', '', 2],
    ['optional', 'notSupported', false, 'error no-negotiation', '', 2],
    ['notSupported', 'notSupported', false, 'error no-negotiation', '', 2],
  ];
  runs(
    told.map(
      ([tls, sasl, dialback, code, key, line]): Row => [
        `${tls}, ${sasl}, ${dialback}`,
        [negotiation(tls, sasl, dialback)],
        code,
        `/xmppPartners/0${key}`,
        line,
      ],
    ),
  );
  quiet([
    ['required, required, false', [negotiation('required', 'required', false)]],
    ['required, optional, true', [negotiation('required', 'optional', true)]],
    ['required, optional, false', [negotiation('required', 'optional', false)]],
    ['required, notSupported, true', [negotiation('required', 'notSupported', true)]],
    ['optional, notSupported, true', [negotiation('optional', 'notSupported', true)]],
    ['notSupported, notSupported, true', [negotiation('notSupported', 'notSupported', true)]],
  ]);
  runs([
    [
      'a partner of whom nothing is said',
      [xmpp(domain('a.example'))],
      'warning dialback-ruled-out',
      '/xmppPartners/0/supportDialbackNegotiation',
      2,
    ],
    [
      'more connections than all may have',
      [xmpp(partner('a.example', ',"connectionLimit":30')), '"xmppGateway":{"connectionLimit":25}'],
      'warning limit-above-limit',
      '/xmppPartners/0/connectionLimit',
      2,
    ],
    [
      'more connections for one partner than for all',
      ['"xmppGateway":{"partnerConnectionLimit":1001}'],
      'warning limit-above-limit',
      '/xmppGateway/partnerConnectionLimit',
      2,
    ],
  ]);
});
