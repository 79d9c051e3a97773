// The flows of RFC 8048 §5 to §7 through a whole gateway, each once as it is and once with the gateway killed between any two
// steps. What is done and seen in them is presence-steps.ts.
import { CARRIED_EVENTS, CARRIED_METHODS } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { FLOWS, run, SETTLED } from './presence-steps.ts';
import { PresenceTown } from './presence-town.ts';

const ROMEO = 'romeo@example.net';

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
