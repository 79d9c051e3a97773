// An XMPP edge over @xmpp/component: its connection to your server, our gateway. The server says who its users are, and
// answers for the domains it talks to; so the link is proved as a component's.
import type { Edge, XmppCommand } from '@interwork/core';
import {
  element,
  isFault,
  type LinkFacts,
  parseStanza,
  type XmlElement,
  type XmppEvent,
} from '@interwork/xmpp';
import { type Component, type Element, xml } from '@xmpp/component';

/** What is known of the stream to your server. */
const LINK: LinkFacts = {
  proof: 'component',
  tls: false,
  remote: { address: '127.0.0.1', port: 5347 },
  stream: 'component',
};

export function xmppEdge(component: Component): Edge<XmppEvent, XmppCommand> {
  let tell = (_event: XmppEvent): void => {};
  component.on('stanza', (came) => {
    const stanza = parseStanza(ours(came));
    if (isFault(stanza) || stanza.from === undefined || stanza.to === undefined) return;
    const { from, to } = stanza;
    tell({ kind: 'stanza', stanza, from, to, link: LINK });
  });
  return {
    start: (take) => {
      tell = take;
    },
    // What became of a stanza is told: the gateway answers its sender by that.
    send: (command) => {
      if (command.kind !== 'stanza') return;
      const { element, context } = command;
      component.send(theirs(element)).then(
        () => tell({ kind: 'fate', context, fate: 'sent' }),
        () => tell({ kind: 'fate', context, fate: 'failed', reason: 'closed' }),
      );
    },
    close: async () => void (await component.stop()),
  };
}

/** An element of theirs as one of ours: names without prefixes, namespaces resolved. */
function ours(their: Element): XmlElement {
  const { xmlns: _, ...attrs } = their.attrs;
  const children = their.children.map((one) => (typeof one === 'string' ? one : ours(one)));
  return element(their.name, their.getNS(), attrs, children);
}

function theirs({ name, ns, attrs, children }: XmlElement): Element {
  const inside = children.map((one) => (typeof one === 'string' ? one : theirs(one)));
  return xml(name, { ...attrs, xmlns: ns }, ...inside);
}
