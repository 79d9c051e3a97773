// The whole gateway on real sockets, both ways at once, beside an echo that does nothing, under the same load in the
// same run: CPU for a message, rate with 64 open each way, latency at 200 a second each way, and what memory
// grows by. Every message is followed to its end; a run in which one is not proved fails.
// Run with `npm run bench core`; `--long` sends a million, `--quick` a few, `--only udp-component|tls-s2s`, and `--page`
// writes what was measured to docs/bench.md.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Measured, makeCredentials, type Parts, startParts } from './whole/parts.ts';
import type { Kind, WayReport } from './whole/words.ts';

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    page: { type: 'boolean', default: false },
  },
});
/** Messages each way: to warm up, for each of the runs, at a fixed pace, and while memory is watched. */
const SIZES = values.quick
  ? { warm: 2_000, runs: 3, run: 3_000, paced: 600, memory: 5_000 }
  : { warm: 60_000, runs: 9, run: 6_000, paced: 1_000, memory: values.long ? 500_000 : 20_000 };
const WINDOW = 64;
const PACE = 200;

const INTRODUCTION = `# What the whole gateway costs

Made by \`npm run bench core -- --page\`; do not edit. The load, the gateway and the echo are a process each, on the sockets of
the loopback. The load follows every message: it must arrive once, unchanged, in the order of its pair of people, and its
sender must be answered; else the run fails. 64 messages are open each way, both ways at once. Each has taken a hundred
and twenty thousand before it is measured: by then what runs is compiled, as it is in a gateway that runs for months.

The echo reads nothing. It hands each message to the other side and answers a request with itself, over the same
transports, with as many writes. CPU is user and system time of the one process, all threads. Only ratios of one run mean
anything: the figures move by a factor of two with what else the machine does. The ratio is that of the medians; behind it
stand the least and the most of the runs, each with the one of the echo before it. Over TLS the echo takes what stands in
its buffer at once, so that one record carries many messages and costs next to nothing for each; there the ratio says more
about the echo than about the gateway.

Aimed at over UDP and a component: first 4x the echo, then 3x; what is printed below says how far that is.
`;

const KINDS: Readonly<Record<Kind, string>> = {
  'udp-component': 'SIP over UDP, XEP-0114 component',
  'tls-s2s': 'SIP over mutual TLS, s2s over mutual TLS',
};

async function compare(kind: Kind): Promise<void> {
  say(`\n${KINDS[kind]}, both ways at once`);
  const credentials = makeCredentials();
  const subjects = [
    await startParts('echo', kind, credentials, ['--expose-gc']),
    await startParts('gateway', kind, credentials, ['--expose-gc']),
  ];
  for (const parts of subjects) await parts.run({ count: SIZES.warm, window: WINDOW });
  const [echo = [], gateway = []] = await inTurns(subjects);
  row('echo', echo, '');
  row('gateway', gateway, ratioTo(echo, gateway));
  for (const parts of subjects) await latency(parts);
  for (const parts of subjects) await memory(parts);
  for (const parts of subjects) await parts.close();
}

/** One run of each, again and again, so that what else the machine does meets both. */
async function inTurns(subjects: readonly Parts[]): Promise<readonly (readonly Measured[])[]> {
  const measured = subjects.map((): Measured[] => []);
  for (let run = 0; run < SIZES.runs; run++)
    for (const [at, parts] of subjects.entries())
      measured[at]?.push(await parts.run({ count: SIZES.run, window: WINDOW }));
  return measured;
}

async function latency(parts: Parts): Promise<void> {
  const { report, cpu } = await parts.run({ count: SIZES.paced, window: 0, perSecond: PACE });
  const { toXmpp, toSip } = report;
  const told = `answered ${times(toXmpp.answer)}`;
  const line = `SIP to XMPP ${times(toXmpp.arrival)} (${told}); XMPP to SIP ${times(toSip.arrival)}`;
  say(`  ${parts.role.padEnd(8)} ${PACE}/s each way: ${line}; CPU ${cpu.toFixed(4)} s/1000`);
}

/**
 * What is kept after garbage is thrown away, and what the process holds, for each message after the warm-up. Over
 * UDP finished transactions are kept for half a minute, as RFC 3261 §17.2.2 wants.
 */
async function memory(parts: Parts): Promise<void> {
  const before = await parts.read(true);
  await parts.run({ count: SIZES.memory, window: WINDOW });
  const after = await parts.read(true);
  const each = (now: number, then: number): string =>
    ((now - then) / (2 * SIZES.memory)).toFixed(1);
  const grown = `heap ${each(after.heap, before.heap)} B, RSS ${each(after.rss, before.rss)} B a message`;
  const mb = `RSS ${(after.rss / 1e6).toFixed(0)} MB`;
  say(`  ${parts.role.padEnd(8)} after ${2 * SIZES.memory} more: ${mb}, growth ${grown}`);
}

function row(name: string, runs: readonly Measured[], ratio: string): void {
  const cpu = `${median(runs, 'cpu').toFixed(4)} (system ${median(runs, 'system').toFixed(4)})`;
  const told = `${cpu} CPU s/1000, ${Math.round(median(runs, 'rate'))} messages/s`;
  say(`  ${name.padEnd(8)} ${told}  ${ratio}`);
}

/** Of the medians, and the spread of the runs. */
function ratioTo(echo: readonly Measured[], gateway: readonly Measured[]): string {
  const whole = median(gateway, 'cpu') / median(echo, 'cpu');
  const each = gateway.map(({ cpu }, run) => cpu / (echo[run]?.cpu ?? Number.NaN));
  const spread = `${Math.min(...each).toFixed(2)} to ${Math.max(...each).toFixed(2)}`;
  return `${whole.toFixed(2)}x the CPU of the echo (${spread})`;
}

function times({ p50, p99 }: WayReport['arrival']): string {
  return `p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} ms`;
}

function median(runs: readonly Measured[], of: 'cpu' | 'system' | 'rate'): number {
  const sorted = runs.map((run) => run[of]).toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

const said: string[] = [];

function say(line: string): void {
  said.push(line);
  console.log(line);
}

/** The page of this run. */
function page(): string {
  const { version, arch } = process;
  const machine = `Node ${version}, ${arch}, ${availableParallelism()} cores shared with other work`;
  return `${INTRODUCTION}\n${machine}:\n\n\`\`\`text\n${said.join('\n')}\n\`\`\`\n`;
}

say('Medians; 0 lost, doubled, reordered, changed or unanswered, or the run fails.');
for (const kind of Object.keys(KINDS) as Kind[])
  if (values.only === undefined || values.only === kind) await compare(kind);
if (values.page) writeFileSync(join(import.meta.dirname, '../../../docs/bench.md'), page());
