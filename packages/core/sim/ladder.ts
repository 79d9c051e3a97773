// What crossed, one line a message: for people who look for the reason of a failure.

/** Who is at an address. */
export type NameOf = (address: string) => string;

/** The lines of octets that were sent at once: a SIP message is one, a stanza of a stream is one. */
export function linesOf(from: string, to: string, text: string): readonly string[] {
  const way = `${from} > ${to}`;
  if (/^(?:SIP\/2\.0 \d|[A-Z]+ sips?:|[A-Z]+ pres:)/.test(text))
    return [`${way}  ${sipLine(text)}`];
  return [...text.matchAll(STANZA)].map(([stanza]) => `${way}  ${stanzaLine(stanza)}`);
}

/** The method and the branch of a SIP request, so that a copy is told from another one. */
export function requestIn(text: string): { method: string; branch: string } | undefined {
  const method = /^([A-Z]+) \S+ SIP\/2\.0\r\n/.exec(text)?.[1];
  if (method === undefined) return undefined;
  return { method, branch: /branch=([^;\s,]+)/.exec(text)?.[1] ?? '' };
}

function sipLine(text: string): string {
  const field = (name: string): string =>
    new RegExp(`^${name}: *([^\r\n]*)`, 'im').exec(text)?.[1] ?? '';
  const [start = ''] = text.split('\r\n');
  const what = start.startsWith('SIP/2.0') ? start.slice(8) : (start.split(' ')[0] ?? '');
  const dialog = `${user(field('From'))} to ${user(field('To'))} cseq ${field('CSeq')} call ${field('Call-ID').slice(-6)}`;
  const state = field('Subscription-State');
  const expires = field('Expires');
  const notes = [...text.matchAll(/<(?:\w+:)?note[^>]*>([^<]*)</g)].map((one) => one[1]);
  const basics = [...text.matchAll(/<(?:\w+:)?basic>([^<]*)</g)].map((one) => one[1]);
  return [
    what,
    dialog,
    state && `(${state})`,
    expires && `expires ${expires}`,
    basics.length > 0 ? `[${basics.join()}: ${notes.join()}]` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function stanzaLine(stanza: string): string {
  const attr = (name: string): string =>
    new RegExp(`^<\\w+[^>]*?\\s${name}=['"]([^'"]*)`).exec(stanza)?.[1] ?? '';
  const kind = /^<(\w+)/.exec(stanza)?.[1] ?? '';
  const status = /<status[^>]*>([^<]*)</.exec(stanza)?.[1];
  const error = /<error[\s\S]*?<([\w-]+) xmlns=['"]urn:ietf:params:xml:ns:xmpp-stanzas/.exec(
    stanza,
  )?.[1];
  return [
    kind,
    attr('type') || (kind === 'presence' ? 'available' : ''),
    `${attr('from')} to ${attr('to')}`,
    status === undefined ? '' : `[${status}]`,
    error ?? '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function user(address: string): string {
  const [, name = address, tag = ''] =
    /<?sips?:([^@;>]+)@?[^>]*>?(?:.*;tag=([^;]+))?/.exec(address) ?? [];
  return tag === '' ? name : `${name}/${tag.slice(-4)}`;
}

const STANZA = /<(presence|message|iq)\b(?:[^>]*?\/>|[\s\S]*?<\/\1>)/g;
