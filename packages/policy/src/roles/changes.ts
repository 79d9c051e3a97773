// What is different between two documents, value by value: for records of who changed what. Entries of lists are matched by
// what names them (a domain, an identity, an id), so that one that was added in the middle is one change. What a change
// means for crossings is diff's to say.

/** One difference. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  /** A JSON pointer: into the document after, or before where it was removed. */
  readonly path: string;
  /** As JSON text, cut where it is long. */
  readonly before?: string;
  readonly after?: string;
}

/** The differences between two JSON values in the order of the later one, at most so many; and how many there are. */
export function changesBetween(
  before: unknown,
  after: unknown,
  max: number,
): { readonly changes: readonly Change[]; readonly untold: number } {
  const found: Found = { max, changes: [], untold: 0 };
  compare(before, after, '', found);
  return { changes: found.changes, untold: found.untold };
}

interface Found {
  readonly max: number;
  readonly changes: Change[];
  untold: number;
}

function compare(before: unknown, after: unknown, path: string, found: Found): void {
  const old = membersOf(before);
  const young = membersOf(after);
  if (old === undefined || young === undefined || Array.isArray(before) !== Array.isArray(after)) {
    if (JSON.stringify(before) !== JSON.stringify(after))
      tell(found, 'changed', path, before, after);
    return;
  }
  for (const [name, { key, value }] of young) {
    const place = below(path, key);
    const was = old.get(name);
    if (was === undefined) tell(found, 'added', place, undefined, value);
    else compare(was.value, value, place, found);
  }
  for (const [name, { key, value }] of old) {
    if (!young.has(name)) tell(found, 'removed', below(path, key), value, undefined);
  }
}

interface Member {
  readonly key: string | number;
  readonly value: unknown;
}

/** Members by name; undefined for what has none. */
function membersOf(value: unknown): ReadonlyMap<string, Member> | undefined {
  if (Array.isArray(value)) return itemsOf(value);
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(Object.entries(value).map(([key, inner]) => [key, { key, value: inner }]));
}

/** Items by what names them, the second of one name by its number too. */
function itemsOf(items: readonly unknown[]): ReadonlyMap<string, Member> {
  const named = new Map<string, Member>();
  const times = new Map<string, number>();
  for (const [key, value] of items.entries()) {
    const name = nameOf(value);
    const time = times.get(name) ?? 0;
    times.set(name, time + 1);
    named.set(`${time} ${name}`, { key, value });
  }
  return named;
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const found = Object.entries(value).find(
    ([key, inner]) => NAMING.includes(key) && typeof inner === 'string',
  );
  return found === undefined ? '' : `${found[0]} ${String(found[1])}`;
}

function tell(
  found: Found,
  kind: Change['kind'],
  path: string,
  before: unknown,
  after: unknown,
): void {
  if (found.changes.length >= found.max) found.untold += 1;
  else {
    found.changes.push({
      kind,
      path,
      ...(before === undefined ? {} : { before: shown(before) }),
      ...(after === undefined ? {} : { after: shown(after) }),
    });
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function below(path: string, key: string | number): string {
  return `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

const NAMING = ['id', 'domain', 'identity'];
/** UTF-16 units of a value that a record shows. */
const SHOWN = 200;
