// XMPP in a ladder: stanzas, one text for each, with the elements on lines of their own. RFC 6120 §8.
import { child, childrenOf, textOf, writeXml, type XmlElement } from '@interwork/xmpp';
import type { Hiding } from './hiding.ts';
import type { LadderLimits } from './limits.ts';
import { type Seen, wireOf } from './seen.ts';

/** How XMPP is shown. */
export class XmppSeen {
  readonly #hiding: Hiding;
  readonly #limits: LadderLimits;

  constructor(hiding: Hiding, limits: LadderLimits) {
    this.#hiding = hiding;
    this.#limits = limits;
  }

  /** A stanza, in either direction. */
  stanza(element: XmlElement): Seen {
    const { name, attrs } = element;
    const type = attrs['type'];
    const error = type === 'error' ? conditionOf(element) : undefined;
    const shown =
      type === undefined || type === 'chat' ? `<${name}/>` : `<${name} type="${type}"/>`;
    return {
      text: error === undefined ? shown : `${shown} ${error}`,
      notes: error === undefined ? this.#notes(element) : [],
      failed: error !== undefined,
      wire: wireOf('xmpp', laidOut(this.#hiding.element(element)), this.#limits),
    };
  }

  #notes(element: XmlElement): readonly string[] {
    const said = (name: string): readonly string[] =>
      childrenOf(element, name).flatMap((one) => this.#hiding.words(textOf(one)) ?? []);
    if (element.name === 'presence') {
      const words = [...said('show'), ...said('status').map((text) => `"${text}"`)].join(' ');
      return words === '' ? [] : [words];
    }
    if (element.name !== 'message') return [];
    const thread = child(element, 'thread');
    const to = `to ${this.#hiding.address(element.attrs['to'] ?? '')}`;
    const conversation = thread === undefined ? [] : [`thread ${textOf(thread)}`];
    return [to, ...conversation, ...said('body').map((text) => `"${text}"`)];
  }
}

/** The condition of a stanza error. */
function conditionOf(element: XmlElement): string {
  const error = child(element, 'error');
  const [first] = (error?.children ?? []).filter((one) => typeof one !== 'string');
  return first?.name ?? 'error';
}

/** A line for the stanza and one for each of its children. */
function laidOut(element: XmlElement): string {
  const { children } = element;
  if (children.length === 0) return writeXml(element);
  const open = writeXml({ ...element, children: [] }).replace(/\/>$/, '>');
  const lines = children.map((one) => (typeof one === 'string' ? one : writeXml(one, element.ns)));
  return [open, ...lines.map((line) => `  ${line}`), `</${element.name}>`].join('\n');
}
