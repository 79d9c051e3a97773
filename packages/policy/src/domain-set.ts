// Which of a million names a domain is, or lies below. One table from name to cell; asking walks the
// domain's own suffixes, label by label, so the cost is that of the asked name and not of the list.
// A suffix begins at a label, never within one: notcontoso.example is not below contoso.example.

import { NameTable } from './name-table.ts';

/** Values by domain name. The root, '', carries what stands for every domain. */
export interface DomainTable<T> {
  readonly cells: NameTable<Cell<T>>;
  /** Whether anything in it stands for what lies below a name; else names are not walked. */
  reaches: boolean;
}

/** What stands at one name: for the name itself, and for everything below it. */
export interface Cell<T> {
  readonly at: readonly T[];
  readonly below: readonly T[];
  /** Whether other names point here too, so that it must not change. */
  readonly shared: boolean;
}

/** How far from its name a value reaches. */
export type Reach = 'at' | 'below' | 'at-and-below';

/** An empty table. */
export function newDomainTable<T>(): DomainTable<T> {
  return { cells: new NameTable(), reaches: false };
}

/** The cell of one value. A list of names shares one: a million names are a million entries of the table. */
export function cellOf<T>(value: T, reach: Reach): Cell<T> {
  const only = [value];
  const at = reach === 'below' ? NONE : only;
  const below = reach === 'at' ? NONE : only;
  return { at, below, shared: true };
}

/** Puts a cell of `cellOf` at a name; false when the very same one stands there. */
export function putDomain<T>(table: DomainTable<T>, name: string, cell: Cell<T>): boolean {
  const there = table.cells.get(name);
  if (there === cell) return false;
  if (cell.below.length > 0) table.reaches = true;
  if (there === undefined) table.cells.set(name, cell);
  else table.cells.set(name, merged(there, cell));
  return true;
}

/** Everything that stands for a domain, the most specific first. */
export function valuesFor<T>(table: DomainTable<T>, domain: string): readonly T[] {
  const { cells } = table;
  if (cells.size === 0) return NONE;
  let found = cells.get(domain)?.at ?? NONE;
  if (!table.reaches) return found;
  for (let dot = domain.indexOf('.'); dot !== -1; dot = domain.indexOf('.', dot + 1)) {
    found = joined(found, cells.get(domain.slice(dot + 1))?.below);
  }
  return joined(found, cells.get('')?.below);
}

function joined<T>(found: readonly T[], more: readonly T[] | undefined): readonly T[] {
  if (more === undefined || more.length === 0) return found;
  return found.length === 0 ? more : [...found, ...more];
}

function merged<T>(there: Cell<T>, cell: Cell<T>): Cell<T> {
  if (there.shared) {
    return { at: [...there.at, ...cell.at], below: [...there.below, ...cell.below], shared: false };
  }
  (there.at as T[]).push(...cell.at);
  (there.below as T[]).push(...cell.below);
  return there;
}

const NONE: readonly never[] = Object.freeze([]);
