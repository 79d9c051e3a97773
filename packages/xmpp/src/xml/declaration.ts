// The XML declaration, XML 1.0 §2.8: version 1.0, in UTF-8, at the very start or not at all.
import type { Fault } from '../fault.ts';
import { isSpace } from './characters.ts';
import { notWellFormed, unsupportedEncoding } from './faults.ts';
import type { Input } from './input.ts';

/** What reading came to; `instruction` when it is a processing instruction of another name. */
export type DeclarationState = 'more' | 'done' | 'instruction' | Fault;

/** Reads a declaration from behind its `<?`. */
export class Declaration {
  #held = '';

  begin(): void {
    this.#held = '';
  }

  /** Reads as far as the chunk goes, or behind the end of the declaration. */
  read(input: Input): DeclarationState {
    const { chunk, at } = input;
    const read = this.#held.length;
    if (!this.#fits(chunk.charCodeAt(at), read)) return 'instruction';
    const end = chunk.indexOf('>', at);
    const until = read < 4 ? at + 1 : end < 0 ? chunk.length : end;
    this.#held += chunk.slice(at, until);
    input.at = until;
    return until === end ? this.#end(input) : 'more';
  }

  /** Whether a character is what `xml` and white space have at that place. */
  #fits(c: number, read: number): boolean {
    return read < 3 ? c === 'xml'.charCodeAt(read) : read > 3 || isSpace(c);
  }

  #end(input: Input): DeclarationState {
    const fault = declarationFault(this.#held, input.offset);
    if (fault !== undefined) return fault;
    input.at += 1;
    return 'done';
  }
}

const DECLARATION =
  /^xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?$/;
const ENCODING_NAME = /^[A-Za-z][A-Za-z0-9._-]*$/;

/**
 * What is wrong with a declaration, given from after `<?` to before `>`; undefined when it is good.
 * @spec RFC 6120 §11.5
 */
function declarationFault(text: string, offset: number): Fault | undefined {
  const match = DECLARATION.exec(text);
  if (match === null) return notWellFormed('The XML declaration is not one of XML 1.0.', offset);
  const encoding = match[1] ?? match[2] ?? 'UTF-8';
  if (!ENCODING_NAME.test(encoding)) return notWellFormed('Not the name of an encoding.', offset);
  if (encoding.toUpperCase() === 'UTF-8') return undefined;
  return unsupportedEncoding(`The encoding is ${encoding.slice(0, 40)}, not UTF-8.`, offset);
}
