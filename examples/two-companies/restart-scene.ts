// The scene in which the gateway ends and another begins over the same store: what people see does not change, and the
// dialogs of the first go on with the second.
import { ALICE, CAROL, record, rosterOf, say, seenBySip, seenByXmpp } from './recording.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/** Everything that Alice and Carol see of each other, as one text. */
function everythingSeen({ contoso, gtalk }: Stage): string {
  const [alice, carol] = [contoso.user('alice'), gtalk.user('carol')];
  return [
    `Carol sees ${seenByXmpp(carol, ALICE)} (${rosterOf(carol, ALICE)})`,
    `Alice sees ${seenBySip(alice, CAROL)} (${alice.sees(CAROL).state})`,
  ].join('; ');
}

/** The whole of it. */
export const RESTART: Scene = {
  title: 'The gateway ends and another begins with the same store: nothing changes for anybody',
  async play(stage) {
    const { contoso, gtalk, gateway } = stage;
    const [alice, carol] = [contoso.user('alice'), gtalk.user('carol')];
    const { step, note, end } = record(stage);
    const before = everythingSeen(stage);
    await gateway.restart();
    const after = everythingSeen(stage);
    note('gateway', 'ended; another has begun');
    note('sip', `Alice sees ${seenBySip(alice, CAROL)}`);
    note('xmpp', `Carol sees ${seenByXmpp(carol, ALICE)}`);
    await step(
      () => say(alice, { note: 'Back' }),
      () => seenByXmpp(carol, ALICE).startsWith('available'),
    );
    await step(
      () => carol.clients[0]?.setPresence({}),
      () => seenBySip(alice, CAROL) === 'available',
    );
    return end(
      before === after && alice.watchers.length === 1 && alice.watching === 1,
      'what each sees stayed as it was; the next changes went through the dialogs that there were',
    );
  },
};
