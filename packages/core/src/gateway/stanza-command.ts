// A stanza on its way to the XMPP edge, with what policy wants of the stream that carries it.
import type { Jid, XmlElement } from '@interwork/xmpp';
import { needOf, type Way } from './admit.ts';
import type { XmppCommand } from './event.ts';

/** The command that sends it; the context comes back with its fate. */
export function stanzaCommand(
  element: XmlElement,
  from: Jid,
  to: Jid,
  context: unknown,
  way: Way,
): XmppCommand {
  const need = needOf(way);
  return need === undefined
    ? { kind: 'stanza', element, from, to, context }
    : { kind: 'stanza', element, from, to, context, need };
}
