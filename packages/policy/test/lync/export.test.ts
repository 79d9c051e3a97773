// What is exported: it comes back as it was, what Lync has no place for is told, and the script says the same and nothing
// else, whatever stands in a document.
import { loadPolicy, type FederationEntry, type PolicyDocument } from '@interwork/policy';
import { exportLync, importLync } from '@interwork/policy/lync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERY_FIELD, WITH_DEFAULT_ROUTE } from '../every-field.ts';
import { clixmlOf } from './clixml.ts';
import { federation, hostile } from './federations.ts';
import { commandsOf, type Command } from './powershell.ts';

const RUNS = 200;

const document = (part: FederationEntry): PolicyDocument => ({
  version: 1,
  default: 'deny',
  rules: [],
  federation: part,
});
const MINIMUM: FederationEntry = {
  localDomains: ['ours.example'],
  accessEdge: { routing: 'useDnsSrvRouting' },
};
const commands = (part: Partial<FederationEntry>): readonly Command[] =>
  commandsOf(exportLync(document({ ...MINIMUM, ...part })).script.text);

describe('there and back', () => {
  it('is the identity', () => {
    fc.assert(
      fc.property(federation, (part) => {
        const { files, findings } = exportLync(document(part));
        expect(findings).toEqual([]);
        const back = importLync(files);
        expect(back.kind === 'imported' && back.document).toEqual(document(part));
      }),
      { numRuns: RUNS },
    );
  });

  it('is the identity by way of Clixml, in UTF-16', () => {
    fc.assert(
      fc.property(federation, (part) => {
        const files = exportLync(document(part)).files.map(({ name, text }) => ({
          name: name.replace('.json', '.xml'),
          text: Buffer.from(`\uFEFF${clixmlOf(text)}`, 'utf16le'),
        }));
        const back = importLync(files);
        expect(back.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(back.kind === 'imported' && back.document).toEqual(document(part));
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps every field there is but those that are ours alone, and tells each of these', () => {
    const { files, findings } = exportLync(document(EVERY_FIELD));
    expect(findings.map(({ path }) => path).toSorted()).toEqual([
      '/federation/allowedDomains/0/includeSubdomains',
      '/federation/externalAccess/siteOf',
      '/federation/publicProviders/0/preset',
      '/federation/publicProviders/0/retiredOn',
      '/federation/recipients',
      '/federation/xmppGateway/dialbackPassphrase',
    ]);
    const back = importLync(files);
    expect(back.kind === 'imported' && back.document.federation).toEqual(withoutOwn(EVERY_FIELD));
    const routed = importLync(exportLync(document(WITH_DEFAULT_ROUTE)).files);
    expect(routed.kind === 'imported' && routed.document.federation).toEqual(WITH_DEFAULT_ROUTE);
  });

  it('tells rules, partners and a permitting default', () => {
    const { findings, files } = exportLync({
      version: 1,
      default: 'permit',
      partners: { 'a/b': { domains: ['a.example'] } },
      rules: [{ id: 'r1', effect: 'forbid', domains: ['b.example'] }],
    });
    expect(files).toEqual([]);
    expect(findings.map(({ path, code }) => `${code} ${path}`)).toEqual([
      'no-counterpart ',
      'no-counterpart /default',
      'no-counterpart /partners/a~1b',
      'no-counterpart /rules/0',
    ]);
  });

  it('writes out what a preset says', () => {
    const publicProviders = [{ identity: 'AIM', preset: 'aol', enabled: true } as const];
    const { files, findings } = exportLync(document({ ...MINIMUM, publicProviders }));
    expect(findings.map(({ path }) => path)).toEqual(['/federation/publicProviders/0/preset']);
    const back = importLync(files);
    expect(back.kind === 'imported' && back.document.federation?.publicProviders).toEqual([
      {
        identity: 'AIM',
        enabled: true,
        proxyFqdn: 'sip.oscar.aol.com',
        verificationLevel: 'alwaysUnverifiable',
      },
    ]);
  });

  it('tells names that Lync does not tell apart', () => {
    const blockedDomains = [{ domain: 'A.example' }, { domain: 'a.EXAMPLE' }];
    const { findings } = exportLync(document({ ...MINIMUM, blockedDomains }));
    expect(findings).toMatchObject([{ code: 'given-twice', path: '/federation/blockedDomains/1' }]);
  });
});

describe('the files', () => {
  it('hold one object as an object and several as a list, as ConvertTo-Json has it', () => {
    const allowedDomains = [{ domain: 'a.example', proxyFqdn: 'sip.a.example' }];
    const text = (part: Partial<FederationEntry>): unknown =>
      JSON.parse(
        exportLync(document({ ...MINIMUM, ...part })).files.find(
          ({ name }) => name === 'Get-CsAllowedDomain.json',
        )?.text ?? '',
      );
    const object = { Identity: 'a.example', Domain: 'a.example', ProxyFqdn: 'sip.a.example' };
    expect(text({ allowedDomains })).toEqual(object);
    expect(text({ allowedDomains: [...allowedDomains, { domain: 'b.example' }] })).toEqual([
      object,
      { Identity: 'b.example', Domain: 'b.example' },
    ]);
    expect(text({ allowedDomains: [] })).toEqual([]);
  });

  it('hold enumerations as numbers', () => {
    const xmppPartners = [
      { domain: 'a.example', partnerType: 'publicUnverified', tlsNegotiation: 'optional' } as const,
    ];
    const { files } = exportLync(document({ ...MINIMUM, xmppPartners }));
    expect(JSON.parse(files.at(-1)?.text ?? '')).toMatchObject({
      PartnerType: 2,
      TlsNegotiation: 1,
    });
  });
});

describe('the script', () => {
  it('is ASCII in whole lines, and only commands, whatever stands in a document', () => {
    fc.assert(
      fc.property(federation, (part) => {
        const { text } = exportLync(document(part)).script;
        expect(text).toMatch(/^[ -~\n]*$/);
        const nouns = commandsOf(text).map(({ name }) => name);
        expect(nouns.every((name) => COMMANDS.has(name))).toBe(true);
        expect(nouns.filter((name) => name === 'New-CsAllowedDomain')).toHaveLength(
          part.allowedDomains?.length ?? 0,
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('is only commands of a document that does not load, too', () => {
    fc.assert(
      fc.property(federation, hostile, (part, text) => {
        const wrong = JSON.parse(JSON.stringify(part), (_, value: unknown) =>
          typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
            ? text
            : value,
        ) as FederationEntry;
        const script = exportLync(document(wrong)).script.text;
        expect(script).toMatch(/^[ -~\n]*$/);
        expect(commandsOf(script).every(({ name }) => COMMANDS.has(name))).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('says the very texts of the document', () => {
    fc.assert(
      fc.property(hostile, (comment) => {
        const [command] = commands({ blockedDomains: [{ domain: 'a.example', comment }] });
        expect(command?.parameters).toEqual({ Identity: 'a.example', Comment: comment });
      }),
      { numRuns: RUNS },
    );
  });

  it('writes every field that a command would otherwise keep', () => {
    const [archiving, edge] = commands({ archiving: {} }).slice(1);
    expect(archiving).toEqual({
      name: 'Set-CsArchivingConfiguration',
      parameters: {
        Identity: 'Global',
        EnableArchiving: 'None',
        BlockOnArchiveFailure: false,
        KeepArchivingDataForDays: 14,
        ArchiveDuplicateMessages: true,
      },
    });
    expect(Object.keys(edge?.parameters ?? {})).toHaveLength(18);
    expect(edge?.parameters).toMatchObject({ UseDnsSrvRouting: true, AllowFederatedUsers: false });
  });

  it('sets the global policy of users that a document leaves to its default', () => {
    const [first, second] = commands({ externalAccess: { users: { Sales: {} } } });
    expect(first).toMatchObject({
      name: 'Set-CsExternalAccessPolicy',
      parameters: { Identity: 'Global', EnableFederationAccess: false },
    });
    expect(second).toMatchObject({
      name: 'New-CsExternalAccessPolicy',
      parameters: { Identity: 'Sales', EnableFederationAccess: false },
    });
  });

  it.each([
    ['Sales', 'Sales'],
    ['Global', 'Tag:Global'],
    ['site:Redmond', 'Tag:site:Redmond'],
    ['Tag:x', 'Tag:Tag:x'],
  ])('takes %s for a name and no place', (name, identity) => {
    const access = { users: { [name]: {} }, granted: { 'ann@ours.example': name } };
    const [, created, granted] = commands({ externalAccess: access });
    expect(created?.parameters['Identity']).toBe(identity);
    expect(granted).toEqual({
      name: 'Grant-CsExternalAccessPolicy',
      parameters: { Identity: 'sip:ann@ours.example', PolicyName: identity },
    });
  });

  it('blocks before it opens', () => {
    const names = commands(EVERY_FIELD).map(({ name }) => name);
    const at = (name: string): number => names.indexOf(name);
    expect(at('New-CsBlockedDomain')).toBe(0);
    expect(at('Set-CsExternalAccessPolicy')).toBeLessThan(at('Set-CsAccessEdgeConfiguration'));
    for (const later of [
      'AllowedDomain',
      'HostingProvider',
      'PublicProvider',
      'XmppAllowedPartner',
    ])
      expect(at(`New-Cs${later}`)).toBeGreaterThan(at('Set-CsAccessEdgeConfiguration'));
  });

  it('writes lists as what replaces the list', () => {
    const partner = commands(EVERY_FIELD).find(({ name }) => name === 'New-CsXmppAllowedPartner');
    expect(partner?.parameters['AdditionalDomains']).toEqual(['research.fabrikam2.example']);
    const none = [{ domain: 'a.example', additionalDomains: [] }];
    expect(commands({ xmppPartners: none }).at(-1)?.parameters['AdditionalDomains']).toBeNull();
  });

  it('is made of documents that load', () => {
    expect(loadPolicy(document(withoutOwn(EVERY_FIELD))).kind).toBe('policy');
  });
});

/** A federation part without the fields that Lync has no place for. */
function withoutOwn(part: Required<FederationEntry>): FederationEntry {
  const { recipients: _users, ...rest } = part;
  const strip = (entry: object, ...fields: readonly string[]) =>
    Object.fromEntries(Object.entries(entry).filter(([field]) => !fields.includes(field)));
  return {
    ...rest,
    allowedDomains: rest.allowedDomains.map((one) => strip(one, 'includeSubdomains')),
    publicProviders: rest.publicProviders.map((one) => strip(one, 'preset', 'retiredOn')),
    externalAccess: strip(rest.externalAccess, 'siteOf'),
    xmppGateway: strip(rest.xmppGateway, 'dialbackPassphrase'),
  } as unknown as FederationEntry;
}

const COMMANDS = new Set([
  ...['BlockedDomain', 'AllowedDomain', 'HostingProvider', 'PublicProvider'].map(
    (noun) => `New-Cs${noun}`,
  ),
  'New-CsXmppAllowedPartner',
  'New-CsExternalAccessPolicy',
  'Set-CsExternalAccessPolicy',
  'Grant-CsExternalAccessPolicy',
  'Set-CsArchivingPolicy',
  'Set-CsArchivingConfiguration',
  'Set-CsImFilterConfiguration',
  'Set-CsMediaConfiguration',
  'Set-CsXmppGatewayConfiguration',
  'Set-CsAccessEdgeConfiguration',
]);
