// Message stanzas as tests write them: what stands inside, and further attributes.
import { type Message, parseStanza } from '@interwork/xmpp';

export type { Message } from '@interwork/xmpp';

/** A message from Bob to Alice. */
export function readMessage(inside: string, attributes = ''): Message {
  const read = parseStanza(
    `<message from='bob@xmpp.test/r' to='alice@sip.test' ${attributes}>${inside}</message>`,
  );
  if (read.kind !== 'message') throw new Error('no message');
  return read;
}
