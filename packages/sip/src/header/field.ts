// Header lines out of names and values that a host hands in, and headers made of them.
// Nothing in a value becomes structure; a name that is no token is the host's mistake.

import { MisuseError } from '../fault.ts';
import { runEnd, scrubControls, TOKEN } from '../grammar.ts';
import { scanFields } from '../head.ts';
import type { HeaderField, Headers } from '../message.ts';
import { HEADER, headerId } from './names.ts';
import { HeaderTable } from './table.ts';

/**
 * Headers made of fields, as a received message has them: for messages that are rewritten, and for tests.
 * Throws `MisuseError` for a name that is no token.
 *
 * @spec RFC 3261 §7.3
 */
export function headersOf(fields: readonly HeaderField[]): Headers {
  let text = '';
  for (const field of fields) text += writeField(field.name, field.value);
  const marks = scanFields(text, UNBOUNDED);
  if ('kind' in marks) throw new MisuseError('header-field', marks.text);
  return new HeaderTable(text, marks);
}

/** One header line. */
export function writeField(name: string, value: string): string {
  if (name === '' || runEnd(name, 0, name.length, TOKEN) !== name.length) {
    throw new MisuseError('header-name', 'A header name must be a token.');
  }
  return `${name}: ${scrubControls(value)}\r\n`;
}

/** Header lines; Content-Length is left to the writer. */
export function writeFields(fields: readonly HeaderField[]): string {
  let out = '';
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as HeaderField;
    if (headerId(field.name, 0, field.name.length) === HEADER.contentLength) continue;
    out += writeField(field.name, field.value);
  }
  return out;
}

/** What the host makes is the host's to bound. */
const UNBOUNDED = {
  messageBytes: Infinity,
  headBytes: Infinity,
  fieldBytes: Infinity,
  fields: Infinity,
  viaValues: Infinity,
  listValues: Infinity,
};
