// `npm run interop`: puts gateways through the cases among real servers, and writes docs/interop.md.
//   --check            compares with the page instead, and fails where it is not true; a case that fails and held
//                      before is put once more to a world of its own, and it is said that it was
//   --gateway NAME     only this gateway      --link NAME,... only these links; the page keeps the others
//   WORD ...           only cases that have this in their name; nothing is written
// What every link's last run gave is kept in results.jsonl, which the page is made of.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { inside, missing, skipped, withFolder } from './namespace.mjs';
import type { Result } from './src/cases/case.ts';
import { CASES } from './src/cases/index.ts';
import { GATEWAYS, linksOf } from './src/gateways/index.ts';
import { NOTES } from './src/notes.ts';
import { differences, pageOf, type Run } from './src/page.ts';
import { HOST } from './src/places.ts';
import { versions } from './src/versions.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/interop.md');
const KEPT = join(ROOT, 'interop/results.jsonl');
/** Worlds at a time. */
const AT_ONCE = 3;

const { values, positionals } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    gateway: { type: 'string' },
    link: { type: 'string' },
  },
  allowPositionals: true,
});
const why = missing();
if (why !== undefined) skipped('every case among real servers', why);
const names = values.gateway === undefined ? Object.keys(GATEWAYS) : [values.gateway];
const started = Date.now();
const runs: Run[] = [];
for (const name of names) runs.push(await runOf(name));
console.log(`${summary()} in ${Math.round((Date.now() - started) / 1000)} s`);
// Links that were run whole replace what was kept of them; the page is of all that is kept.
if (positionals.length === 0) finish(pageOf(CASES, merged(), versions(), NOTES));

/** What is kept of earlier runs, with this one in the place of its links. */
function merged(): readonly Run[] {
  const earlier = keptResults();
  const all = Object.keys(GATEWAYS).map((gateway): Run => {
    const links = linksOf(gateway).map(({ id }) => id);
    const now = runs.find((run) => run.gateway === gateway);
    const before = earlier.filter((one) => one.gateway === gateway);
    const results = [
      ...before.filter(({ link }) => now?.links.includes(link) !== true),
      ...(now?.results ?? []),
    ];
    return { gateway, links, results };
  });
  if (!values.check) writeFileSync(KEPT, all.flatMap(linesOf).join(''));
  return all;
}

function keptResults(): readonly (Result & { readonly gateway: string })[] {
  const kept = existsSync(KEPT) ? readFileSync(KEPT, 'utf8').trim().split('\n') : [];
  return kept.map((line) => JSON.parse(line) as Result & { readonly gateway: string });
}

function linesOf({ gateway, results }: Run): readonly string[] {
  return results.map(({ link, id, outcome, why: words }) => {
    const reason = words === undefined || words === '' ? {} : { why: words };
    return `${JSON.stringify({ gateway, link, id, outcome, ...reason })}\n`;
  });
}

async function runOf(gateway: string): Promise<Run> {
  const links = linksOf(gateway).filter(
    ({ id }) => values.link === undefined || values.link.split(',').includes(id),
  );
  const results: Result[] = [];
  // The longest first, so that no lane is left with one in the end.
  const waiting = links
    .toSorted((a, b) => Number(b.join === 'external') - Number(a.join === 'external'))
    .map(({ id }) => id);
  const lane = async (): Promise<void> => {
    for (let link = waiting.shift(); link !== undefined; link = waiting.shift())
      results.push(...(await worldOf(gateway, link)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const twice = values.check ? await again(gateway, results) : results;
  return { gateway, links: links.map(({ id }) => id), results: twice };
}

/** The results, with those of a second try in the place of what failed and held when the page was made. */
async function again(gateway: string, results: readonly Result[]): Promise<readonly Result[]> {
  const held = new Set(
    keptResults()
      .filter((one) => one.gateway === gateway && one.outcome === 'holds')
      .map(keyOf),
  );
  const failed = results.filter((one) => one.outcome === 'fails' && held.has(keyOf(one)));
  const second = new Map<string, Result>();
  for (const link of new Set(failed.map((one) => one.link))) {
    const ids = failed.filter((one) => one.link === link).map(({ id }) => id);
    console.log(`once more ${gateway} ${link}: ${ids.join(' ')}`);
    for (const one of await worldOf(gateway, link, ids)) second.set(keyOf(one), one);
  }
  return results.map((one) => (failed.includes(one) ? (second.get(keyOf(one)) ?? one) : one));
}

function keyOf({ link, id }: Result): string {
  return `${link} ${id}`;
}

/** One world in a namespace of its own. A case that it did not come to has failed. */
function worldOf(
  gateway: string,
  link: string,
  words: readonly string[] = positionals,
): Promise<readonly Result[]> {
  return withFolder(async (folder) => {
    const command = [process.execPath, '--conditions=@interwork/source', '--import', 'tsx'];
    const [file = '', ...args] = inside(folder, HOST.dns, [
      ...command,
      join(ROOT, 'interop/worker.ts'),
      link,
      gateway,
      ...words,
    ]);
    const child = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      if (process.env['INTERWORK_LOGS'] !== undefined) process.stderr.write(text);
    });
    const results: Result[] = [];
    for await (const line of createInterface({ input: child.stdout }))
      if (line.startsWith('{')) results.push(told(gateway, JSON.parse(line) as Result));
    const isPart = words.length > 0 && results.length > 0;
    return isPart ? results : [...results, ...notReached(gateway, link, results, said)];
  });
}

function notReached(
  gateway: string,
  link: string,
  results: readonly Result[],
  said: string,
): readonly Result[] {
  const left = CASES.filter(({ id }) => !results.some((one) => one.id === id));
  if (left.length > 0) console.error(`${gateway} ${link} ended early:\n${said}`);
  return left.map(({ id }) => ({ link, id, outcome: 'fails', why: 'the world ended before it' }));
}

function told(gateway: string, result: Result & { readonly took?: number }): Result {
  const { link, id, outcome, why: reason = '', took = 0 } = result;
  if (outcome !== 'not-there')
    console.log(
      `${outcome === 'holds' ? 'ok  ' : 'FAIL'} ${gateway} ${link} ${id} (${took} ms) ${reason}`,
    );
  return result;
}

function summary(): string {
  const all = runs.flatMap((run) => run.results);
  const count = (outcome: Result['outcome']): number =>
    all.filter((one) => one.outcome === outcome).length;
  return `${count('holds')} hold, ${count('fails')} fail, ${count('not-there')} cannot be tried`;
}

function finish(page: string): void {
  if (!values.check) {
    writeFileSync(PAGE, page);
    return;
  }
  const different = differences(readFileSync(PAGE, 'utf8'), page);
  if (different.length === 0) return;
  console.error(`docs/interop.md is not true any more; \`npm run interop\` writes it anew.`);
  console.error(different.join('\n'));
  process.exitCode = 1;
}
