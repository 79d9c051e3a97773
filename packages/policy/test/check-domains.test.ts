// Domains that are on two lists, or twice on one.
import { describe } from 'vitest';
import { allowed, blocked, xmpp, domain, partner, runs, quiet } from './check-rows.ts';

describe('domains on two lists', () => {
  runs([
    [
      'allowed and blocked, in any spelling',
      [allowed(domain('Bücher.example')), blocked(domain('xn--bcher-kva.EXAMPLE.'))],
      'error allowed-and-blocked',
      '/allowedDomains/0/domain',
      2,
    ],
    [
      'allowed below a blocked one',
      [allowed(domain('a.b.c.example')), blocked(domain('c.example'))],
      'warning allowed-and-blocked',
      '/allowedDomains/0/domain',
      2,
    ],
    [
      'an XMPP partner that is blocked',
      [blocked(domain('a.example')), xmpp(partner('a.example'))],
      'error allowed-and-blocked',
      '/xmppPartners/0/domain',
      3,
    ],
    [
      'a further domain of an XMPP partner below a blocked one',
      [
        blocked(domain('b.example')),
        xmpp(partner('a.example', ',"additionalDomains":["x.b.example"]')),
      ],
      'warning allowed-and-blocked',
      '/xmppPartners/0/additionalDomains/0',
      3,
    ],
    [
      'allowed twice',
      [
        allowed(
          domain('a.example'),
          domain('b.example'),
          domain('A.example', ',"proxyFqdn":"x.y"'),
        ),
      ],
      'error duplicate-domain',
      '/allowedDomains/2/domain',
      2,
    ],
    [
      'blocked twice',
      [blocked(domain('a.example'), domain('A.example'))],
      'warning duplicate-domain',
      '/blockedDomains/1/domain',
      2,
    ],
    [
      'ours twice',
      ['"mediaEncryption":"supportEncryption"', '"localDomains":["a.example","a.example."]'],
      'warning duplicate-domain',
      '/localDomains/1',
      3,
    ],
    [
      'of two XMPP partners',
      [xmpp(partner('a.example'), partner('b.example', ',\n"additionalDomains":["A.example"]'))],
      'error domain-in-two-partners',
      '/xmppPartners/1/additionalDomains/0',
      3,
    ],
    [
      'of one XMPP partner twice',
      [xmpp(partner('a.example', ',"additionalDomains":["c.example","A.example"]'))],
      'warning duplicate-domain',
      '/xmppPartners/0/additionalDomains/1',
      2,
    ],
    [
      'ours, and allowed',
      [allowed(domain('Ours.example'))],
      'error local-domain-listed',
      '/allowedDomains/0/domain',
      2,
    ],
    [
      'ours, and blocked',
      [blocked(domain('ours.example'))],
      'error local-domain-listed',
      '/blockedDomains/0/domain',
      2,
    ],
    [
      'ours, and an XMPP partner',
      [xmpp(partner('ours.example'))],
      'error local-domain-listed',
      '/xmppPartners/0/domain',
      2,
    ],
    [
      'ours below a blocked one',
      [blocked(domain('b.example')), '"localDomains":["a.b.example"]'],
      'warning local-domain-listed',
      '/localDomains/0',
      3,
    ],
    [
      'by SIP and by XMPP',
      [
        allowed(domain('a.example')),
        xmpp(partner('b.example', ',"additionalDomains":["a.example"]')),
      ],
      'warning domain-on-both-sides',
      '/xmppPartners/0/additionalDomains/0',
      3,
    ],
    [
      'by SIP with what lies below, and by XMPP',
      [allowed(domain('a.example', ',"includeSubdomains":true')), xmpp(partner('x.a.example'))],
      'warning domain-on-both-sides',
      '/xmppPartners/0/domain',
      3,
    ],
  ]);
  quiet([
    [
      'blocked below an allowed one',
      [allowed(domain('a.example', ',"includeSubdomains":true')), blocked(domain('x.a.example'))],
    ],
    ['a suffix that is none', [allowed(domain('xa.example')), blocked(domain('a.example'))]],
    ['allowed above and below', [allowed(domain('a.example'), domain('x.a.example'))]],
    [
      'by XMPP below a name that is allowed alone',
      [allowed(domain('a.example')), xmpp(partner('x.a.example'))],
    ],
    ['above ours', [allowed(domain('example.org'))]],
  ]);
});
