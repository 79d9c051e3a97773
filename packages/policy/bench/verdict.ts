// What a verdict costs beside 10, a thousand, 100 thousand and a million domains: by own rules alone, and by Lync's objects
// with all their steps. Beside it what loading takes, and the heap that each entry keeps. Run with `npm run bench policy`.
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { evaluate, type Facts, loadPolicy, type PolicySet, type Query } from '@interwork/policy';

const SIZES = [10, 1_000, 100_000, 1_000_000];
const ROUNDS = 25;
/** Queries asked in turn: a power of two, more than the caches of a processor keep names of. */
const ASKED = 8192;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heap(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A domain of about 24 characters, the n-th of many. */
function domainOf(n: number): string {
  return `company-${String(n).padStart(7, '0')}.example`;
}

/** Every number below `count`, in no order. */
function mixed(n: number, count: number): number {
  return (n * 7_368_787) % count;
}

const listed = (count: number): string =>
  Array.from({ length: count }, (_, n) => `"${domainOf(mixed(n, count))}"`).join(',');

const OWN = (count: number): string =>
  `{"version":1,"default":"deny","rules":[{"id":"partners","effect":"permit","domains":[${listed(count)}]}]}`;

const LYNC = (count: number): string => {
  const allowed = Array.from(
    { length: count },
    (_, n) => `{"domain":"${domainOf(mixed(n, count))}"}`,
  );
  return `{"version":1,"default":"deny","rules":[],"federation":{"localDomains":["ours.example"],"accessEdge":{"routing":"useDnsSrvRouting","allowFederatedUsers":true},"externalAccess":{"global":{"enableFederationAccess":true}},"recipients":{},"allowedDomains":[${allowed.join(',')}]}}`;
};

/** Names as they come from the wire: each a string of its own. */
function fresh(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function queries(count: number, query: (domain: string) => Query): readonly Query[] {
  return Array.from({ length: ASKED }, (_, n) => query(fresh(domainOf(mixed(n * 31, count)))));
}

const inward = (from: string): Query => ({
  from,
  to: fresh('ours.example'),
  via: 'sip',
  toward: 'sip',
  traffic: 'message',
  fromUser: 'ann',
  toUser: 'bob',
  peerNames: [`sip.${from}`],
  mark: 'verified',
});
const outward = (to: string): Query => ({
  from: fresh('ours.example'),
  to,
  via: 'sip',
  toward: 'sip',
  traffic: 'message',
  fromUser: 'bob',
  toUser: 'ann',
});
const stranger = (domain: string): Query => inward(`x.${domain}`);

function factsFor(asked: readonly Query[]): Facts {
  const srv = new Map<string, readonly string[]>();
  for (const { from, to } of asked)
    for (const domain of [from, to]) srv.set(domain, [`sip.${domain}`]);
  return { srv };
}

/** Verdicts in a second of CPU time, in the best of some rounds: whatever else the machine does only takes away. */
function rate(set: PolicySet, asked: readonly Query[], facts: Facts | undefined): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = process.cpuUsage();
    let permits = 0;
    for (const query of asked) if (evaluate(set, query, facts).effect === 'permit') permits += 1;
    for (const query of asked) if (evaluate(set, query, facts).effect === 'permit') permits += 1;
    for (const query of asked) if (evaluate(set, query, facts).effect === 'permit') permits += 1;
    for (const query of asked) if (evaluate(set, query, facts).effect === 'permit') permits += 1;
    if (permits % 4 !== 0) throw new Error('not the same each time');
    const { user, system } = process.cpuUsage(begun);
    best = Math.max(best, (4 * asked.length * 1e6) / (user + system));
  }
  return best;
}

function loaded(text: string): PolicySet {
  const set = loadPolicy(text);
  if (set.kind === 'findings') throw new Error(set.findings[0]?.text);
  return set;
}

interface Row {
  readonly what: string;
  readonly text: (count: number) => string;
  readonly asked: (domain: string) => Query;
  readonly effect: 'permit' | 'forbid';
  readonly withFacts: boolean;
}

const ROWS: readonly Row[] = [
  { what: 'own rules, permitted', text: OWN, asked: inward, effect: 'permit', withFacts: false },
  { what: 'own rules, a stranger', text: OWN, asked: stranger, effect: 'forbid', withFacts: false },
  { what: 'Lync, comes in', text: LYNC, asked: inward, effect: 'permit', withFacts: true },
  { what: 'Lync, goes out', text: LYNC, asked: outward, effect: 'permit', withFacts: true },
  { what: 'Lync, a stranger', text: LYNC, asked: stranger, effect: 'forbid', withFacts: true },
];

console.log('                            domains  M verdicts/s  load ms  B an entry');
for (const { what, text, asked, effect, withFacts } of ROWS) {
  for (const count of SIZES) {
    const document = { text: text(count) };
    const before = heap();
    const begun = performance.now();
    const set = loaded(document.text);
    const load = performance.now() - begun;
    document.text = '';
    const size = (heap() - before) / count;
    const all = queries(count, asked);
    const facts = withFacts ? factsFor(all) : undefined;
    const wrong = all.find((query) => evaluate(set, query, facts).effect !== effect);
    if (wrong !== undefined) throw new Error(`not ${effect}: ${JSON.stringify(wrong)}`);
    const speed = (rate(set, all, facts) / 1e6).toFixed(2);
    const entry = count < 1000 ? '' : size.toFixed(0);
    console.log(
      `${what.padEnd(24)}${String(count).padStart(11)}${speed.padStart(14)}${load.toFixed(0).padStart(9)}${entry.padStart(12)}`,
    );
  }
}
