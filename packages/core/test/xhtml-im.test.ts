// XEP-0071: what of HTML becomes XHTML-IM, row by row; a corpus of attacks, none of which leaves anything but
// allowed names, plain styles and named schemes; and properties over HTML made of pieces. Two readers that are
// not the sanitiser's look at each result: the strict one of @interwork/xmpp, and saxes.
import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_HTML_LIMITS,
  htmlToXhtml,
  type RichText,
  sanitisedXhtml,
  xhtmlToHtml,
  xhtmlToText,
} from '@interwork/core';
import { element, isFault, parseXml, writeXml, type XmlElement } from '@interwork/xmpp';

const XHTML = 'http://www.w3.org/1999/xhtml';
const read = (html: string): RichText => {
  const rich = htmlToXhtml(html);
  if (rich === undefined) throw new Error('over the limits');
  return rich;
};
/** What stands in the body. */
const inside = (html: string): string => innerOf(read(html).body);
const innerOf = (body: XmlElement): string =>
  body.children.length === 0 ? '' : writeXml(body).replace(/^<body[^>]*>|<\/body>$/g, '');
const bodyOf = (xml: string): XmlElement => {
  const el = parseXml(`<body xmlns='${XHTML}'>${xml}</body>`);
  if (isFault(el)) throw new Error(el.text);
  return el;
};

const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'type', 'style'],
  img: ['alt', 'height', 'src', 'width', 'style'],
  body: ['style'],
  ...Object.fromEntries(
    'blockquote br cite em li ol p span strong ul'.split(' ').map((name) => [name, ['style']]),
  ),
};
const STYLES =
  'background-color color font-family font-size font-style font-weight margin-left margin-right text-align text-decoration'.split(
    ' ',
  );
const SCHEMES = /^(?:https?|ftp|mailto|xmpp|sips?|tel|im|pres):[^\s\\<>"]+$/i;

/** Everything in an element that is not allowed, by the rules as this test understands them. */
function forbidden(el: XmlElement): string[] {
  const allowed = el.ns === XHTML ? ATTRIBUTES[el.name] : undefined;
  if (allowed === undefined) return [`<${el.name}>`];
  const found = Object.keys(el.attrs)
    .filter((key) => !allowed.includes(key))
    .map((key) => `@${key}`);
  for (const declaration of (el.attrs['style'] ?? '').split(';').filter((one) => one !== '')) {
    const [name = '', value = ''] = declaration.split(':').map((part) => part.trim());
    if (!STYLES.includes(name) || !/^[\w #%,.'"()-]+$/.test(value)) found.push(declaration);
    if (/\((?<!rgb\()/i.test(value)) found.push(declaration);
  }
  for (const address of [el.attrs['href'], el.attrs['src']])
    if (address !== undefined && !SCHEMES.test(address)) found.push(address);
  return [
    ...found,
    ...el.children.flatMap((node) => (typeof node === 'string' ? [] : forbidden(node))),
  ];
}

/** The names that saxes meets. */
function namesBySaxes(xml: string): Set<string> {
  const names = new Set<string>();
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => names.add(`${tag.uri} ${tag.local}`));
  parser.write(xml).close();
  return names;
}

/** The invariant: both readers take it, and find only what is allowed. */
function expectClean(rich: RichText): void {
  const xml = writeXml(rich.body);
  const strict = parseXml(xml);
  expect(isFault(strict)).toBe(false);
  expect(strict).toEqual(rich.body);
  expect(forbidden(rich.body)).toEqual([]);
  for (const name of namesBySaxes(xml)) {
    const [ns, local = ''] = name.split(' ');
    expect([ns, Object.hasOwn(ATTRIBUTES, local)]).toEqual([XHTML, true]);
  }
}

describe('XEP-0071 §7.8 what HTML becomes', () => {
  const rows: readonly [string, string, string][] = [
    [
      'the allowed pass',
      '<p>a<br><em>b</em><strong>c</strong><cite>d</cite></p>',
      '<p>a<br/><em>b</em><strong>c</strong><cite>d</cite></p>',
    ],
    [
      'lists',
      '<ul><li>a<li>b</ul><ol><li>c</ol>',
      '<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol>',
    ],
    ['a quote', '<blockquote>a</blockquote>', '<blockquote>a</blockquote>'],
    [
      'a link',
      '<a href="http://a.test/" type="text/html" target=x>a</a>',
      '<a href="http://a.test/" type="text/html">a</a>',
    ],
    [
      'a picture',
      '<img src="https://a.test/b" alt=c width=10 height="2%" border=1>',
      '<img src="https://a.test/b" alt="c" height="2%" width="10"/>',
    ],
    ['b and i', '<b>a</b><i>b</i>', '<strong>a</strong><em>b</em>'],
    ['u', '<u>a</u>', '<span style="text-decoration: underline">a</span>'],
    ['s', '<s>a</s>', '<span style="text-decoration: line-through">a</span>'],
    [
      'font',
      '<font color="#FF0000" face="Arial, sans-serif" size=5>a</font>',
      '<span style="color: #FF0000; font-family: Arial, sans-serif; font-size: x-large">a</span>',
    ],
    ['div', '<div>a</div><div>b</div>', '<p>a</p><p>b</p>'],
    ['headings', '<h1>a</h1><h6>b</h6>', '<p><strong>a</strong></p><p><strong>b</strong></p>'],
    ['pre', '<pre>a\n  b</pre>', '<p>a<br/>\u00a0\u00a0b</p>'],
    ['a table', '<table><tr><td>1<td>2<tr><th>3</table>', '<p>1 2</p><p>3</p>'],
    [
      'nested blocks side by side',
      '<div style="color: red">a<p style="text-align:center">b</p>c</div>',
      '<p style="color: red">a</p><p style="color: red; text-align: center">b</p><p style="color: red">c</p>',
    ],
    ['formatting over paragraphs', '<b>a<p>b</b>c', '<strong>a</strong><p><strong>b</strong>c</p>'],
    ['a list in formatting', '<b><ul><li>a</ul></b>', '<ul><li><strong>a</strong></li></ul>'],
    [
      'what stands beside items',
      '<ul>a<li>b</li><ul><li>c</li></ul></ul>',
      '<ul><li>a</li><li>b</li><li><ul><li>c</li></ul></li></ul>',
    ],
    ['an item without a list', '<li>a', '<p>a</p>'],
    ['unknown elements keep their content', '<blink>a<o:p>b</o:p></blink>', 'ab'],
    ['nothing empty', '<p></p><b></b><ul><li></ul>a', 'a'],
    [
      'align',
      '<p align=right>a</p><center>b</center>',
      '<p style="text-align: right">a</p><p style="text-align: center">b</p>',
    ],
    ['a link without an address', '<a name=x>a</a>', 'a'],
    ['a picture without a source', 'a<img alt="b">', 'ab'],
    ['the same twice', '<b><strong>a</strong></b>', '<strong>a</strong>'],
    [
      'entities',
      '&lt;b&gt; &amp;amp; &eacute;&nbsp;&#x1F600;',
      '&lt;b&gt; &amp;amp; é\u00a0\u{1F600}',
    ],
    [
      'no link in a link',
      '<a href="http://a.test">x<p><a href="http://b.test">y</a></a>',
      '<a href="http://a.test">x</a><p><a href="http://b.test">y</a></p>',
    ],
  ];
  it.each(rows)('%s', (_what, html, expected) => {
    expect(inside(html)).toBe(expected);
    expectClean(read(html));
  });

  it('says what was left out, each once', () => {
    const html =
      '<script>a</script><script>b</script><a href="javascript:x">c</a><p style="position: fixed">d<img src="data:x"><blink>e';
    expect(read(html).lost).toEqual(['script', 'href', 'style', 'img', 'unknown']);
    expect(read('<p onclick=x class=y id=z>a').lost).toEqual([]);
    expect(read('<b>a').lost).toEqual([]);
  });

  it('tells of no more than twelve losses', () => {
    const names =
      'script style iframe object embed video audio input textarea button svg math template canvas';
    const html = names
      .split(' ')
      .map((name) => `<${name}></${name}>`)
      .join('');
    expect(read(html).lost).toHaveLength(12);
  });

  it('tells nothing of the text by a name: losses are for traces', () => {
    const { body, lost } = read('Ann <ann@secret.test> <svg:secret>x<secret>y');
    expect([xhtmlToText(body), lost]).toEqual(['Ann xy', ['unknown']]);
    const foreign = element('body', XHTML, {}, [element('secret', 'urn:secret'), 'a']);
    expect(sanitisedXhtml(foreign)?.lost).toEqual(['unknown']);
  });
});

describe('XEP-0071 §7.6.1 styles', () => {
  const rows: readonly [string, string | undefined][] = [
    ['color:red', 'color: red'],
    ['COLOR : Red ;; color: #abc', 'color: #abc'],
    [
      'color: rgb(1, 2,3); background-color: rgb(10%,20%,30%)',
      'color: rgb(1, 2,3); background-color: rgb(10%,20%,30%)',
    ],
    [
      'font-family: "Comic Sans MS", Arial, sans-serif',
      'font-family: "Comic Sans MS", Arial, sans-serif',
    ],
    [
      'font-size: 12px; font-style: italic; font-weight: 700',
      'font-size: 12px; font-style: italic; font-weight: 700',
    ],
    [
      'margin-left: 2em; margin-right: 0; text-align: left',
      'margin-left: 2em; margin-right: 0; text-align: left',
    ],
    ['text-decoration: underline line-through', 'text-decoration: underline line-through'],
    ['position: fixed', undefined],
    ['color: red !important', undefined],
    ['color: expression(alert(1))', undefined],
    ['background-color: url(http://a.test)', undefined],
    ['background: url(javascript:x)', undefined],
    ['color: r\\65 d', undefined],
    ['c/**/olor: red', undefined],
    ['color: /* */ red', undefined],
    ['-moz-binding: url(x)', undefined],
    ['behavior: url(x)', undefined],
    ['font-family: "a;b"', undefined],
    ['font-size: 9999px', undefined],
    ['margin-left: -500px', undefined],
    ['constructor: red', undefined],
    ['color: &#x6a;', undefined],
  ];
  it.each(rows)('%s', (given, expected) => {
    const body = element('body', XHTML, {}, [element('p', XHTML, { style: given }, ['x'])]);
    const p = sanitisedXhtml(body)?.body.children[0] as XmlElement;
    expect(p.attrs['style']).toBe(expected);
  });
});

describe('XEP-0071 §11.2 links', () => {
  const good = [
    'http://a.test',
    'http://a.test:8080/b',
    'http://[2001:db8::1]:80',
    'https://a.test/b?c=d&e=f#g',
    'HTTPS://a.test',
    'ftp://a.test/x',
    'mailto:a@b.test',
    'xmpp:a@b.test?message',
    'sip:a@b.test',
    'sips:a@b.test',
    'tel:+1555',
    'im:a@b',
    'pres:a@b',
    'http://bücher.test/ä',
    ' http://a.test ',
  ];
  it.each(good)('%s', (href) => {
    const body = element('body', XHTML, {}, [element('a', XHTML, { href }, ['x'])]);
    const a = sanitisedXhtml(body)?.body.children[0] as XmlElement;
    expect([a.name, a.attrs['href']]).toEqual(['a', href.trim()]);
  });
  const bad = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:x',
    'vbscript:x',
    'data:text/html,x',
    'view-source:x',
    'file:///etc/passwd',
    'blob:http://a.test/x',
    'about:blank',
    'jar:http://a!/b',
    'ms-its:x',
    'feed:x',
    '/relative',
    'relative',
    '//a.test',
    '?x',
    '#x',
    '',
    ':',
    'http:',
    'http:a.test',
    'http:/a.test',
    'http:\\\\a.test',
    'http://a.test\\b',
    'http://user@:x',
    'http://bank.test@a.test/',
    'http://a:b@c.test',
    'http://a.test:x',
    'http:///x',
    'http://a b',
    'http://a\u200b.test',
    'http://a\u202e.test',
    'javascript\u003a',
    'x-javascript:x',
    'livescript:x',
    'mocha:x',
    'http://a"b',
    'http://a<b',
    `http://a.test/${'x'.repeat(2000)}`,
    'ht\u0000tp://a',
    'ｊavascript:x',
    'http://a\u3164.test',
  ];
  it.each(bad.map((href) => [href]))('XEP-0071 §11.1 not %j', (href) => {
    const body = element('body', XHTML, {}, [
      element('a', XHTML, { href }, ['x']),
      element('img', XHTML, { src: href, alt: 'y' }),
    ]);
    const rich = sanitisedXhtml(body) as RichText;
    expect(innerOf(rich.body)).toBe('xy');
    expect(rich.lost).toEqual(['href', 'img']);
  });
});

/** Attacks of our own making; what they have in common is that nothing of them may be left. */
const ATTACKS: readonly string[] = [
  '<script>x</script>',
  '<SCRIPT SRC=//a.test></SCRIPT>',
  '<scr<script>ipt>x</script>',
  '<script',
  '<script/x>',
  '<script>x',
  '<style>*{color:red}</style>',
  '<style>@import "//a"</style><p>',
  '<iframe src=javascript:x>',
  '<iframe srcdoc="<b onclick=x>">',
  '<img src=x onerror=alert(1)>',
  '<img/src="x"/onerror=x>',
  '<img src=`x`>',
  '<img src=javascript:x>',
  '<img srcset="http://a 2x">',
  '<img src=data:image/svg+xml,<svg/onload=x>>',
  '<img longdesc=javascript:x src=http://a.test/ lowsrc=javascript:y>',
  '<a href=javascript:x>',
  '<a href="&#106;avascript:x">',
  '<a href="java&#9;script:x">',
  '<a href="java&Tab;script&colon;x">',
  '<a href="&#x6A&#x61&#x76&#x61script:x">',
  "<a href='vbscript:x'>",
  '<a href="data:text/html;base64,PHN2Zz4=">',
  '<a href=http://a.test onmouseover=x style=x:expression(y)>',
  '<a xlink:href=javascript:x>',
  '<a href="http://a.test" ping=http://b>',
  '<svg onload=x>',
  '<svg><script>x</script></svg>',
  '<svg><a xlink:href=javascript:x><text>y</text></a></svg>',
  '<svg><style><img src=x onerror=y></style></svg>',
  '<svg><foreignObject><p onclick=x>y</p></foreignObject></svg>',
  '<math><mi xlink:href=javascript:x>y</mi></math>',
  '<math><mtext><table><mglyph><style><img src=x onerror=y>',
  '<math><annotation-xml encoding="text/html"><p onclick=x>',
  '<form action=javascript:x><input type=submit>',
  '<button formaction=javascript:x>y',
  '<input onfocus=x autofocus>',
  '<select onfocus=x><option>y',
  '<textarea><script>x</script></textarea>',
  '<keygen onfocus=x>',
  '<object data=javascript:x>',
  '<embed src=javascript:x>',
  '<applet code=x>',
  '<param name=src value=javascript:x>',
  '<video src=x onerror=y>',
  '<audio src=x onerror=y>',
  '<video><source onerror=x>',
  '<track src=x>',
  '<meta http-equiv=refresh content="0;url=javascript:x">',
  '<base href=javascript:x//>',
  '<link rel=stylesheet href=javascript:x>',
  '<title><script>x</script></title>',
  '<noscript><p title="</noscript><img src=x onerror=y>">',
  '<template><script>x</script></template>',
  '<frameset onload=x><frame src=javascript:y>',
  '<body onload=x background=javascript:y>a',
  '<html onclick=x>a',
  '<head onclick=x>a',
  '<table background=javascript:x><td background=javascript:y>z',
  '<div style="background:url(javascript:x)">y',
  '<div style="width:expression(x)">y',
  '<p style="color:red\\;x:y">z',
  "<p style='font-family:\"a</style><script>x'>y",
  '<p style="-moz-binding:url(//a)">x',
  '<p style="behavior:url(//a)">x',
  '<p style="color:url(x)">y',
  '<br style="a:b" onclick=x>',
  '<marquee onstart=x>y</marquee>',
  '<isindex action=javascript:x>',
  '<xss onclick=x>y',
  '<details open ontoggle=x>y',
  '<dialog open onclose=x>y',
  '<!--><script>x</script>-->',
  '<!-- --!><img src=x onerror=y>',
  '<![CDATA[<script>x</script>]]>',
  '<?xml version="1.0"?><script>x',
  '<!DOCTYPE html [<!ENTITY x "y">]>&x;',
  '<p>&#0;&#x1;&#xFFFE;&#xD800;</p>',
  '<p/onclick=x>y',
  '<p\u0000onclick=x>y',
  '<b <script>x</script>>y',
  '</p onclick=x>',
  '<p title="\u0000<img src=x onerror=y>">z',
  '<xmp><script>x</script></xmp>',
  '<plaintext><script>x',
  '<listing>&lt;img onerror=x&gt;',
  '<noembed><img src=x onerror=y></noembed>',
  '<noframes><img onerror=x></noframes>',
  '<a><table><a href=javascript:x>y',
  '<b><p><b><p><b><p>x',
  '<table><tr><p>x<td><ul><table>y',
  '<li><li><ul><p><li>x',
  '<p><svg><p>x',
  '<constructor __proto__=x>y',
  '<__proto__ style=x>y',
  '<p style=__proto__:x>y',
  '<a href="http://a.test&quot; onclick=&quot;x">y',
  '<img alt="]]>" src="http://a.test/?a=1&b=\'2">',
  '<p xml:lang="x" xmlns="y" xmlns:z="w">v',
  '<z:p xmlns:z="http://www.w3.org/1999/xhtml">x',
  '<slot><portal src=x>y</portal></slot>',
  '<a href=" \u00a0javascript:x">y',
  '<image src=javascript:x>',
  '\ufeff<script>x</script>',
  '<p>\u202ea\ud800b\udfffc</p>',
];

describe('hostile HTML', () => {
  it.each(ATTACKS.map((html) => [html]))('%j', (html) => {
    const rich = htmlToXhtml(html);
    if (rich !== undefined) expectClean(rich);
    expect(rich === undefined ? '<frameset' : html.slice(0, 9)).toBe(html.slice(0, 9));
  });

  it('has more than eighty rows, each another', () => {
    expect(new Set(ATTACKS).size).toBe(ATTACKS.length);
    expect(ATTACKS.length).toBeGreaterThan(80);
  });

  it('keeps nothing of a script, a style or a frame, content included', () => {
    const html =
      'a<script>evil</script><style>evil</style><iframe>evil</iframe>b<svg>evil</svg><template>evil</template>';
    expect(inside(html)).toBe('ab');
  });
});

describe('what rich text may cost', () => {
  const repeat = (piece: (n: number) => string, size: number): string => {
    let text = '';
    for (let n = 0; text.length < size; n++) text += piece(n);
    return text;
  };
  const costly: readonly [string, string][] = [
    [
      'formatting to be opened again in each paragraph',
      `${repeat((n) => `<b id=${n}>`, 900)}${repeat(() => '<p>x', 60_000)}`,
    ],
    ['formatting that is never closed', repeat((n) => `<div><b id=${n}></div>`, 60_000)],
    ['elements within each other', repeat(() => '<div>', 60_000)],
    ['formatting within each other', repeat(() => '<span>', 60_000)],
    ['tables within tables', repeat(() => '<table><td>', 60_000)],
    ['more elements than are counted', repeat(() => '<br>', 60_000)],
    [
      'a style written again for each paragraph',
      `<font face="${'a'.repeat(47)}" color=red>${repeat(() => '<p>x', 39_000)}`,
    ],
  ];
  it.each(costly)('gives up %s', (_what, html) => {
    expect(htmlToXhtml(html)).toBeUndefined();
  });

  const flat: readonly [string, string][] = [
    ['text', repeat(() => 'word ', 60_000)],
    ['one tag of thousands of attributes', `<p ${repeat((n) => `a${n} `, 60_000)}>x`],
    ['references', repeat(() => '&amp', 60_000)],
    ['openers', repeat(() => '<', 60_000)],
    ['a comment', `x<!--${repeat(() => '-->-', 60_000)}`],
    ['blanks', `x${' '.repeat(60_000)}y`],
    ['hard blanks', `x${'\u00a0'.repeat(60_000)}y`],
  ];
  it.each(flat)('reads %s, and writes no more elements than it read', (_what, html) => {
    const { body } = read(html);
    const count = (el: XmlElement): number =>
      el.children.reduce((sum, node) => sum + (typeof node === 'string' ? 0 : count(node)), 1);
    expect(count(body)).toBeLessThanOrEqual(2);
    expect(xhtmlToText(body).length).toBeLessThanOrEqual(html.length);
  });

  it('holds each bound to the last element, level and character', () => {
    const limits = { ...DEFAULT_HTML_LIMITS, elements: 8, depth: 5, characters: 60 };
    expect(htmlToXhtml('<br><br><br><br><br>', limits)).toBeDefined();
    expect(htmlToXhtml('<br><br><br><br><br><br>', limits)).toBeUndefined();
    expect(htmlToXhtml('<i><i><i>x', limits)).toBeDefined();
    expect(htmlToXhtml('<i><i><i><i>x', limits)).toBeUndefined();
    expect(htmlToXhtml('x'.repeat(60), limits)).toBeDefined();
    expect(htmlToXhtml('x'.repeat(61), limits)).toBeUndefined();
  });

  it('keeps twelve lists or quotes, and twelve kinds of formatting, within each other', () => {
    const quotes = read(`${'<blockquote>'.repeat(14)}x`);
    expect(innerOf(quotes.body).match(/<blockquote/g)).toHaveLength(12);
    const spans = read(
      `${Array.from({ length: 14 }, (_, n) => `<font color="#0000${10 + n}">`).join('')}x`,
    );
    expect(innerOf(spans.body).match(/<span/g)).toHaveLength(12);
    expect([quotes.lost, spans.lost]).toEqual([['nesting'], ['nesting']]);
  });
});

describe('XEP-0071 §8 the text of rich text', () => {
  const rows: readonly [string, string, string][] = [
    ['blocks and breaks are lines', '<p>a</p><div>b<br>c</div>d', 'a\nb\nc\nd'],
    ['one line end between blocks', '<div><div><p>a</p></div></div><p>b</p>', 'a\nb'],
    ['breaks count', 'a<br><br>b', 'a\n\nb'],
    ['blanks are taken together', '  a \n\t b<b> c</b>  <i> d</i> ', 'a b c d'],
    ['hard blanks are not', 'a&nbsp;&nbsp;b', 'a  b'],
    [
      'an address behind its text',
      'see <a href="http://a.test/b">here</a>.',
      'see here (http://a.test/b).',
    ],
    [
      'no address twice',
      '<a href="http://a.test/">a.test</a> <a href="mailto:a@b">a@b</a> <a href="http://c">http://c</a>',
      'a.test a@b http://c',
    ],
    [
      'a picture by its text, else by its address',
      '<img src="http://a.test/b" alt="cat"><img src="http://a.test/c">',
      'cathttp://a.test/c',
    ],
    ['lists', '<ul><li>a<li>b<ol><li>c</ol></ul>d', 'a\nb\nc\nd'],
    ['kept text', '<pre>a\n  b</pre>', 'a\n  b'],
    ['entities', '&lt;&amp;&eacute;', '<&é'],
    ['nothing', '<p> </p>', ''],
  ];
  it.each(rows)('%s', (_what, html, expected) => {
    expect(xhtmlToText(read(html).body)).toBe(expected);
  });
});

const piece = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.constantFrom(
    '<p>',
    '</p>',
    '<b>',
    '</b>',
    '<ul>',
    '</ul>',
    '<li>',
    '<a href=http://a.test>',
    '</a>',
    '<br>',
    '<div style="color:red">',
    '</div>',
    '<pre>',
    '</pre>',
    '<table>',
    '<tr>',
    '<td>',
    '</table>',
    '<blockquote>',
    '</blockquote>',
    '<i>',
    '</i>',
    '<span style="color:blue;x">',
    '</span>',
    '<h2>',
    '</h2>',
    '&nbsp;',
    '\n',
    ' ',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ maxLength: 6 }),
);
const html = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
const tree: fc.Arbitrary<XmlElement> = fc.letrec<{ el: XmlElement; text: string }>((tie) => ({
  text: fc.string({ unit: 'binary', maxLength: 6 }),
  el: fc
    .tuple(
      fc.constantFrom(
        'p',
        'div',
        'b',
        'em',
        'span',
        'ul',
        'ol',
        'li',
        'a',
        'br',
        'img',
        'blockquote',
        'script',
        'pre',
        'h1',
        'x',
        'SCRIPT',
      ),
      fc.record({
        style: fc.constantFrom(undefined, 'color: red', 'x: y', 'text-align: left; color: #fff'),
        href: fc.constantFrom(undefined, 'http://a.test/?a=1&b', 'javascript:x'),
        src: fc.constantFrom(undefined, 'http://a.test/x', 'data:x'),
        onclick: fc.constantFrom(undefined, 'x'),
      }),
      fc.array(fc.oneof({ depthSize: 'small' }, tie('text'), tie('el')), { maxLength: 4 }),
    )
    .map(([name, attrs, children]) => element(name, XHTML, attrs, children)),
})).el;

describe('properties of the sanitiser', () => {
  it('leaves only what is allowed, of whatever HTML', () => {
    fc.assert(
      fc.property(html, (text) => {
        const rich = htmlToXhtml(text);
        if (rich !== undefined) expectClean(rich);
      }),
      { numRuns: 400 },
    );
  });

  it('leaves only what is allowed, of whatever tree, and done twice is done once', () => {
    fc.assert(
      fc.property(tree, (el) => {
        const once = sanitisedXhtml(element('body', XHTML, {}, [el])) as RichText;
        expectClean(once);
        expect(sanitisedXhtml(once.body)).toEqual({ body: once.body, lost: [] });
      }),
      { numRuns: 400 },
    );
  });

  it('comes back from text/html as it was', () => {
    fc.assert(
      fc.property(tree, (el) => {
        const { body } = sanitisedXhtml(
          element('body', XHTML, { style: 'color: red' }, [el]),
        ) as RichText;
        expect(read(xhtmlToHtml(body))).toEqual({ body, lost: [] });
      }),
      { numRuns: 400 },
    );
  });

  it('passes what is allowed and in its place as it is', () => {
    const xml =
      "<p style='color: red'>a<br/><em style='font-size: 12px'>b <strong>c</strong></em></p><ul><li>d<ol><li>e</li></ol></li></ul><blockquote><p>f</p></blockquote><a href='http://a.test' type='text/html'>g</a>";
    expect(sanitisedXhtml(bodyOf(xml))?.body).toEqual(bodyOf(xml));
  });
});

describe('XEP-0071 §7.6.1: a style that is longer than what is looked at', () => {
  it.each([
    ['of many declarations', 'color: red;'.repeat(31)],
    ['of many characters', `color: red;${' '.repeat(1000)}`],
  ])('%s is cut, and its rest is declared lost', (_what, style) => {
    const html = `<p style="${style}">x</p>`;
    expect([read(html).lost, inside(html)]).toEqual([['style'], '<p style="color: red">x</p>']);
  });

  it('a short one is whole', () => {
    expect(read(`<p style="${'color: red;'.repeat(30)}">x</p>`).lost).toEqual([]);
  });
});
