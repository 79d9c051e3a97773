// XMPP federation as Lync Server 2013 had it with Google Talk: a partner without TLS and SASL, proved by dialback, whose
// users nobody vouches for. Plays its scenes and ends with 0, or with 1 when one is not as expected.
import { playScenes } from '../two-companies/play.ts';
import { SCENES } from './scenes.ts';
import { RAILS, setStage, type Stage } from './stage.ts';

/** Plays every scene; the answer is whether all went as expected. */
export async function show(stage: Stage, print: (text: string) => void): Promise<boolean> {
  return (await playScenes(SCENES, stage, RAILS, print)).good;
}

/** The whole example: stage, scenes, end. */
export async function main(): Promise<number> {
  const print = (text: string): void => console.log(text);
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
  process.exitCode = await main();
}
