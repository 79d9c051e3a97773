// The checks themselves: each finds what it is for, and lets pass what only looks like it.
import { describe, expect, it } from 'vitest';
import { blocksIn, uncompiled } from './comment-code.ts';
import { impure } from './purity.ts';
import { strayNames } from './page-names.ts';
import { filled } from './readme-examples.ts';
import { cut } from './source-text.ts';
import { byNumber, covers, references, written } from './spec-reference.ts';
import { offIn } from './switched-off.ts';

describe('source text', () => {
  const ROWS: readonly (readonly [source: string, code: string, comments: string])[] = [
    ['a // b\nc', 'a     \nc', '  // b\n '],
    ['a /* b\nc */ d', 'a     \n     d', '  /* b\nc */  '],
    ["x('// no') // yes", 'x(       )       ', '           // yes'],
    [String.raw`'a\'b' + c`, '       + c', '          '],
    ['`a ${b + `c ${d}`} e` + f', '     b +      d       + f', '                         '],
    ['`${{ a: 1 }.a}` + b', '   { a: 1 }.a   + b', '                   '],
    ['a / b / c // d', 'a / b / c     ', '          // d'],
    ['return /\\/[/"]/g.test(a)', 'return          .test(a)', '                        '],
    ['x = /* a */ /b/', 'x =            ', '    /* a */    '],
    ['`open', '     ', '     '],
  ];
  for (const [source, code, comments] of ROWS) {
    it(JSON.stringify(source), () => {
      expect(cut(source)).toEqual({ code, comments });
    });
  }
});

describe('purity', () => {
  const found = (source: string): readonly string[] =>
    impure('packages/x/src/a.ts', source).map(({ text }) => text.split(':')[0] ?? '');
  const IMPURE: readonly string[] = [
    'Date.now()',
    'Date . now',
    'new Date()',
    'Math.random()',
    'setTimeout(f, 1)',
    'const a = `${process.pid}`;',
    'process.env',
    'globalThis.x',
    'Buffer.from(a)',
    'new TextDecoder()',
    "import { a } from 'node:fs';",
    "await import('node:fs')",
    "import 'node:fs';",
    'import.meta.url',
    'a.localeCompare(b)',
    'a.toLocaleLowerCase()',
  ];
  for (const source of IMPURE) {
    it(`refuses ${source}`, () => {
      expect(found(source)).toHaveLength(1);
    });
  }
  const PURE: readonly string[] = [
    '// Date.now() is not asked',
    "const a = 'Date.now()';",
    'new Date(now)',
    'Date.UTC(1, 2)',
    'Date.parse(a)',
    'a.process(b)',
    '{ process: 1 }',
    'interface A { readonly process: string }',
    'options.setTimeout',
    'processAll()',
  ];
  for (const source of PURE) {
    it(`lets pass ${source}`, () => {
      expect(found(source)).toEqual([]);
    });
  }

  it('knows the one file that may use Buffer', () => {
    expect(impure('packages/x/src/bytes.ts', 'Buffer.from(a)')).toEqual([]);
  });
});

describe('what is switched off', () => {
  const OFF: readonly string[] = [
    ['it', 'skip("a", f)'].join('.'),
    ['describe', 'only("a", f)'].join('.'),
    ['a as', 'any'].join(' '),
    ['// @ts', 'ignore'].join('-'),
    ['// oxlint', 'disable'].join('-'),
    ['// TO', 'DO: later'].join(''),
    '\n'.repeat(401),
  ];
  for (const source of OFF) {
    it(`is found: ${JSON.stringify(source.slice(0, 30))}`, () => {
      expect(offIn('a.ts', source)).toHaveLength(1);
    });
  }

  it('is not what depends on what is there, or says why', () => {
    expect(offIn('a.test.ts', "describe.skipIf(!haveVectors)('a', f);")).toEqual([]);
    expect(offIn('a.ts', `// A table, row by row.${'\n'.repeat(401)}`)).toEqual([]);
  });
});

describe('spec references', () => {
  const said = (text: string, document?: string): readonly string[] =>
    references(text, document).map(written);

  it('are read in every form the house writes', () => {
    expect(said('RFC 3261 §17.1.2, §17.1.3 and RFC 4320 §4.1; XEP-0220 §2.1')).toEqual([
      'RFC 3261 §17.1.2',
      'RFC 3261 §17.1.3',
      'RFC 4320 §4.1',
      'XEP-0220 §2.1',
    ]);
    expect(said('RFC 5892 Appendix A.1')).toEqual(['RFC 5892 Appendix A.1']);
    expect(said('§7.1 says', 'RFC 7247')).toEqual(['RFC 7247 §7.1']);
    expect(said('§7.1 says')).toEqual([]);
  });

  it('are covered by their own tests and by those of what is within them', () => {
    const reference = (section: string) => ({ document: 'RFC 7247', section });
    expect(covers(reference('6.4'), reference('6'))).toBe(true);
    expect(covers(reference('6'), reference('6'))).toBe(true);
    expect(covers(reference('6'), reference('6.4'))).toBe(false);
    expect(covers(reference('61'), reference('6'))).toBe(false);
  });

  it('stand in the order of their numbers', () => {
    const sorted = references('RFC 3261 §17.1.10 §9 §17.1.2 RFC 822 §1').toSorted(byNumber);
    expect(sorted.map(written)).toEqual([
      'RFC 822 §1',
      'RFC 3261 §9',
      'RFC 3261 §17.1.2',
      'RFC 3261 §17.1.10',
    ]);
  });
});

describe('examples in pages', () => {
  const SOURCE = 'scripts/docs.ts';

  it('are filled in, and stay as they are when they are', () => {
    const page = `a\n\n<!-- from ${SOURCE} -->\n\`\`\`ts\nold\n\`\`\`\n\nb\n`;
    const made = filled('a.md', page);
    expect(made.problems).toEqual([]);
    expect(made.text).toContain("import { specMap } from './spec-map.ts';");
    expect(made.text.startsWith(`a\n\n<!-- from ${SOURCE} -->\n\`\`\`ts\n// `)).toBe(true);
    expect(made.text.endsWith('```\n\nb\n')).toBe(true);
    expect(filled('a.md', made.text).text).toBe(made.text);
  });

  it('are a problem when there is nothing to fill them with, or into', () => {
    const nothing = filled('a.md', '<!-- from no/such.ts -->\n```ts\n```\n');
    expect(nothing.problems.map(({ at }) => at)).toEqual(['a.md:1']);
    const region = filled('a.md', `<!-- from ${SOURCE}#none -->\n\`\`\`ts\n\`\`\`\n`);
    expect(region.problems).toHaveLength(1);
    expect(filled('a.md', `<!-- from ${SOURCE} -->\n\ntext\n`).problems).toHaveLength(1);
  });
});

describe('names of files in pages', () => {
  const sources = ['packages/a/src/b/c.ts'];
  const ROWS: readonly (readonly [text: string, stray: number])[] = [
    ['`packages/a/src/b/c.ts`', 0],
    ['`b/c.ts` and `c.ts#region`', 0],
    ['`gone.ts`', 1],
    ['`/c.ts` is no end of a path, c.ts in prose is not looked at', 1],
  ];
  it.each(ROWS)('%s', (text, stray) => {
    expect(strayNames('page.md', text, sources)).toHaveLength(stray);
  });

  it('an empty block keeps what stands below it', () => {
    const page = '<!-- from scripts/page-names.ts -->\n```ts\n```\n\ntext\n\n```\nother\n```\n';
    expect(filled('page.md', page).text).toContain('\n\ntext\n\n```\nother\n```\n');
  });
});

describe('code in comments', () => {
  const source = (code: string): string =>
    `const a = 1;\n/**\n * A sentence.\n *\n * @example\n * \`\`\`ts\n${code}\n * \`\`\`\n */\nexport const b = '\`\`\`ts';\n`;

  it('is found with the line on which it stands', () => {
    const blocks = blocksIn('packages/sip/src/a.ts', source(' * const c = 1;\n *   c();'));
    expect(blocks).toEqual([
      { file: 'packages/sip/src/a.ts', line: 7, code: 'const c = 1;\n  c();\n' },
    ]);
  });

  it('is compiled where it stands', () => {
    const code =
      " * import { parseUri } from '@interwork/sip';\n * parseUri(1);\n * export const x = parseUri('sip:a');";
    expect(uncompiled(blocksIn('packages/sip/src/a.ts', source(code)))).toEqual([
      { at: 'packages/sip/src/a.ts:8', text: expect.stringContaining("'number'") },
    ]);
  });
});
