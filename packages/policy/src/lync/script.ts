// Commands that configure a Lync Server as a document says. What comes from the document stands in them as a value that
// cannot be anything else (quote.ts), each command on a line of its own. Every field with a default is written, since a
// command that changes what is there keeps what it is not told. The order leaves no moment in which more is permitted
// than at the end: blocks and user policies first, then the edge, then what needs the edge to route as it does.
import { CMDLETS, lyncName, type FieldKind, type Noun } from './cmdlets.ts';
import type { LyncItem, LyncItems } from './disassemble.ts';
import { ENUMERATIONS, lyncWord } from './enumerations.ts';
import { asLiteral } from './quote.ts';
import { placeOf, policyName } from './scope.ts';
import { scriptDefaults } from './script-defaults.ts';

/** The script: ASCII, whatever the document says. */
export function scriptOf(items: LyncItems): string {
  const commands = ORDER.flatMap((noun) =>
    objectsOf(noun, items).map((item) =>
      noun === 'User' ? grant(item) : command(noun, item, parameters(noun, item)),
    ),
  );
  return [...HEAD, ...commands, ''].join('\n');
}

/** The objects of a cmdlet; the global policy of users is there whether the document writes it or not. */
function objectsOf(noun: Noun, items: LyncItems): readonly LyncItem[] {
  const objects = items.get(noun) ?? [];
  const isShort = noun === 'ExternalAccessPolicy' && items.has(noun) && !objects.some(isGlobal);
  return isShort ? [{ identity: 'Global', fields: {} }, ...objects] : objects;
}

function command(noun: Noun, item: LyncItem, given: readonly string[]): string {
  const isThere = ['global', 'scope'].includes(CMDLETS[noun].identity) && isGlobal(item);
  const verb = isThere ? 'Set' : 'New';
  // The sets of parameters that say how the edge routes take no identity; there is one edge configuration.
  const which = noun === 'AccessEdgeConfiguration' ? [] : ['-Identity', nameOf(noun, item)];
  return [`${verb}-Cs${noun}`, ...which, ...given].join(' ');
}

function isGlobal({ identity }: LyncItem): boolean {
  return placeOf(identity).kind === 'global';
}

function nameOf(noun: Noun, { identity }: LyncItem): string {
  const place = CMDLETS[noun].identity === 'scope' ? placeOf(identity) : undefined;
  return asLiteral(place?.kind === 'user' ? policyName(place.name) : identity);
}

function parameters(noun: Noun, { fields }: LyncItem): readonly string[] {
  const { routingMethod, ...rest } = fields;
  const { fields: kinds } = CMDLETS[noun];
  const all = { ...scriptDefaults(noun, routingMethod), ...rest };
  const given = Object.entries(all)
    .filter(([field]) => Object.hasOwn(kinds, field))
    .flatMap(([field, value]) => [`-${lyncName(field)}`, argument(kinds[field], value)]);
  const routing = ENUMERATIONS.routing.words.find((word) => word === routingMethod);
  return routing === undefined ? given : [`-${lyncWord(routing)}`, ...given];
}

function argument(kind: FieldKind | undefined, value: unknown): string {
  if (typeof kind === 'object') return asLiteral(lyncWord(String(value)));
  if (!Array.isArray(value)) return asLiteral(value);
  if (kind === 'commas') return asLiteral(value.join(','));
  return value.length === 0 ? '$null' : `@{Replace=${asLiteral(value)}}`;
}

function grant({ identity, fields }: LyncItem): string {
  const policy = asLiteral(fields['externalAccessPolicy']);
  return `Grant-CsExternalAccessPolicy -Identity ${asLiteral(`sip:${identity}`)} -PolicyName ${policy}`;
}

const HEAD = [
  '# Federation of a Lync Server as a policy document has it. Read it before you run it; it changes what holds at once.',
  '# SIP domains are part of the topology and are not published from here, nor are secrets.',
  "$ErrorActionPreference = 'Stop'",
];
const ORDER: readonly Noun[] = [
  'BlockedDomain',
  'ExternalAccessPolicy',
  'User',
  'ArchivingPolicy',
  'ArchivingConfiguration',
  'ImFilterConfiguration',
  'MediaConfiguration',
  'XmppGatewayConfiguration',
  'AccessEdgeConfiguration',
  'AllowedDomain',
  'HostingProvider',
  'PublicProvider',
  'XmppAllowedPartner',
];
