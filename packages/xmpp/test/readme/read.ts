import { Jid, XmlReader, isFault, messageElement, parseStanza, writeStanza } from '@interwork/xmpp';

const bytes = new TextEncoder().encode(
  "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>" +
    "<message from='romeo@montague.example/orchard' to='juliet@capulet.example'>" +
    '<body>Art thou not Romeo?</body></message><!-- not in a stream -->',
);

const reader = new XmlReader();
reader.push(bytes); // cut anywhere
for (let event = reader.next(); event; event = reader.next()) {
  if (event.kind === 'fault') console.log(event.code, event.spec); // nothing more will be read
  if (event.kind !== 'element') continue;
  const stanza = parseStanza(event.element);
  if (!isFault(stanza) && stanza.kind === 'message')
    console.log(stanza.from?.bare, stanza.bodies[0]?.text);
}

const to = Jid.parse('Romeo@Montague.example');
if (!isFault(to)) {
  const bodies = [{ lang: undefined, text: 'Neither, fair saint' }];
  console.log(writeStanza(messageElement({ from: 'juliet@capulet.example', to, bodies })));
}
