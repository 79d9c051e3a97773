// One of the people of the SIP domain, told what to do and telling what she sees. What a kind of them can do is beside it,
// in people.ts and talker.ts.
import { SIP } from '../places.ts';
import type { Running } from '../process.ts';
import type { Line, Lines } from './lines.ts';

/** A tuple of a PIDF document. */
export interface Tuple {
  readonly id: string;
  readonly basic: string | null;
  readonly show: string | null;
  readonly notes: readonly string[];
  readonly priority: string | null;
}

/** Something that happened to one of them; what is there depends on the event. */
export interface Sight extends Line {
  /** Of a response: `answer` to a SUBSCRIBE, `notified` to a NOTIFY, `published` to a PUBLISH; 0 when there was none. */
  readonly status?: number;
  /** Of a NOTIFY. */
  readonly state?: string;
  readonly reason?: string | null;
  readonly expires?: number | null;
  readonly isLate?: boolean;
  readonly document?: { readonly entity: string; readonly tuples: readonly Tuple[] } | null;
  readonly text?: string;
  readonly fault?: string;
  /** Of a SUBSCRIBE, an INVITE, a MESSAGE. */
  readonly remote?: string;
  readonly call?: string;
  /** Of a MESSAGE; within the session that is there, or alone. */
  readonly cseq?: number;
  readonly isWithin?: boolean;
}

/** One of them, under a name that no other has. */
export interface Person {
  /** A URI. */
  readonly address: string;
  /** Everything that happened, in order. */
  readonly seen: readonly Sight[];
  until(what: string, fits: (sight: Sight) => boolean, bound?: number): Promise<Sight>;
  /** What `find` makes of everything, now or later. */
  when<T>(what: string, find: (all: readonly Sight[]) => T | undefined, bound?: number): Promise<T>;
}

/** One who is told what to do. */
export interface Told extends Person {
  order(what: string, more?: object): void;
  /** Orders, and waits for the next event of this kind. */
  ask(what: string, event: string, more?: object): Promise<Sight>;
}

/** Begins one of a kind. */
export async function told(
  running: Running,
  lines: Lines<Sight>,
  kind: string,
  user: string,
): Promise<Told> {
  const as = `${kind} ${user}`;
  const order = (what: string, more: object = {}): void =>
    running.say(JSON.stringify({ as, do: what, ...more }));
  const when: Person['when'] = (what, find, bound) =>
    lines.when(`${as}: ${what}`, () => find(lines.of(as)), bound);
  order(kind, { user, domain: SIP });
  await lines.until(as, as, (line) => line.event === 'there');
  return {
    address: `sip:${user}@${SIP}`,
    get seen() {
      return lines.of(as);
    },
    when,
    until: (what, fits, bound) => when(what, (all) => all.find(fits), bound),
    order,
    ask: (what, event, more) => {
      const before = lines.of(as).length;
      order(what, more);
      return when(event, (all) => all.slice(before).find((one) => one.event === event));
    },
  };
}
