// Domain names in their two forms: A-labels for DNS, certificates and comparing; U-labels for people.
// UTS 46 through tr46, with every check on. Never through `node:url`, which decodes and cuts.
import tr46 from 'tr46';

const STRICT = {
  checkBidi: true,
  checkHyphens: true,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  verifyDNSLength: true,
  transitionalProcessing: false,
} as const;

/**
 * A domain name in A-labels, lower case, without the one trailing dot; undefined when it is no
 * domain name. Address literals are not domain names.
 * @spec RFC 7622 §3.2
 */
export function normalizeDomain(text: string): string | undefined {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name === '' || name.length > 1023 || name.endsWith('.')) return undefined;
  return tr46.toASCII(name, STRICT) ?? undefined;
}

/** A name in A-labels as U-labels; undefined when a label cannot be shown. */
export function domainToUnicode(ascii: string): string | undefined {
  if (!ascii.includes('xn--')) return ascii;
  const shown = tr46.toUnicode(ascii, STRICT);
  return shown.error ? undefined : shown.domain;
}
