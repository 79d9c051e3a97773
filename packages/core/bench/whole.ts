// The whole gateway on real sockets, both ways at once, beside an echo that does nothing, under the same load in the
// same run: CPU for a message, rate with 64 open each way, latency at 200 a second each way, and what memory
// grows by. Every message is followed to its end; a run in which one is not proved fails.
// Run with `npm run bench core`; `--long` sends a million, `--quick` a few, `--only udp-component|tls-s2s`.
import { parseArgs } from 'node:util';
import { type Measured, makeCredentials, type Parts, startParts } from './whole/parts.ts';
import type { Kind, WayReport } from './whole/words.ts';

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
/** Messages each way: to warm up, for each of the runs, at a fixed pace, and while memory is watched. */
const SIZES = values.quick
  ? { warm: 2_000, runs: 3, run: 3_000, paced: 600, memory: 5_000 }
  : { warm: 10_000, runs: 5, run: 8_000, paced: 2_000, memory: values.long ? 500_000 : 30_000 };
const WINDOW = 64;
const PACE = 200;

const KINDS: Readonly<Record<Kind, string>> = {
  'udp-component': 'SIP over UDP, XEP-0114 component',
  'tls-s2s': 'SIP over mutual TLS, s2s over mutual TLS',
};

async function compare(kind: Kind): Promise<void> {
  console.log(`\n${KINDS[kind]}, both ways at once`);
  const credentials = makeCredentials();
  const subjects = [
    await startParts('echo', kind, credentials, ['--expose-gc']),
    await startParts('gateway', kind, credentials, ['--expose-gc']),
  ];
  for (const parts of subjects) await parts.run({ count: SIZES.warm, window: WINDOW });
  const [echo = [], gateway = []] = await inTurns(subjects);
  const [base, cost] = [median(echo, 'cpu'), median(gateway, 'cpu')];
  row('echo', echo, '');
  row('gateway', gateway, `${(cost / base).toFixed(2)}x the CPU of the echo`);
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
  console.log(
    `  ${parts.role.padEnd(8)} ${PACE}/s each way: ${line}; CPU ${cpu.toFixed(4)} s/1000`,
  );
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
  console.log(`  ${parts.role.padEnd(8)} after ${2 * SIZES.memory} more: ${mb}, growth ${grown}`);
}

function row(name: string, runs: readonly Measured[], ratio: string): void {
  const cpu = `${median(runs, 'cpu').toFixed(4)} (system ${median(runs, 'system').toFixed(4)})`;
  const told = `${cpu} CPU s/1000, ${Math.round(median(runs, 'rate'))} messages/s`;
  console.log(`  ${name.padEnd(8)} ${told}  ${ratio}`);
}

function times({ p50, p99 }: WayReport['arrival']): string {
  return `p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} ms`;
}

function median(runs: readonly Measured[], of: 'cpu' | 'system' | 'rate'): number {
  const sorted = runs.map((run) => run[of]).toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

console.log('Medians; 0 lost, doubled, reordered, changed or unanswered, or the run fails.');
for (const kind of Object.keys(KINDS) as Kind[])
  if (values.only === undefined || values.only === kind) await compare(kind);
