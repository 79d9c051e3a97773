// A Lync partner and an XMPP domain in conversation, as one ladder with each habit named; or, with `replay FILE`, a site's
// own trace run against the dialect. Ends with 0, or with 1 when something is not as expected.
import { readFileSync } from 'node:fs';
import { LYNC } from '@interwork/core';
import { readTrace, replay, replayText } from '@interwork/core/testing';
import { playScenes } from '../two-companies/play.ts';
import { SCENES } from './scenes.ts';
import { RAILS, setStage, type Stage } from './stage.ts';

/** Plays every scene; the answer is whether all went as expected. */
export async function show(stage: Stage, print: (text: string) => void): Promise<boolean> {
  return (await playScenes(SCENES, stage, RAILS, print)).good;
}

/** Runs a trace against the dialect, and prints what is otherwise. */
export function replayFile(file: string, print: (text: string) => void): number {
  const found = replay(readTrace(readFileSync(file, 'utf8')), LYNC);
  print(replayText(found));
  return found.differences.length === 0 ? 0 : 1;
}

/** The whole example. */
export async function main([command, file]: readonly string[]): Promise<number> {
  const print = (text: string): void => console.log(text);
  if (command === 'replay' && file !== undefined) return replayFile(file, print);
  if (command !== undefined) {
    print(
      'usage: main.ts            plays the conversation\n       main.ts replay FILE  runs a trace of your own site',
    );
    return 2;
  }
  const stage = await setStage();
  try {
    const good = await show(stage, print);
    print(good ? '\nEverything went as expected.' : '\nNot everything went as expected.');
    return good ? 0 : 1;
  } finally {
    await stage.close();
  }
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  process.exitCode = await main(process.argv.slice(2));
}
