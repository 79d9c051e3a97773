// A store in Redis, for any number of processes on any number of machines. Each method is one script, which
// Redis runs as a whole, so no two writers ever see the same and both win. The client is the host's: of the
// official one, one method is used. How much of what was written survives the end of Redis itself is a matter
// of its configuration (`appendfsync always`: all of it), and so is how long the client waits while Redis is away
// (`disableOfflineQueue`, `socketTimeout`): a method rejects as soon as the client does.
import { asking, pageOf } from './page.ts';
import { type Key, kindOfKey, type Next, type Revision } from './store.ts';
import type { Store, Stored, Written } from './store.ts';

/** What is used of a Redis client, by the name it has in the official package. */
export interface RedisClient {
  /** Sends one command, the name first; strings come back as strings. */
  sendCommand(command: string[]): Promise<unknown>;
}

/** What a Redis store is told. */
export interface RedisStoreOptions {
  /** Records, at most. A new key beyond it is answered `full`; nothing is evicted. */
  readonly max: number;
  /** Begins the names of its few keys. Default `{interwork}:`, in braces so that a cluster keeps them together. */
  readonly prefix?: string;
}

/** A store behind a Redis client, which stays the host's to close. Methods reject when Redis cannot be asked. */
export function redisStore(client: RedisClient, options: RedisStoreOptions): Store {
  const { max, prefix = '{interwork}:' } = options;
  const named = (name: string): string => prefix + name;
  const [records, sorted] = [named('records'), named('names')];
  const namesFor = (kind: string): readonly string[] => [...NAMES, `times:${kind}`].map(named);
  const send = (...command: string[]): Promise<unknown> =>
    asking('Redis', () => client.sendCommand(command));
  const [write, lend] = [scriptOf(send, WRITE), scriptOf(send, DUE)];
  return {
    read: async (key) => thawed(await send('HGET', records, key)),
    write: async (key, next, seen) =>
      (await write(namesFor(kindOfKey(key)), [
        key,
        seen ?? '',
        ...written(next),
        String(max),
      ])) as Written,
    due: async (kind, now, lease, limit) =>
      (await lend(namesFor(kind), [
        String(now),
        String(now + lease),
        String(limit),
      ])) as readonly Key[],
    async keys(beginning, cursor, limit) {
      const from = `[${cursor ?? beginning}`;
      const found = await send('ZRANGEBYLEX', sorted, from, '+', 'LIMIT', '0', String(limit + 2));
      return pageOf(found as readonly Key[], beginning, cursor, limit);
    },
  };
}

type Send = (...command: string[]) => Promise<unknown>;
type Script = (names: readonly string[], told: readonly string[]) => Promise<unknown>;

/** A script is sent once and then called by its digest; again when a Redis that was started anew has lost it. */
function scriptOf(send: Send, text: string): Script {
  let digest: string | undefined;
  return async (names, told) => {
    digest ??= String(await send('SCRIPT', 'LOAD', text));
    const call = [String(names.length), ...names, ...told];
    try {
      return await send('EVALSHA', digest, ...call);
    } catch (error) {
      if (!isLost(error)) throw error;
      return send('EVAL', text, ...call);
    }
  };
}

function isLost(error: unknown): boolean {
  return error instanceof Error && error.message.includes('NOSCRIPT');
}

/** A record as it is kept: its revision, a blank, its JSON. */
function thawed(kept: unknown): Stored | undefined {
  if (typeof kept !== 'string') return undefined;
  const blank = kept.indexOf(' ');
  const revision: Revision = kept.slice(0, blank);
  return { revision, record: JSON.parse(kept.slice(blank + 1)) as Stored['record'] };
}

/** The record and its time as arguments; empty for what is not there. */
function written(next: Next | undefined): readonly [string, string] {
  if (next === undefined) return ['', ''];
  const { record, wakeAt } = next;
  return [JSON.stringify(record), Number.isFinite(wakeAt) ? String(wakeAt) : ''];
}

/** What there is beside the times of each kind; in `times` those that a former release wrote. */
const NAMES = ['records', 'names', 'times', 'revision'];
/** Keys of a former release that one look puts in their place: a few milliseconds of Redis. */
const MOVED = 1_000;

/** Key, revision seen, record, time, most: compares and writes, under a revision that was never given before. */
const WRITE = `
local kept = redis.call('HGET', KEYS[1], ARGV[1])
local revision = kept and string.match(kept, '^%d+') or ''
if revision ~= ARGV[2] then return 'stale' end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
  redis.call('ZREM', KEYS[5], ARGV[1])
  return 'written'
end
if not kept and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return 'full' end
local given = string.format('%.0f', redis.call('INCR', KEYS[4]))
redis.call('HSET', KEYS[1], ARGV[1], given .. ' ' .. ARGV[3])
redis.call('ZADD', KEYS[2], 0, ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
if ARGV[4] == '' then redis.call('ZREM', KEYS[5], ARGV[1])
else redis.call('ZADD', KEYS[5], ARGV[4], ARGV[1]) end
return 'written'`;

/**
 * Now, end of the lease, most: lends the keys of a kind whose time has come. Times that a former release wrote, of all
 * kinds in one, are put where they belong, so many at each look; what that release has forgotten meanwhile is left out.
 */
const DUE = `
for _, key in ipairs(redis.call('ZRANGE', KEYS[3], 0, ${MOVED - 1})) do
  local times = KEYS[3] .. ':' .. string.sub(key, 1, string.find(key, '/', 1, true) or 0)
  redis.call('ZADD', times, redis.call('ZSCORE', KEYS[3], key), key)
  redis.call('ZREM', KEYS[3], key)
end
local due = {}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  if redis.call('HEXISTS', KEYS[1], key) == 1 then
    redis.call('ZADD', KEYS[5], ARGV[2], key)
    due[#due + 1] = key
  else redis.call('ZREM', KEYS[5], key) end
end
return due`;
