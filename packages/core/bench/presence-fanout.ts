// One state to a thousand watchers, through a whole gateway with its store in memory and without sockets: notifications
// a second and CPU of each, beside what reading them alone costs; and how smoothly subscriptions are asked for
// again after a restart. Run with `npm run bench core`; `--quick` plays less, `--long` more.
import { memoryStore } from '@interwork/core';
import { type RequestDraft } from '@interwork/sip';
import { parseStanza } from '@interwork/xmpp';
import { documentOf, notifyFor, requestOf, subscribeTo } from './presence/messages.ts';
import { keyOf, NOW, subscription } from './presence/records.ts';
import { Rig, SIP, XMPP } from './presence/rig.ts';

const isQuick = process.argv.includes('--quick');
const WATCHERS = 1_000;
const ROUNDS = isQuick ? 4 : 20;
const RESTARTED = isQuick ? 10_000 : process.argv.includes('--long') ? 200_000 : 50_000;
const GOAL = 20_000;

interface Way {
  readonly name: string;
  /** Everybody is allowed to see. */
  readonly meet: (rig: Rig) => Promise<void>;
  /** What comes in for one change, as the gateway is handed it, and how it is read alone. */
  readonly inputs: (rig: Rig, round: number) => readonly Input[];
  /** How many notifications have left. */
  readonly left: (rig: Rig) => number;
}

interface Input {
  readonly take: () => void;
  readonly read: () => unknown;
}

const romeo = (n: number): string => `romeo-${n}@${XMPP}`;
const juliet = (n: number): string => `juliet-${n}@${SIP}`;

/** The SUBSCRIBEs of the gateway, one for each watcher. */
let asked: RequestDraft[] = [];

const TO_XMPP: Way = {
  name: 'one SIP user, watched from XMPP',
  async meet(rig) {
    for (let n = 0; n < WATCHERS; n++) {
      rig.xmpp(
        `<presence xmlns='jabber:server' type='subscribe' from='${romeo(n)}' to='${juliet(0)}'/>`,
      );
      await rig.settle();
    }
    asked = rig.sent.filter(({ method }) => method === 'SUBSCRIBE');
    for (const { take } of this.inputs(rig, 0)) take();
    await rig.settle();
  },
  inputs: (rig, round) =>
    asked.map((draft) => {
      const body = documentOf(juliet(0), `round ${round}`, ['desk']);
      const octets = notifyFor(draft, { cseq: round + 1, state: 'active;expires=3600', body });
      return { take: () => rig.sip(octets), read: () => requestOf(octets) };
    }),
  left: (rig) => rig.stanzas,
};

const TO_SIP: Way = {
  name: 'one XMPP user, watched from SIP',
  async meet(rig) {
    for (let n = 0; n < WATCHERS; n++) {
      rig.sip(subscribeTo({ from: juliet(n), to: romeo(0), callId: `${n}-a84b4c76e66710` }));
      await rig.settle();
      rig.xmpp(
        `<presence xmlns='jabber:server' type='subscribed' from='${romeo(0)}' to='${juliet(n)}'/>`,
      );
      await rig.settle();
    }
  },
  inputs: (rig, round) =>
    Array.from({ length: WATCHERS }, (_, n) => {
      const text = `<presence xmlns='jabber:server' from='${romeo(0)}/orchard' to='${juliet(n)}'><show>away</show><status>round ${round}</status></presence>`;
      return { take: () => rig.xmpp(text), read: () => parseStanza(text) };
    }),
  left: (rig) => rig.sent.filter(({ method }) => method === 'NOTIFY').length,
};

/** Microseconds of CPU. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Ten seconds, in which whatever was put off is done. */
async function pass(rig: Rig): Promise<void> {
  for (let step = 0; step < 100; step++) {
    rig.tick(100);
    await rig.settle();
  }
}

async function fanOut(way: Way): Promise<void> {
  const rig = new Rig();
  await way.meet(rig);
  await pass(rig);
  const best = { cpu: Infinity, read: Infinity };
  for (let round = 1; round <= ROUNDS; round++) {
    await pass(rig);
    rig.sent.length = 0;
    rig.stanzas = 0;
    const inputs = way.inputs(rig, round);
    const used = cpu();
    for (const { take } of inputs) take();
    await rig.settle();
    best.cpu = Math.min(best.cpu, (cpu() - used) / WATCHERS);
    if (way.left(rig) !== WATCHERS) throw new Error(`${way.left(rig)} left in round ${round}`);
    const alone = cpu();
    for (const { read } of inputs) read();
    best.read = Math.min(best.read, (cpu() - alone) / WATCHERS);
  }
  const rate = 1e6 / best.cpu;
  console.log(
    `${way.name}: ${(rate / 1_000).toFixed(1)} k/s on one core (aimed at ${GOAL / 1_000} k/s), ${best.cpu.toFixed(0)} µs of CPU each, ` +
      `${(best.cpu / best.read).toFixed(1)}x the cost of reading alone`,
  );
}

/** Subscriptions of a process that has ended, taken up by the next one in virtual time. */
async function restart(): Promise<void> {
  const store = memoryStore({ max: RESTARTED });
  for (let n = 0; n < RESTARTED; n++)
    await store.write(keyOf(n), { record: subscription(n), wakeAt: NOW + 3_479_600 }, undefined);
  const rig = new Rig(store, { lastingStore: true });
  const perSecond: number[] = [];
  const begun = cpu();
  for (let second = 0; second < SECONDS; second++) {
    let count = 0;
    for (let step = 0; step < 1_000; step += STEP) {
      rig.sent.length = 0;
      rig.tick(STEP);
      await rig.settle();
      count += rig.sent.length;
      for (const draft of rig.sent.splice(0))
        rig.sip(notifyFor(draft, { cseq: 5_000, state: 'active;expires=3600' }));
    }
    perSecond.push(count);
  }
  const [all, most] = [perSecond.reduce((sum, n) => sum + n, 0), Math.max(...perSecond)];
  const used = (cpu() - begun) / 1e6;
  console.log(
    `${RESTARTED.toLocaleString('en')} subscriptions after a restart: ${all.toLocaleString('en')} asked again in ${perSecond.findLastIndex((n) => n > 0) + 1} s, ` +
      `at most ${most.toLocaleString('en')} in one second, ${used.toFixed(0)} s of CPU\n${histogram(perSecond)}`,
  );
}

/** A column for each two seconds. */
function histogram(perSecond: readonly number[]): string {
  const most = Math.max(1, ...perSecond);
  const columns = perSecond.filter((_, at) => at % 2 === 0);
  return columns.map((n) => BARS[Math.ceil((n / most) * (BARS.length - 1))]).join('');
}

const SECONDS = 90;
/** Milliseconds between two looks at the clock. */
const STEP = 20;
const BARS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

await fanOut(TO_XMPP);
await fanOut(TO_SIP);
await restart();
