// Addresses and suffixes as policies compare them: one form of `user@domain`, and which name above a domain is listed.
// What a domain name is stands in domain.ts.
import type { Federation } from './compiled.ts';
import { splitAddress } from './words.ts';

/**
 * The one form of an address: the user part in lower case, composed (NFC), as a JID has it; blanks, `@` and `%` in it are
 * escaped, so that two addresses joined by a blank are told apart. The domain is normalised already.
 */
export function addressOf(user: string, domain: string): string {
  if (!UNFOLDED.test(user)) return `${user}@${domain}`;
  const folded = user.toLowerCase().normalize('NFC');
  return `${AWKWARD.test(folded) ? folded.replace(EACH_AWKWARD, escaped) : folded}@${domain}`;
}

/** The one form of an address as a document has it; undefined when it is none. */
export function readAddress(text: string): string | undefined {
  const split = splitAddress(text);
  return split === undefined ? undefined : addressOf(split.user, split.domain);
}

/** The name among `names` that the domain is, or the nearest one that it lies below. */
export function listedAbove(
  names: { has(name: string): boolean },
  domain: string,
): string | undefined {
  if (names.has(domain)) return domain;
  for (let dot = domain.indexOf('.'); dot !== -1; dot = domain.indexOf('.', dot + 1)) {
    const above = domain.slice(dot + 1);
    if (names.has(above)) return above;
  }
  return undefined;
}

/** The allowed domain that a name is or, where one reaches below its name, lies below. */
export function listedAllowed(
  { allowed, allowsBelow }: Pick<Federation, 'allowed' | 'allowsBelow'>,
  domain: string,
): string | undefined {
  if (allowed.has(domain)) return domain;
  if (!allowsBelow) return undefined;
  return listedAbove({ has: (name) => allowed.get(name)?.includeSubdomains === true }, domain);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `%${code.toString(16).padStart(2, '0')};`;
}

/** What folding or escaping might change. */
const UNFOLDED = /[^!-$&-?[-~]/;
const AWKWARD = /[\s@%]/;
const EACH_AWKWARD = /[\s@%]/g;
