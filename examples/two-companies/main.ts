// Two companies federate in this process: a SIP company and an XMPP company, with others around them, and a gateway that
// decides and explains. Plays its scenes and ends with 0, or with 1 when one is not as expected; with `--html FILE` the
// ladders are written as a page, too. On a terminal it then lets you type as either user.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ladderPage } from '@interwork/core/ladder';
import { playScenes, type Played } from './play.ts';
import { prompt } from './prompt.ts';
import { SCENES } from './scenes.ts';
import { RAILS, setStage, type Stage } from './stage.ts';

/** Plays every scene. */
export async function show(stage: Stage, print: (text: string) => void): Promise<Played> {
  return await playScenes(SCENES, stage, RAILS, print);
}

/** The whole example: stage, scenes, page, prompt, end. */
export async function main(args: readonly string[]): Promise<number> {
  const { html } = parseArgs({ args: [...args], options: { html: { type: 'string' } } }).values;
  const print = (text: string): void => console.log(text);
  const stage = await setStage();
  try {
    const { good, sections } = await show(stage, print);
    print(good ? '\nEverything went as expected.' : '\nNot everything went as expected.');
    if (html !== undefined) {
      writeFileSync(html, ladderPage({ title: 'Two companies and a gateway', sections }));
      print(`The ladders are in ${html}: open it in a browser, and then an arrow.`);
    }
    if (good && process.stdin.isTTY) await prompt(stage);
    return good ? 0 : 1;
  } finally {
    await stage.close();
  }
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  process.exitCode = await main(process.argv.slice(2));
}
