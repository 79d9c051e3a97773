// A conversation with the gateway killed between any two of its steps: what both say arrives, once, and the session goes on
// where it stood. RFC 7573 §4, §5 and §6.1.
import type { StoreRequest } from '@interwork/core';
import { type StoreFate, virtualStore } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import { element } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { AMY, ChatTown, OFFER, ROMEO, XMPP } from './chat-town.ts';
import { LyncModel } from './lync-model.ts';
import { bodyOf, headerOf } from './raw-peer.ts';

interface Stage {
  readonly town: ChatTown;
  readonly amy: LyncModel;
}

interface Step {
  readonly does: string;
  readonly act: (stage: Stage) => void;
  /** What has arrived at either side when it is done. */
  readonly taken: readonly string[];
  readonly heard: readonly string[];
}

const user =
  (text: string): Step['act'] =>
  ({ town }) =>
    town.says(text);
const contact =
  (text: string): Step['act'] =>
  ({ amy }) =>
    amy.says(text);

const FLOWS: Readonly<Record<string, readonly Step[]>> = {
  'RFC 7573 §4: the user opens, the contact leaves, the user opens again': [
    { does: 'one', act: user('one'), taken: ['one'], heard: [] },
    { does: 'two', act: contact('two'), taken: ['one'], heard: ['two'] },
    { does: 'three', act: user('three'), taken: ['one', 'three'], heard: ['two'] },
    { does: 'BYE', act: ({ amy }) => amy.leaves(), taken: ['one', 'three'], heard: ['two'] },
    { does: 'four', act: user('four'), taken: ['one', 'three', 'four'], heard: ['two'] },
  ],
  'RFC 7573 §5: the contact opens, the user leaves, the contact opens again': [
    { does: 'one', act: contact('one'), taken: [], heard: ['one'] },
    { does: 'two', act: user('two'), taken: ['two'], heard: ['one'] },
    { does: 'three', act: contact('three'), taken: ['two'], heard: ['one', 'three'] },
    {
      does: 'gone (RFC 7573 §6.1)',
      act: ({ town }) => {
        const extra = [element('gone', 'http://jabber.org/protocol/chatstates')];
        town.xmpp.send({ from: `${ROMEO}/phone`, to: AMY, type: 'chat', extra });
      },
      taken: ['two'],
      heard: ['one', 'three'],
    },
    { does: 'four', act: contact('four'), taken: ['two'], heard: ['one', 'three', 'four'] },
  ],
  'the contact forgets, and is asked again': [
    { does: 'one', act: user('one'), taken: ['one'], heard: [] },
    { does: 'forgets', act: ({ amy }) => amy.forgets(), taken: ['one'], heard: [] },
    { does: 'two', act: user('two'), taken: ['one', 'two'], heard: [] },
    { does: 'three', act: contact('three'), taken: ['one', 'two'], heard: ['three'] },
  ],
};

describe.each(Object.entries(FLOWS))('%s', (_title, steps) => {
  it.each([...steps.keys(), -1])('killed before step %i', (cut) => {
    const town = new ChatTown();
    const stage: Stage = { town, amy: new LyncModel(town) };
    for (const [n, { act, taken, heard, does }] of steps.entries()) {
      if (n === cut) town.restart();
      town.pass();
      act(stage);
      town.pass(3_000);
      expect([does, stage.amy.taken, town.heard]).toEqual([does, taken, heard]);
    }
    expect(town.errors).toEqual([]);
    town.pass(20 * 60_000);
    expect(town.gateway.sizes).toMatchObject({ chats: 0, chatWaiting: 0, calls: 0 });
  });
});

describe('killed while policy ends a session', () => {
  it('RFC 7573 §6.1: the next process tells both sides, whatever policy says by then', () => {
    const shut = policyOf({ rules: [{ id: 'feud', effect: 'forbid', domains: [XMPP] }] });
    let isSilent = false;
    const fate = ({ kind }: StoreRequest): StoreFate =>
      isSilent && kind === 'write' ? 'unanswered' : 'answered';
    const town = new ChatTown({
      store: ({ clock }) => virtualStore({ clock, max: 100, fate }),
    });
    const amy = new LyncModel(town);
    town.says('one', { extra: [element('active', 'http://jabber.org/protocol/chatstates')] });
    town.pass(3_000);
    expect(amy.taken).toEqual(['one']);
    isSilent = true;
    town.replacePolicy(shut);
    town.pass();
    expect([town.lync.all('BYE').length, town.heard]).toEqual([0, []]);
    isSilent = false;
    town.restart();
    town.replacePolicy(shut);
    town.pass(30_000);
    expect([town.lync.all('BYE').length, town.heard]).toEqual([1, ['<gone/>']]);
  });
});

describe('killed while an INVITE of ours rings', () => {
  it('RFC 7573 §4: whoever waits learns it from its own server, and the next word opens a session', () => {
    const town = new ChatTown();
    const amy = new LyncModel(town);
    amy.mood = 'ring';
    const sent = town.says('waiting');
    town.restart();
    amy.mood = 'accept';
    town.pass(40_000);
    expect(sent.fate).toBe('unacknowledged');
    town.says('next');
    town.pass(10_000);
    expect(amy.taken).toEqual(['next']);
  });
});

describe('the connection breaks while an INVITE of ours rings', () => {
  /** Two messages wait, it rings, and the connection is gone. */
  function stranded(): { readonly town: ChatTown; readonly invite: string } {
    const town = new ChatTown();
    town.says('one');
    town.says('two');
    const invite = town.lync.last('INVITE');
    town.lync.reply(invite, '180 Ringing');
    town.pass();
    town.lync.drop();
    town.pass(10_000);
    expect(town.errors).toEqual([]);
    return { town, invite };
  }

  /** A response to it, by a connection that the peer opens. */
  function answers(town: ChatTown, invite: string, status: string, body = ''): void {
    const of = (name: string): string => `${name}: ${headerOf(invite, name)}`;
    const said = [of('Via'), of('From'), `${of('To')};tag=amy`, of('Call-ID'), of('CSeq')];
    const headers = [`Contact: <sip:${AMY};gruu>`, 'Content-Type: application/sdp'];
    town.lync.send([`SIP/2.0 ${status}`, ...said, ...(body === '' ? [] : headers)], body);
    town.pass();
  }

  it('RFC 3261 §18.2.2: it is accepted by another one, and what waited is said', () => {
    const { town, invite } = stranded();
    town.lync.onMessage = (text) => {
      if (text.startsWith('MESSAGE')) town.lync.reply(text, '200 OK');
    };
    answers(town, invite, '200 OK', OFFER);
    town.pass(3_000);
    expect(town.lync.all('ACK')).toHaveLength(1);
    expect(town.lync.all('MESSAGE').map(bodyOf)).toEqual(['one', 'two']);
    expect(town.errors).toEqual([]);
  });

  it('RFC 3261 §18.2.2: it is refused by another one, and all who wait are told', () => {
    const { town, invite } = stranded();
    answers(town, invite, '486 Busy Here');
    expect(town.errors).toEqual(['recipient-unavailable', 'recipient-unavailable']);
    expect(town.lync.all('ACK')).toHaveLength(1);
  });

  it('RFC 3261 §9.1: nobody answers: CANCEL by another one, and all who wait are told', () => {
    const { town } = stranded();
    town.pass(52_000);
    expect(town.lync.all('CANCEL')).toHaveLength(1);
    town.lync.reply(town.lync.last('CANCEL'), '200 OK');
    town.pass(40_000);
    expect(town.errors).toEqual(['remote-server-timeout', 'recipient-unavailable']);
    expect(town.gateway.sizes).toMatchObject({ chatWaiting: 0, calls: 0 });
  });
});
