// A process with a desk over a Redis: adds to counters as fast as it is allowed to, and writes a line for each number
// that leaves. Arguments: URL, name, keys, events in all (0: only what others owe). Ends when it is told to.
import { writeSync } from 'node:fs';
import {
  askStore,
  Desk,
  type DeskOutput,
  drive,
  type StoreAnswer,
  type Tick,
} from '@interwork/core';
import { nodeTiming } from '@interwork/core/node';
import { redisStore } from '@interwork/core/store/redis';
import { createClient } from 'redis';
import { add, count, keep, type Told } from '../desk-world.ts';

const [url = '', name = '', keys = '1', events = '0'] = process.argv.slice(2);
const client = createClient({ url });
client.on('error', () => process.exit(1));
await client.connect();
const ask = askStore(redisStore(client, { max: 1_000 }));
const desk = new Desk<Told, string>({
  decide: count,
  keep,
  drawToken: () => name,
  kind: '',
  outbox: true,
  waits: { store: 500, lease: 2_000, poll: 100, hold: 20 },
});

type In = Tick | { readonly kind: 'do'; readonly run: (now: number) => void };
const machine = {
  receive(now: number, input: In): void {
    if (input.kind === 'tick') desk.tick(now);
    else input.run(now);
  },
  next: () => desk.next(),
  get wakeAt() {
    return desk.wakeAt;
  },
};
const feed = drive<In, DeskOutput<Told, string>>(
  machine,
  (out) => {
    if (out.kind === 'store')
      return ask(out.request, (answer) =>
        feed({ kind: 'do', run: (now) => stored(now, out.op, answer) }),
      );
    if (out.kind === 'unable') return writeSync(1, `unable ${out.key} ${out.why}\n`);
    for (const effect of out.effects)
      if (keep(effect) !== undefined) writeSync(1, `left ${out.key} ${effect.split('=')[1]}\n`);
    return more();
  },
  nodeTiming,
);

let made = 0;
let isIdle = false;

function stored(now: number, op: string, answer: StoreAnswer): void {
  desk.stored(now, op, answer);
  if (isIdle || made < Number(events) || desk.sizes.keys > 0) return;
  isIdle = true;
  writeSync(1, 'idle\n');
}

/** Keeps a few events of each key under way. */
function more(): void {
  feed({
    kind: 'do',
    run: (now) => {
      while (made < Number(events) && desk.sizes.events < 3 * Number(keys)) {
        desk.put(now, `k${made % Number(keys)}`, add(`${name}-${made}`));
        made += 1;
      }
    },
  });
}
more();
feed({ kind: 'tick' });
