// The scenes: what users of a public service that vouches for nobody may do, and when. Nothing on the ladder is written
// down beforehand.
import { pidf } from '@interwork/sip/testing';
import { type OneScene, recordOn } from '../two-companies/recording.ts';
import type { Scene } from '../two-companies/scene.ts';
import { CONTOSO, GMAIL, TODAY } from './policy.ts';
import type { Stage } from './stage.ts';

const ALICE = `alice@${CONTOSO}`;
const CAROL = `carol@${GMAIL}`;
const NOTE = 'In a meeting';

/** Everything that is shown, in its order. */
export const SCENES: readonly Scene<Stage>[] = [
  {
    title: 'The SIP user writes first: the link is plain TCP, and dialback proves both ends',
    async play(stage) {
      const { note, end } = record(stage);
      const status = await stage.write(CAROL, 'Hello from Lync');
      note('sip', `Alice writes to ${CAROL}`);
      note('sip', `and is answered ${status}`);
      return end(status === 202, `handed over to ${GMAIL} without TLS and without SASL`);
    },
  },
  {
    title: 'An invitation from a service that vouches for nobody is held',
    async play(stage) {
      const { alice, gmail } = stage;
      const { step, note, end, crossings } = record(stage);
      alice.setDocument(pidf(ALICE, [{ id: 'phone', basic: 'open', note: NOTE }]));
      alice.allow(CAROL);
      await step(
        () => gmail.user('carol').subscribe(ALICE),
        () => crossings().some(({ outcome }) => outcome === 'held'),
      );
      note('xmpp', `Carol sees ${seen(stage)}`);
      const isAsked = alice.watchers.length + alice.pendingWatchers.length > 0;
      return end(!isAsked && seen(stage) === 'nothing', 'Alice is not even asked');
    },
  },
  {
    title: 'Nor does a message get in uninvited',
    async play(stage) {
      const { step, note, end, crossings } = record(stage);
      await step(
        () => stage.gmail.send(CAROL, ALICE, 'Buy my pills'),
        () => crossings().some(({ traffic }) => traffic === 'message'),
      );
      note('xmpp', `Carol writes to ${ALICE}, and is told why not`);
      return end(crossings().at(-1)?.reasons[0] === 'not-added', 'refused by name, not dropped');
    },
  },
  {
    title: 'Alice adds Carol: what was held goes on by itself, and no status note leaves',
    async play(stage) {
      const { alice, gmail } = stage;
      const { step, note, end } = record(stage);
      gmail.user('carol').answerRequests('approve');
      await step(
        () => alice.watch(CAROL),
        () => seen(stage) !== 'nothing' && alice.sees(CAROL).state === 'active',
      );
      note('sip', `Alice says "${NOTE}"`);
      note('xmpp', `Carol sees ${seen(stage)}`);
      return end(
        seen(stage) === 'available',
        'Carol sees that Alice is there, and not why she is busy',
      );
    },
  },
  {
    title: 'And now her message arrives',
    async play(stage) {
      const { step, note, end, crossings } = record(stage);
      await step(
        () => stage.gmail.send(CAROL, ALICE, 'Lunch?'),
        () => crossings().some(({ traffic }) => traffic === 'message'),
      );
      note('sip', 'Alice reads: Lunch?');
      return end(crossings().at(-1)?.outcome === 'delivered', 'whom Alice has added may write');
    },
  },
  {
    title: "The same service with today's TLS: another proof, the same manners",
    async play(stage) {
      const { step, note, end, crossings } = record(stage);
      await step(
        () => stage.today.user('carol').subscribe(ALICE),
        () => crossings().some(({ outcome }) => outcome === 'held'),
      );
      note('xmpp', `carol@${TODAY} asks to see Alice`);
      const [held] = crossings();
      const isProved = held?.proof === 'certificate' && held.outcome === 'held';
      return end(
        isProved,
        'a certificate proves the server, and still vouches for none of its users',
      );
    },
  },
];

/** What Carol sees of Alice: a word or two, or nothing. */
function seen({ gmail }: Stage): string {
  const last = gmail.user('carol').clients[0]?.sees(ALICE).at(-1);
  if (last === undefined) return 'nothing';
  return [last.show ?? 'available', ...last.statuses.map(({ text }) => `"${text}"`)].join(' ');
}

/** Begins a recording: what people do, and what passes until it is seen. */
function record({ watch, step }: Stage): OneScene {
  return recordOn(watch, step);
}
