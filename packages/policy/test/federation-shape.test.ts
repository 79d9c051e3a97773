// Lync's objects in a document: every field is read, and what is wrong is told where it stands.
import { loadPolicy, readByShape, type Finding } from '@interwork/policy';
import { describe, expect, it } from 'vitest';
import { FEDERATION } from '../src/federation/shapes.ts';
import type { Fields, Shape } from '../src/shape.ts';
import { EVERY_FIELD, WITH_DEFAULT_ROUTE } from './every-field.ts';

const EDGE = '"localDomains":["ours.example"],"accessEdge":{"routing":"useDnsSrvRouting"}';

/** What is told of a document whose federation has this text beside the edge, from line 2 on. */
function findings(text: string, edge = EDGE): readonly Finding[] {
  const document = `{"version":1,"default":"deny","rules":[],"federation":{${edge},\n${text}}}`;
  const loaded = loadPolicy(document);
  return loaded.kind === 'findings' ? loaded.findings : loaded.warnings;
}

/** The paths of all fields of a shape, `*` for members of tables and lists. */
function pathsOf(shape: Shape, at: string): readonly string[] {
  switch (shape.kind) {
    case 'object':
      return pathsIn(shape.fields, at);
    case 'variant':
      return Object.values(shape.of).flatMap((fields) => pathsIn(fields, at));
    case 'table':
    case 'list':
      return [at, ...pathsOf(shape.of, `${at}/*`)];
    default:
      return [at];
  }
}

function pathsIn(fields: Fields, at: string): readonly string[] {
  return Object.entries(fields).flatMap(([key, field]) => pathsOf(field.shape, `${at}/${key}`));
}

/** The paths of all values that were read, in the same words. */
function pathsRead(value: unknown, at: string): readonly string[] {
  if (Array.isArray(value)) return [at, ...value.flatMap((one) => pathsRead(one, `${at}/*`))];
  if (value instanceof Map)
    return [at, ...[...value.values()].flatMap((one) => pathsRead(one, `${at}/*`))];
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [at];
  return Object.entries(value).flatMap(([key, one]) => pathsRead(one, `${at}/${key}`));
}

describe('what is read', () => {
  it('has every field of every object, and nothing is said of it', () => {
    const read = [EVERY_FIELD, WITH_DEFAULT_ROUTE].map((one) =>
      readByShape(JSON.stringify(one), FEDERATION),
    );
    expect(read.flatMap((one) => one.findings)).toEqual([]);
    const paths = new Set(read.flatMap((one) => pathsRead(one.value, '')));
    expect(paths).toEqual(new Set(pathsOf(FEDERATION, '')));
  });

  it('stands in Maps where names are the writer’s', () => {
    const { value } = readByShape(JSON.stringify(EVERY_FIELD), FEDERATION);
    expect(value).toMatchObject({
      externalAccess: {
        users: new Map([['Sales', EVERY_FIELD.externalAccess.global]]),
        granted: new Map([['ann@ours.example', 'Sales']]),
      },
    });
  });

  it('asks for local domains and an edge', () => {
    const loaded = loadPolicy({ version: 1, default: 'deny', rules: [], federation: {} });
    expect(loaded).toMatchObject({
      findings: [
        { code: 'missing-field', path: '/federation/localDomains' },
        { code: 'missing-field', path: '/federation/accessEdge' },
      ],
    });
  });
});

describe('findings: code, place and line', () => {
  const ROWS: readonly (readonly [text: string, code: string, path: string])[] = [
    ['"allowDomains":[]', 'unknown-field', '/allowDomains'],
    ['"AllowedDomains":[]', 'unknown-field', '/AllowedDomains'],
    ['"__proto__":{}', 'unknown-field', '/__proto__'],
    ['"constructor":{}', 'unknown-field', '/constructor'],
    ['"allowedDomains":{}', 'wrong-type', '/allowedDomains'],
    ['"allowedDomains":["a.example"]', 'wrong-type', '/allowedDomains/0'],
    ['"allowedDomains":[{}]', 'missing-field', '/allowedDomains/0/domain'],
    ['"allowedDomains":[{"domain":"*.a.example"}]', 'malformed-domain', '/allowedDomains/0/domain'],
    [
      '"allowedDomains":[{"domain":"a.example:5061"}]',
      'malformed-domain',
      '/allowedDomains/0/domain',
    ],
    [
      '"allowedDomains":[{"domain":"sip:a.example"}]',
      'malformed-domain',
      '/allowedDomains/0/domain',
    ],
    ['"allowedDomains":[{"domain":"192.0.2.1"}]', 'malformed-domain', '/allowedDomains/0/domain'],
    [
      '"allowedDomains":[{"domain":"a.b","proxyFqdn":"*.a.b"}]',
      'malformed-domain',
      '/allowedDomains/0/proxyFqdn',
    ],
    [
      '"allowedDomains":[{"domain":"a.b","verificationLevel":"verified"}]',
      'unknown-value',
      '/allowedDomains/0/verificationLevel',
    ],
    [
      '"allowedDomains":[{"domain":"a.b","identity":"a.b"}]',
      'unknown-field',
      '/allowedDomains/0/identity',
    ],
    [
      '"blockedDomains":[{"domain":"a.b","proxyFqdn":"a.b"}]',
      'unknown-field',
      '/blockedDomains/0/proxyFqdn',
    ],
    ['"publicProviders":[{"enabled":true}]', 'missing-field', '/publicProviders/0/identity'],
    [
      '"publicProviders":[{"identity":"p","enabled":false,"preset":"icq"}]',
      'unknown-value',
      '/publicProviders/0/preset',
    ],
    [
      '"publicProviders":[{"identity":"p","enabled":false,"retiredOn":"2014-02-29"}]',
      'malformed-date',
      '/publicProviders/0/retiredOn',
    ],
    [
      '"publicProviders":[{"identity":"p","enabled":false,"retiredOn":"June 2014"}]',
      'malformed-date',
      '/publicProviders/0/retiredOn',
    ],
    [
      '"publicProviders":[{"identity":"p","enabled":false,"iconUrl":"ftp://a.b"}]',
      'malformed-text',
      '/publicProviders/0/iconUrl',
    ],
    [
      '"publicProviders":[{"identity":" p","enabled":false}]',
      'malformed-text',
      '/publicProviders/0/identity',
    ],
    ['"hostingProviders":[{"identity":"p"}]', 'missing-field', '/hostingProviders/0/proxyFqdn'],
    [
      '"hostingProviders":[{"identity":"p","proxyFqdn":"p.example","sipClientPort":0}]',
      'out-of-range',
      '/hostingProviders/0/sipClientPort',
    ],
    ['"externalAccess":{"users":{"A\\n":{}}}', 'malformed-text', '/externalAccess/users/A\n'],
    [
      '"externalAccess":{"global":{"enableFederationAccess":"true"}}',
      'wrong-type',
      '/externalAccess/global/enableFederationAccess',
    ],
    [
      '"externalAccess":{"granted":{"ann":"A"}}',
      'malformed-address',
      '/externalAccess/granted/ann',
    ],
    [
      '"externalAccess":{"granted":{"sip:ann@a.b":"A"}}',
      'malformed-address',
      '/externalAccess/granted/sip:ann@a.b',
    ],
    ['"externalAccess":{"siteOf":{"a b":"A"}}', 'malformed-address', '/externalAccess/siteOf/a b'],
    [
      '"xmppPartners":[{"domain":"a.b","tlsNegotiation":"never"}]',
      'unknown-value',
      '/xmppPartners/0/tlsNegotiation',
    ],
    [
      '"xmppPartners":[{"domain":"a.b","connectionLimit":0}]',
      'out-of-range',
      '/xmppPartners/0/connectionLimit',
    ],
    [
      '"xmppPartners":[{"domain":"a.b","additionalDomains":["*.a.b"]}]',
      'malformed-domain',
      '/xmppPartners/0/additionalDomains/0',
    ],
    [
      '"xmppGateway":{"dialbackPassphrase":"not a name"}',
      'malformed-id',
      '/xmppGateway/dialbackPassphrase',
    ],
    ['"xmppGateway":{"keepAliveInterval":1.5}', 'out-of-range', '/xmppGateway/keepAliveInterval'],
    [
      '"archiving":{"keepArchivingDataForDays":2563}',
      'out-of-range',
      '/archiving/keepArchivingDataForDays',
    ],
    ['"imFilter":{}', 'missing-field', '/imFilter/enabled'],
    ['"imFilter":{"enabled":true,"action":"Block"}', 'unknown-value', '/imFilter/action'],
    ['"mediaEncryption":"require"', 'unknown-value', '/mediaEncryption'],
    ['"recipients":{"__proto__":{}}', 'malformed-address', '/recipients/__proto__'],
    [
      '"recipients":{"a@a.b":{"block":["everybody at all"]}}',
      'malformed-address',
      '/recipients/a@a.b/block/0',
    ],
    [
      '"recipients":{"a@a.b":{"contacts":["*"]}}',
      'malformed-address',
      '/recipients/a@a.b/contacts/0',
    ],
  ];
  it.each(ROWS)('%s', (text, code, path) => {
    expect(findings(text)).toMatchObject([{ code, path: `/federation${path}`, line: 2 }]);
  });
});

describe('the two ways to route', () => {
  const edge = (text: string) =>
    findings(
      '"mediaEncryption":"supportEncryption"',
      `"localDomains":["a.b"],"accessEdge":${text}`,
    );
  const ROWS: readonly (readonly [text: string, code: string, key: string, words: string])[] = [
    ['{}', 'missing-field', 'routing', 'useDnsSrvRouting, useDefaultRouting'],
    ['{"routing":"dns"}', 'unknown-value', 'routing', '"useDnsSrvRouting" or "useDefaultRouting"'],
    ['{"routing":{}}', 'wrong-type', 'routing', '"useDnsSrvRouting" or "useDefaultRouting"'],
    ['{"routing":"__proto__"}', 'unknown-value', 'routing', 'useDefaultRouting'],
    ['{"routing":"useDefaultRouting"}', 'missing-field', 'defaultRouteFqdn', 'server'],
    [
      '{"routing":"useDnsSrvRouting","isPublicProvider":true}',
      'misplaced-field',
      'isPublicProvider',
      'goes with routing useDefaultRouting',
    ],
    [
      '{"routing":"useDefaultRouting","defaultRouteFqdn":"r.a.b","enablePartnerDiscovery":true}',
      'misplaced-field',
      'enablePartnerDiscovery',
      'goes with routing useDnsSrvRouting',
    ],
    [
      '{"routing":"useDnsSrvRouting","enableUserReplicator":true}',
      'unknown-field',
      'enableUserReplicator',
      'There is no field',
    ],
    [
      '{"routing":"useDnsSrvRouting","outgoingTlsCountForFederatedPartners":5}',
      'out-of-range',
      'outgoingTlsCountForFederatedPartners',
      'from 1 to 4',
    ],
    ['{"routing":"dns","beClearingHouse":1}', 'wrong-type', 'beClearingHouse', 'true or false'],
  ];
  it.each(ROWS)('%s', (text, code, key, words) => {
    const found = edge(text).find(({ path }) => path === `/federation/accessEdge/${key}`);
    expect(found).toMatchObject({ code, text: expect.stringContaining(words) as string });
  });

  it('says only once that the way is not known', () => {
    expect(edge('{"routing":"dns","beClearingHouse":true,"isPublicProvider":true}')).toHaveLength(
      1,
    );
  });
});
