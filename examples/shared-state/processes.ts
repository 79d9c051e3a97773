// The processes of the example: a Redis, and gateways over it, which are the program of examples/quick-gateway. All
// read one configuration, so each takes free ports; their identity is in the Redis, made by whoever is first.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(import.meta.dirname, '..', 'quick-gateway', 'main.ts');

/** A process that is killed when it is no longer needed. */
export interface Started {
  readonly child: ChildProcess;
  /** The line that said that it is ready. */
  readonly line: string;
}

/** One gateway. */
export interface GatewayProcess extends Started {
  /** Where it takes SIP over TLS, and streams of servers. */
  readonly ports: { readonly sip: number; readonly xmpp: number };
}

/** Whether there is a Redis to start. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0;

/** Starts a Redis that keeps nothing on disk, and says its URL. */
export async function startRedis(folder: string): Promise<Started & { readonly url: string }> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const started = await start('redis-server', args, 'Ready to accept connections');
  return { ...started, url: `redis://127.0.0.1:${port}/0` };
}

/** Starts a gateway with a configuration. */
export async function startGateway(file: string): Promise<GatewayProcess> {
  const args = ['--conditions=@interwork/source', '--import', 'tsx', PROGRAM, file];
  const started = await start(process.execPath, args, 'ready ');
  const portOf = (kind: string): number =>
    Number(new RegExp(` ${kind}:\\S*:(\\d+)`).exec(started.line)?.[1]);
  return { ...started, ports: { sip: portOf('sip/tls'), xmpp: portOf('xmpp-server') } };
}

/** Ends a process at once, and waits until it is gone. */
export async function kill({ child }: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
}

async function start(command: string, args: readonly string[], isReady: string): Promise<Started> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (data: Buffer) => {
    if (said.length < MOST_SAID) said.push(data.toString());
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (text.includes(isReady)) resolve(text);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`${command} ended: ${said.join('')}`)));
  });
  return { child, line };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Pieces of a log that are kept for a start that fails. */
const MOST_SAID = 100;
