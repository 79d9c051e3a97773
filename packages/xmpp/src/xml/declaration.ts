// The XML declaration, XML 1.0 §2.8: version 1.0, in UTF-8, at the very start or not at all.
import type { Fault } from '../fault.ts';
import { notWellFormed, unsupportedEncoding } from './faults.ts';

const DECLARATION =
  /^xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([^"]*)"|'([^']*)'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?$/;
const ENCODING_NAME = /^[A-Za-z][A-Za-z0-9._-]*$/;

/**
 * What is wrong with a declaration, given from after `<?` to before `>`; undefined when it is good.
 * @spec RFC 6120 §11.5
 */
export function declarationFault(text: string, offset: number): Fault | undefined {
  const match = DECLARATION.exec(text);
  if (match === null) return notWellFormed('The XML declaration is not one of XML 1.0.', offset);
  const encoding = match[1] ?? match[2] ?? 'UTF-8';
  if (!ENCODING_NAME.test(encoding)) return notWellFormed('Not the name of an encoding.', offset);
  if (encoding.toUpperCase() === 'UTF-8') return undefined;
  return unsupportedEncoding(`The encoding is ${encoding.slice(0, 40)}, not UTF-8.`, offset);
}
