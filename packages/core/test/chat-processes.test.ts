// Two processes over one store, of which one has the connections: what only that one can do is done by it, and once,
// whichever of them is lent a record when its time comes. RFC 3261 §9.1 and §13.3.1.1, RFC 7573 §6.1.
import type { CrossingVerdict } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { ChatTown, LyncSession, SIP, type TownOptions } from './chat-town.ts';
import { LyncModel } from './lync-model.ts';

/** So many milliseconds apart do the two look at what is due: before, with and after one another. */
const APART = [0, 1, 137, 500, 863, 999];

/** A town in which the second process begins a little later than the first. */
function townOf(apart: number, options: TownOptions = {}): ChatTown {
  const town = new ChatTown(options);
  town.pass(apart);
  town.beside();
  return town;
}

describe.each(APART)('two processes that look %i ms apart', (apart) => {
  it('RFC 3261 §9.1: one INVITE of ours that rings too long is cancelled, and who waits is told', () => {
    const town = townOf(apart);
    town.says('one');
    const invite = town.lync.last('INVITE');
    town.lync.reply(invite, '180 Ringing');
    town.pass(80_000);
    expect(town.lync.all('CANCEL')).toHaveLength(1);
    town.lync.reply(town.lync.last('CANCEL'), '200 OK');
    town.lync.reply(invite, '487 Request Terminated');
    town.pass(60_000);
    expect([town.errors.length, town.lync.all('CANCEL').length]).toEqual([1, 1]);
    expect(town.gateway.sizes).toMatchObject({ chats: 0, chatWaiting: 0, calls: 0 });
  });

  it('RFC 3261 §13.3.1.1: an INVITE that is held is said to go on each minute, by who has it', async () => {
    let decide: (verdict: CrossingVerdict) => void = () => {};
    const onCrossing = (): Promise<CrossingVerdict> =>
      new Promise((resolve) => {
        decide = resolve;
      });
    const town = townOf(apart, {
      hooks: { onCrossing },
      chat: { waits: { hold: 170_000 } },
      gateway: { waits: { duty: 160_000 } },
    });
    const text = Buffer.from('Hello Romeo').toString('base64');
    const session = LyncSession.invite(town, 'first', [
      `ms-text-format: text/plain; charset=UTF-8; ms-body=${text}`,
    ]);
    town.pass(130_000);
    expect(town.lync.all('SIP/2.0 183')).toHaveLength(2);
    decide({ result: 'pass' });
    await new Promise((resolve) => setImmediate(resolve));
    town.pass();
    expect(session.answer).toMatch(/^SIP\/2.0 200 OK/);
    session.acknowledge();
    town.pass(30_000);
    expect([town.heard, town.lync.all('BYE')]).toEqual([['Hello Romeo'], []]);
  });

  it('RFC 7573 §6.1: a session in which nobody says anything is ended once, and the next word opens another', () => {
    const town = townOf(apart);
    const amy = new LyncModel(town);
    town.says('one');
    town.pass(11 * 60_000);
    expect(town.lync.all('BYE')).toHaveLength(1);
    town.says('two');
    town.pass(3_000);
    expect([amy.taken, town.errors]).toEqual([['one', 'two'], []]);
    expect(town.lync.all('INVITE')).toHaveLength(2);
  });

  it('RFC 7573 §4: that a peer takes no sessions is known to both, and forgotten once', () => {
    const town = townOf(apart, { gateway: { dialects: { [SIP]: 'sessions' } } });
    town.lync.onMessage = (text) => {
      if (text.startsWith('INVITE')) town.lync.reply(text, '488 Not Acceptable Here');
      if (text.startsWith('MESSAGE')) town.lync.reply(text, '200 OK');
    };
    town.says('one');
    town.pass(59 * 60_000);
    town.says('two');
    expect(town.lync.all('INVITE')).toHaveLength(1);
    town.pass(2 * 60_000);
    town.says('three');
    expect(town.lync.all('INVITE')).toHaveLength(2);
    expect(town.errors).toEqual([]);
  });
});
