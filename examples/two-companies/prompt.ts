// The prompt after the show: type as Alice of the SIP company or as Carol of the XMPP company.
import { createInterface } from 'node:readline/promises';
import { why } from './ladder.ts';
import { CONTOSO, GTALK, type Stage } from './stage.ts';

const ALICE = `alice@${CONTOSO}`;
const CAROL = `carol@${GTALK}`;

/** Asks for lines until there are no more. */
export async function prompt(stage: Stage): Promise<void> {
  console.log(
    `\nNow you. "alice: hello" sends from SIP to Carol, "carol: hello" from XMPP to Alice; an empty line ends.\n`,
  );
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const line = await lines.question('> ');
      if (line.trim() === '') return;
      await say(stage, line);
    }
  } catch {
    console.log();
  } finally {
    lines.close();
  }
}

async function say({ contoso, gtalk, watch }: Stage, line: string): Promise<void> {
  const [, who, text = ''] = /^\s*(alice|carol)\s*:\s*(.*)$/.exec(line) ?? [];
  if (who === undefined) return console.log('  begin with "alice:" or "carol:"');
  const since = watch.traces.length;
  if (who === 'alice') await contoso.send(ALICE, CAROL, text);
  else gtalk.send(CAROL, ALICE, text);
  const trace = await watch.crossing(since);
  const inbox = who === 'alice' ? gtalk.people.texts('carol') : contoso.people.texts('alice');
  if (trace.outcome === 'delivered' || trace.outcome === 'handed-over')
    console.log(`  ${who === 'alice' ? 'carol' : 'alice'} reads: ${inbox.at(-1) ?? ''}`);
  console.log(why(trace));
}
