// A user of the SIP domain who talks in sessions: INVITE, MESSAGE within its dialog, BYE (`people/sessions.py`). One session
// at a time; whoever is called takes it, unless told to refuse.
import type { Person, Sight, Told } from './person.ts';

/** For the answers to a hundred on two busy cores, milliseconds. */
const LONG = 60_000;

/** One of them. What she sees: `invited`, `acknowledged`, `refused`, `message`, `left`, and `stray` for what is of no session. */
export interface Talker extends Person {
  /** Opens a session; the answer. */
  call(to: string): Promise<Sight>;
  /** Says these within the session, each when the one before has its answer; the answer to the last. */
  say(...texts: readonly string[]): Promise<Sight>;
  /** Ends the session; the answer to BYE. */
  leave(): Promise<Sight>;
  /** Refuses whoever calls from now on. */
  refuse(status: number): void;
  /** Forgets the session without a word. */
  forget(): void;
}

/** What one who is told can do. */
export function talkerOf(person: Told): Talker {
  return Object.assign(person, {
    call: (to: string) => person.ask('call', 'answer', { to }),
    say: (...texts: readonly string[]) => says(person, texts),
    leave: () => person.ask('leave', 'over'),
    refuse: (status: number) => person.order('refuse', { status }),
    forget: () => person.order('forget'),
  });
}

/** Fails at the first that is refused. */
async function says(person: Told, texts: readonly string[]): Promise<Sight> {
  const before = person.seen.length;
  person.order('say', { texts });
  const isRefused = ({ status = 0 }: Sight): boolean => status < 200 || status >= 300;
  const done = await person.when(
    `the answer to ${texts.at(-1)}`,
    (all) => {
      const answers = all.slice(before).filter(({ event }) => event === 'said');
      return answers.find(isRefused) ?? answers.find(({ text }) => text === texts.at(-1));
    },
    LONG,
  );
  if (isRefused(done)) throw new Error(`${done.text} was answered ${done.status}`);
  return done;
}
