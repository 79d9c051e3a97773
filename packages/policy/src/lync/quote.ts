// A value as a PowerShell literal that nothing in it can end. Printable ASCII stands between single quotes, a quote in it
// doubled; everything else stands as the number of its character. PowerShell takes four other characters for single
// quotes, and reads a script without a mark in the machine's own code page, where other octets become quotes: written so,
// neither matters, and no value begins a new line.

/** A string, a number, true or false, or a list of strings, to stand as an argument. */
export function asLiteral(value: unknown): string {
  if (typeof value === 'boolean') return value ? '$true' : '$false';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `@(${value.map(asLiteral).join(', ')})`;
  return text(String(value));
}

function text(value: string): string {
  if (PLAIN.test(value)) return quoted(value);
  const parts = value.match(PARTS) ?? [];
  const written = parts.map((part) => (PLAIN.test(part) ? quoted(part) : character(part)));
  // What a sum begins with says what it is: text.
  return `(${["''", ...written].join(' + ')})`;
}

function quoted(plain: string): string {
  return `'${plain.replaceAll("'", "''")}'`;
}

function character(unit: string): string {
  return `[char]0x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const PLAIN = /^[ -~]*$/;
const PARTS = /[ -~]+|[^ -~]/g;
