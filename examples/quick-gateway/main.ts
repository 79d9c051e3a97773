// The gateway as a program. One argument, the configuration; README.md has it all. Prints `ready` and its
// listeners once they are open, logs JSON to stderr, reloads on SIGHUP, drains on SIGTERM and SIGINT and ends
// with 0. A second of these signals ends it at once. A start that is refused ends with 1 and says why.
import { jsonLog, type OpenRedis, startDaemon } from '@interwork/core/node';

const [file, ...more] = process.argv.slice(2);
if (file === undefined || more.length > 0) {
  console.error('usage: main.ts CONFIGURATION');
  process.exit(2);
}

const log = jsonLog({ write: (text) => void process.stderr.write(text) });
process.on('exit', log.flush);
// Whoever read these has gone: that ends nothing.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const openRedis: OpenRedis = async (...of) => (await import('./redis.ts')).openRedis(...of);
const starting = startDaemon({ file, log, openRedis });
process.on('SIGHUP', () => void reload());
const daemon = await starting;
if (daemon.kind === 'findings') process.exit(1);

let isDraining = false;
const drain = async (signal: string): Promise<void> => {
  if (isDraining) process.exit(1);
  isDraining = true;
  log.log('info', `draining on ${signal}`);
  await daemon.close();
  log.log('info', 'drained');
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void drain(signal));

console.log(`ready ${daemon.listening.join(' ')}`);

/** One that comes while it starts is obeyed when it has: the files may have changed since they were read. */
async function reload(): Promise<void> {
  const started = await starting;
  if (started.kind === 'daemon') await started.reload();
}
