// Whether what a gateway has written is what it looks like, by readers that are not ours: a SIP message has a start line,
// header lines and as many octets as it says; stanzas are well-formed XML of the names that are meant.
import { SaxesParser } from 'saxes';

/** What is wrong with something that was written at once; nothing, mostly. */
export function malformedIn(text: string): readonly string[] {
  if (/^(?:SIP\/2\.0 |[A-Z]+ [^ ]+ SIP\/2\.0\r\n)/.test(text)) return sip(text);
  return /^<(?:message|presence|iq)[ >]/.test(text) ? xmpp(text) : [];
}

function sip(text: string): readonly string[] {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return ['headers without an end'];
  const [, ...lines] = text.slice(0, end).split('\r\n');
  const odd = lines.filter((line) => !/^[A-Za-z][A-Za-z-]*: [^\r\n\0]*$/.test(line));
  const body = new TextEncoder().encode(text.slice(end + 4)).length;
  const length = Number(/^Content-Length: (\d+)$/m.exec(text.slice(0, end))?.[1] ?? Number.NaN);
  return [
    ...odd.map((line) => `the line ${JSON.stringify(line)}`),
    ...(body === length ? [] : [`a body of ${body} octets as ${length}`]),
  ];
}

function xmpp(text: string): readonly string[] {
  const problems: string[] = [];
  const parser = new SaxesParser({ xmlns: true, fragment: true, additionalNamespaces: STREAM });
  let depth = 0;
  parser.on('error', (error) => problems.push(`XML that is none: ${error.message}`));
  parser.on('opentag', ({ name }) => {
    if (depth === 0 && !TOP.has(name)) problems.push(`an element ${name}`);
    depth += 1;
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  parser.write(text).close();
  return problems;
}

const STREAM = {
  stream: 'http://etherx.jabber.org/streams',
  db: 'jabber:server:dialback',
};
/** What may stand in a stream behind a stanza that was written with it. */
const TOP = new Set(['message', 'presence', 'iq', 'r', 'a', 'db:result', 'db:verify']);
