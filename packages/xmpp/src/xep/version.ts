// XEP-0092: which software answers here. Name and version are handed in; the operating system is nobody's business.
import { NS } from '../namespaces.ts';
import type { Iq } from '../stanza.ts';
import { element, type XmlElement } from '../xml/element.ts';

/** What a question for the software is answered with. @spec XEP-0092 §2 */
export interface SoftwareVersion {
  readonly name: string;
  readonly version: string;
}

/** Whether an iq asks which software this is. @spec XEP-0092 §2 */
export function asksVersion(iq: Iq): boolean {
  return iq.type === 'get' && iq.payload?.name === 'query' && iq.payload.ns === NS.version;
}

/** The query element that says so. @spec XEP-0092 §2 */
export function versionElement({ name, version }: SoftwareVersion): XmlElement {
  const children = [
    element('name', NS.version, {}, [name]),
    element('version', NS.version, {}, [version]),
  ];
  return element('query', NS.version, {}, children);
}
