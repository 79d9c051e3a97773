// What must be said of public names beside the sentence that docs/public-names.md shows: of a number its unit or what it
// counts, where it stands or for all of its type; and of a function that answers with a fault, a refusal or findings, that it does.
import { join } from 'node:path';
import ts from 'typescript';
import { packages } from './packages.ts';
import { COMPILER } from './public-names.ts';
import { fromRoot, root, type Problem } from './tree.ts';

/** The public names of which it is not said. */
export function publicDocs(): readonly Problem[] {
  const files = packages().flatMap(({ subpaths }) =>
    subpaths.map(({ source }) => join(root, source)),
  );
  const program = ts.createProgram(files, COMPILER);
  const checker = program.getTypeChecker();
  const symbols = new Set(files.flatMap((file) => exportsOf(file, program, checker)));
  return [...symbols].flatMap((symbol) => unsaid(symbol, checker));
}

function exportsOf(
  file: string,
  program: ts.Program,
  checker: ts.TypeChecker,
): readonly ts.Symbol[] {
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) return [];
  return checker.getExportsOfModule(module).map((symbol) => {
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  });
}

function unsaid(symbol: ts.Symbol, checker: ts.TypeChecker): readonly Problem[] {
  return (symbol.declarations ?? []).flatMap((node) => {
    if (ts.isInterfaceDeclaration(node)) return numbersOf(node, symbol, checker);
    return ts.isFunctionDeclaration(node) ? faultsOf(node, symbol, checker) : [];
  });
}

/** Numbers of which nobody says what they are. */
function numbersOf(
  node: ts.InterfaceDeclaration,
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
): readonly Problem[] {
  if (UNITS.test(saidOf(symbol, checker))) return [];
  return node.members.filter(ts.isPropertySignature).flatMap((member) => {
    const named = checker.getSymbolAtLocation(member.name);
    if (named === undefined || member.type?.kind !== ts.SyntaxKind.NumberKeyword) return [];
    if (saidOf(named, checker) !== '' || PLAIN.test(named.name)) return [];
    return [{ at: placeOf(member), text: `${symbol.name}.${named.name}: a number of what?` }];
  });
}

/** Functions that answer with what is wrong, and do not say so. */
function faultsOf(
  node: ts.FunctionDeclaration,
  symbol: ts.Symbol,
  checker: ts.TypeChecker,
): readonly Problem[] {
  const signature = checker.getSignatureFromDeclaration(node);
  if (signature === undefined) return [];
  const answer = checker.typeToString(signature.getReturnType());
  if (!/\b(?:Fault|Refusal|Findings|\w+Fault)\b/.test(answer)) return [];
  if (TOLD.test(saidOf(symbol, checker))) return [];
  return [
    {
      at: placeOf(node),
      text: `${symbol.name} answers ${answer}, which its sentence does not say`,
    },
  ];
}

function saidOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker));
}

function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${fromRoot(file.fileName)}:${line + 1}`;
}

/** Words that say what all numbers of a type are. */
const UNITS =
  /milliseconds|epoch ms|statuses|seconds|octets|characters|counts?\b|how (?:many|much|full)|numbers? of|sizes?\b/i;
/** Names that say it themselves. */
const PLAIN =
  /^(?:port|status|line|version|seed|count|total|size|open|priority|code|at|now)$|Octets$|Seconds$|Count$/;
const TOLD =
  /fault|refus|finding|wrong|malformed|cannot|not read|undefined|broken|forbids|why|unless/i;
