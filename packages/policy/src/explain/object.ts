// Lync's objects in sentences, by the prefix of their ids: what each one says of a crossing it decided.
import { accessFlags } from '../federation/access-flags.ts';
import type { AccessPolicy, Federation } from '../federation/compiled.ts';
import { quoted } from '../finding.ts';
import type { Query, Verdict } from '../query.ts';
import type { Step } from '../steps-of.ts';
import { causeOf } from './cause.ts';

/** A crossing that Lync's objects decided. */
export interface Decided {
  readonly federation: Federation;
  readonly query: Query;
  readonly effect: Verdict['effect'];
  readonly steps: readonly Step[];
}

/** What the object with this id says; undefined where no object has such an id. */
export function objectSentence(id: string, decided: Decided): string | undefined {
  const [prefix, name] = cutAt(id, id.indexOf(':'));
  return SENTENCES.get(prefix)?.(name, decided, id);
}

type Sentence = (name: string, decided: Decided, id: string) => string;

const SENTENCES: ReadonlyMap<string, Sentence> = new Map<string, Sentence>([
  ['access-edge', () => 'The Access Edge is closed: allowFederatedUsers is false.'],
  [
    'local-domain',
    () => 'Both ends are our own domains, and no hosting provider that shares them brought it.',
  ],
  [
    'clearing-house',
    () => 'Neither end is one of our own domains, and the edge is no clearing house.',
  ],
  ['blocked-domain', (name) => `${quoted(name)} is blocked, with everything below it.`],
  ['allowed-domain', allowedDomain],
  [
    'public-provider',
    (name, decided, id) => lets(`Public provider ${quoted(name)} speaks for it`, decided, id),
  ],
  [
    'hosting-provider',
    (name, decided, id) => lets(`Hosting provider ${quoted(name)} speaks for it`, decided, id),
  ],
  [
    'default-route',
    (_name, decided, id) =>
      lets(`Everything outside goes by the default route${server(routeOf(decided))}`, decided, id),
  ],
  [
    'discovery',
    (_name, decided, id) => lets('Domains that are not listed may be discovered', decided, id),
  ],
  ['xmpp-partner', xmppPartner],
  ['external-access', externalAccess],
  ['recipient', recipient],
]);

function allowedDomain(name: string, decided: Decided, id: string): string {
  const entry = decided.federation.allowed.get(name);
  const below = entry?.includeSubdomains === true ? ' with everything below it' : '';
  const note = entry?.comment === undefined ? '' : ` Note: ${entry.comment}`;
  return (
    lets(`${quoted(name)} is an allowed domain${below}${server(entry?.proxyFqdn)}`, decided, id) +
    note
  );
}

function xmppPartner(name: string, decided: Decided, id: string): string {
  const type = decided.federation.xmppPartners.get(name)?.partnerType ?? '';
  return lets(`${quoted(name)} is an XMPP partner (${type})`, decided, id);
}

/** The object, and where it does not let through why. */
function lets(what: string, { effect, steps, query }: Decided, id: string): string {
  return effect === 'permit' ? `${what}.` : `${what}, but ${causeOf(id, steps, query).because}.`;
}

function server(name: string | undefined): string {
  return name === undefined ? '' : ` (server ${name})`;
}

function routeOf({ federation: { edge } }: Decided): string | undefined {
  return edge.routing === 'useDefaultRouting' ? edge.defaultRouteFqdn : undefined;
}

function externalAccess(scope: string, { federation, effect }: Decided): string {
  if (scope === 'unknown') return 'Not every external access policy that our user may have agrees.';
  const [kind, name] = cutAt(scope, scope.indexOf(':'));
  const whose =
    kind === 'global'
      ? 'The global external access policy'
      : `The external access policy of ${kind} ${quoted(name)}`;
  const verb = effect === 'permit' ? 'agrees' : 'does not agree';
  return `${whose} ${verb}: it has ${flagsOf(policyOf(federation, kind, name))}.`;
}

function policyOf({ access }: Federation, kind: string, name: string): AccessPolicy | undefined {
  if (kind === 'global') return access?.global;
  return (kind === 'site' ? access?.sites : access?.users)?.get(name);
}

function flagsOf(policy: AccessPolicy | undefined): string {
  const flags = accessFlags(policy?.bits ?? 0);
  return flags.length === 0 ? 'no flag set' : flags.join(', ');
}

function recipient(name: string, { effect, steps }: Decided, id: string): string {
  const isUnknown = steps.some(({ by, unknown }) => unknown !== undefined && by?.includes(id));
  if (isUnknown) return 'Whether the recipient blocks the sender is not known.';
  return (effect === 'permit' ? KNOWN : UNWANTED)[name] ?? '';
}

function cutAt(text: string, at: number): readonly [string, string] {
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

const KNOWN: Readonly<Record<string, string>> = {
  allow: 'The recipient has allowed the sender.',
  contacts: 'The sender is on the contact list of the recipient.',
};
const UNWANTED: Readonly<Record<string, string>> = {
  block: 'The recipient blocks the sender.',
  contacts: 'The sender is not verified, and the recipient has neither allowed nor added them.',
};
