// The flows of RFC 8048 §5 to §7 through a whole gateway, each once as it is and once with the gateway killed between any two
// steps. What is done and seen in them is presence-steps.ts.
import { CARRIED_EVENTS, CARRIED_METHODS } from '@interwork/core';
import { type StoreFate, virtualStore } from '@interwork/core/testing';
import { pidf } from '@interwork/sip/testing';
import { describe, expect, it } from 'vitest';
import { FLOWS, run, SETTLED } from './presence-steps.ts';
import { PresenceTown } from './presence-town.ts';

const ROMEO = 'romeo@example.net';
const JULIET = 'juliet@example.com';
const MINUTE = 60_000;

it('RFC 3856 §6.1 RFC 3261 §20.5 the SIP edge of a gateway takes what presence needs', () => {
  expect(CARRIED_METHODS).toEqual(expect.arrayContaining(['SUBSCRIBE', 'NOTIFY']));
  expect(CARRIED_EVENTS).toEqual(['presence']);
});

describe.each(FLOWS)('RFC 8048 $title', (flow) => {
  it('as it is', () => {
    run(flow, -1);
  });
  it.each(flow.steps.map(({ does }, index) => [does, index] as const))(
    'with the gateway killed before: %s',
    (_does, index) => {
      run(flow, index);
    },
  );
});

describe('RFC 6121 §4.3.2 a probe at a login that is lost with the process', () => {
  /** Juliet may see Romeo, who is there; what the gateway takes from now on is lost with it. */
  function silenced(logsOut: boolean) {
    let isSilent = false;
    const fate = (): StoreFate => (isSilent ? 'vanished' : 'answered');
    const town = new PresenceTown({
      store: ({ clock }) => virtualStore({ clock, max: 100, fate }),
    });
    town.romeo.setDocument(pidf(ROMEO, [{ id: 'ID-orchard', basic: 'open' }]));
    const balcony = town.juliet.login('balcony');
    town.juliet.subscribe(ROMEO);
    town.pass();
    town.romeo.allow(JULIET);
    if (logsOut) town.romeo.watch(JULIET);
    town.pass();
    if (logsOut) town.juliet.approve(ROMEO);
    town.pass(SETTLED);
    town.restart();
    town.pass(MINUTE + SETTLED);
    if (logsOut) balcony.logout();
    town.pass(MINUTE);
    expect(town.romeo.watchers).toHaveLength(logsOut ? 0 : 1);
    isSilent = true;
    const chamber = town.juliet.login('chamber');
    town.pass(2_000);
    isSilent = false;
    town.restart();
    return { chamber, town };
  }

  it('is answered by the next process within a minute where another device was there', () => {
    const { chamber, town } = silenced(false);
    expect(chamber.sees(ROMEO)).toEqual([]);
    town.pass(MINUTE + 10_000);
    expect(chamber.sees(ROMEO)).toHaveLength(1);
  });

  it('and within ten minutes where she had gone before', () => {
    const { chamber, town } = silenced(true);
    expect(chamber.sees(ROMEO)).toEqual([]);
    town.pass(10 * MINUTE + 10_000);
    expect(chamber.sees(ROMEO)).toHaveLength(1);
  });
});

describe('RFC 8048 §5.2.2 what an operator reads', () => {
  it('is why a contact was cancelled, though the cause is the answer to a request of ours', () => {
    const town = new PresenceTown();
    town.romeo.behave({ refusal: { status: 405 } });
    town.juliet.login('balcony');
    town.juliet.subscribe(ROMEO);
    town.pass(SETTLED);
    expect(town.traces.map(({ outcome, reasons }) => [outcome, ...reasons])).toContainEqual([
      'failed',
      'sip-405',
      'cancelled:cancel',
    ]);
  });

  it('names the rule of the policy, the proof and what was done', () => {
    const town = new PresenceTown();
    town.juliet.login('balcony');
    town.juliet.subscribe(ROMEO);
    town.pass();
    expect(town.traces[0]).toMatchObject({
      traffic: 'presence',
      direction: 'xmpp-to-sip',
      by: ['friends'],
      proof: 'certificate',
      outcome: 'handed-over',
      reasons: ['subscribe:ask'],
    });
  });
});
