// The filter of links, row by row: what is a link, what each action makes of it, and how many are too many.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { filterLinks, type LinkFilter, MAX_LINKS } from '../src/rules/link-filter.ts';

const PREFIXES = ['http:', 'www*.', 'a+b:'];
const filter = (action: LinkFilter['action'], text = '', prefixes = PREFIXES): LinkFilter => ({
  kind: 'filter',
  action,
  prefixes,
  text,
});

describe('what counts as a link', () => {
  const rows: readonly [string, number][] = [
    ['nothing of the kind', 0],
    ['http', 0],
    ['http://a.example', 1],
    ['HTTP://A.EXAMPLE', 1],
    ['see (http:x), http:y', 2],
    ['www.a.example www2.a.example', 2],
    ['wwww.a.example', 1],
    ['xhttp:', 0],
    ['éhttp:', 0],
    ['9www.', 0],
    ['_http:', 1],
    ['-http:', 1],
    ['\nhttp:', 1],
    ['a+b:c', 1],
    ['aab:c', 0],
  ];
  it.each(rows)('%j has %i', (text, links) => {
    const found = filterLinks({ text }, filter('block'));
    expect(found).toEqual(links === 0 ? { kind: 'same' } : { kind: 'blocked', links });
  });

  it('takes the prefixes of a new configuration where none are named', () => {
    for (const text of ['https://a', 'mailto:a@b', 'ftp.a.example', 'telnet:x', 'www.a'])
      expect(filterLinks({ text }, filter('block', '', []))).toEqual({ kind: 'blocked', links: 1 });
    expect(filterLinks({ text: 'urn:x' }, filter('block', '', []))).toEqual({ kind: 'same' });
  });

  it('takes no empty prefix for one that everything begins with', () => {
    expect(filterLinks({ text: 'x' }, filter('block', '', ['']))).toEqual({ kind: 'same' });
  });
});

describe('what becomes of it', () => {
  const two = 'a http:x b _http:y';
  const rows: readonly [LinkFilter['action'], string, string | undefined][] = [
    ['allow', '', 'a _http:x b _http:y'],
    ['allow', '_', '_\na _http:x b _http:y'],
    ['allow', 'Mind the links', 'Mind the links\na _http:x b _http:y'],
    ['warn', 'Beware', 'Beware\na http:x b _http:y'],
    ['warn', '', two],
    ['block', '', undefined],
  ];
  it.each(rows)('%s with %j', (action, words, text) => {
    const found = filterLinks({ text: two, subject: 'http:z' }, filter(action, words));
    if (text === undefined) expect(found).toEqual({ kind: 'blocked', links: 3 });
    else {
      const subject = action === 'allow' ? '_http:z' : 'http:z';
      expect(found).toEqual({ kind: 'changed', text, subject });
    }
  });

  it('looks at what is hidden, and has it left out', () => {
    const message = { text: 'click here', hidden: ['http://evil.example'] };
    expect(filterLinks(message, filter('block'))).toEqual({ kind: 'blocked', links: 1 });
    expect(filterLinks(message, filter('warn', 'Beware'))).toEqual({
      kind: 'changed',
      text: 'Beware\nclick here',
      subject: undefined,
    });
  });

  it('refuses more links than a thousand, whatever the action', () => {
    const text = 'http: '.repeat(MAX_LINKS);
    expect(filterLinks({ text }, filter('allow')).kind).toBe('changed');
    expect(filterLinks({ text, subject: 'http:' }, filter('allow'))).toEqual({
      kind: 'blocked',
      links: MAX_LINKS + 1,
    });
  });

  it('changes nothing that has its underscores, and loses no word', () => {
    const word = fc.constantFrom(
      'http:',
      'www.',
      'www2.',
      '_',
      ' ',
      'a',
      '\n',
      '💥',
      'é',
      'http:x',
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = words.join('');
        const once = filterLinks({ text }, filter('allow'));
        if (once.kind !== 'changed') return;
        expect(once.text.replaceAll('_', '')).toBe(text.replaceAll('_', ''));
        const twice = filterLinks({ text: once.text }, filter('allow'));
        expect(twice).toEqual({ kind: 'changed', text: once.text, subject: undefined });
      }),
    );
  });

  it('takes no longer for text that is made to be slow', () => {
    const prefixes = ['w****.'];
    const text = `${'w'.repeat(20)} `.repeat(1_500);
    const begin = process.hrtime.bigint();
    filterLinks({ text }, filter('block', '', prefixes));
    expect(Number(process.hrtime.bigint() - begin) / 1e6).toBeLessThan(1_000);
  });
});
