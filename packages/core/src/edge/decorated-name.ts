// Names as a public provider wants them: `user@contoso.com` is written `user(contoso.com)@` the provider's domain, and read
// back. An address is changed where it stands in its line; display names, parameters and tags stay as they are.
import { normalizeDomain } from '@interwork/xmpp';
import type { FederationObligation } from '@interwork/policy';
import type { Person } from './people.ts';

/** How names are written at one end. */
export type Decoration = Extract<FederationObligation, { readonly kind: 'decorate' }>;

/** Which way names are changed. */
export type Change = (person: Person) => Person;

/** The person under the name for the provider; one of its own domains keeps it. */
export function decorated(person: Person, { domain, except }: Decoration): Person {
  const { user } = person;
  if (user === undefined || isPlain(person, domain, except)) return person;
  return { user: `${user}(${person.domain})`, domain };
}

/** The person behind a name that the provider has written; any other name is left as it is. */
export function undecorated(person: Person, { domain, except }: Decoration): Person {
  const { user } = person;
  if (user === undefined || person.domain !== domain || !user.endsWith(')')) return person;
  const open = user.lastIndexOf('(');
  const inner = open < 1 ? undefined : normalizeDomain(user.slice(open + 1, -1));
  const found = inner === undefined ? person : { user: user.slice(0, open), domain: inner };
  return isPlain(found, domain, except) ? person : found;
}

function isPlain(person: Person, domain: string, except: readonly string[]): boolean {
  return person.domain === domain || except.includes(person.domain);
}

/** The value of an address header with every address changed that is to be. */
export function withNames(value: string, change: Change): string {
  let out = '';
  let at = 0;
  for (let start = bracketFrom(value, at); start >= 0; start = bracketFrom(value, at)) {
    const close = value.indexOf('>', start);
    if (close < 0) break;
    out += value.slice(at, start + 1) + uriWithName(value.slice(start + 1, close), change);
    at = close;
  }
  if (at > 0) return out + value.slice(at);
  const end = value.search(/[;,\s]/);
  return end < 0
    ? uriWithName(value, change)
    : uriWithName(value.slice(0, end), change) + value.slice(end);
}

/** A SIP URI with its user and host changed, and nothing else. */
export function uriWithName(uri: string, change: Change): string {
  const found = /^(sips?:)([^@:]+)@([^:;?]+)/i.exec(uri);
  if (found === null) return uri;
  const [all, scheme = '', user = '', host = ''] = found;
  const domain = normalizeDomain(host);
  if (domain === undefined) return uri;
  const before: Person = { user, domain };
  const after = change(before);
  return after === before ? uri : `${scheme}${after.user}@${after.domain}${uri.slice(all.length)}`;
}

/** The next bracket that opens outside a quoted string. */
function bracketFrom(value: string, from: number): number {
  let isQuoted = false;
  for (let i = from; i < value.length; i++) {
    const char = value.charAt(i);
    if (char === '\\' && isQuoted) i++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === '<' && !isQuoted) return i;
  }
  return -1;
}
