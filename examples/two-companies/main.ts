// Two companies federate in this process: a SIP company and an XMPP company, with others around them, and a gateway that
// decides and explains. Plays its scenes and ends with 0, or with 1 when one is not as expected; with `--dialect lync` a
// Lync site comes on the stage after them, and with `--html FILE` the ladders are written as a page, too. On a terminal it
// then lets you type as either user.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ladderPage } from '@interwork/core/ladder';
import { SCENES as LYNC_SCENES } from '../lync-partner/scenes.ts';
import { RAILS as LYNC_RAILS, setStage as setLyncStage } from '../lync-partner/stage.ts';
import { playScenes, type Played } from './play.ts';
import { prompt } from './prompt.ts';
import { SCENES } from './scenes.ts';
import { RAILS, setStage, type Stage } from './stage.ts';

/** Plays every scene. */
export async function show(stage: Stage, print: (text: string) => void): Promise<Played> {
  return await playScenes(SCENES, stage, RAILS, print);
}

/** Plays the scenes of a SIP company that speaks as Lync does, on a stage of their own. */
export async function showLync(print: (text: string) => void): Promise<Played> {
  const stage = await setLyncStage();
  try {
    return await playScenes(LYNC_SCENES, stage, LYNC_RAILS, print);
  } finally {
    await stage.close();
  }
}

/** The whole example: stage, scenes, page, prompt, end. */
export async function main(args: readonly string[]): Promise<number> {
  const { html, dialect } = parseArgs({ args: [...args], options: OPTIONS }).values;
  const print = (text: string): void => console.log(text);
  if (dialect !== 'standard' && dialect !== 'lync') {
    print(`--dialect is standard or lync, not ${dialect}`);
    return 2;
  }
  const stage = await setStage();
  try {
    const played = [
      await show(stage, print),
      ...(dialect === 'lync' ? [await showLync(print)] : []),
    ];
    const good = played.every((one) => one.good);
    const sections = played.flatMap((one) => one.sections);
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

const OPTIONS = {
  html: { type: 'string' },
  dialect: { type: 'string', default: 'standard' },
} as const;

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  process.exitCode = await main(process.argv.slice(2));
}
