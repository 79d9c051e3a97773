// The words that the federation part of a document is made of: domains, hosts, addresses, dates. What a domain
// name is stands in domain.ts; here is what a field of the document may hold, and how that is told.
import { normalizeDomain } from '../domain.ts';
import type { Shape, Words } from '../shape.ts';

// Patterns for the schema: whatever holds fits them.
const NAME_PART = '[^\\u0000-\\u0020@:/*%\\[\\]]{1,1023}';
const USER_PART = '[^\\u0000-\\u0020@:<>"/]{1,1023}';

/** A domain, any spelling; no wildcard, for what lies below is said by a field of its own. */
export const DOMAIN: Shape = {
  kind: 'words',
  expected: 'a domain name, without wildcard, port or scheme',
  holds: isDomain,
  code: 'malformed-domain',
  pattern: `^${NAME_PART}$`,
};

/** A server by its full name. */
export const FQDN: Shape = {
  kind: 'words',
  expected: "a server's full name, without wildcard, port or scheme",
  holds: isDomain,
  code: 'malformed-domain',
  pattern: `^${NAME_PART}$`,
};

/** `user@domain`. */
export const ADDRESS: Words = {
  expected: 'an address, user@domain, without scheme',
  holds: isAddress,
  code: 'malformed-address',
  pattern: `^${USER_PART}@${NAME_PART}$`,
};

/** `user@domain`, or a domain. */
export const ADDRESS_OR_DOMAIN: Words = {
  expected: 'an address, user@domain, or a domain name',
  holds: (text) => isAddress(text) || isDomain(text),
  code: 'malformed-address',
  pattern: `^(?:${USER_PART}@)?${NAME_PART}$`,
};

/** Whom a user blocks or allows. */
export const WHOM: Shape = {
  kind: 'words',
  expected: 'an address, user@domain, a domain name, or * for everybody',
  holds: (text) => text === '*' || isAddress(text) || isDomain(text),
  code: 'malformed-address',
  pattern: `^(?:\\*|(?:${USER_PART}@)?${NAME_PART})$`,
};

/** What an administrator calls a policy or a site. */
export const NAME: Words = {
  expected: 'a name of up to 256 characters, no control characters or blanks at its ends',
  holds: (text) => text.length <= 256 && NAMING.test(text),
  pattern: '^[^\\u0000-\\u0020\\u007f]',
};

/** A day that there is. */
export const DAY: Shape = {
  kind: 'words',
  expected: 'a day, YYYY-MM-DD',
  holds: isDay,
  code: 'malformed-date',
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
};

export const WEB_ADDRESS: Shape = {
  kind: 'words',
  expected: 'a URL that begins with https:// or http://',
  holds: (text) => text.length <= 2048 && WEB.test(text),
  pattern: '^https?://[^\\u0000-\\u0020]+$',
};

/** The user part of an address and its domain; undefined when it is no address. */
export function splitAddress(text: string): { user: string; domain: string } | undefined {
  const at = text.lastIndexOf('@');
  const user = text.slice(0, Math.max(at, 0));
  const domain = normalizeDomain(text.slice(at + 1));
  return domain === undefined || !USER.test(user) ? undefined : { user, domain };
}

function isAddress(text: string): boolean {
  return splitAddress(text) !== undefined;
}

function isDomain(text: string): boolean {
  return normalizeDomain(text) !== undefined;
}

function isDay(text: string): boolean {
  const [, year, month, day] = YEAR_MONTH_DAY.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const YEAR_MONTH_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
/** No blank, control character or mark that ends a user part; octets beyond 1023 no protocol carries. */
const USER = /^[^\s\p{Cc}@:<>"/]{1,1023}$/u;
const NAMING = /^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u;
const WEB = /^https?:\/\/[^\s\p{Cc}/]+(?:\/[^\s\p{Cc}]*)?$/u;
