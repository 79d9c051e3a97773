// The objects of a document's federation part, by the cmdlet that gives them: assemble.ts the other way round. What Lync has
// no place for is told where it stands, and left out.
import type { PolicyDocument } from '../document.ts';
import type {
  ExternalAccessEntry,
  FederationEntry,
  PublicProviderEntry,
} from '../federation/document.ts';
import { PRESETS } from '../federation/presets.ts';
import { quoted } from '../finding.ts';
import { CMDLETS, type Noun } from './cmdlets.ts';
import { below, lyncWarning, lyncWarningOnce, type LyncReport, type Spot } from './finding.ts';
import { identityOf, policyName } from './scope.ts';

/** One object that a cmdlet would give. */
export interface LyncItem {
  readonly identity: string;
  /** By our names, in the order of the cmdlet's row. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Objects by cmdlet. A cmdlet that is not there has nothing to say, one without objects says that there are none. */
export type LyncItems = ReadonlyMap<Noun, readonly LyncItem[]>;

/** Everything in a document that Lync has a place for. */
export function disassemble(document: PolicyDocument, report: LyncReport): LyncItems {
  tellOwn(document, report);
  const { federation } = document;
  const items = new Map<Noun, readonly LyncItem[]>();
  for (const [noun, raw] of federation === undefined ? [] : rawOf(federation, report)) {
    items.set(
      noun,
      raw.map((one) => itemOf(noun, one, report)),
    );
    tellTwins(raw, report);
  }
  return items;
}

/** An entry of the document that becomes one object. */
interface Raw {
  readonly identity: string;
  /** Where it stands in the document. */
  readonly path: string;
  readonly entry: object;
}

function rawOf(
  federation: FederationEntry,
  report: LyncReport,
): readonly (readonly [Noun, readonly Raw[]])[] {
  const at = (name: string): string => below('/federation', name);
  const listed = (name: string, key: string, entries: readonly object[] | undefined) =>
    entries?.map((entry, index) => ({
      identity: String(Object.entries(entry).find(([field]) => field === key)?.[1]),
      path: below(at(name), index),
      entry: without(entry, key),
    }));
  const { mediaEncryption, accessEdge } = federation;
  const { routing, ...edge } = accessEdge;
  if (federation.recipients !== undefined) tell(report, at('recipients'), 'What users have set');
  const all: readonly (readonly [Noun, readonly Raw[] | undefined])[] = [
    [
      'SipDomain',
      federation.localDomains.map((identity, index) => ({
        identity,
        path: below(at('localDomains'), index),
        entry: {},
      })),
    ],
    ['AccessEdgeConfiguration', global(at('accessEdge'), { routingMethod: routing, ...edge })],
    ['AllowedDomain', listed('allowedDomains', 'domain', federation.allowedDomains)],
    ['BlockedDomain', listed('blockedDomains', 'domain', federation.blockedDomains)],
    [
      'PublicProvider',
      listed('publicProviders', 'identity', federation.publicProviders?.map(written)),
    ],
    ['HostingProvider', listed('hostingProviders', 'identity', federation.hostingProviders)],
    ['ExternalAccessPolicy', policies(at('externalAccess'), federation.externalAccess)],
    ['User', users(at('externalAccess'), federation.externalAccess, report)],
    ['XmppAllowedPartner', listed('xmppPartners', 'domain', federation.xmppPartners)],
    ['XmppGatewayConfiguration', global(at('xmppGateway'), federation.xmppGateway)],
    ['ArchivingPolicy', global(at('archiving'), part('ArchivingPolicy', federation.archiving))],
    [
      'ArchivingConfiguration',
      global(at('archiving'), part('ArchivingConfiguration', federation.archiving)),
    ],
    ['ImFilterConfiguration', global(at('imFilter'), federation.imFilter)],
    [
      'MediaConfiguration',
      global(at('mediaEncryption'), mediaEncryption && { encryptionLevel: mediaEncryption }),
    ],
  ];
  return all.flatMap(([noun, raw]) => (raw === undefined ? [] : [[noun, raw] as const]));
}

/** A public provider with what its preset says written out, but the preset's own day. */
function written(entry: PublicProviderEntry): PublicProviderEntry {
  if (entry.preset === undefined) return entry;
  const { retiredOn: _day, ...fields } = PRESETS[entry.preset];
  return { ...fields, ...entry };
}

function without(entry: object, key: string): object {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => field !== key));
}

function global(path: string, entry: object | undefined): readonly Raw[] | undefined {
  return entry === undefined ? undefined : [{ identity: 'Global', path, entry }];
}

/** The fields of an entry that one of its two cmdlets has. */
function part(noun: Noun, entry: object | undefined): object | undefined {
  const { fields } = CMDLETS[noun];
  if (entry === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(entry).filter(([field]) => Object.hasOwn(fields, field)),
  );
}

function policies(
  path: string,
  access: ExternalAccessEntry | undefined,
): readonly Raw[] | undefined {
  if (access === undefined) return undefined;
  const { global: everybody, sites = {}, users: named = {} } = access;
  const placed = (kind: 'site' | 'user', table: string, all: Readonly<Record<string, object>>) =>
    Object.entries(all).map(([name, entry]) => ({
      identity: identityOf({ kind, name }),
      path: below(below(path, table), name),
      entry,
    }));
  return [
    ...(global(below(path, 'global'), everybody) ?? []),
    ...placed('site', 'sites', sites),
    ...placed('user', 'users', named),
  ];
}

function users(
  path: string,
  access: ExternalAccessEntry | undefined,
  report: LyncReport,
): readonly Raw[] | undefined {
  if (access?.siteOf !== undefined) tell(report, below(path, 'siteOf'), 'Where somebody is');
  if (access?.granted === undefined) return undefined;
  return Object.entries(access.granted).map(([address, name]) => ({
    identity: address,
    path: below(below(path, 'granted'), address),
    entry: { externalAccessPolicy: policyName(name) },
  }));
}

function itemOf(noun: Noun, { identity, path, entry }: Raw, report: LyncReport): LyncItem {
  const values = new Map(Object.entries(entry));
  const fields: Record<string, unknown> = {};
  for (const field of Object.keys(CMDLETS[noun].fields)) {
    const value = values.get(field);
    if (value !== undefined) fields[field] = value;
    values.delete(field);
  }
  for (const [field, value] of values) {
    const spot = { ...NOWHERE, path: below(path, field) };
    const text = `Lync has no ${quoted(field)} of ${noun}; it was left out`;
    if (value !== undefined)
      lyncWarningOnce(report, 'no-counterpart', `${noun} ${field}`, spot, text);
  }
  return { identity, fields };
}

/** Names that differ for us and not for Lync. */
function tellTwins(raw: readonly Raw[], report: LyncReport): void {
  const seen = new Set<string>();
  for (const { identity, path } of raw) {
    const key = identity.toLowerCase();
    if (seen.has(key)) {
      const text = `Lync does not tell ${quoted(identity)} from one before it`;
      lyncWarning(report, 'given-twice', { ...NOWHERE, path }, text);
    }
    seen.add(key);
  }
}

function tellOwn(
  { default: otherwise, partners = {}, rules, federation }: PolicyDocument,
  report: LyncReport,
): void {
  if (federation === undefined) tell(report, '', 'A document without a federation');
  if (otherwise === 'permit') tell(report, '/default', 'To permit what nothing speaks of');
  for (const id of Object.keys(partners))
    tell(report, below('/partners', id), `Partner ${quoted(id)}`);
  for (const [index, { id }] of rules.entries())
    tell(report, below('/rules', index), `Rule ${quoted(id)}`);
}

function tell(report: LyncReport, path: string, what: string): void {
  lyncWarning(
    report,
    'no-counterpart',
    { ...NOWHERE, path },
    `${what} has no counterpart in Lync; it was left out`,
  );
}

const NOWHERE: Spot = { file: '', path: '', line: undefined };
