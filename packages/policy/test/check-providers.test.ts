// Providers beside each other: servers, identities, shapes, those that are gone.
import { describe } from 'vitest';
import {
  allowed,
  publics,
  hosting,
  domain,
  provider,
  runs,
  quiet,
  type Row,
} from './check-rows.ts';

describe('providers', () => {
  runs([
    [
      'one identity, public and hosting',
      [publics(provider('P')), hosting('{"identity":"p","proxyFqdn":"q.example"}')],
      'error duplicate-identity',
      '/hostingProviders/0/identity',
      3,
    ],
    [
      'one server, public and hosting',
      [publics(provider('p')), hosting('{"identity":"q","proxyFqdn":"P.example."}')],
      'error duplicate-proxy',
      '/hostingProviders/0/proxyFqdn',
      3,
    ],
    [
      'one server by a preset',
      [
        publics(
          '{"identity":"a","preset":"aol","enabled":false}',
          '{"identity":"b","preset":"aol","enabled":false}',
        ),
      ],
      'error duplicate-proxy',
      '/publicProviders/1/proxyFqdn',
      2,
    ],
    [
      'no server',
      [publics('{"identity":"p","enabled":true}')],
      'error missing-field',
      '/publicProviders/0/proxyFqdn',
      2,
    ],
    [
      'a partner with the server of a provider',
      [hosting(provider('p')), allowed(domain('a.example', ',"proxyFqdn":"p.example"'))],
      'warning proxy-of-provider',
      '/allowedDomains/0/proxyFqdn',
      3,
    ],
    [
      'SIP users without shared address space',
      [hosting(provider('p', ',"hostsOCSUsers":true'))],
      'error undefined-hosting-shape',
      '/hostingProviders/0/hostsOCSUsers',
      2,
    ],
    [
      'two with users of ours',
      [
        hosting(
          provider('p', ',"hostsOCSUsers":true,"enabledSharedAddressSpace":true'),
          provider('q', ',"enabledSharedAddressSpace":true,\n"hostsOCSUsers":true'),
        ),
      ],
      'warning two-split-domains',
      '/hostingProviders/1/hostsOCSUsers',
      3,
    ],
    ...(['aol', 'windowsLive', 'yahoo'] as const).map(
      (preset): Row => [
        `${preset} in use`,
        [publics(`{"identity":"p","preset":"${preset}","enabled":true}`)],
        'warning retired-provider',
        '/publicProviders/0/enabled',
        2,
      ],
    ),
    [
      'one that says itself that it is retired',
      [publics(provider('p', ',"retiredOn":"2030-01-01"'))],
      'warning retired-provider',
      '/publicProviders/0/enabled',
      2,
    ],
    [
      'names decorated without a domain to route to',
      [publics(provider('p', ',\n"nameDecorationDomain":"a.example"'))],
      'warning decoration-incomplete',
      '/publicProviders/0/nameDecorationDomain',
      3,
    ],
    [
      'exceptions from decoration without a domain to route to',
      [publics(provider('p', ',"nameDecorationExcludedDomainList":["a.example"]'))],
      'warning decoration-incomplete',
      '/publicProviders/0/nameDecorationExcludedDomainList',
      2,
    ],
    [
      'names decorated with a domain of ours',
      [publics(provider('p', ',"nameDecorationRoutingDomain":"OURS.example"'))],
      'error local-domain-listed',
      '/publicProviders/0/nameDecorationRoutingDomain',
      2,
    ],
  ]);
  quiet([
    ['direct', [hosting(provider('p'))]],
    [
      'split with SIP users',
      [hosting(provider('p', ',"enabledSharedAddressSpace":true,"hostsOCSUsers":true'))],
    ],
    ['split with other services', [hosting(provider('p', ',"enabledSharedAddressSpace":true'))]],
    [
      'all presets, off',
      [
        publics(
          ...['aol', 'windowsLive', 'yahoo'].map(
            (preset) => `{"identity":"${preset}","preset":"${preset}","enabled":false}`,
          ),
        ),
      ],
    ],
    [
      'a split domain beside one that is off',
      [
        hosting(
          provider('p', ',"hostsOCSUsers":true,"enabledSharedAddressSpace":true'),
          provider('q', ',"enabledSharedAddressSpace":true,"hostsOCSUsers":true').replace(
            '"enabled":true',
            '"enabled":false',
          ),
        ),
      ],
    ],
    [
      'decoration of a preset with exceptions of its own',
      [
        publics(
          '{"identity":"p","preset":"windowsLive","enabled":false,"nameDecorationExcludedDomainList":["a.example"]}',
        ),
      ],
    ],
  ]);
});
