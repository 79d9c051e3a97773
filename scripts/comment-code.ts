// Code in the comments of sources compiles: every block fenced as `ts` is a module of its own, which imports what a reader
// would import. It is compiled where it stands, with everything that the compiler knows to complain of.
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { COMPILER } from './public-names.ts';
import { cut } from './source-text.ts';
import { files, fromRoot, lineAt, read, root, type Problem } from './tree.ts';

/** The blocks that do not compile. */
export function commentCode(): readonly Problem[] {
  const sources = files('packages', /^packages\/[^/]+\/src\/.*\.ts$/);
  return uncompiled(sources.flatMap((file) => blocksIn(file, read(file))));
}

/** One block of code. */
export interface Block {
  readonly file: string;
  /** The line in the file on which its first line stands. */
  readonly line: number;
  readonly code: string;
}

/** The blocks in the comments of a source. */
export function blocksIn(file: string, source: string): readonly Block[] {
  const { comments } = cut(source);
  return [...comments.matchAll(FENCED)].map(({ 0: whole, 1: body = '', index }) => {
    const line = lineAt(source, index + whole.indexOf('\n') + 1);
    return { file, line, code: body.replaceAll(/^ *\* ?/gm, '') };
  });
}

/** What is wrong with them, each as a module beside the file in which it stands. */
export function uncompiled(blocks: readonly Block[]): readonly Problem[] {
  const modules = new Map(
    blocks.map((block, at) => [join(root, dirname(block.file), `comment-code-${at}.ts`), block]),
  );
  const program = ts.createProgram([...modules.keys()], COMPILER, hostWith(modules));
  return [...modules].flatMap(([name, block]) => {
    const file = program.getSourceFile(name);
    const found = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ];
    return found.map((one) => problemOf(one, block));
  });
}

function hostWith(modules: ReadonlyMap<string, Block>): ts.CompilerHost {
  const host = ts.createCompilerHost(COMPILER);
  return {
    ...host,
    fileExists: (name) => modules.has(name) || host.fileExists(name),
    readFile: (name) => modules.get(name)?.code ?? host.readFile(name),
    getSourceFile: (name, target, ...rest) => {
      const block = modules.get(name);
      if (block === undefined) return host.getSourceFile(name, target, ...rest);
      return ts.createSourceFile(name, block.code, target, true);
    },
  };
}

function problemOf({ start = 0, file, messageText }: ts.Diagnostic, block: Block): Problem {
  const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
  const at = `${fromRoot(join(root, block.file))}:${block.line + line}`;
  return { at, text: ts.flattenDiagnosticMessageText(messageText, ' ') };
}

const FENCED = /```ts\n([^]*?)```/g;
