// What to do about misuse of this package. Findings of documents have their place and a sentence of their own each.

/** For each code of a `MisuseError`. */
export const MISUSE_REMEDIES: Readonly<Record<string, string>> = {
  'bad-policy': 'Correct the document: each line of the message names a place in it.',
  'change-does-not-fit': 'Make the change from the document that it is applied to.',
  'malformed-address': 'Give an IP address, or a network as address and length.',
  'malformed-domain': 'Give a domain name, with `*.` before it for what lies below.',
  'no-digest': 'Hand in the digest that was kept with the snapshot.',
};

/** What to do about a code of misuse; `undefined` for a code that is not of this package. */
export function remedyOf(code: string): string | undefined {
  return Object.hasOwn(MISUSE_REMEDIES, code) ? MISUSE_REMEDIES[code] : undefined;
}
