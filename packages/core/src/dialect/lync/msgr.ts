// Habit: msgr
// They do: say how a text looked in a parameter of text/plain: `X-MMS-IM-Format: FN=<font>; EF=<letters>; CO=<colour>; …` with
//   two line ends, in UTF-16LE and base64 without padding. The colour is blue-green-red, its leading zeros dropped.
// Vectors: im-05 O, im-07 O, own im-msgr O.
// We do: read it within bounds and drop it, as a loss: text has no look. None is sent.
import { fromBase64, toBase64 } from '../../base64.ts';

/** How a text looked. */
export interface TextFormat {
  /** As written, behind the name of the header. */
  readonly raw: string;
  readonly font: string | undefined;
  readonly effects: readonly TextEffect[];
  /** `#rrggbb`. */
  readonly colorRgb: string | undefined;
  readonly charset: string | undefined;
  readonly pitchFamily: string | undefined;
  readonly direction: string | undefined;
}

/** What a letter of EF stands for. */
export type TextEffect = 'bold' | 'italic' | 'underline' | 'strike';

/** Reads the parameter; `undefined` when it is none, or longer than any that was seen by far. */
export function readMsgr(value: string): TextFormat | undefined {
  const bytes = value.length > MAX_MSGR ? undefined : fromBase64(value);
  const text = bytes === undefined || bytes.length % 2 === 1 ? undefined : fromUtf16le(bytes);
  const raw =
    text === undefined ? undefined : /^X-MMS-IM-Format: ?([^\r\n]*)\r\n\r\n$/.exec(text)?.[1];
  return raw === undefined ? undefined : formatOf(raw);
}

/** The parameter again, of what `raw` says. */
export function writeMsgr({ raw }: Pick<TextFormat, 'raw'>): string {
  const text = `X-MMS-IM-Format: ${raw}\r\n\r\n`;
  return toBase64(toUtf16le(text)).replace(/=+$/, '');
}

function formatOf(raw: string): TextFormat {
  const said = new Map<string, string>();
  for (const field of raw.split(/; ?/)) {
    const [, name, value] = /^([A-Z]{2})=(.*)$/.exec(field) ?? [];
    if (name !== undefined && value !== undefined) said.set(name, value);
  }
  return {
    raw,
    font: said.get('FN')?.replaceAll('%20', ' '),
    effects: effectsOf(said.get('EF') ?? ''),
    colorRgb: colorOf(said.get('CO') ?? ''),
    charset: said.get('CS'),
    pitchFamily: said.get('PF'),
    direction: said.get('RL'),
  };
}

function effectsOf(letters: string): readonly TextEffect[] {
  return EFFECTS.filter(([letter]) => letters.includes(letter)).map(([, effect]) => effect);
}

function colorOf(hex: string): string | undefined {
  if (!/^[\da-f]{1,6}$/i.test(hex)) return undefined;
  const [, blue, green, red] = /^(..)(..)(..)$/.exec(hex.padStart(6, '0').toLowerCase()) ?? [];
  return `#${red}${green}${blue}`;
}

function fromUtf16le(bytes: Uint8Array): string {
  const units: number[] = [];
  for (let at = 0; at < bytes.length; at += 2)
    units.push((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  return String.fromCharCode(...units);
}

function toUtf16le(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    bytes[2 * at] = unit & 0xff;
    bytes[2 * at + 1] = unit >> 8;
  }
  return bytes;
}

const EFFECTS: readonly (readonly [string, TextEffect])[] = [
  ['B', 'bold'],
  ['I', 'italic'],
  ['U', 'underline'],
  ['S', 'strike'],
];
/** Characters; a font name of 80 letters has some 350. */
const MAX_MSGR = 1024;
