// Two companies federate in this process: a SIP company and an XMPP company, with others around them, and a gateway that
// decides and explains. Plays its scenes and ends with 0, or with 1 when one is not as expected. On a
// terminal it then lets you type as either user.
import { playScenes } from './play.ts';
import { prompt } from './prompt.ts';
import { SCENES } from './scenes.ts';
import { CONTOSO, GATEWAY, GTALK, setStage, type Stage } from './stage.ts';

/** Plays every scene; the answer is whether all went as expected. */
export async function show(stage: Stage, print: (text: string) => void): Promise<boolean> {
  const names = {
    sip: ['SIP company', CONTOSO, 'mutual TLS'],
    gateway: ['gateway', GATEWAY, 'judges, decides, explains'],
    xmpp: ['XMPP company', GTALK, 'STARTTLS, dialback', 'or a SIP partner, mutual TLS'],
  };
  return await playScenes(SCENES, stage, names, print);
}

/** The whole example: stage, scenes, prompt, end. */
export async function main(): Promise<number> {
  const print = (text: string): void => console.log(text);
  const stage = await setStage();
  try {
    const good = await show(stage, print);
    print(good ? '\nEverything went as expected.' : '\nNot everything went as expected.');
    if (good && process.stdin.isTTY) await prompt(stage);
    return good ? 0 : 1;
  } finally {
    await stage.close();
  }
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  process.exitCode = await main();
}
