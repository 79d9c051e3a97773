// The ladder on the screen: three columns, arrows between them, and under each scene why it ended as it did.
import type { CrossingTrace, PeerTrace } from '@interwork/core';

/** A column; the XMPP company and the partners that speak SIP share the right one. */
export type Column = 'sip' | 'gateway' | 'xmpp' | 'partner';

/** One line of a scene. */
export type Line =
  | {
      readonly kind: 'arrow';
      readonly from: Column;
      readonly to: Column;
      readonly text: string;
      readonly failed?: boolean;
    }
  | { readonly kind: 'note'; readonly at: Column; readonly text: string };

/** Left edges of the three columns, and the width of the gap between two. */
const EDGE: Record<Column, number> = { sip: 2, gateway: 42, xmpp: 82, partner: 82 };
const WIDTH = 116;

const paint = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const colour = (code: number, text: string): string =>
  paint ? `\u001b[${code}m${text}\u001b[0m` : text;

/** The names over the columns. */
export function heading(names: Record<Heads, readonly string[]>): string {
  const rows = Math.max(...Object.values(names).map((lines) => lines.length));
  const row = (n: number): string =>
    put({ sip: names.sip[n] ?? '', gateway: names.gateway[n] ?? '', xmpp: names.xmpp[n] ?? '' });
  return Array.from({ length: rows }, (_, n) => (n === 0 ? colour(1, row(n)) : row(n))).join('\n');
}

/** A line of a ladder. */
export function draw(line: Line): string {
  return line.kind === 'note'
    ? note(line.at, line.text)
    : arrow(line.from, line.to, line.text, line.failed === true);
}

function arrow(from: Column, to: Column, text: string, failed: boolean): string {
  const right = EDGE[from] < EDGE[to];
  const [left, end] = right ? [EDGE[from], EDGE[to]] : [EDGE[to], EDGE[from]];
  const room = end - left - 1;
  const label = ` ${clip(text, room - 5)} `;
  const line = '─'.repeat(Math.max(0, room - widthOf(label) - 2));
  const body = right ? `─${label}${line}▶` : `◀${line}${label}─`;
  return rails(left + 1, failed ? colour(31, body) : colour(36, body), widthOf(body));
}

function note(at: Column, text: string): string {
  const clipped = clip(text, WIDTH - EDGE[at] - 2);
  return rails(EDGE[at] + 2, colour(2, clipped), widthOf(clipped));
}

/** The three rails with a text over them. */
function rails(from: number, text: string, length: number): string {
  const cell = (column: number): string => (Object.values(EDGE).includes(column) ? '│' : ' ');
  const before = Array.from({ length: from }, (_, column) => cell(column)).join('');
  const after = Array.from({ length: Math.max(0, EDGE.xmpp + 1 - from - length) }, (_, n) =>
    cell(from + length + n),
  ).join('');
  return (before + text + after).trimEnd();
}

type Heads = Exclude<Column, 'partner'>;

function put(cells: Record<Heads, string>): string {
  let line = '';
  for (const column of ['sip', 'gateway', 'xmpp'] as const)
    line = line.padEnd(EDGE[column]) + cells[column];
  return line;
}

/** Why a crossing ended as it did, from its trace alone. */
export function why(trace: CrossingTrace): string {
  const parts = [
    `${trace.traffic} ${trace.outcome}${trace.reasons.length > 0 ? ` (${trace.reasons.join(', ')})` : ''}`,
    trace.rule,
    trace.by.length > 0 ? `policy rule ${trace.by.join(', ')}` : 'policy not reached',
    ...(trace.diagnostics === undefined ? [] : [`diagnostics ${trace.diagnostics}`]),
    `sender proved by ${trace.proof}`,
    trace.lost.length > 0
      ? `lost: ${trace.lost.map((loss) => loss.what).join(', ')}`
      : 'nothing lost',
    `${Math.round(trace.took.answered)} ms`,
  ];
  return `  ${colour(33, 'why')}  ${parts.join(' · ')}`;
}

/** Why a peer did not get in. */
export function whyNot(trace: PeerTrace): string {
  const faults = trace.faults.map((fault) => `${fault.code} (${fault.field}): ${fault.text}`);
  return [
    `  ${colour(33, 'why')}  certificate ${clip(trace.certificate, 96)}`,
    ...faults.map((fault) => `       ${fault}`),
  ].join('\n');
}

/** The verdict on a scene. */
export function verdict(ok: boolean, text: string): string {
  return ok
    ? `  ${colour(32, '✔')}    ${text}`
    : `  ${colour(31, '✘')}    not as expected: ${text}`;
}

/** The title of a scene. */
export function title(number: number, text: string): string {
  return colour(1, `${number}. ${text}`);
}

function clip(text: string, room: number): string {
  const line = text.replace(/\p{Cc}/gu, ' ');
  if (widthOf(line) <= room) return line;
  let cut = '';
  for (const char of line) {
    if (widthOf(cut + char) >= room) break;
    cut += char;
  }
  return `${cut}…`;
}

/** Cells of a terminal that a text takes: East Asian characters are two wide. */
function widthOf(text: string): number {
  let cells = 0;
  for (const char of text) cells += WIDE.test(char) ? 2 : 1;
  return cells;
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u;
