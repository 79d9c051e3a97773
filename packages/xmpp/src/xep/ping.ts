// XEP-0199: XMPP Ping. A ping asks for nothing but an answer.
import { NS } from '../namespaces.ts';
import type { Jid } from '../jid.ts';
import type { Iq } from '../stanza.ts';
import { element, type XmlElement } from '../xml/element.ts';

/** A ping from one address to another; the answer, result or error, says the way is open. @spec XEP-0199 §4.3 */
export function pingElement(from: Jid | string, to: Jid | string, id: string): XmlElement {
  const attrs = { from: textOfJid(from), to: textOfJid(to), id, type: 'get' };
  return element('iq', NS.client, attrs, [element('ping', NS.ping)]);
}

function textOfJid(jid: Jid | string): string {
  return typeof jid === 'string' ? jid : jid.full;
}

/** Whether an iq is a ping. @spec XEP-0199 §3 */
export function isPing(iq: Iq): boolean {
  return iq.type === 'get' && iq.payload?.name === 'ping' && iq.payload.ns === NS.ping;
}
