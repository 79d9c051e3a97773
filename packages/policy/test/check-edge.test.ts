// The Access Edge beside the objects that wait for it.
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_ROUTE,
  findings,
  allowed,
  blocked,
  xmpp,
  publics,
  hosting,
  domain,
  partner,
  provider,
  runs,
  type Row,
} from './check-rows.ts';

describe('the edge', () => {
  const OFF = '{"routing":"useDnsSrvRouting"}';
  const waits: readonly (readonly [string, string])[] = [
    ['an allowed domain', allowed(domain('a.example'))],
    ['a public provider', publics(provider('p'))],
    ['a hosting provider', hosting(provider('p'))],
    [
      'a split domain',
      hosting(provider('p', ',"enabledSharedAddressSpace":true,"hostsOCSUsers":true')),
    ],
    ['an XMPP partner', xmpp(partner('a.example'))],
  ];
  runs([
    ...waits.map(
      ([what, field]): Row => [
        `${what} while federation is off`,
        [field],
        'warning federation-off',
        '/accessEdge/allowFederatedUsers',
        1,
        OFF,
      ],
    ),
    [
      'discovery while federation is off',
      ['"mediaEncryption":"supportEncryption"'],
      'warning federation-off',
      '/accessEdge/allowFederatedUsers',
      1,
      '{"routing":"useDnsSrvRouting","enablePartnerDiscovery":true}',
    ],
    [
      'a clearing house',
      ['"mediaEncryption":"supportEncryption"'],
      'warning clearing-house',
      '/accessEdge/beClearingHouse',
      1,
      '{"routing":"useDnsSrvRouting","allowFederatedUsers":true,"beClearingHouse":true}',
    ],
    ['no domain of ours', ['"localDomains":[]'], 'warning empty-list', '/localDomains', 2],
    [
      'a public provider with default routing, also when it is off',
      [publics('{"identity":"p","proxyFqdn":"p.example","enabled":false}')],
      'error providers-with-default-routing',
      '/publicProviders',
      2,
      DEFAULT_ROUTE,
    ],
    [
      'a hosting provider with default routing',
      [hosting(provider('p'))],
      'error providers-with-default-routing',
      '/hostingProviders',
      2,
      DEFAULT_ROUTE,
    ],
    [
      'allowed domains with default routing',
      [allowed(domain('a.example'))],
      'warning idle-allowed-domains',
      '/allowedDomains',
      2,
      DEFAULT_ROUTE,
    ],
  ]);
  it('is closed and has nothing that waits: nothing', () => {
    expect(
      findings(
        [blocked(domain('a.example')), publics('{"identity":"p","preset":"aol","enabled":false}')],
        OFF,
      ),
    ).toEqual([]);
  });
});
