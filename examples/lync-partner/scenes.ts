// The scenes: a conversation as Lync has it, from the first word in an INVITE to the last one, with presence and a call
// that is refused. Nothing on the ladder is written down beforehand.
import { child, element } from '@interwork/xmpp';
import { type OneScene, recordOn } from '../two-companies/recording.ts';
import type { Scene } from '../two-companies/scene.ts';
import type { Talk } from './lync-edge.ts';
import { CONTOSO, FABRIKAM } from './policy.ts';
import type { Stage } from './stage.ts';
import { lines } from './wire-text.ts';

const AMY = `amy@${CONTOSO}`;
const ROMEO = `romeo@${FABRIKAM}`;
const PHONE = `${ROMEO}/phone`;

/** Everything that is shown, in its order. */
export const SCENES: readonly Scene<Stage>[] = [
  {
    title: 'Amy opens a conversation: the first words ride in the INVITE, and are taken once',
    async play(stage) {
      const { note, end, step } = record(stage);
      const talk = stage.amy.invite(`sip:${ROMEO}`, 'Hello Romeo');
      await step(
        () => {},
        () => isAnswered(stage, talk, 'INVITE') && texts(stage).length > 0,
      );
      await stage.watch.calm(); // her ACK, which nobody answers, opens the session for both
      note('xmpp', `Romeo reads: ${texts(stage).join(' | ')}`);
      const said = lines(answerOf(stage, talk, 'INVITE'), 'supported').join(', ');
      note('sip', `the answer says ${said}`);
      const isOnce = texts(stage).filter((text) => text === 'Hello Romeo').length === 1;
      return end(
        isOnce && said.includes('ms-text-format'),
        'taken, and said so: her client does not send it again',
      );
    },
  },
  {
    title: 'Both type, and both see it',
    async play(stage) {
      const { note, end, step } = record(stage);
      const talk = lastTalk(stage);
      await step(
        () => write(stage, '', [element('composing', NS_CHAT_STATES)]),
        () => talk.heard.includes('…'),
      );
      await step(
        () => stage.amy.types(talk, 'type'),
        () => states(stage).includes('composing'),
      );
      note('xmpp', `Romeo sees that Amy is ${states(stage).at(-1)}`);
      note('sip', 'Amy sees that Romeo types');
      return end(true, 'KeyboardActivity on her side, chat states on his');
    },
  },
  {
    title: 'Romeo answers within the session',
    async play(stage) {
      const { note, end, step } = record(stage);
      const talk = lastTalk(stage);
      await step(
        () => write(stage, 'Hello Amy'),
        () => talk.heard.includes('Hello Amy'),
      );
      note('sip', `Amy reads: ${talk.heard.at(-1)}`);
      return end(
        stage.amy.talks.filter(({ kind }) => kind === 'chat').length === 1,
        'in her session, not as a message of its own',
      );
    },
  },
  {
    title: 'Amy writes in colour: what both can show stays',
    async play(stage) {
      const { note, end, step } = record(stage);
      const talk = lastTalk(stage);
      const before = texts(stage).length;
      await step(
        () => stage.amy.say(talk, RICH, `multipart/alternative; boundary="b1"`),
        () => texts(stage).length > before,
      );
      note('xmpp', `Romeo reads: ${texts(stage).at(-1)}`);
      return end(
        texts(stage).at(-1) === 'Lunch at noon?',
        'text for everybody, colour for who shows it',
      );
    },
  },
  {
    title: 'Both see each other',
    async play(stage) {
      const { note, end, step } = record(stage);
      const { amy, fabrikam } = stage;
      const romeo = fabrikam.user('romeo');
      romeo.answerRequests('approve');
      romeo.subscribe(AMY);
      const seen = amy.subscribe(`sip:${ROMEO}`);
      await step(
        () => {},
        () => seenOf(stage) !== 'nothing' && amy.seen.some((body) => body.includes('availability')),
      );
      note('xmpp', `Romeo sees that Amy is ${seenOf(stage)}`);
      note(
        'sip',
        `Amy is shown ${/<(?:\w+:)?availability>\d+/.exec(amy.seen.join(''))?.[0] ?? 'nothing'}`,
      );
      return end(
        !seen.isOver && seenOf(stage) === 'dnd',
        'her document in his words, his in her numbers',
      );
    },
  },
  {
    title: 'A call is refused by name',
    async play(stage) {
      const { note, end, step } = record(stage);
      const call = stage.amy.call(`sip:${ROMEO}`);
      await step(
        () => {},
        () => isAnswered(stage, call, 'INVITE'),
      );
      const { start } = answerOf(stage, call, 'INVITE');
      note('sip', `her phone shows: ${start.slice(8)}`);
      return end(start.includes(' 488 '), 'nothing here carries sound, and says so');
    },
  },
  {
    title: 'Amy closes her window; Romeo writes again, and a new session opens by itself',
    async play(stage) {
      const { note, end, step } = record(stage);
      const before = lastTalk(stage);
      await step(
        () => stage.amy.bye(before),
        () => isAnswered(stage, before, 'BYE'),
      );
      await step(
        () => write(stage, 'One more thing'),
        () => lastTalk(stage) !== before && lastTalk(stage).heard.includes('One more thing'),
      );
      note('sip', `Amy reads: ${lastTalk(stage).heard.at(-1)}`);
      return end(true, 'a session ends; a conversation does not');
    },
  },
];

const NS_CHAT_STATES = 'http://jabber.org/protocol/chatstates';

const RICH = [
  '--b1',
  'Content-Type: text/plain; charset=UTF-8',
  '',
  'Lunch at noon?',
  '--b1',
  'Content-Type: text/html; charset=UTF-8',
  '',
  '<SPAN lang="en-us" style="color:#ff0000">Lunch at <b>noon</b>?</SPAN>',
  '--b1--',
  '',
].join('\r\n');

/** Texts that Romeo has read. */
function texts({ fabrikam }: Stage): readonly string[] {
  return fabrikam.inbox('romeo').flatMap(({ text }) => (text === '' ? [] : [text]));
}

/** Signs of typing that he has seen. */
function states({ fabrikam }: Stage): readonly string[] {
  const names = ['active', 'composing', 'paused', 'inactive', 'gone'];
  return fabrikam
    .inbox('romeo')
    .flatMap(({ message }) => names.filter((name) => child(message.element, name, NS_CHAT_STATES)));
}

/** Romeo writes; every client of today says with it that it shows signs of typing. */
function write(
  { fabrikam, step }: Stage,
  text: string,
  extra = [element('active', NS_CHAT_STATES)],
): void {
  const body = text === '' ? {} : { text };
  fabrikam.send({ from: PHONE, to: AMY, type: 'chat', extra, ...body });
  step();
}

function lastTalk({ amy }: Stage): Talk {
  const talk = amy.talks.findLast(({ kind }) => kind === 'chat');
  if (talk === undefined) throw new Error('nobody has opened a session');
  return talk;
}

function keyOf({ callId, cseq }: Talk, method: string): string {
  return `${callId} ${cseq} ${method}`;
}

function isAnswered({ amy }: Stage, talk: Talk, method: string): boolean {
  return amy.responses.has(keyOf(talk, method));
}

function answerOf({ amy }: Stage, talk: Talk, method: string) {
  const found = amy.responses.get(keyOf(talk, method));
  if (found === undefined) throw new Error(`no answer to ${method}`);
  return found;
}

/** What Romeo sees of Amy. */
function seenOf({ fabrikam }: Stage): string {
  const last = fabrikam.user('romeo').clients[0]?.sees(AMY).at(-1);
  return last === undefined ? 'nothing' : (last.show ?? 'available');
}

/** Begins a recording. */
function record({ watch, step }: Stage): OneScene {
  return recordOn(watch, step);
}
