// HTML to a tree, by the algorithm that browsers have (parse5), within bounds. What the tree may keep is
// decided in xhtml-im.ts; the tree alone is not fit to be shown.
import { defaultTreeAdapter, type DefaultTreeAdapterTypes as Tree, parse } from 'parse5';
import { DEFAULT_HTML_LIMITS, type HtmlLimits, type Markup } from './markup.ts';
import { type RichText, sanitisedXhtml } from './xhtml-im.ts';

/**
 * An HTML text as XHTML-IM, cut down to what is allowed; `undefined` when it would cost more than the limits
 * allow to read or to write.
 * @spec XEP-0071 §7.8
 */
export function htmlToXhtml(
  html: string,
  limits: HtmlLimits = DEFAULT_HTML_LIMITS,
): RichText | undefined {
  const markup = readMarkup(html, limits);
  return markup && sanitisedXhtml(markup, limits);
}

/** What an HTML text shows, behind what its head has; `undefined` when that would cost more than the limits allow. */
function readMarkup(html: string, limits: HtmlLimits): Markup | undefined {
  const document = parsed(html, limits);
  const root = document && elementOf(document, 'html');
  const head = root && elementOf(root, 'head');
  const body = root && elementOf(root, 'body');
  const said = head && markupOf(head, limits.depth);
  const shown = body && markupOf(body, limits.depth);
  return said && shown && { ...shown, children: [...said.children, ...shown.children] };
}

/** The only way to stop parse5 is to throw from inside; whatever is thrown in there ends here. */
function parsed(html: string, limits: HtmlLimits): Tree.Document | undefined {
  try {
    return parse(html, { treeAdapter: boundedAdapter(limits), scriptingEnabled: false });
  } catch {
    return undefined;
  }
}

/**
 * parse5's own tree, whose elements and open elements are counted. Both bounds are needed: looking up and
 * down the open elements is what costs for deep text, opening formatting again for flat text.
 */
function boundedAdapter(limits: HtmlLimits): typeof defaultTreeAdapter {
  let [made, open] = [0, 0];
  return {
    ...defaultTreeAdapter,
    createElement: (name, ns, attrs) => {
      if (++made > limits.elements) throw new RangeError('elements');
      return defaultTreeAdapter.createElement(name, ns, attrs);
    },
    onItemPush: () => {
      if (++open > limits.depth) throw new RangeError('depth');
    },
    onItemPop: () => {
      open--;
    },
  };
}

function elementOf(parent: Tree.ParentNode, name: string): Tree.Element | undefined {
  return parent.childNodes.find((node) => node.nodeName === name) as Tree.Element | undefined;
}

/** Elements that were moved may lie deeper than they were opened, so the bound is kept here too. */
function markupOf(el: Tree.Element, room: number): Markup | undefined {
  if (room < 0) return undefined;
  const children: (Markup | string)[] = [];
  for (const node of el.childNodes) {
    const child = childOf(node, room - 1);
    if (child === undefined) return undefined;
    if (child !== '') children.push(child);
  }
  const attrs = Object.create(null) as Record<string, string>;
  for (const { name, value } of el.attrs) attrs[name] = value;
  return { name: el.tagName, ns: el.namespaceURI, attrs, children };
}

function childOf(node: Tree.ChildNode, room: number): Markup | string | undefined {
  if (node.nodeName === '#text') return (node as Tree.TextNode).value;
  return 'tagName' in node ? markupOf(node, room) : '';
}
