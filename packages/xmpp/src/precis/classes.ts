// The two string classes of PRECIS, RFC 8264 §4, and the code points that are valid by context only,
// RFC 5892 Appendix A.
import { property, type Property } from './ranges.ts';
import { JOINING, PRECIS } from './tables.ts';

const PRECIS_CLASS: Property = property(PRECIS);
const JOINING_TYPE: Property = property(JOINING);

/** Whether every code point is valid in the IdentifierClass where it stands. @spec RFC 8264 §4.2 */
export function isIdentifier(text: string): boolean {
  return conforms(text, false);
}

/** Whether every code point is valid in the FreeformClass where it stands. @spec RFC 8264 §4.3 */
export function isFreeform(text: string): boolean {
  return conforms(text, true);
}

/** Whether every code point is of the IdentifierClass, whatever stands beside it. */
export function hasIdentifierCodes(text: string): boolean {
  for (const character of text) {
    const name = PRECIS_CLASS.classOf(character.codePointAt(0) as number);
    if (name !== 'V' && name !== 'C') return false;
  }
  return true;
}

function conforms(text: string, isFree: boolean): boolean {
  const codes = Array.from(text, codeOf);
  if (mixesDigits(codes)) return false;
  for (let i = 0; i < codes.length; i += 1) {
    const name = PRECIS_CLASS.classOf(codes[i] as number);
    if (name === 'V' || (name === 'F' && isFree)) continue;
    if (name !== 'C' || !fitsContext(codes, i)) return false;
  }
  return true;
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number;
}

const HEBREW = /\p{Script=Hebrew}/u;
const GREEK = /\p{Script=Greek}/u;
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

/** @spec RFC 5892 Appendix A */
function fitsContext(codes: readonly number[], i: number): boolean {
  switch (codes[i]) {
    case 0x200c:
      return followsVirama(codes, i) || breaksJoin(codes, i);
    case 0x200d:
      return followsVirama(codes, i);
    case 0xb7:
      return codes[i - 1] === 0x6c && codes[i + 1] === 0x6c;
    case 0x375:
      return isOf(GREEK, codes[i + 1]);
    case 0x5f3:
    case 0x5f4:
      return isOf(HEBREW, codes[i - 1]);
    case 0x30fb:
      return codes.some((code) => isOf(JAPANESE, code));
    default:
      return true; // Arabic digits, which were looked at together
  }
}

function isOf(script: RegExp, code: number | undefined): boolean {
  return code !== undefined && script.test(String.fromCodePoint(code));
}

/** @spec RFC 5892 Appendix A.2 */
function followsVirama(codes: readonly number[], i: number): boolean {
  const before = codes[i - 1];
  return before !== undefined && JOINING_TYPE.classOf(before) === 'V';
}

/** @spec RFC 5892 Appendix A.1 */
function breaksJoin(codes: readonly number[], i: number): boolean {
  const before = joiningBeyond(codes, i, -1);
  const after = joiningBeyond(codes, i, 1);
  return (before === 'L' || before === 'D') && (after === 'R' || after === 'D');
}

/** How the nearest letter that is not transparent joins. */
function joiningBeyond(codes: readonly number[], i: number, step: 1 | -1): string {
  let at = i + step;
  while (at >= 0 && at < codes.length && JOINING_TYPE.classOf(codes[at] as number) === 'T')
    at += step;
  const code = codes[at];
  return code === undefined ? '' : JOINING_TYPE.classOf(code);
}

/** Arabic-Indic digits beside Extended Arabic-Indic ones. @spec RFC 5892 Appendix A.8 */
function mixesDigits(codes: readonly number[]): boolean {
  const arabic = codes.some((code) => code >= 0x660 && code <= 0x669);
  return arabic && codes.some((code) => code >= 0x6f0 && code <= 0x6f9);
}
