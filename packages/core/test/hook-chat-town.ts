// A town whose host looks at conversations and their signs, and what it was asked.
import type { AskedCrossing, CrossingVerdict } from '@interwork/core';
import { element } from '@interwork/xmpp';
import { ChatTown, LyncSession, type TownOptions } from './chat-town.ts';

export const PASS: CrossingVerdict = { result: 'pass' };
export const REFUSED: CrossingVerdict = { result: 'refuse', why: 'not on Sundays' };
export const NS_STATES = 'http://jabber.org/protocol/chatstates';
export const XML = ['Content-Type: application/xml'];
export const activity = (status: string) =>
  `<?xml version="1.0"?><KeyboardActivity><status status="${status}"/></KeyboardActivity>`;
export const FIRST = [
  `ms-text-format: text/plain; charset=UTF-8; ms-body=${Buffer.from('Hello Romeo').toString('base64')}`,
];

/** What a host says of a crossing. */
export type Say = (asked: AskedCrossing) => CrossingVerdict | Promise<CrossingVerdict>;

/** A hook that says something of each crossing, and what it was asked, a line each. */
export function hookOf(say: Say) {
  const asked: string[] = [];
  const onCrossing = (crossing: AskedCrossing): CrossingVerdict | Promise<CrossingVerdict> => {
    const { direction, traffic, what, text } = crossing;
    asked.push([direction, traffic, what, text].filter((word) => word !== '').join(' '));
    return say(crossing);
  };
  return { asked, onCrossing };
}

/** A town whose host looks. */
export function looking(say: Say, more: TownOptions = {}): { town: ChatTown; asked: string[] } {
  const { asked, onCrossing } = hookOf(say);
  return { town: new ChatTown({ hooks: { onCrossing }, ...more }), asked };
}

/** Says something of one kind, and lets everything else pass. */
export const of =
  (what: AskedCrossing['what'], verdict: CrossingVerdict): Say =>
  (asked) =>
    asked.what === what ? verdict : PASS;

export const told = (town: ChatTown): readonly string[] =>
  town.traces.map(({ direction, traffic, outcome, reasons, answer }) =>
    [direction, traffic, outcome, ...reasons, answer ?? '-'].join(' '),
  );

/** A session that Amy has opened, and both have spoken within. */
export function talking(town: ChatTown): LyncSession {
  const session = LyncSession.invite(town, 'F6989A8C').acknowledge();
  session.say('Romeo');
  town.says('Amy', { extra: [element('active', NS_STATES)] });
  town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
  town.pass();
  return session;
}

/** Romeo says something of himself without words. */
export function shows(town: ChatTown, state: string): void {
  town.says('', { text: undefined as never, extra: [element(state, NS_STATES)] });
}
