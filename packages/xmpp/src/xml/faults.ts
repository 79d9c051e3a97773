// What the reader refuses, each as the stream error that RFC 6120 §4.9.3 has for it.
import { streamFault, type Fault } from '../fault.ts';

/** XML or its namespaces broken. @spec RFC 6120 §11.3 */
export function notWellFormed(text: string, offset: number): Fault {
  return streamFault('not-well-formed', 'not-well-formed', 'RFC 6120 §11.3', text, place(offset));
}

/** Good XML of a kind that no stream may carry. @spec RFC 6120 §11.1 */
export function restrictedXml(text: string, offset: number): Fault {
  return streamFault('restricted-xml', 'restricted-xml', 'RFC 6120 §11.1', text, place(offset));
}

/** Anything but UTF-8. @spec RFC 6120 §11.6 */
export function unsupportedEncoding(text: string, offset: number): Fault {
  const name = 'unsupported-encoding';
  return streamFault(name, name, 'RFC 6120 §11.6', text, place(offset));
}

/** Text where only elements stand. @spec RFC 6120 §4.9.3.1 */
export function badFormat(text: string, offset: number): Fault {
  return streamFault('bad-format', 'bad-format', 'RFC 6120 §4.9.3.1', text, place(offset));
}

/** More than we are willing to read. @spec RFC 6120 §13.12 */
export function overLimit(
  code: 'too-deep' | 'too-large' | 'too-many-attributes',
  text: string,
  offset: number,
): Fault {
  return streamFault(code, 'policy-violation', 'RFC 6120 §13.12', text, place(offset));
}

function place(offset: number): string {
  return `offset ${offset}`;
}
