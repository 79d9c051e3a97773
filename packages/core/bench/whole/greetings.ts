// What servers say to each other before the first stanza, as little of it as goes: a component's server, and both
// ends of a stream that is proved by certificate. A greeting is told each tag that comes in, the empty text first.
import { SIP, XMPP } from './messages.ts';
import type { Kind } from './words.ts';

/** What to say now, and whether stanzas follow. */
export interface Said {
  readonly say: string;
  readonly isReady: boolean;
}

export type Greeting = (tag: string) => Said;

/** The end that is called. */
export function answering(kind: Kind): Greeting {
  return kind === 'udp-component' ? componentServer : answeringServer();
}

/** @spec XEP-0114 §3 */
function componentServer(tag: string): Said {
  if (tag.startsWith('<stream:stream')) return said(header('jabber:component:accept', SIP, ''));
  return tag === '</handshake>' ? { say: '<handshake/>', isReady: true } : QUIET;
}

/** @spec RFC 6120 §6.3; XEP-0178 §3 */
function answeringServer(): Greeting {
  let isProved = false;
  return (tag) => {
    if (tag.startsWith('<stream:stream')) {
      const features = isProved ? '<stream:features/>' : EXTERNAL_OFFERED;
      return { say: header('jabber:server', XMPP, SIP) + features, isReady: isProved };
    }
    if (!tag.startsWith('<auth')) return QUIET;
    isProved = true;
    return said(`<success xmlns='${SASL}'/>`);
  };
}

/** The end that calls. @spec RFC 6120 §6.3; XEP-0178 §3 */
export function calling(from: string, to: string): Greeting {
  let isProved = false;
  return (tag) => {
    if (tag === '') return said(header('jabber:server', from, to));
    if (tag.startsWith('<success')) {
      isProved = true;
      return said(header('jabber:server', from, to));
    }
    if (!/^<\/?stream:features/.test(tag) || tag === '<stream:features>') return QUIET;
    if (isProved) return { say: '', isReady: true };
    return said(`<auth xmlns='${SASL}' mechanism='EXTERNAL'>=</auth>`);
  };
}

function header(namespace: string, from: string, to: string): string {
  const towards = to === '' ? '' : ` to='${to}'`;
  return (
    `<?xml version='1.0'?><stream:stream xmlns='${namespace}' from='${from}'${towards} id='bench' ` +
    `xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`
  );
}

function said(say: string): Said {
  return { say, isReady: false };
}

const QUIET = said('');
const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const EXTERNAL_OFFERED = `<stream:features><mechanisms xmlns='${SASL}'><mechanism>EXTERNAL</mechanism></mechanisms></stream:features>`;
