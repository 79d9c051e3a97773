// Namespaces in XML 1.0: what a prefix means where, as a list that grows inwards and is shared by all
// elements that declare nothing.
import { NS } from '../namespaces.ts';
import { isNcName, isNameStart } from './characters.ts';

/** The prefixes in scope, innermost first; the last one has no `outer`. */
export interface Scope {
  readonly prefix: string;
  readonly ns: string;
  readonly outer: Scope | undefined;
  /** The default namespace here. */
  readonly defaultNs: string;
  /** How many are in the list. */
  readonly size: number;
}

/** The scope a document begins with: `xml` is always declared. */
export function outermost(defaultNs: string): Scope {
  return { prefix: 'xml', ns: NS.xml, outer: undefined, defaultNs, size: 1 };
}

/** The scope with one more declaration; the prefix is empty for the default namespace. */
export function declare(scope: Scope, prefix: string, ns: string): Scope {
  const size = scope.size + 1;
  return { prefix, ns, outer: scope, defaultNs: prefix === '' ? ns : scope.defaultNs, size };
}

/** What a prefix means; undefined when it is not declared. */
export function resolve(scope: Scope, prefix: string): string | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    if (at.prefix === prefix) return at.ns;
  }
  return undefined;
}

/** Whether a prefix was declared between two scopes, so on one element. */
export function declaredSince(scope: Scope, outer: Scope, prefix: string): boolean {
  for (let at: Scope | undefined = scope; at !== undefined && at !== outer; at = at.outer) {
    if (at.prefix === prefix) return true;
  }
  return false;
}

/** Whether a declaration is one that the specification forbids (§2.2, §3, §5). */
export function isForbidden(prefix: string, ns: string): boolean {
  if (prefix === 'xmlns' || ns === NS.xmlns) return true;
  if (prefix === 'xml' || ns === NS.xml) return prefix !== 'xml' || ns !== NS.xml;
  return prefix !== '' && ns === '';
}

/** Where the colon of a qualified name stands: -1 without one, -2 when it is no qualified name. */
export function colonOf(name: string): number {
  const colon = name.indexOf(':');
  if (colon < 0) return -1;
  const local = name.charCodeAt(colon + 1);
  const good = colon > 0 && isNameStart(local) && name.indexOf(':', colon + 1) < 0;
  return good ? colon : -2;
}

/** Whether a text can be a prefix. */
export function isPrefix(text: string): boolean {
  return isNcName(text);
}
