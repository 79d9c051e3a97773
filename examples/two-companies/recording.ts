// A recording of one scene about contacts: what people do, what passes until it is seen on the other side, and what
// they see then.
import { type CrossingTrace, parsePidf } from '@interwork/core';
import { steadyClock } from '@interwork/core/node';
import type { SipUser } from '@interwork/sip/testing';
import { pidf } from '@interwork/sip/testing';
import type { Show } from '@interwork/xmpp';
import { encodeUtf8 } from '@interwork/xmpp';
import type { XmppUser } from '@interwork/xmpp/testing';
import type { Shown } from './scene.ts';
import { CONTOSO, GTALK, type Stage } from './stage.ts';
import type { Watch } from './watch.ts';

export const ALICE = `alice@${CONTOSO}`;
export const CAROL = `carol@${GTALK}`;

/** What is being recorded. */
export interface OneScene {
  /** The crossings that have ended in it. */
  readonly crossings: () => readonly CrossingTrace[];
  /** Has somebody act, and waits until it is seen. */
  readonly step: (act: () => void, isSeen: () => boolean) => Promise<void>;
  readonly note: (at: 'sip' | 'gateway' | 'xmpp', text: string) => void;
  readonly end: (expected: boolean, said: string) => Shown;
}

/** Begins a recording; `letOut` lets out what people have done. */
export function recordOn(watch: Watch, letOut: () => void): OneScene {
  const since = watch.traces.length;
  const { mark } = watch.recording;
  return {
    crossings: () => watch.crossings(since),
    step: async (act, isSeen) => {
      act();
      letOut();
      await watch.settled(isSeen);
    },
    note: (at, text) => watch.recording.note(steadyClock(), at, text),
    end: (expected, said) => ({ ladder: watch.recording.ladder(mark), expected, said }),
  };
}

/** The same on the stage of the companies. */
export function record({ contoso, gtalk, watch }: Stage): OneScene {
  return recordOn(watch, () => {
    contoso.step();
    gtalk.step();
  });
}

/** What a SIP user shows of himself. */
export interface SaidOnPhone {
  readonly basic?: 'open' | 'closed';
  readonly show?: Show;
  readonly note?: string;
}

/** Has a SIP user's phone say this. */
export function say(user: SipUser, { basic = 'open', ...rest }: SaidOnPhone = {}): void {
  user.setDocument(pidf(user.address, [{ id: 'phone', basic, ...rest }]));
}

/** What an XMPP user sees of somebody on the first client: a word or two, or nothing. */
export function seenByXmpp(user: XmppUser, contact: string): string {
  const seen = user.clients[0]?.sees(contact).at(-1);
  return seen === undefined ? 'nothing' : wordsOf(seen.show, seen.statuses);
}

/** What a SIP user sees of somebody. */
export function seenBySip(user: SipUser, contact: string): string {
  const { state, document: text = '' } = user.sees(contact);
  const document = parsePidf(encodeUtf8(state === 'active' ? text : ''));
  const tuple = document.kind === 'fault' ? undefined : document.tuples[0];
  if (tuple === undefined) return 'nothing';
  return tuple.basic === 'closed' ? 'offline' : wordsOf(tuple.show, tuple.notes ?? []);
}

/** What an XMPP user's roster says of a contact. */
export function rosterOf(user: XmppUser, contact: string): string {
  const item = user.roster().find(({ jid }) => jid === contact);
  if (item === undefined) return 'not listed';
  return item.ask ? `${item.subscription}, asked` : item.subscription;
}

function wordsOf(show: string | undefined, texts: readonly { readonly text: string }[]): string {
  return [show ?? 'available', ...texts.map(({ text }) => `"${text}"`)].join(' ');
}
