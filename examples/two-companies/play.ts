// Plays scenes on the screen, one after the other: its ladder, why it ended so, and whether that was expected. What a
// scene is stands in scene.ts; other examples with scenes are played by this too.
import {
  headingText,
  type Ladder,
  type PageSection,
  type Rail,
  stepsText,
} from '@interwork/core/ladder';
import type { Scene } from './scene.ts';

const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const painted = (code: number, text: string): string =>
  colour ? `\u001b[${code}m${text}\u001b[0m` : text;

/** What has been played, as sections of a page. */
export interface Played {
  /** Whether all went as expected. */
  readonly good: boolean;
  readonly sections: readonly PageSection[];
}

/** Plays every scene. */
export async function playScenes<On>(
  scenes: readonly Scene<On>[],
  stage: On,
  rails: readonly Rail[],
  print: (text: string) => void,
): Promise<Played> {
  print(`\n${headingText(rails, { colour })}`);
  const sections: PageSection[] = [];
  for (const [at, scene] of scenes.entries()) {
    const title = `${at + 1}. ${scene.title}`;
    print(`\n${painted(1, title)}\n`);
    const { ladder, expected: good, said } = await scene.play(stage);
    for (const line of passed(ladder)) print(line);
    print('');
    for (const line of reasons(ladder)) print(line);
    print(
      good
        ? `  ${painted(32, '✔')}    ${said}`
        : `  ${painted(31, '✘')}    not as expected: ${said}`,
    );
    sections.push({ title, ladder, verdict: { good, text: said } });
  }
  return { good: sections.every(({ verdict }) => verdict?.good), sections };
}

/** What passed, a line each. */
export function passed({ rails, steps }: Ladder): readonly string[] {
  return stepsText({ rails, steps: steps.filter(({ kind }) => kind !== 'told') }, { colour });
}

/** Why it ended so, a line each. */
export function reasons({ rails, steps }: Ladder): readonly string[] {
  const told = steps.filter((step) => step.kind === 'told' && SHOWN.has(step.trace.kind));
  return stepsText({ rails, steps: told }, { colour });
}

/** Faults of peers are for operators. */
const SHOWN: ReadonlySet<string> = new Set(['crossing', 'peer']);
