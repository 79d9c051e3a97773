// How long examples/quick-gateway takes from the start of its process to its `ready` line, beside a Node that starts
// with the same loader and does nothing. Medians. Run with `npm run bench core`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

const RUNS = 7;
const FLAGS = ['--conditions=@interwork/source', '--import', 'tsx'];
const MAIN = join(import.meta.dirname, '../../../examples/quick-gateway/main.ts');

const CONFIGURATION = {
  version: 1,
  domains: { sip: ['sip.example'], xmpp: ['xmpp.example'] },
  sip: {
    listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
    routes: { 'sip.example': [{ transport: 'udp', address: '127.0.0.1', port: 5070 }] },
  },
  xmpp: { component: { host: '127.0.0.1', port: 1, name: 'sip.example', secret: 'bench' } },
  policy: 'policy.json',
  state: 'memory',
};
const POLICY = {
  version: 1,
  default: 'deny',
  rules: [{ id: 'im', effect: 'permit', domains: ['xmpp.example'] }],
};

/** Milliseconds until a process has printed its first line. */
async function firstLine(args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, [...FLAGS, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { value } = await lines.next();
  const took = performance.now() - begun;
  if (!String(value).startsWith('ready')) throw new Error(`it said: ${String(value)}`);
  child.kill('SIGKILL');
  await ended;
  return took;
}

async function median(args: readonly string[]): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await firstLine(args));
  return times.toSorted((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'interwork-bench-'));
try {
  const file = join(folder, 'gateway.json');
  writeFileSync(file, JSON.stringify(CONFIGURATION));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(POLICY));
  const bare = join(folder, 'bare.ts');
  writeFileSync(bare, "console.log('ready'); setInterval(() => {}, 1000);");
  const [nothing, gateway] = [await median([bare]), await median([MAIN, file])];
  console.log(`nothing, with the loader   ${nothing.toFixed(0)} ms`);
  console.log(`quick-gateway to ready     ${gateway.toFixed(0)} ms`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
