// Redis, for gateways that share their state: started by the case that needs it, empty, and kept in memory only.
import { HOST, PORT } from '../places.ts';
import { Running } from '../process.ts';

/** Where it is. */
export const REDIS_URL = `redis://${HOST.redis}:${PORT.redis}/0`;

/** Starts one; the function ends it. */
export async function startRedis(): Promise<() => Promise<void>> {
  const running = new Running({
    name: 'redis-server',
    file: 'redis-server',
    args: ['--bind', HOST.redis, '--port', String(PORT.redis), '--save', '', '--appendonly', 'no'],
    cwd: '/tmp',
  });
  await running.line(/Ready to accept connections/);
  return async () => {
    await running.stop();
  };
}
