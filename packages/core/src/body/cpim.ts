// message/cpim: headers about a message, then the message as a MIME entity. RFC 3862, both ways. Header names
// are compared letter by letter, each in the namespace its prefix stands for. What they mean for a stanza is
// rules/content.ts.
import { encodeUtf8 } from '@interwork/xmpp';
import { MisuseError } from '../misuse.ts';
import {
  DEFAULT_PART_LIMITS,
  joined,
  type Part,
  type PartDraft,
  type PartLimits,
  readHead,
  readPart,
  writePart,
} from './mime.ts';

/** The namespace of the headers that RFC 3862 defines. @spec RFC 3862 §3.4 */
export const NS_CPIM = 'urn:ietf:params:cpim-headers:';

/** One header, its escapes undone. */
export interface CpimHeader {
  readonly ns: string;
  readonly name: string;
  readonly lang: string | undefined;
  readonly value: string;
}

/** A message and what is said about it. */
export interface CpimMessage {
  readonly headers: readonly CpimHeader[];
  /** What a reader must understand, by namespace and name. */
  readonly required: readonly Pick<CpimHeader, 'ns' | 'name'>[];
  readonly content: Part;
}

/** A message to be written: a header in another namespace gets a prefix declared. */
export interface CpimDraft {
  readonly headers: readonly CpimHeader[];
  readonly content: PartDraft;
}

/**
 * A CPIM message; `undefined` when it is malformed.
 * @spec RFC 3862 §2
 */
export function readCpim(
  octets: Uint8Array,
  limits: PartLimits = DEFAULT_PART_LIMITS,
): CpimMessage | undefined {
  const head = readHead(octets, limits.headerOctets);
  if (head === undefined || head.lines.length > limits.fields) return undefined;
  const content = readPart(octets.subarray(head.end), limits);
  const read = readHeaders(head.lines);
  return read && content && { ...read, content };
}

/**
 * A CPIM message as octets. A name, a namespace or a language that cannot be written is misuse.
 * @spec RFC 3862 §2.3
 */
export function writeCpim({ headers, content }: CpimDraft): Uint8Array {
  const prefixes = new Map([[NS_CPIM, '']]);
  let text = '';
  for (const { ns, name, lang, value } of headers) {
    if (!isWritable(ns, name, lang))
      throw new MisuseError('header-name', 'a CPIM header needs a name, a URI and a language tag');
    if (!prefixes.has(ns)) {
      const prefix = prefixFor(ns, [...prefixes.values()]);
      prefixes.set(ns, `${prefix}.`);
      text += `NS: ${prefix} <${ns}>\r\n`;
    }
    const tag = lang === undefined ? '' : `;lang=${lang}`;
    text += `${prefixes.get(ns)}${name}:${tag} ${escaped(value)}\r\n`;
  }
  return joined([encodeUtf8(`${text}\r\n`), writePart(content)]);
}

/** The last word of its name, as everybody writes it (`imdn`): some read no other, though any would do. */
function prefixFor(ns: string, taken: readonly string[]): string {
  const word = LAST_WORD.exec(ns)?.[1];
  return word === undefined || taken.includes(`${word}.`) ? `n${taken.length}` : word;
}

function isWritable(ns: string, name: string, lang: string | undefined): boolean {
  const isName = ONE_NAME.test(name) && !(ns === NS_CPIM && DECLARES.has(name));
  return isName && DECLARATION.test(`<${ns}>`) && (lang === undefined || LANG.test(lang));
}

/** @spec RFC 3862 §3.6 */
function readHeaders(lines: readonly string[]): Omit<CpimMessage, 'content'> | undefined {
  const prefixes = new Map([['', NS_CPIM]]);
  const headers: CpimHeader[] = [];
  const required: Pick<CpimHeader, 'ns' | 'name'>[] = [];
  for (const line of lines) {
    const header = readHeader(line, prefixes);
    if (header === undefined) return undefined;
    if (header.ns !== NS_CPIM) headers.push(header);
    else if (header.name === 'NS') {
      if (!declare(header.value, prefixes)) return undefined;
    } else if (header.name === 'Require') {
      for (const name of header.value.split(',')) required.push(named(name.trim(), prefixes));
    } else headers.push(header);
  }
  return { headers, required };
}

function readHeader(line: string, prefixes: ReadonlyMap<string, string>): CpimHeader | undefined {
  const found = HEADER.exec(line);
  if (found === null) return undefined;
  const [, name = '', params = '', value = ''] = found;
  const lang = LANG_PARAM.exec(params)?.[1];
  return { ...named(name, prefixes), lang, value: unescaped(value) };
}

/** A prefix that nobody has declared stands for no namespace that is known. @spec RFC 3862 §3.4 */
function named(text: string, prefixes: ReadonlyMap<string, string>): { ns: string; name: string } {
  const dot = text.indexOf('.');
  if (dot < 0) return { ns: prefixes.get('') ?? '', name: text };
  return { ns: prefixes.get(text.slice(0, dot)) ?? '', name: text.slice(dot + 1) };
}

/** @spec RFC 3862 §4.6 */
function declare(value: string, prefixes: Map<string, string>): boolean {
  const found = DECLARATION.exec(value);
  if (found === null) return false;
  prefixes.set(found[1] ?? '', found[2] ?? '');
  return true;
}

function unescaped(value: string): string {
  return value.includes('\\') ? value.replace(ESCAPE, unescapedOne) : value;
}

function unescapedOne(_all: string, code: string | undefined, one: string | undefined): string {
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return one === undefined ? '' : (CONTROL_OF[one] ?? one);
}

function escaped(value: string): string {
  return value.replace(TO_ESCAPE, (one) => {
    const code = one.charCodeAt(0).toString(16).padStart(4, '0');
    return ESCAPE_OF[one] ?? `\\u${code}`;
  });
}

const NAME = "[A-Za-z0-9!#$%&'*+^_`|~-]{1,64}";
const ONE_NAME = new RegExp(`^${NAME}$`);
const LANG = /^[A-Za-z0-9-]{1,64}$/;
/** What is not said of a message, but of its other headers. */
const DECLARES: ReadonlySet<string> = new Set(['NS', 'Require']);
const VALUE = '(?:"(?:[^"\\\\]|\\\\.)*"|[^\\s;:"]*)';
/** A name, parameters, one space, a value without controls. */
const HEADER = new RegExp(
  `^((?:${NAME}\\.)?${NAME}):((?:;${NAME}=${VALUE}){0,4}) ([^\\0-\\x1f\\x7f]*)$`,
);
/** Whole parameters before it: the quoted value of another one may look like it. */
const LANG_PARAM = new RegExp(`^(?:;${NAME}=${VALUE}){0,3}?;lang=([A-Za-z0-9-]{1,64})(?:;|$)`);
const LAST_WORD = /[:/]([A-Za-z][A-Za-z0-9]{0,31})$/;
const DECLARATION = new RegExp(`^(${NAME})? ?<([^<>\\s]{1,256})>$`);
/** @spec RFC 3862 §2.3 */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([^]))?/g;
const TO_ESCAPE = /[\\\0-\x1f\x7f]/g;
const CONTROL_OF: Readonly<Record<string, string | undefined>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  r: '\r',
};
const ESCAPE_OF: Readonly<Record<string, string | undefined>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};
