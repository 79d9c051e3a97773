// The federation part of a document out of the entries that were read. A cmdlet that was not run leaves its object out;
// one that gave nothing leaves it empty.
import type { AccessEdgeEntry, ArchivingEntry, FederationEntry } from '../federation/document.ts';
import { quoted } from '../finding.ts';
import { externalAccess } from './assemble-access.ts';
import { lyncName, ROUTING_FIELDS, type Noun } from './cmdlets.ts';
import type { LyncEntry } from './entry.ts';
import { lyncWord } from './enumerations.ts';
import { lyncError, lyncWarning, lyncWarningOnce, type Spot } from './finding.ts';
import { entriesOf, type Gathering } from './gather.ts';
import { given } from './given.ts';
import { placeOf } from './scope.ts';

/** The federation part. It means something only if the report has no errors. */
export function assemble(gathering: Gathering, ours: readonly string[]): FederationEntry {
  const globally = (noun: Noun): unknown => globalOf(gathering, noun)?.fields;
  const listed = (noun: Noun, key: string): unknown =>
    entriesOf(gathering, noun)?.map(({ identity, fields }) => ({ [key]: identity, ...fields }));
  const media = globalOf(gathering, 'MediaConfiguration')?.fields;
  // The rows of cmdlets.ts say for each field what it holds, as the document's types do.
  return given<FederationEntry>({
    localDomains: localDomains(gathering, ours),
    accessEdge: accessEdge(gathering),
    allowedDomains: listed('AllowedDomain', 'domain') as FederationEntry['allowedDomains'],
    blockedDomains: listed('BlockedDomain', 'domain') as FederationEntry['blockedDomains'],
    publicProviders: listed('PublicProvider', 'identity') as FederationEntry['publicProviders'],
    hostingProviders: listed('HostingProvider', 'identity') as FederationEntry['hostingProviders'],
    externalAccess: externalAccess(gathering),
    xmppPartners: listed('XmppAllowedPartner', 'domain') as FederationEntry['xmppPartners'],
    xmppGateway: globally('XmppGatewayConfiguration') as FederationEntry['xmppGateway'],
    archiving: archiving(gathering),
    imFilter: globally('ImFilterConfiguration') as FederationEntry['imFilter'],
    mediaEncryption: media?.['encryptionLevel'] as FederationEntry['mediaEncryption'],
    recipients: undefined,
  });
}

function localDomains(gathering: Gathering, ours: readonly string[]): readonly string[] {
  const listed = entriesOf(gathering, 'SipDomain')?.map(({ identity }) => identity) ?? [];
  const all = new Map([...listed, ...ours].map((domain) => [domain.toLowerCase(), domain]));
  if (all.size === 0) {
    const text =
      'Which SIP domains are ours is not known: add what Get-CsSipDomain gives, or name them';
    lyncError(gathering.report, 'no-local-domains', NOWHERE, text);
  }
  return [...all.values()];
}

function accessEdge(gathering: Gathering): AccessEdgeEntry {
  const entry = globalOf(gathering, 'AccessEdgeConfiguration');
  if (entry === undefined) {
    const text = 'Get-CsAccessEdgeConfiguration is not among the files: federation is off';
    lyncWarning(gathering.report, 'no-access-edge', NOWHERE, text);
    return { routing: 'useDnsSrvRouting' };
  }
  const { routingMethod = 'useDnsSrvRouting', ...fields } = entry.fields;
  const routing = routingMethod as AccessEdgeEntry['routing'];
  const others = otherThan(routing);
  for (const field of Object.keys(fields).filter((name) => others.includes(name))) {
    const text = `${quoted(lyncName(field))} was left out: it does not go with ${lyncWord(routing)}`;
    lyncWarning(gathering.report, 'no-counterpart', entry.spot, text);
  }
  if (routing === 'useDefaultRouting' && fields['defaultRouteFqdn'] === undefined) {
    lyncError(gathering.report, 'missing-field', entry.spot, 'It does not say DefaultRouteFqdn');
  }
  const own = Object.entries(fields).filter(([name]) => !others.includes(name));
  return { routing, ...Object.fromEntries(own) } as AccessEdgeEntry;
}

function otherThan(routing: AccessEdgeEntry['routing']): readonly string[] {
  const other = routing === 'useDnsSrvRouting' ? 'useDefaultRouting' : 'useDnsSrvRouting';
  return Object.keys(ROUTING_FIELDS[other]);
}

/** A cmdlet's global object. Those of sites and services have no counterpart. */
function globalOf(gathering: Gathering, noun: Noun): LyncEntry | undefined {
  const entries = entriesOf(gathering, noun) ?? [];
  for (const { identity, spot } of entries.filter((one) => !isGlobal(one))) {
    const text = `${noun} ${quoted(identity)} was left out: only Global has a counterpart`;
    lyncWarningOnce(gathering.report, 'no-counterpart', `${noun} ${identity}`, spot, text);
  }
  return entries.find(isGlobal);
}

function isGlobal({ identity }: LyncEntry): boolean {
  return placeOf(identity).kind === 'global';
}

function archiving(gathering: Gathering): ArchivingEntry | undefined {
  const policy = globalOf(gathering, 'ArchivingPolicy');
  const configuration = globalOf(gathering, 'ArchivingConfiguration');
  if (policy === undefined && configuration === undefined) return undefined;
  return { ...policy?.fields, ...configuration?.fields };
}

const NOWHERE: Spot = { file: '', path: '', line: undefined };
