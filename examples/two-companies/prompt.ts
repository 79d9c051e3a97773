// The prompt after the show: type as Alice of the SIP company or as Carol of the XMPP company.
import { createInterface } from 'node:readline/promises';
import { passed, reasons } from './play.ts';
import { ALICE, CAROL, record, rosterOf, say, seenBySip, seenByXmpp } from './recording.ts';
import { CONTOSO, GTALK, type Stage } from './stage.ts';

const HELP = `
Now you, as Alice (${CONTOSO}, SIP) or as Carol (${GTALK}, XMPP). An empty line ends.

  alice: hello     says hello to Carol
  alice add        asks to see Carol          alice remove     wants to see her no more
  carol allow      lets Alice see her         carol deny       does not, or no longer
  carol dnd Lunch  is busy; also: away, online, offline
`;

type Act = (stage: Stage, text: string) => void;

/** What each of them can do about the other. */
const ACTS: Readonly<Record<'alice' | 'carol', Readonly<Record<string, Act>>>> = {
  alice: {
    add: ({ contoso }) => contoso.user('alice').watch(CAROL),
    remove: ({ contoso }) => contoso.user('alice').unwatch(CAROL),
    allow: ({ contoso }) => contoso.user('alice').allow(CAROL),
    deny: ({ contoso }) => contoso.user('alice').deny(CAROL),
    away: ({ contoso }, note) => say(contoso.user('alice'), { show: 'away', note }),
    dnd: ({ contoso }, note) => say(contoso.user('alice'), { show: 'dnd', note }),
    online: ({ contoso }, note) => say(contoso.user('alice'), { note }),
    offline: ({ contoso }) => say(contoso.user('alice'), { basic: 'closed' }),
  },
  carol: {
    add: ({ gtalk }) => gtalk.user('carol').subscribe(ALICE),
    remove: ({ gtalk }) => gtalk.user('carol').remove(ALICE),
    allow: ({ gtalk }) => gtalk.user('carol').approve(ALICE),
    deny: ({ gtalk }) => gtalk.user('carol').deny(ALICE),
    away: (stage, status) => phoneOf(stage).setPresence({ show: 'away', status }),
    dnd: (stage, status) => phoneOf(stage).setPresence({ show: 'dnd', status }),
    online: (stage, status) => phoneOf(stage).setPresence({ status }),
    offline: (stage) => phoneOf(stage).logout(),
  },
};

/** Carol's phone, which is switched on if it is not. */
function phoneOf({ gtalk }: Stage) {
  const carol = gtalk.user('carol');
  return carol.clients[0] ?? carol.login('phone');
}

/** Asks for lines until there are no more. */
export async function prompt(stage: Stage): Promise<void> {
  console.log(HELP);
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  lines.prompt();
  for await (const line of lines) {
    if (line.trim() === '') return lines.close();
    for (const told of await obey(stage, line)) console.log(told);
    lines.prompt();
  }
  console.log();
}

/** Does what a line says; the answer is what is to be read then. */
export async function obey(stage: Stage, line: string): Promise<readonly string[]> {
  const [, who, colon, rest = ''] = /^\s*(alice|carol)\s*(:?)\s*(.*)$/.exec(line) ?? [];
  if (who !== 'alice' && who !== 'carol') return ['  begin with "alice" or "carol"'];
  if (colon === ':') return talk(stage, who, rest);
  const [, word = '', text = ''] = /^(\S*)\s*(.*)$/.exec(rest) ?? [];
  const act = Object.hasOwn(ACTS[who], word) ? ACTS[who][word] : undefined;
  if (act === undefined) return [`  one of: ${Object.keys(ACTS[who]).join(', ')}`];
  return show(stage, () => act(stage, text));
}

/** Has it done, and tells what passed, why, and what each sees of the other then. */
async function show(stage: Stage, act: () => void): Promise<readonly string[]> {
  const { contoso, gtalk, watch } = stage;
  const { step, end } = record(stage);
  await step(act, () => true);
  await watch.calm();
  await step(
    () => {},
    () => true,
  );
  const { ladder } = end(true, '');
  const carol = gtalk.user('carol');
  return [
    ...passed(ladder),
    ...reasons(ladder),
    `  alice sees carol: ${seenBySip(contoso.user('alice'), CAROL)}`,
    `  carol sees alice: ${seenByXmpp(carol, ALICE)} (her roster: ${rosterOf(carol, ALICE)})`,
  ];
}

async function talk(
  stage: Stage,
  who: 'alice' | 'carol',
  text: string,
): Promise<readonly string[]> {
  const { contoso, gtalk, watch } = stage;
  const { end } = record(stage);
  const since = watch.traces.length;
  if (who === 'alice') await contoso.send(ALICE, CAROL, text);
  else gtalk.send(CAROL, ALICE, text);
  const trace = await watch.crossing(since);
  const inbox = who === 'alice' ? gtalk.people.texts('carol') : contoso.people.texts('alice');
  const isRead = trace.outcome === 'delivered' || trace.outcome === 'handed-over';
  const read = `  ${who === 'alice' ? 'carol' : 'alice'} reads: ${inbox.at(-1) ?? ''}`;
  const why = reasons(end(true, '').ladder);
  return isRead ? [read, ...why] : why;
}
