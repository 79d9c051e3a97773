// The shapes in which cmdlets' output comes: row by row what a file says, and what is read of it or told about it.
import { evaluate, type Facts, loadPolicy, type Query } from '@interwork/policy';
import { importLync, type LyncFinding } from '@interwork/policy/lync';
import { describe, expect, it } from 'vitest';
import { clixml } from './clixml.ts';

const OURS = { localDomains: ['ours.example'] };

const NOT_RUN: readonly string[] = ['no-access-edge', 'no-external-access'];

/** What one file adds to a document, and what is said about it. */
function read(name: string, text: string) {
  const result = importLync([{ name, text }], OURS);
  const findings = result.findings.filter(({ code }) => !NOT_RUN.includes(code));
  const federation = result.kind === 'imported' ? result.document.federation : undefined;
  return { federation, findings };
}

const told = (findings: readonly LyncFinding[]): readonly string[] =>
  findings.map(({ code, path }) => `${code} ${path}`);

const json = (value: unknown): string => JSON.stringify(value);
const ALLOWED = { Identity: 'a.example', Domain: 'a.example' };
const type = (name: string): string => `<TN RefId="0"><T>${name}</T><T>System.Object</T></TN>`;
const SETTINGS = 'Microsoft.Rtc.Management.WritableConfig.Settings';

/** What becomes of a message of Ann's, and what the import says. */
function annWrites(policies: unknown, users: string, facts?: Facts) {
  const result = importLync(
    [
      {
        name: 'Get-CsAccessEdgeConfiguration.json',
        text: json({ RoutingMethod: 'UseDnsSrvRouting', AllowFederatedUsers: true }),
      },
      {
        name: 'Get-CsAllowedDomain.json',
        text: json([{ Domain: 'a.example', ProxyFqdn: 'sip.a.example' }]),
      },
      { name: 'Get-CsExternalAccessPolicy.json', text: json(policies) },
      { name: 'Get-CsUser.json', text: users },
    ],
    OURS,
  );
  const set = result.kind === 'imported' ? loadPolicy(result.document) : undefined;
  const query: Query = {
    from: 'ours.example',
    to: 'a.example',
    via: 'sip',
    toward: 'sip',
    traffic: 'message',
    fromUser: 'ann',
  };
  const verdict = set?.kind === 'policy' ? evaluate(set, query, facts) : undefined;
  return { verdict, texts: result.findings.map(({ text }) => text) };
}

describe('how many there are', () => {
  const B = { Domain: 'b.example' };
  const two = [{ domain: 'a.example' }, { domain: 'b.example' }];
  const ROWS: readonly (readonly [what: string, text: string, expected: unknown])[] = [
    ['one is an object', json(ALLOWED), [{ domain: 'a.example' }]],
    ['several are a list', json([ALLOWED, B]), two],
    ['a list of Windows PowerShell', json({ value: [ALLOWED, B], Count: 2 }), two],
    ['none is nothing', '', []],
    ['none is white space', '\r\n', []],
    ['none is a list', '[]', []],
    ['none in Clixml', clixml(), []],
    [
      'a list as one object of Clixml',
      clixml(
        '<Obj RefId="0"><LST><Obj RefId="1"><MS><S N="Domain">a.example</S></MS></Obj>',
        '<Obj RefId="2"><MS><S N="Domain">b.example</S></MS></Obj></LST></Obj>',
      ),
      two,
    ],
  ];
  it.each(ROWS)('%s', (_, text, allowedDomains) => {
    const { federation, findings } = read('AllowedDomain.json', text);
    expect(findings).toEqual([]);
    expect(federation?.allowedDomains).toEqual(allowedDomains);
  });
});

describe('which cmdlet it is of', () => {
  const partner = { Domain: 'a.example', TlsNegotiation: 0, SaslNegotiation: 0 };
  const ROWS: readonly (readonly [
    file: string,
    text: string,
    key: 'allowedDomains' | 'blockedDomains' | 'xmppPartners' | 'publicProviders' | undefined,
    code?: string,
  ])[] = [
    ['Get-CsAllowedDomain.json', json(ALLOWED), 'allowedDomains'],
    ['C:\\export\\blocked-domain (1).JSON', json(ALLOWED), 'blockedDomains'],
    ['AllowedDomain/blockeddomain.txt', json(ALLOWED), 'blockedDomains'],
    ['Get-CsAllowedDomain for all users.json', json(ALLOWED), 'allowedDomains'],
    ['a.json', json({ ...ALLOWED, MarkForMonitoring: false }), 'allowedDomains'],
    ['a.json', json({ ...ALLOWED, ProxyFqdn: null, Comment: null }), 'allowedDomains'],
    ['a.json', json({ ...ALLOWED, Comment: 'x' }), undefined, 'ambiguous-object'],
    ['AllowedDomain and BlockedDomain.json', json(ALLOWED), undefined, 'ambiguous-object'],
    ['a.json', json(partner), 'xmppPartners'],
    ['a.json', json({ ...partner, Colour: 1 }), undefined, 'unknown-object'],
    ['a.json', json({}), undefined, 'unknown-object'],
    ['a.json', '7', undefined, 'unknown-object'],
    ['a.json', '[["a.example"]]', undefined, 'unknown-object'],
    [
      'a.json',
      json({ Identity: 'P', Enabled: false, ProxyFqdn: 'p.example', NameDecorationDomain: null }),
      'publicProviders',
    ],
    [
      'BlockedDomain.xml',
      clixml(
        `<Obj RefId="0">${type(`Deserialized.${SETTINGS}.Edge.AllowedDomain`)}`,
        '<Props><S N="Domain">a.example</S></Props></Obj>',
      ),
      'allowedDomains',
    ],
    [
      'a.xml',
      clixml(
        `<Obj RefId="0">${type(`Selected.${SETTINGS}.XmppFederation.XmppAllowedPartner#Decorated`)}`,
        '<MS><S N="Domain">a.example</S></MS></Obj>',
      ),
      'xmppPartners',
    ],
    [
      'a.xml',
      clixml(
        `<Obj RefId="0">${type('Contoso.AllowedDomain')}`,
        '<MS><S N="Domain">a.example</S></MS></Obj>',
      ),
      undefined,
      'ambiguous-object',
    ],
  ];
  it.each(ROWS.map((row) => ({ row })))('$row.0 $row.1', ({ row: [file, text, key, code] }) => {
    const { federation, findings } = read(file, text);
    expect(findings.filter(({ severity }) => severity === 'error').map((one) => one.code)).toEqual(
      code === undefined ? [] : [code],
    );
    if (key !== undefined) expect(federation?.[key]).toHaveLength(1);
  });

  it('leaves out what is of a cmdlet without a counterpart, and says so once', () => {
    const dialPlan = `<Obj>${type('Microsoft.Rtc.Management.WritableConfig.Policy.Voice.LocationProfile')}<MS><S N="Domain">a</S></MS></Obj>`;
    const { federation, findings } = read('AllowedDomain.xml', clixml(dialPlan, dialPlan));
    expect(federation?.allowedDomains).toEqual([]);
    expect(findings).toMatchObject([{ severity: 'warning', code: 'no-counterpart', path: '/0' }]);
    expect(findings[0]?.text).toContain('(and 1 more like it)');
  });
});

describe('names', () => {
  const ROWS: readonly (readonly [what: string, object: object, domain: string | undefined])[] = [
    ['by identity alone', { Identity: 'a.example' }, 'a.example'],
    ['by domain alone', { Domain: 'a.example', Identity: null }, 'a.example'],
    ['in another case', { DOMAIN: 'a.example', identity: 'A.Example' }, 'A.Example'],
    ['taken apart', { Identity: { Scope: '', Name: 'a.example' } }, 'a.example'],
    ['two', { Identity: 'a.example', Domain: 'b.example' }, undefined],
    ['none', { Comment: 'a.example' }, undefined],
    ['a number', { Domain: 5 }, undefined],
  ];
  it.each(ROWS)('%s', (_, object, domain) => {
    const { federation } = read('AllowedDomain.json', json(object));
    expect(federation?.allowedDomains?.[0]?.domain).toBe(domain);
  });

  const SCOPES: readonly (readonly [identity: unknown, path: string])[] = [
    ['Global', 'global'],
    ['global', 'global'],
    [{ Scope: 'Global', Name: '' }, 'global'],
    [{ Scope: 'Global' }, 'global'],
    ['Site:Redmond', 'sites.Redmond'],
    ['site:Redmond', 'sites.Redmond'],
    [{ Scope: 'Site', Name: 'Redmond' }, 'sites.Redmond'],
    ['Tag:Sales', 'users.Sales'],
    ['Sales', 'users.Sales'],
    ['__proto__', 'users.__proto__'],
  ];
  it.each(SCOPES)('%s', (identity, path) => {
    const policy = { Identity: identity, EnableFederationAccess: true };
    const { federation, findings } = read('ExternalAccessPolicy.json', json(policy));
    expect(findings.filter(({ code }) => code !== 'not-assigned')).toEqual([]);
    const access: object = federation?.externalAccess ?? {};
    const [table = '', name] = path.split('.');
    const found = new Map(Object.entries(access)).get(table) as object;
    const policies = name === undefined ? found : new Map(Object.entries(found)).get(name);
    expect(policies).toEqual({ enableFederationAccess: true });
  });
});

describe('what a field holds', () => {
  const edge = (fields: string): string =>
    `{"Identity":"Global","RoutingMethod":"UseDnsSrvRouting",${fields}}`;
  const partner = (fields: string): string => `{"Identity":"a.example",${fields}}`;
  const gateway = (value: string): string => `{"KeepAliveInterval":${value}}`;
  const FILES = {
    edge: ['AccessEdgeConfiguration.json', 'accessEdge'],
    partner: ['XmppAllowedPartner.json', 'xmppPartners'],
    gateway: ['XmppGatewayConfiguration.json', 'xmppGateway'],
    provider: ['PublicProvider.json', 'publicProviders'],
    filter: ['ImFilterConfiguration.json', 'imFilter'],
  } as const;
  const provider = (fields: string): string =>
    `{"Identity":"P","ProxyFqdn":"p.example","Enabled":true,${fields}}`;
  type Row = readonly [file: keyof typeof FILES, text: string, expected: object | string];
  const ROWS: readonly Row[] = [
    ['edge', edge('"AllowFederatedUsers":true'), { allowFederatedUsers: true }],
    ['edge', edge('"AllowFederatedUsers":"True"'), { allowFederatedUsers: true }],
    ['edge', edge('"AllowFederatedUsers":"false"'), { allowFederatedUsers: false }],
    ['edge', edge('"AllowFederatedUsers":1'), 'wrong-type /AllowFederatedUsers'],
    ['edge', edge('"AllowFederatedUsers":null'), { routing: 'useDnsSrvRouting' }],
    ['edge', edge('"allowfederatedusers":true'), { allowFederatedUsers: true }],
    ['edge', edge('"A":1,"a":2'), 'duplicate-key /a'],
    ['edge', edge('"DiscoveredPartnerStandardRate":20'), { discoveredPartnerStandardRate: 20 }],
    [
      'edge',
      edge('"DiscoveredPartnerStandardRate":-1'),
      'out-of-range /DiscoveredPartnerStandardRate',
    ],
    [
      'edge',
      edge('"DiscoveredPartnerStandardRate":1.5'),
      'out-of-range /DiscoveredPartnerStandardRate',
    ],
    [
      'edge',
      edge('"DiscoveredPartnerStandardRate":"20"'),
      'wrong-type /DiscoveredPartnerStandardRate',
    ],
    [
      'edge',
      edge('"DiscoveredPartnerVerificationLevel":2'),
      { discoveredPartnerVerificationLevel: 'useSourceVerification' },
    ],
    [
      'edge',
      edge('"DiscoveredPartnerVerificationLevel":" alwaysVERIFIABLE"'),
      { discoveredPartnerVerificationLevel: 'alwaysVerifiable' },
    ],
    [
      'edge',
      edge('"DiscoveredPartnerVerificationLevel":3'),
      'unknown-value /DiscoveredPartnerVerificationLevel',
    ],
    [
      'edge',
      edge('"DiscoveredPartnerVerificationLevel":"Never"'),
      'unknown-value /DiscoveredPartnerVerificationLevel',
    ],
    [
      'edge',
      edge('"DiscoveredPartnerVerificationLevel":{"value__":1}'),
      'unknown-value /DiscoveredPartnerVerificationLevel',
    ],
    [
      'partner',
      partner('"PartnerType":"Federated"'),
      [{ domain: 'a.example', partnerType: 'federated' }],
    ],
    ['partner', partner('"ProxyFqdn":""'), [{ domain: 'a.example' }]],
    ['partner', partner('"ProxyFqdn":["x"]'), 'wrong-type /ProxyFqdn'],
    ['partner', partner('"Description":""'), [{ domain: 'a.example', description: '' }]],
    [
      'partner',
      partner('"AdditionalDomains":[]'),
      [{ domain: 'a.example', additionalDomains: [] }],
    ],
    ['partner', partner('"AdditionalDomains":null'), [{ domain: 'a.example' }]],
    [
      'partner',
      partner('"AdditionalDomains":"b.example"'),
      [{ domain: 'a.example', additionalDomains: ['b.example'] }],
    ],
    [
      'partner',
      partner('"AdditionalDomains":{"value":["b.example"],"Count":1}'),
      [{ domain: 'a.example', additionalDomains: ['b.example'] }],
    ],
    ['partner', partner('"AdditionalDomains":"b.example c.example"'), 'cut-off /AdditionalDomains'],
    ['partner', partner('"AdditionalDomains":"System.Object[]"'), 'cut-off /AdditionalDomains'],
    [
      'partner',
      partner('"AdditionalDomains":["b.example",null]'),
      'wrong-type /AdditionalDomains/1',
    ],
    ['partner', partner('"AdditionalDomains":5'), 'wrong-type /AdditionalDomains'],
    ['gateway', gateway('300'), { keepAliveInterval: 300 }],
    ['gateway', gateway('"00:05:00"'), { keepAliveInterval: 300 }],
    ['gateway', gateway('"1.00:00:01"'), { keepAliveInterval: 86_401 }],
    ['gateway', gateway('"PT5M"'), { keepAliveInterval: 300 }],
    ['gateway', gateway('"P1DT1H1M1S"'), { keepAliveInterval: 90_061 }],
    [
      'gateway',
      gateway('{"Ticks":3000000000,"Minutes":5,"TotalSeconds":300}'),
      { keepAliveInterval: 300 },
    ],
    ['gateway', gateway('"PT0.5S"'), 'out-of-range /KeepAliveInterval'],
    ['gateway', gateway('"PT"'), 'wrong-type /KeepAliveInterval'],
    ['gateway', gateway('"P"'), 'wrong-type /KeepAliveInterval'],
    ['gateway', gateway('"5 minutes"'), 'wrong-type /KeepAliveInterval'],
    ['gateway', gateway('true'), 'wrong-type /KeepAliveInterval'],
    ['provider', provider('"VerificationLevel":1'), [{ verificationLevel: 'alwaysUnverifiable' }]],
    [
      'provider',
      provider('"NameDecorationExcludedDomainList":"a.example, b.example;c.example"'),
      [{ nameDecorationExcludedDomainList: ['a.example', 'b.example', 'c.example'] }],
    ],
    [
      'provider',
      provider('"NameDecorationExcludedDomainList":["a.example"]'),
      [{ nameDecorationExcludedDomainList: ['a.example'] }],
    ],
    [
      'provider',
      provider('"NameDecorationExcludedDomainList":""'),
      [{ nameDecorationExcludedDomainList: [] }],
    ],
    ['provider', '{"Identity":"P","Enabled":true,"ProxyFqdn":""}', 'missing-field '],
    ['provider', '{"Identity":"P","ProxyFqdn":"p.example"}', 'missing-field '],
    ['provider', '{"Identity":"P","ProxyFqdn":"p.example","Enabled":"on"}', 'wrong-type /Enabled'],
    ['filter', '{"Enabled":true,"Prefixes":["http:"]}', { enabled: true, prefixes: ['http:'] }],
  ];
  it.each(ROWS)('%s %s', (file, text, expected) => {
    const [name, key] = FILES[file];
    const { federation, findings } = read(name, text);
    if (typeof expected === 'string') expect(told(findings)).toContain(expected);
    else expect(federation?.[key]).toMatchObject(expected);
  });
});

describe('values of Clixml', () => {
  const partner = (members: string): string =>
    clixml(`<Obj RefId="0"><MS><S N="Domain">a.example</S>${members}</MS></Obj>`);
  const required =
    '<Obj N="TlsNegotiation" RefId="5"><ToString>Required</ToString><I32>0</I32></Obj>';
  const ROWS: readonly (readonly [what: string, text: string, expected: object])[] = [
    ['an enumeration', partner(required), { tlsNegotiation: 'required' }],
    [
      'an enumeration without its word',
      partner('<Obj N="TlsNegotiation" RefId="5"><I32>1</I32></Obj>'),
      { tlsNegotiation: 'optional' },
    ],
    [
      'an object that was there before',
      partner(`${required}<Ref N="SaslNegotiation" RefId="5" />`),
      { tlsNegotiation: 'required', saslNegotiation: 'required' },
    ],
    [
      'a list of any sort',
      partner('<Obj N="AdditionalDomains" RefId="1"><IE><S>b.example</S></IE></Obj>'),
      { additionalDomains: ['b.example'] },
    ],
    [
      'a text with escapes',
      partner('<S N="Description">a_x000D__x000A_b_x005F_x000D_</S>'),
      { description: 'a\r\nb_x000D_' },
    ],
    [
      'a text in CDATA',
      partner('<S N="Description"><![CDATA[<a> & b]]></S>'),
      { description: '<a> & b' },
    ],
    [
      'a text with references',
      partner('<S N="Description">&lt;&#x263A;&amp;</S>'),
      { description: '<\u263A&' },
    ],
    ['a name with escapes', partner('<S N="Descri_x0070_tion">a</S>'), { description: 'a' }],
    [
      'a large number',
      partner('<U64 N="ConnectionLimit">4000000000</U64>'),
      { connectionLimit: 4_000_000_000 },
    ],
    [
      'members in both parts',
      clixml(
        '<Obj><Props><S N="Domain">a.example</S></Props><MS><S N="Description">b</S></MS></Obj>',
      ),
      { description: 'b' },
    ],
    [
      'a hash table',
      clixml('<Obj><DCT><En><S N="Key">Domain</S><S N="Value">a.example</S></En></DCT></Obj>'),
      {},
    ],
  ];
  it.each(ROWS)('%s', (_, text, expected) => {
    const { federation } = read('XmppAllowedPartner.xml', text);
    expect(federation?.xmppPartners).toEqual([{ domain: 'a.example', ...expected }]);
  });

  it('has durations', () => {
    const text = clixml('<Obj><MS><TS N="KeepAliveInterval">PT2M30S</TS></MS></Obj>');
    const { federation } = read('XmppGatewayConfiguration.xml', text);
    expect(federation?.xmppGateway).toEqual({ keepAliveInterval: 150 });
  });

  it('has types that were there before', () => {
    const objects = [
      `<Obj RefId="0">${type(`${SETTINGS}.Edge.AllowedDomain`)}<MS><S N="Domain">a.example</S></MS></Obj>`,
      '<Obj RefId="1"><TNRef RefId="0" /><MS><S N="Domain">b.example</S></MS></Obj>',
    ];
    expect(read('a.xml', clixml(...objects)).federation?.allowedDomains).toHaveLength(2);
  });
});

describe('numbers of enumerations', () => {
  it('are a warning where only their order speaks for them, once a file', () => {
    const partners = [0, 1, 2].map((PartnerType) => ({
      Domain: `${PartnerType}.example`,
      PartnerType,
    }));
    const { federation, findings } = read('XmppAllowedPartner.json', json(partners));
    expect(federation?.xmppPartners?.map(({ partnerType }) => partnerType)).toEqual([
      'federated',
      'publicVerified',
      'publicUnverified',
    ]);
    expect(told(findings)).toEqual(['number-by-order /0/PartnerType']);
  });
});

describe('how the edge routes', () => {
  const srv = { routing: 'useDnsSrvRouting', enablePartnerDiscovery: true };
  const route = { routing: 'useDefaultRouting', defaultRouteFqdn: 'r.example' };
  const typed = (name: string, members: string): string =>
    clixml(`<Obj RefId="0">${type(`${SETTINGS}.Edge.${name}`)}<Props>${members}</Props></Obj>`);
  const ROWS: readonly (readonly [what: string, text: string, expected: object | string])[] = [
    ['a word', json({ RoutingMethod: 'UseDnsSrvRouting', EnablePartnerDiscovery: true }), srv],
    ['a number', json({ RoutingMethod: 1, DefaultRouteFqdn: 'r.example' }), route],
    ['an object', json({ RoutingMethod: { EnablePartnerDiscovery: true } }), srv],
    ['another object', json({ RoutingMethod: { DefaultRouteFqdn: 'r.example' } }), route],
    [
      'a named object',
      json({ RoutingMethod: { UseDnsSrvRouting: { EnablePartnerDiscovery: true } } }),
      srv,
    ],
    ['fields alone', json({ DefaultRouteFqdn: 'r.example', AllowFederatedUsers: true }), route],
    [
      'the name of the type',
      typed('DisplayAccessEdgeSettingsDnsSrvRouting', '<B N="EnablePartnerDiscovery">true</B>'),
      srv,
    ],
    [
      'the name of the other type',
      typed('DisplayAccessEdgeSettingsDefaultRoute', '<S N="DefaultRouteFqdn">r.example</S>'),
      route,
    ],
    [
      'an object of Clixml',
      typed(
        'AccessEdgeSettings',
        `<Obj N="RoutingMethod" RefId="1"><TN RefId="1"><T>${SETTINGS}.Edge.UseDnsSrvRouting</T></TN><Props><B N="EnablePartnerDiscovery">true</B></Props></Obj>`,
      ),
      srv,
    ],
    [
      'both say the same',
      json({ EnablePartnerDiscovery: true, RoutingMethod: { EnablePartnerDiscovery: true } }),
      srv,
    ],
    [
      'both say',
      json({ EnablePartnerDiscovery: false, RoutingMethod: { EnablePartnerDiscovery: true } }),
      'contradiction ',
    ],
    ['nothing says', json({ AllowFederatedUsers: true }), 'missing-field '],
    ['no route', json({ RoutingMethod: 'UseDefaultRouting' }), 'missing-field '],
    ['a word nobody knows', json({ RoutingMethod: 'Anyhow' }), 'unknown-value /RoutingMethod'],
  ];
  it.each(ROWS)('%s', (_, text, expected) => {
    const { federation, findings } = read('AccessEdgeConfiguration.json', text);
    if (typeof expected === 'string') expect(told(findings)).toContain(expected);
    else expect(federation?.accessEdge).toMatchObject(expected);
  });

  it('leaves out what does not go with it, and says so', () => {
    const edge = {
      RoutingMethod: 'UseDnsSrvRouting',
      VerificationLevel: 0,
      DefaultRouteFqdn: null,
    };
    const { federation, findings } = read('AccessEdgeConfiguration.json', json(edge));
    expect(federation?.accessEdge).toEqual({ routing: 'useDnsSrvRouting' });
    expect(findings.map(({ text }) => text)).toEqual([
      '"VerificationLevel" was left out: it does not go with UseDnsSrvRouting',
    ]);
  });
});

describe('what is put together', () => {
  it('needs to know our domains', () => {
    const { findings, kind } = importLync([]);
    expect(kind).toBe('findings');
    expect(findings.map(({ code }) => code)).toEqual([
      'no-local-domains',
      'no-access-edge',
      'no-external-access',
    ]);
  });

  it('has the domains of SipDomain and those it is told, once each', () => {
    const text = json([{ Identity: 'ours.example', Name: 'ours.example' }, { Name: 'uk.example' }]);
    const options = { localDomains: ['OURS.example', 'us.example'] };
    const result = importLync([{ name: 'SipDomain.json', text }], options);
    expect(result.kind === 'imported' && result.document.federation?.localDomains).toEqual([
      'OURS.example',
      'uk.example',
      'us.example',
    ]);
  });

  it('reads who was granted what', () => {
    const users = [
      { SipAddress: 'sip:ann@ours.example', ExternalAccessPolicy: 'Sales', DisplayName: 'Ann' },
      { SipAddress: 'SIP:bob@ours.example', ExternalAccessPolicy: { Name: 'Sales' } },
      { SipAddress: 'sip:eve@ours.example', ExternalAccessPolicy: null },
      { SipAddress: 'sip:jim@ours.example', ExternalAccessPolicy: 'Tag:Sales' },
    ];
    const { federation, findings } = read('Get-CsUser.json', json(users));
    expect(federation?.externalAccess).toEqual({
      granted: {
        'ann@ours.example': 'Sales',
        'bob@ours.example': 'Sales',
        'jim@ours.example': 'Sales',
      },
    });
    expect(told(findings)).toEqual(['no-counterpart /0/DisplayName']);
  });

  it('tells that users are not bound where their policies are not among the files', () => {
    const codes = (name: string): readonly string[] =>
      importLync([{ name, text: '' }], OURS).findings.map(({ code }) => code);
    expect(codes('Get-CsAllowedDomain.json')).toContain('no-external-access');
    for (const name of ['Get-CsExternalAccessPolicy.json', 'Get-CsUser.json'])
      expect(codes(name)).not.toContain('no-external-access');
  });

  it('tells of policies that nobody has, as far as the files say', () => {
    const policies = json([{ Identity: 'Global' }, { Identity: 'Site:A' }, { Identity: 'Tag:B' }]);
    expect(told(read('ExternalAccessPolicy.json', policies).findings)).toEqual([
      'not-assigned /1',
      'not-assigned /2',
    ]);
    const { findings } = importLync(
      [
        { name: 'ExternalAccessPolicy.json', text: policies },
        { name: 'Get-CsUser.json', text: '' },
      ],
      OURS,
    );
    expect(told(findings)).toEqual(['no-access-edge ', 'not-assigned /1']);
  });

  it('gives the global policy to everybody where users were asked and none has another', () => {
    const policies = [
      { Identity: 'Global', EnableFederationAccess: true },
      { Identity: 'Tag:None', EnableFederationAccess: false },
    ];
    for (const text of ['', json([{ SipAddress: 'sip:ann@ours.example' }])]) {
      const { verdict, texts } = annWrites(policies, text);
      expect(verdict).toMatchObject({ effect: 'permit' });
      expect(verdict?.by).toContain('external-access:global');
      expect(texts).toEqual([]);
    }
  });

  it('says who tells of a site: the host, and where grants are in the document, that alone', () => {
    const policies = [
      { Identity: 'Global', EnableFederationAccess: true },
      { Identity: 'Site:R', EnableFederationAccess: false },
      { Identity: 'Tag:Sales', EnableFederationAccess: true },
    ];
    const users = (policy: string | null): string =>
      json([
        { SipAddress: 'sip:ann@ours.example', ExternalAccessPolicy: null },
        { SipAddress: 'sip:bob@ours.example', ExternalAccessPolicy: policy },
      ]);
    const facts: Facts = { grants: new Map([['ann@ours.example', { site: 'R' }]]) };
    const host = annWrites(policies, users(null), facts);
    expect(host.texts).toEqual([expect.stringContaining('or have the host answer it')]);
    expect(host.verdict?.by).toEqual(['external-access:site:R']);
    const alone = annWrites(policies, users('Sales'), facts);
    expect(alone.texts).toEqual([
      'Who is at which site no cmdlet says: write siteOf, or the global policy holds for whoever has none granted',
    ]);
    expect(alone.verdict?.by).toContain('external-access:global');
  });

  it('leaves out what a site has of its own where only Global has a counterpart', () => {
    const filters = [
      { Identity: 'Site:Redmond', Enabled: true, Action: 'Block' },
      { Identity: 'Global', Enabled: false },
    ];
    const { federation, findings } = read('ImFilterConfiguration.json', json(filters));
    expect(federation?.imFilter).toEqual({ enabled: false });
    expect(told(findings)).toEqual(['no-counterpart /0']);
  });

  it('refuses one thing said in two ways, and names both files', () => {
    const file = (name: string, ProxyFqdn: string) => ({
      name,
      text: json({ Domain: 'a.example', ProxyFqdn }),
    });
    const files = [
      file('AllowedDomain1.json', 'p.example'),
      file('AllowedDomain2.json', 'q.example'),
    ];
    const { kind, findings } = importLync(files, OURS);
    expect(kind).toBe('findings');
    expect(findings).toContainEqual({
      severity: 'error',
      code: 'contradiction',
      file: 'AllowedDomain2.json',
      path: '',
      line: 1,
      text: 'AllowedDomain "a.example" has other values in "AllowedDomain1.json"',
    });
  });

  it('says nothing of how an object came here', () => {
    const noise = { ...ALLOWED, PSComputerName: 'fe', RunspaceId: 'x', Anchor: 1, Element: '<a/>' };
    expect(read('AllowedDomain.json', json(noise)).findings).toEqual([]);
  });
});
