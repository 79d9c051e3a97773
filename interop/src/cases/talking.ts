// What cases about sessions do: open one from either side, talk in it, and look at whether it is one and the same.
import type { Sight } from '../agents/person.ts';
import type { Talker } from '../agents/talker.ts';
import { childOf, type Element, textOf, type XmppClient } from '../agents/xmpp-clients.ts';
import { PREFIX } from '../places.ts';
import type { World } from '../world.ts';
import { hold, same } from './case.ts';
import { bareOf, freshUser, jidOf, someone } from './presence.ts';
import { carries, mark, well } from './sending.ts';

const STATES = 'http://jabber.org/protocol/chatstates';

/** An XMPP user and a SIP user, both in no other case, and the Call-ID of the session that they have. */
export interface Talk {
  readonly user: XmppClient;
  readonly talker: Talker;
  readonly call?: string | undefined;
}

/** A gateway to whom the SIP domain is one of sessions, and which keeps them in a file. */
export async function forSessions(world: World): Promise<void> {
  if (world.gateway.chat === 'sessions') return;
  await world.gateway.kill();
  await world.gateway.start({ chat: 'sessions', state: { file: 'sessions.db' } });
  await well(world);
}

/** Two who have said nothing to each other. */
export async function strangers(world: World): Promise<Talk> {
  const name = freshUser(PREFIX.talking);
  const [user, talker] = await Promise.all([someone(world), world.people.talker(name)]);
  return { user, talker };
}

/** The SIP user has called the XMPP user. */
export async function calledBySip(world: World): Promise<Talk> {
  const { user, talker } = await strangers(world);
  const { status, text, call } = await talker.call(`sip:${bareOf(user)}`);
  hold(status === 200, `INVITE was answered ${status}`);
  takesText(text);
  return { user, talker, call };
}

/** The XMPP user has written in a thread, and that has called the SIP user, who has read it. */
export async function calledByXmpp(world: World, thread: string): Promise<Talk> {
  const { user, talker } = await strangers(world);
  const word = mark();
  writes({ user, talker }, word, thread);
  const { remote, text, call } = await talker.until('INVITE', ({ event }) => event === 'invited');
  same(remote, `sip:${bareOf(user)}`, 'who calls');
  takesText(text);
  const talk = { user, talker, call };
  await reads(talk, word);
  return talk;
}

/** What both say to each other once, each read by the other. */
export async function bothTalk(talk: Talk, thread: string): Promise<void> {
  await toXmpp(talk, mark());
  await toSip(talk, mark(), thread);
}

/** The SIP user says this, and the XMPP user reads it. */
export async function toXmpp({ user, talker }: Talk, text: string): Promise<Element> {
  const [stanza] = await Promise.all([
    user.until(`the message ${text}`, (one) => isOf(one, talker) && carries(one, text)),
    talker.say(text),
  ]);
  return stanza;
}

/** The XMPP user writes this, and the SIP user reads it within the session. */
export async function toSip(talk: Talk, text: string, thread?: string): Promise<Sight> {
  writes(talk, text, thread);
  return reads(talk, text);
}

/** A chat message that says too that the writer's client knows of chat states. XEP-0085 §5.1. */
export function writes({ user, talker }: Talk, text: string, thread?: string): string {
  const id = mark();
  const of = thread === undefined ? '' : `<thread>${thread}</thread>`;
  user.raw(
    `<message to='${jidOf(talker)}' type='chat' id='${id}'><body>${text}</body>${of}<active xmlns='${STATES}'/></message>`,
  );
  return id;
}

/** The SIP user has this, within the session. */
export async function reads({ talker, call }: Talk, text: string): Promise<Sight> {
  const sight = await talker.until(`the message ${text}`, (one) => isMessage(one, text));
  hold(sight.isWithin === true, 'it came outside the session');
  hold(sight.isLate === false, `its CSeq ${sight.cseq} is not above the last`);
  same(sight.call, call, 'its Call-ID');
  return sight;
}

/** The XMPP user turns away for good. XEP-0085 §5.5. */
export function goes({ user, talker }: Talk): void {
  user.raw(`<message to='${jidOf(talker)}' type='chat'><gone xmlns='${STATES}'/></message>`);
}

/** The XMPP user is told that the SIP user has left. */
export async function farewell({ user, talker }: Talk): Promise<void> {
  await user.until('gone', (one) => isOf(one, talker) && childOf(one, 'gone')?.ns === STATES);
}

/** The texts that came to the SIP user within sessions, in order. */
export const readBySip = ({ talker }: Talk): readonly string[] =>
  talker.seen.filter(({ event }) => event === 'message').map(({ text = '' }) => text);

/** The texts that came to the XMPP user, in order. */
export const readByXmpp = ({ user, talker }: Talk): readonly string[] =>
  user.stanzas
    .filter((one) => isOf(one, talker) && childOf(one, 'body') !== undefined)
    .map((one) => textOf(childOf(one, 'body')));

export const isMessage = (sight: Sight, text: string): boolean =>
  sight.event === 'message' && sight.text === text;

/** Whether a stanza is of the SIP user. */
export function isOf({ attrs }: Element, talker: Talker): boolean {
  return attrs['from']?.split('/')[0] === jidOf(talker);
}

/** The description is of messages in text. */
function takesText(description = ''): void {
  hold(/^m=message \d+ sip /m.test(description), `the description is ${description}`);
}
