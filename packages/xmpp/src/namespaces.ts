// The namespaces this package speaks, each named once.

/** XML namespaces of RFC 6120, RFC 6121 and the extensions read or written here. */
export const NS = {
  client: 'jabber:client',
  server: 'jabber:server',
  component: 'jabber:component:accept',
  streams: 'http://etherx.jabber.org/streams',
  streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  tls: 'urn:ietf:params:xml:ns:xmpp-tls',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  dialback: 'jabber:server:dialback',
  dialbackFeature: 'urn:xmpp:features:dialback',
  dialbackErrors: 'urn:xmpp:features:dialback#errors',
  bidi: 'urn:xmpp:bidi',
  bidiFeature: 'urn:xmpp:features:bidi',
  streamManagement: 'urn:xmpp:sm:3',
  version: 'jabber:iq:version',
  ping: 'urn:xmpp:ping',
  delay: 'urn:xmpp:delay',
  idle: 'urn:xmpp:idle:1',
  discoInfo: 'http://jabber.org/protocol/disco#info',
  discoItems: 'http://jabber.org/protocol/disco#items',
  chatStates: 'http://jabber.org/protocol/chatstates',
  receipts: 'urn:xmpp:receipts',
  caps: 'http://jabber.org/protocol/caps',
  xhtmlIm: 'http://jabber.org/protocol/xhtml-im',
  xml: 'http://www.w3.org/XML/1998/namespace',
  xmlns: 'http://www.w3.org/2000/xmlns/',
} as const;

/**
 * Whether stanzas may stand in this namespace; which one depends on the kind of stream only.
 * @spec RFC 6120 §4.8.3
 */
export function isContentNamespace(ns: string): boolean {
  return ns === NS.client || ns === NS.server || ns === NS.component;
}
