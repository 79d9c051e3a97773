// One whole document in restricted XML (RFC 6120 §11), as message bodies and stored elements are.
import { decodeUtf8, isWellFormed } from '../bytes.ts';
import type { Fault } from '../fault.ts';
import { DEFAULT_LIMITS, type XmlLimits } from '../limits.ts';
import type { XmlElement } from './element.ts';
import { notWellFormed, overLimit, unsupportedEncoding } from './faults.ts';
import { TreeReader } from './tree-reader.ts';

/**
 * Reads one whole document, as strictly as a stream: no comment, no document type, no entity but the
 * five. `ns` is the default namespace it stands in; `stanzaBytes` bounds the whole of it.
 * @spec RFC 6120 §11.1
 */
export function parseXml(
  input: string | Uint8Array,
  limits?: Partial<XmlLimits>,
  ns?: string,
): XmlElement | Fault {
  const all = limits === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...limits };
  if (input.length > all.stanzaBytes) {
    return overLimit('too-large', `Larger than ${all.stanzaBytes} bytes.`, all.stanzaBytes);
  }
  const text = typeof input === 'string' ? input : decodeUtf8(input);
  if (text === undefined) return unsupportedEncoding('The bytes are not UTF-8.', 0);
  if (typeof input === 'string' && !isWellFormed(text)) {
    return notWellFormed('A surrogate stands alone.', 0);
  }
  return readWhole(new TreeReader(all, 0, ns), text);
}

function readWhole(reader: TreeReader, text: string): XmlElement | Fault {
  reader.feed(text);
  const first = reader.next();
  const second = reader.next();
  if (first?.kind === 'fault') return first;
  if (second?.kind === 'fault') return second;
  if (first?.kind === 'element' && reader.isIdle) return first.element;
  return notWellFormed('The document ends too early.', reader.offset);
}
