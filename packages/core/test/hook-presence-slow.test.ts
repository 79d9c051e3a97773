// A host that takes almost all of its time to look at presence: whoever is there is shown to be there all the same.
import type { CrossingVerdict } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { JULIET, looking, noteOf, PASS, ROMEO, SETTLED, watches } from './hook-presence-town.ts';
import type { PresenceTown } from './presence-town.ts';

const ALMOST = 4_500;

/** A town whose host looks so long once `isSlow`, and lets everything pass. */
function slowTown() {
  const host = { isSlow: false };
  const { town } = looking(({ what }) =>
    host.isSlow && (what === 'document' || what === 'message') ? later(town) : PASS,
  );
  return { host, town };
}

function later({ world }: PresenceTown): Promise<CrossingVerdict> {
  return new Promise((resolve) => void world.clock.after(ALMOST, () => resolve(PASS)));
}

async function pass(town: PresenceTown, duration: number, then = (): void => {}): Promise<void> {
  for (let left = duration; left > 0; left -= STEP) {
    town.pass(STEP);
    await new Promise((resolve) => setImmediate(resolve));
    then();
  }
}

const shown = (town: PresenceTown): string => town.romeo.sees(JULIET).document ?? '';

describe('while the host looks', () => {
  it('one who asks once hears of somebody who is there', async () => {
    const { host, town } = slowTown();
    watches(town);
    town.juliet.approve(ROMEO);
    await pass(town, SETTLED);
    town.romeo.unwatch(JULIET);
    await pass(town, SETTLED);
    host.isSlow = true;
    town.romeo.poll(JULIET);
    await pass(town, SETTLED);
    expect(shown(town)).toContain('<basic>open</basic>');
  });

  it('all devices that are there stay shown, each of which is looked at by itself', async () => {
    const { host, town } = slowTown();
    for (const name of ['a', 'b', 'c']) town.juliet.login(name, { status: name });
    town.romeo.watch(JULIET);
    town.pass();
    town.juliet.approve(ROMEO);
    await pass(town, SETTLED);
    host.isSlow = true;
    town.restart();
    let fewest = Infinity;
    await pass(town, 90_000, () => {
      fewest = Math.min(fewest, shown(town).split('<basic>open</basic>').length - 1);
    });
    expect(fewest).toBe(3);
  });

  it('one who is there stays shown, though messages of his are looked at before', async () => {
    const { host, town } = slowTown();
    watches(town);
    town.juliet.approve(ROMEO);
    await pass(town, SETTLED);
    host.isSlow = true;
    town.restart();
    const notes = new Set<string | undefined>();
    let said = 0;
    await pass(town, 90_000, () => {
      said += 1;
      const message = {
        from: `${JULIET}/balcony`,
        to: ROMEO,
        type: 'chat',
        id: `m${said}`,
      } as const;
      if (said <= 60 && said % 6 === 0) town.xmpp.send({ ...message, text: 'still there' });
      notes.add(noteOf(town));
    });
    expect([...notes]).toEqual(['reading']);
  });
});

/** Milliseconds between two looks at what became of it. */
const STEP = 500;
