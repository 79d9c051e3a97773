// Three gateways over one Redis take the traffic of pairs of people who watch each other. One is killed in the middle
// and another started in its place: no subscription is lost, none is doubled, nobody is asked again, and in the end all
// see what is so. Ends with 0, or with 1 when it was otherwise. Needs redis-server.
import { performance } from 'node:perf_hooks';
import { pidf, type SipUser } from '@interwork/sip/testing';
import type { XmppClient, XmppUser } from '@interwork/xmpp/testing';
import { hasRedis } from './processes.ts';
import { setStage, type Stage } from './stage.ts';
import { since } from './tally.ts';

const GATEWAYS = 3;
const PAIRS = 40;
const WAVES = 4;
/** Milliseconds: between two people who change what they show, and until everything must be right. */
const PACE = 15;
const PATIENCE = 90_000;

/** Two people who watch each other. */
interface Pair {
  readonly desk: SipUser;
  readonly chat: XmppUser;
  readonly client: XmppClient;
}

/** What was seen, and whether it was as it must be. */
export interface Shown {
  readonly isGood: boolean;
}

/** Plays it. */
export async function show(stage: Stage, print: (text: string) => void): Promise<Shown> {
  const pairs = meet(stage);
  const met = await timed(() => pairs.every((pair) => isRight(pair, 'hello')));
  print(`${PAIRS} pairs of people have met in ${seconds(met)}; ${GATEWAYS} gateways, one Redis`);
  const [before, counted] = [subscriptionsOf(pairs), { ...stage.tally.counts }];
  for (let wave = 1; wave < WAVES; wave++) await change(stage, pairs, `wave ${wave}`);
  const last = await changeAndKill(stage, pairs);
  const right = await timed(() => pairs.every((pair) => isRight(pair, last)));
  const after = subscriptionsOf(pairs);
  const { prompts, subscriptions, ...told } = since(counted, stage.tally.counts);
  const repeated = told.repeatedNotifies + told.repeatedPresences;
  const rows = [
    ['subscriptions before', String(before), before === 2 * PAIRS],
    ['subscriptions after', String(after), after === before && isSingle(pairs)],
    ['made anew meanwhile', String(subscriptions), subscriptions === 0],
    ['second requests for authorization', String(prompts), prompts === 0],
    ['notifications', `${told.notifies} to SIP, ${told.presences} to XMPP`, told.notifies > 0],
    ['of these said twice', String(repeated), repeated <= 2 * PAIRS],
    ['all views right again after', seconds(right), right !== undefined],
  ] as const;
  for (const [name, value, good] of rows) print(`${good ? '✔' : '✘'} ${name.padEnd(34)} ${value}`);
  return { isGood: rows.every(([, , good]) => good) };
}

/** Everybody asks to see the other one, and may. */
function meet({ sip, xmpp, step }: Stage): readonly Pair[] {
  const pairs = Array.from({ length: PAIRS }, (_, n) => {
    const [desk, chat] = [sip.user(`desk-${n}`), xmpp.user(`chat-${n}`)];
    desk.setDocument(documentOf(desk, 'hello'));
    desk.allow(chat.address);
    chat.answerRequests('approve');
    const client = chat.login('phone', { status: 'hello' });
    chat.subscribe(desk.address);
    desk.watch(chat.address);
    return { desk, chat, client };
  });
  step();
  return pairs;
}

/** Everybody shows something new, one after the other. */
async function change({ step }: Stage, pairs: readonly Pair[], what: string): Promise<void> {
  for (const { desk, client } of pairs) {
    client.setPresence({ status: what });
    desk.setDocument(documentOf(desk, what));
    step();
    await pause(PACE);
  }
}

/** The same; when half of them have, a gateway is killed. */
async function changeAndKill(stage: Stage, pairs: readonly Pair[]): Promise<string> {
  const half = pairs.length / 2;
  const what = 'the last wave';
  await change(stage, pairs.slice(0, half), what);
  await Promise.all([stage.replaceFirst(), change(stage, pairs.slice(half), what)]);
  return what;
}

/** Whether both see what the other one shows. */
function isRight({ desk, chat, client }: Pair, what: string): boolean {
  const [shown] = client.sees(desk.address);
  const isSeen = shown?.statuses.some(({ text }) => text === what) === true;
  return isSeen && desk.sees(chat.address).document?.includes(`>${what}<`) === true;
}

/** Subscriptions of both directions, as the SIP company has them. */
function subscriptionsOf(pairs: readonly Pair[]): number {
  return pairs.reduce((sum, { desk }) => sum + desk.watchers.length + desk.watching, 0);
}

function isSingle(pairs: readonly Pair[]): boolean {
  return pairs.every(({ desk }) => desk.watchers.length === 1 && desk.watching === 1);
}

function documentOf({ address }: SipUser, note: string): string {
  return pidf(address, [{ id: 'desk', basic: 'open', note }]);
}

/** Milliseconds until it is so; `undefined` when it never was. */
async function timed(isSo: () => boolean): Promise<number | undefined> {
  const begun = performance.now();
  while (!isSo()) {
    if (performance.now() - begun > PATIENCE) return undefined;
    await pause(PACE);
  }
  return performance.now() - begun;
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The whole example. */
export async function main(): Promise<number> {
  if (!hasRedis) {
    console.log('skipped: no redis-server');
    return 0;
  }
  const stage = await setStage(GATEWAYS);
  try {
    return (await show(stage, (text) => console.log(text))).isGood ? 0 : 1;
  } finally {
    await stage.close();
  }
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1])
  process.exitCode = await main();
