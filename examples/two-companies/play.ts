// Plays scenes on the screen, one after the other: its ladder, why it ended so, and whether that was expected. What a
// scene is stands in scene.ts, how it is drawn in ladder.ts; other examples with scenes are played by this too.
import { draw, heading, title, verdict, why, whyNot } from './ladder.ts';
import type { Scene } from './scene.ts';

/** Plays every scene; the answer is whether all went as expected. */
export async function playScenes<On>(
  scenes: readonly Scene<On>[],
  stage: On,
  names: Parameters<typeof heading>[0],
  print: (text: string) => void,
): Promise<boolean> {
  print(`\n${heading(names)}`);
  let good = true;
  for (const [at, scene] of scenes.entries()) {
    print(`\n${title(at + 1, scene.title)}\n`);
    const { lines, traces, expected, said } = await scene.play(stage);
    for (const line of lines) print(draw(line));
    print('');
    for (const trace of traces) print(trace.kind === 'crossing' ? why(trace) : whyNot(trace));
    print(verdict(expected, said));
    good &&= expected;
  }
  return good;
}
