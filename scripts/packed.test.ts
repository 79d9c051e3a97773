// The look through an installed package finds what must not be there, and lets a good one pass.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asCommonJs, linesOfCode, packedProblems } from './packed.ts';
import { read } from './tree.ts';

const MAP = JSON.stringify({ sources: ['../src/index.ts'], sourcesContent: ['export {};'] });
const MACHINE = ['/home/somebody/interwork'];

describe('an installed package', () => {
  let folder = '';
  const put = (file: string, text: string): void => writeFileSync(join(folder, file), text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'interwork-packed-'));
    for (const inner of ['dist', 'src']) mkdirSync(join(folder, inner));
    put('package.json', JSON.stringify({ exports: { '.': { import: './dist/index.js' } } }));
    put('README.md', '#');
    put('LICENSE', 'MIT');
    put('src/index.ts', 'export {};');
    put('dist/index.js', 'export {};');
    put('dist/index.js.map', MAP);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('that is right has no problem', () => {
    expect(packedProblems(folder, MACHINE)).toEqual([]);
  });

  const ROWS: readonly (readonly [id: string, file: string, text: string, problem: RegExp])[] = [
    [
      'the source condition',
      'package.json',
      '{"exports":{".":{"@interwork/source":"./a.ts"}}}',
      /source condition/,
    ],
    ['a workspace dependency', 'package.json', '{"dependencies":{"a":"workspace:*"}}', /workspace/],
    ['an output without a map', 'dist/other.cjs', '', /other\.cjs has no source map/],
    ['a map without sources', 'dist/index.js.map', '{"sources":["a"]}', /does not carry/],
    [
      'a path of the machine',
      'dist/index.js',
      '"/home/somebody/interwork/src"',
      /names \/home\/somebody/,
    ],
  ];
  for (const [id, file, text, problem] of ROWS) {
    it(`is refused for ${id}`, () => {
      put(file, text);
      expect(packedProblems(folder, MACHINE)).toEqual([expect.stringMatching(problem)]);
    });
  }

  it('is refused for what is not shipped', () => {
    rmSync(join(folder, 'README.md'));
    expect(packedProblems(folder, MACHINE)).toEqual(['README.md is not shipped']);
  });
});

describe('the programs that are run in an installed project', () => {
  it.each([
    ['federation.test.mjs', 15],
    ['federation.test.cjs', 15],
    ['gateway.mjs', 40],
  ])('%s has at most %i lines', (file, most) => {
    expect(linesOfCode(read(`scripts/packed/${file}`))).toBeLessThanOrEqual(most);
  });

  it('counts lines that are neither empty nor a comment', () => {
    expect(linesOfCode('// one\n\na();\n  // two\n  b(); // three\n')).toBe(2);
  });

  it('turns a module into CommonJS', () => {
    const module = "import { a, b } from '@x/y';\nexport function start(port) {\n  a(port);\n}\n";
    expect(asCommonJs(module)).toBe(
      "const { a, b } = require('@x/y');\nexports.start = start;\nfunction start(port) {\n  a(port);\n}\n",
    );
    expect(asCommonJs(read('scripts/packed/gateway.mjs'))).not.toMatch(/^(?:import|export) /m);
  });
});
