// TypeScript source cut into what runs and what is said: two texts of the same length as the source,
// one with comments, strings and regular expressions blanked out, one with everything but comments.
// Offsets and lines stay true in both. A scan by hand, so that a check needs no compiler.

/** The two texts of one source. */
export interface SourceText {
  readonly code: string;
  readonly comments: string;
}

/** Cuts a source. What it cannot make sense of counts as code. */
export function cut(source: string): SourceText {
  const scan: Scan = { source, at: 0, braces: [], code: '' };
  let comments = '';
  while (scan.at < source.length) {
    const start = scan.at;
    const kind = step(scan);
    const text = source.slice(start, scan.at);
    scan.code += kind === 'code' ? text : blank(text);
    comments += kind === 'comment' ? text : blank(text);
  }
  return { code: scan.code, comments };
}

interface Scan {
  readonly source: string;
  at: number;
  /** For each template literal we are in an expression of: how many braces are open there. */
  readonly braces: number[];
  code: string;
}

type Kind = 'code' | 'comment' | 'literal';

function step(scan: Scan): Kind {
  const { source, at } = scan;
  if (source.startsWith('//', at)) return take(scan, LINE_COMMENT, 'comment');
  if (source.startsWith('/*', at)) return take(scan, BLOCK_COMMENT, 'comment');
  switch (source[at]) {
    case "'":
    case '"':
      return take(scan, QUOTED, 'literal');
    case '`':
      scan.at += 1;
      return template(scan);
    case '/':
      return opensExpression(scan.code) ? take(scan, REGULAR, 'literal') : take(scan, ANY, 'code');
    case '{':
      return brace(scan, 1);
    case '}':
      return brace(scan, -1);
    default:
      return take(scan, PLAIN, 'code');
  }
}

function take(scan: Scan, shape: RegExp, kind: Kind): Kind {
  shape.lastIndex = scan.at;
  const fits = shape.test(scan.source);
  scan.at = fits ? shape.lastIndex : scan.at + 1;
  return fits ? kind : 'code';
}

/** The text of a template, up to its end or to an expression in it. */
function template(scan: Scan): Kind {
  TEMPLATE.lastIndex = scan.at;
  TEMPLATE.test(scan.source);
  scan.at = TEMPLATE.lastIndex;
  const isExpression = scan.source.startsWith('${', scan.at);
  if (isExpression) scan.braces.push(1);
  scan.at += isExpression ? 2 : 1;
  return 'literal';
}

function brace(scan: Scan, step: 1 | -1): Kind {
  const open = scan.braces.at(-1);
  scan.at += 1;
  if (open === undefined) return 'code';
  scan.braces[scan.braces.length - 1] = open + step;
  if (open + step > 0) return 'code';
  scan.braces.pop();
  return template(scan);
}

/** A slash after a value divides; after anything else it opens a regular expression. */
function opensExpression(code: string): boolean {
  const before = code.slice(-200).trimEnd();
  return !/[\w$)\]}]$/.test(before) || /\b(?:return|case|typeof|in|of)$/.test(before);
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

const LINE_COMMENT = /\/\/[^\n]*/y;
const BLOCK_COMMENT = /\/\*[^]*?\*\//y;
const QUOTED = /(["'])(?:\\[^]|(?!\1)[^\\\n])*\1/y;
const TEMPLATE = /(?:\\[^]|(?!\$\{)[^\\`])*/y;
const REGULAR = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const ANY = /[^]/y;
const PLAIN = /[^'"`/{}]+/y;
