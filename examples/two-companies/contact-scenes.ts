// The scenes of contacts: added from either side, refused, changing, going away, removed.
import { ALICE, CAROL, record, rosterOf, say, seenBySip, seenByXmpp } from './recording.ts';
import type { Scene } from './scene.ts';
import { CONTOSO, type Stage } from './stage.ts';

const BOB = `bob@${CONTOSO}`;

function peopleOf({ contoso, gtalk }: Stage) {
  return { alice: contoso.user('alice'), bob: contoso.user('bob'), carol: gtalk.user('carol') };
}

/** How they come to see each other. */
export const CONTACT_SCENES: readonly Scene[] = [
  {
    title: 'An XMPP user adds a SIP contact, and sees nothing before the contact agrees',
    async play(stage) {
      const { alice, carol } = peopleOf(stage);
      const { step, note, end } = record(stage);
      say(alice);
      await step(
        () => carol.subscribe(ALICE),
        () => alice.pendingWatchers.includes(CAROL),
      );
      const before = seenByXmpp(carol, ALICE);
      note('xmpp', `Carol sees ${before}`);
      note('sip', 'Alice agrees');
      await step(
        () => alice.allow(CAROL),
        () => seenByXmpp(carol, ALICE) !== before,
      );
      note('xmpp', `Carol sees ${seenByXmpp(carol, ALICE)}`);
      const roster = rosterOf(carol, ALICE);
      return end(
        before === 'nothing' && seenByXmpp(carol, ALICE) === 'available' && roster === 'to',
        `nothing was shown for "pending"; Carol's roster says "${roster}" since Alice agreed`,
      );
    },
  },
  {
    title: 'The SIP contact is busy',
    async play(stage) {
      const { alice, carol } = peopleOf(stage);
      const { step, note, end } = record(stage);
      await step(
        () => say(alice, { show: 'dnd', note: 'In a meeting' }),
        () => seenByXmpp(carol, ALICE).startsWith('dnd'),
      );
      const seen = seenByXmpp(carol, ALICE);
      note('xmpp', `Carol sees ${seen}`);
      return end(seen === 'dnd "In a meeting"', 'the word and the text crossed as they are');
    },
  },
  {
    title: 'A SIP contact who says no',
    async play(stage) {
      const { bob, carol } = peopleOf(stage);
      const { step, note, end } = record(stage);
      say(bob);
      await step(
        () => carol.subscribe(BOB),
        () => bob.pendingWatchers.includes(CAROL),
      );
      const asked = rosterOf(carol, BOB);
      note('sip', 'Bob says no');
      await step(
        () => bob.deny(CAROL),
        () => rosterOf(carol, BOB) !== asked,
      );
      note('xmpp', `Carol sees ${seenByXmpp(carol, BOB)}`);
      return end(
        rosterOf(carol, BOB) === 'none' && seenByXmpp(carol, BOB) === 'nothing',
        `Carol is told: her roster said "${asked}", now it says "${rosterOf(carol, BOB)}"`,
      );
    },
  },
  {
    title: 'A SIP user adds an XMPP contact',
    async play(stage) {
      const { alice, carol } = peopleOf(stage);
      const { step, note, end } = record(stage);
      await step(
        () => alice.watch(CAROL),
        () => carol.requests().length > 0 && alice.sees(CAROL).state === 'pending',
      );
      const before = seenBySip(alice, CAROL);
      note('sip', `Alice sees ${before}`);
      note('xmpp', 'Carol agrees');
      await step(
        () => carol.approve(ALICE),
        () => seenBySip(alice, CAROL) === 'available',
      );
      await step(
        () => carol.clients[0]?.setPresence({ show: 'away', status: 'Lunch' }),
        () => seenBySip(alice, CAROL).startsWith('away'),
      );
      const seen = seenBySip(alice, CAROL);
      note('sip', `Alice sees ${seen}`);
      return end(
        before === 'nothing' && seen === 'away "Lunch"' && rosterOf(carol, ALICE) === 'both',
        `Alice was "pending" until Carol agreed; Carol's roster says "${rosterOf(carol, ALICE)}"`,
      );
    },
  },
];

/** How they part. */
export const FAREWELL_SCENES: readonly Scene[] = [
  {
    title: 'The XMPP contact goes, and is back',
    async play(stage) {
      const { alice, carol } = peopleOf(stage);
      const { step, note, end } = record(stage);
      await step(
        () => carol.clients[0]?.logout(),
        () => seenBySip(alice, CAROL) === 'offline',
      );
      const gone = seenBySip(alice, CAROL);
      note('sip', `Alice sees ${gone}`);
      await step(
        () => void carol.login('phone'),
        () => seenBySip(alice, CAROL) === 'available' && seenByXmpp(carol, ALICE) !== 'nothing',
      );
      note('sip', `Alice sees ${seenBySip(alice, CAROL)}`);
      note('xmpp', `Carol sees ${seenByXmpp(carol, ALICE)}`);
      return end(gone === 'offline', 'both see again what they saw, and nobody was asked anything');
    },
  },
  {
    title: 'The XMPP user removes the contact',
    async play(stage) {
      const { alice, carol } = peopleOf(stage);
      const { step, note, end } = record(stage);
      await step(
        () => carol.remove(ALICE),
        () => alice.watchers.length === 0 && alice.sees(CAROL).state === 'terminated',
      );
      note('xmpp', `Carol sees ${seenByXmpp(carol, ALICE)}`);
      return end(
        rosterOf(carol, ALICE) === 'not listed' && alice.sees(CAROL).reason === 'rejected',
        'neither sees the other any more, and no dialog is left',
      );
    },
  },
];
