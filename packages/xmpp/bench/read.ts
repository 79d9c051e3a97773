// Stanzas a second on one core: our reader, saxes with a tree, ltx; and our writer against ltx's.
// Stream in 1460-byte writes, about 540 bytes a stanza. Run from the root:
//   node_modules/.bin/tsx --conditions=@interwork/source packages/xmpp/bench/read.ts
// Only the ratios of one run mean anything.
import { isFault, Jid, parseStanza, parseXml, writeXml, XmlReader } from '@interwork/xmpp';
import { Element } from 'ltx';
import LtxParser from 'ltx/src/parsers/ltx.js';
import { SaxesParser } from 'saxes';

const HEADER =
  "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>";
const MESSAGE =
  "<message from='juliet@capulet.example/balcony-1f2e3d4c' to='romeo@montague.example' id='5f1c2a7e-90b1' type='chat' xml:lang='en'>" +
  '<body>Wherefore art thou, Romeo? Deny thy father &amp; refuse thy name; or, if thou wilt not, be but sworn my love.</body>' +
  "<thread>e0ffe42b28561960c6b12b944a092794b9683a38</thread><active xmlns='http://jabber.org/protocol/chatstates'/>" +
  "<request xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' id='5f1c2a7e-90b1'/>" +
  "<markable xmlns='urn:xmpp:chat-markers:0'/></message>";
const PRESENCE =
  "<presence from='juliet@capulet.example/balcony' to='romeo@montague.example'><show>away</show><status>caf\u00e9</status>" +
  "<priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://example.net' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>";
const STANZAS = 20_000;
const bytes = new TextEncoder().encode(HEADER + (MESSAGE + PRESENCE).repeat(STANZAS / 2));

function pieces(take: (piece: Uint8Array) => void): void {
  for (let at = 0; at < bytes.length; at += 1460) take(bytes.subarray(at, at + 1460));
}

function ours(): number {
  const reader = new XmlReader();
  let count = 0;
  pieces((piece) => {
    reader.push(piece);
    for (let event = reader.next(); event; event = reader.next())
      if (event.kind === 'element') count += 1;
  });
  return count;
}

function saxes(): number {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const stack: { name: string; ns: string; attrs: object; children: unknown[] }[] = [];
  let count = 0;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    const node = { name: local, ns: uri, attrs: attributes, children: [] };
    if (stack.length > 1) stack.at(-1)?.children.push(node);
    stack.push(node);
  });
  parser.on('text', (text) => stack.at(-1)?.children.push(text));
  parser.on('closetag', () => {
    stack.pop();
    if (stack.length === 1) count += 1;
  });
  pieces((piece) => parser.write(decoder.decode(piece, { stream: true })));
  return count;
}

function lenient(): number {
  const parser = new LtxParser();
  const stack: Element[] = [];
  let count = 0;
  parser.on('startElement', (name: string, attrs: Record<string, string>) => {
    const node = new Element(name, attrs);
    if (stack.length > 1) stack.at(-1)?.children.push(node);
    stack.push(node);
  });
  parser.on('text', (text: string) => stack.at(-1)?.children.push(text));
  parser.on('endElement', () => {
    stack.pop();
    if (stack.length === 1) count += 1;
  });
  const decoder = new TextDecoder();
  pieces((piece) => parser.write(decoder.decode(piece, { stream: true })));
  return count;
}

const message = parseXml(MESSAGE, {}, 'jabber:server');
if (isFault(message)) throw new Error(message.text);

function repeat(work: () => unknown): number {
  for (let i = 0; i < STANZAS; i += 1) work();
  return STANZAS;
}

const rows: readonly (readonly [string, () => number])[] = [
  ['read: interwork', ours],
  ['read: saxes, tree', saxes],
  ['read: ltx', lenient],
  ['write: interwork', () => repeat(() => writeXml(message, 'jabber:server'))],
  ['view: parseStanza', () => repeat(() => parseStanza(message))],
  ['address: Jid.parse', () => repeat(() => Jid.parse('juliet@capulet.example/balcony-1f2e3d4c'))],
  [
    'address: beyond ASCII',
    () => repeat(() => Jid.parse('j\u00fcliet@b\u00fccher.example/caf\u00e9')),
  ],
];

for (const [name, work] of rows) {
  work();
  let best = Number.POSITIVE_INFINITY;
  let count = 0;
  for (let turn = 0; turn < 5; turn += 1) {
    const started = performance.now();
    count = work();
    best = Math.min(best, performance.now() - started);
  }
  console.log(`${name.padEnd(24)} ${Math.round(count / best)} k/s (${count})`);
}
