// One whole document in restricted XML, as bodies and stored elements are.
import { streamFault, type Fault } from '../fault.ts';
import type { XmlLimits } from '../limits.ts';
import type { XmlElement } from './element.ts';

/** Reads one whole document; `ns` is the default namespace it stands in. */
export function parseXml(
  _input: string | Uint8Array,
  _limits?: Partial<XmlLimits>,
  _ns?: string,
): XmlElement | Fault {
  return streamFault('not-well-formed', 'not-well-formed', 'RFC 6120 §11', 'Not read.');
}
