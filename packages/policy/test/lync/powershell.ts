// The part of PowerShell's grammar that the script is written in, read as PowerShell reads it: five characters are single
// quotes, a doubled one stands for itself, and whatever is not quoted ends at a blank. Anything else is an error.

/** One command: its name, and its parameters with their values; a parameter without one is a switch. */
export interface Command {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The commands of a script, comments and the first assignment left out. */
export function commandsOf(script: string): readonly Command[] {
  const lines = script.split(/[\n\r\u0085\u2028\u2029]/);
  return lines.filter((line) => line !== '' && !/^(?:#|\$ErrorAction)/.test(line)).map(commandOf);
}

function commandOf(line: string): Command {
  const cursor = { line, at: 0 };
  const name = take(cursor, /[A-Z][a-z]+-Cs[A-Za-z]+/y);
  const parameters: Record<string, unknown> = {};
  while (cursor.at < line.length) {
    const parameter = take(cursor, / -([A-Za-z]+)/y).slice(2);
    const isSwitch = cursor.at === line.length || / -/y.test(line.slice(cursor.at, cursor.at + 2));
    if (!isSwitch) take(cursor, / /y);
    parameters[parameter] = isSwitch ? true : value(cursor);
  }
  return { name, parameters };
}

interface Cursor {
  readonly line: string;
  at: number;
}

function take(cursor: Cursor, shape: RegExp): string {
  shape.lastIndex = cursor.at;
  const found = shape.exec(cursor.line)?.[0];
  if (found === undefined) throw new Error(`${shape} expected at ${cursor.at} of ${cursor.line}`);
  cursor.at += found.length;
  return found;
}

function value(cursor: Cursor): unknown {
  const { line, at } = cursor;
  if (line.startsWith('@{Replace=', at)) return between(cursor, '@{Replace=', '}', value);
  if (line.startsWith('@(', at)) return between(cursor, '@(', ')', list);
  if (line.startsWith('(', at)) return between(cursor, '(', ')', sum);
  if (QUOTES.includes(line[at] ?? ' ')) return quoted(cursor);
  const word = take(cursor, /\$true|\$false|\$null|\d+/y);
  return word in WORDS ? WORDS[word] : Number(word);
}

function between<T>(cursor: Cursor, start: string, end: string, read: (cursor: Cursor) => T): T {
  cursor.at += start.length;
  const result = read(cursor);
  if (cursor.line[cursor.at] !== end) throw new Error(`${end} expected in ${cursor.line}`);
  cursor.at += 1;
  return result;
}

function list(cursor: Cursor): readonly unknown[] {
  const items = [value(cursor)];
  while (cursor.line.startsWith(', ', cursor.at)) {
    cursor.at += 2;
    items.push(value(cursor));
  }
  return items;
}

function sum(cursor: Cursor): string {
  let text = quoted(cursor);
  while (cursor.line.startsWith(' + ', cursor.at)) {
    cursor.at += 3;
    const isCharacter = cursor.line.startsWith('[', cursor.at);
    text += isCharacter ? character(cursor) : quoted(cursor);
  }
  return text;
}

function character(cursor: Cursor): string {
  return String.fromCharCode(Number(take(cursor, /\[char\]0x[0-9A-F]{4}(?![0-9A-F])/y).slice(6)));
}

function quoted(cursor: Cursor): string {
  if (!QUOTES.includes(cursor.line[cursor.at] ?? ' ')) throw new Error(`no quote: ${cursor.line}`);
  let text = '';
  for (cursor.at += 1; cursor.at < cursor.line.length; cursor.at += 1) {
    const here = cursor.line.charAt(cursor.at);
    if (QUOTES.includes(here)) {
      cursor.at += 1;
      if (!QUOTES.includes(cursor.line[cursor.at] ?? ' ')) return text;
    }
    text += here;
  }
  throw new Error(`no end of a string: ${cursor.line}`);
}

const QUOTES = "'\u2018\u2019\u201A\u201B";
const WORDS: Readonly<Record<string, unknown>> = { $true: true, $false: false, $null: null };
