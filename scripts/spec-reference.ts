// References to specifications as this house writes them: `RFC 3261 §17.1.2`, `XEP-0220 §2.1`,
// `RFC 5892 Appendix A.1`, and lists of them. A document named once holds for the sections behind it.

/** One section of one document. */
export interface Reference {
  readonly document: string;
  /** `17.1.2`, `A.1`. */
  readonly section: string;
}

/** A reference and where in the text it begins. */
export interface Found extends Reference {
  readonly index: number;
}

/** Every reference in a text. `document` holds until the text names another one. */
export function references(text: string, document?: string): readonly Found[] {
  const found: Found[] = [];
  let current = document;
  for (const { groups, index } of text.matchAll(TOKEN)) {
    if (groups?.['document'] !== undefined) current = groups['document'].replace(/\s+/, ' ');
    else if (groups?.['section'] !== undefined && current !== undefined) {
      found.push({ document: current, section: groups['section'], index });
    }
  }
  return found;
}

/** Whether a test of `tested` is one of `claimed`: the same section or one within it. */
export function covers(tested: Reference, claimed: Reference): boolean {
  if (tested.document !== claimed.document) return false;
  return tested.section === claimed.section || tested.section.startsWith(`${claimed.section}.`);
}

/** Orders by document and by number, 9 before 10. */
export function byNumber(a: Reference, b: Reference): number {
  return ORDER.compare(a.document, b.document) || ORDER.compare(a.section, b.section);
}

/** How a reference is written. */
export function written({ document, section }: Reference): string {
  return `${document} ${/^[A-Z]/.test(section) ? 'Appendix ' : '§'}${section}`;
}

const TOKEN =
  /(?<document>\bRFC \d+|\bXEP-\d{4}|\bMS-[A-Z]+|\bdraft-[a-z0-9-]+)|(?:§|\bAppendix )(?<section>[0-9A-Z]+(?:\.[0-9]+)*)/g;
const ORDER = new Intl.Collator('en', { numeric: true });
