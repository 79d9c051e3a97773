// State in Redis, by the official client. Loaded only when the configuration names one.
import type { OpenState } from '@interwork/core/node';
import { redisStore } from '@interwork/core/store/redis';
import { createClient } from 'redis';

/** Connects, or rejects; once connected it reconnects by itself. `max`: records. */
export async function openRedis(url: string, max: number): Promise<OpenState> {
  let isConnected = false;
  const client = createClient({
    url,
    disableOfflineQueue: true, // whoever asks while Redis is away is told so, and does not wait
    socket: {
      connectTimeout: 5_000,
      reconnectStrategy: (tries) => (isConnected ? Math.min(tries * 100, 5_000) : false),
    },
  });
  client.on('error', () => {}); // told by whatever is asked of it
  await client.connect();
  isConnected = true;
  const close = async (): Promise<void> => client.destroy();
  return { store: redisStore(client, { max }), close };
}
