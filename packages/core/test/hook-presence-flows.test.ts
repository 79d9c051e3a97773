// The flows of RFC 8048 §5 to §7 with a host that looks at all of it: nothing is lost where it lets everything pass, nor where
// the gateway is killed while it looks.
import type { Hooks } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { type Flow, FLOWS, run, SETTLED } from './presence-steps.ts';
import { PresenceTown } from './presence-town.ts';

/** The host does not come to an answer in one step, and the gateway ends meanwhile; the next process asks anew. */
function runLooking({ steps }: Flow, silentAt: number): void {
  let isSilent = false;
  const onCrossing: Hooks['onCrossing'] = () =>
    isSilent ? new Promise(() => {}) : { result: 'pass' };
  const town = new PresenceTown({ hooks: { onCrossing } });
  for (const [index, step] of steps.entries()) {
    isSilent = index === silentAt;
    step.act(town);
    town.pass();
    if (isSilent) {
      isSilent = false;
      town.restart();
      town.pass();
      step.again?.(town);
    }
    town.pass(SETTLED);
    step.expected(town);
  }
  expect(town.sip.complaints).toEqual([]);
}

describe.each(FLOWS)('RFC 8048 $title', (flow) => {
  it('with a host that looks at all of it, and lets it pass', () => {
    run(flow, -1, { onCrossing: () => ({ result: 'pass' }) });
  });
  it.each(flow.steps.map(({ does }, index) => [does, index] as const))(
    'with the gateway killed while the host looks: %s',
    (_does, index) => {
      runLooking(flow, index);
    },
  );
});
