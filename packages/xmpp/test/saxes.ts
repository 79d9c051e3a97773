// The second opinion on XML: what saxes makes of a document, as a tree of our shape, for comparing.
import { SaxesParser } from 'saxes';
import type { XmlElement } from '@interwork/xmpp';

export interface Tree {
  name: string;
  ns: string;
  attrs: Record<string, string>;
  children: (Tree | string)[];
}

/** What saxes makes of a document; undefined when it refuses it. */
export function readBySaxes(text: string): Tree | undefined {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const stack: Tree[] = [];
  let root: Tree | undefined;
  let failed = false;
  const addText = (piece: string) => {
    const children = stack.at(-1)?.children;
    if (children === undefined || piece === '') return;
    if (typeof children.at(-1) === 'string') children.push(`${children.pop() as string}${piece}`);
    else children.push(piece);
  };
  parser.on('error', () => {
    failed = true;
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentag', (tag) => {
    const attrs: Record<string, string> = Object.create(null);
    for (const { name, prefix, local, uri, value } of Object.values(tag.attributes)) {
      if (prefix === 'xmlns' || name === 'xmlns') continue;
      attrs[prefix === '' ? local : prefix === 'xml' ? `xml:${local}` : `{${uri}}${local}`] = value;
    }
    const tree = { name: tag.local, ns: tag.uri, attrs, children: [] };
    stack.at(-1)?.children.push(tree);
    root ??= tree;
    stack.push(tree);
  });
  parser.on('closetag', () => {
    stack.pop();
  });
  try {
    parser.write(text).close();
  } catch {
    failed = true;
  }
  return failed ? undefined : root;
}

/** A tree as text, whatever the order of its attributes. */
export const sorted = (value: Tree | XmlElement): string =>
  JSON.stringify(value, (_key, node: unknown) => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return node;
    return Object.fromEntries(Object.entries(node).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
