// JSON as Export-Clixml would write the same objects: for the tests that want what is exported in the other form.

/** Clixml of what a JSON text holds. */
export function clixmlOf(json: string): string {
  const value: unknown = JSON.parse(json);
  const objects = Array.isArray(value) ? value : [value];
  return clixml(...objects.map((one) => element(undefined, one)));
}

/** A file with these elements in it. */
export function clixml(...elements: readonly string[]): string {
  return `<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">${elements.join('')}</Objs>`;
}

function element(name: string | undefined, value: unknown): string {
  const named = name === undefined ? '' : ` N="${escaped(name).replaceAll('"', '&quot;')}"`;
  if (value === null) return `<Nil${named} />`;
  if (typeof value === 'boolean') return `<B${named}>${value}</B>`;
  if (typeof value === 'number') return `<I32${named}>${value}</I32>`;
  if (typeof value === 'string') return `<S${named}>${escaped(value)}</S>`;
  if (Array.isArray(value)) {
    return `<Obj${named}><LST>${value.map((one) => element(undefined, one)).join('')}</LST></Obj>`;
  }
  const members = Object.entries(value as object).map(([key, one]) => element(key, one));
  return `<Obj${named}><MS>${members.join('')}</MS></Obj>`;
}

/** What XML cannot hold, and what would be read as an escape, as PowerShell escapes it. */
function escaped(text: string): string {
  return text
    .replaceAll(UNFIT, unit)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function unit(char: string): string {
  return `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}

const UNFIT =
  /_(?=x[0-9A-Fa-f]{4}_)|[\u0000-\u001F\u007F-\u009F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
