// A town whose host looks at the presence that crosses, what it was asked, and what people see of it.
import type { AskedCrossing, AskStore, CrossingVerdict } from '@interwork/core';
import { virtualStore } from '@interwork/core/testing';
import { pidf } from '@interwork/sip/testing';
import { PresenceTown, type TownOptions } from './presence-town.ts';

export const ROMEO = 'romeo@example.net';
export const JULIET = 'juliet@example.com';
/** Notifications are sent no faster than every few seconds. */
export const SETTLED = 10_000;
export const PASS: CrossingVerdict = { result: 'pass' };
export const OPEN = pidf(ROMEO, [{ id: 'ID-orchard', basic: 'open', note: 'at lunch' }]);

/** What a crossing is, in a line. */
const lineOf = ({ direction, traffic, what, from, to, text }: AskedCrossing): string =>
  [direction, traffic, what, from, to, text].filter((word) => word !== '').join(' ');
export const IN = (what: string, text = '') =>
  `sip-to-xmpp presence ${what} ${ROMEO} ${JULIET} ${text}`.trimEnd();
export const OUT = (what: string, text = '') =>
  `xmpp-to-sip presence ${what} ${JULIET} ${ROMEO} ${text}`.trimEnd();

/** A town whose host says something of each crossing, and what it was asked. */
export function looking(
  say: (asked: AskedCrossing) => CrossingVerdict | Promise<CrossingVerdict>,
  more: TownOptions = {},
): { town: PresenceTown; asked: string[] } {
  const asked: string[] = [];
  const onCrossing = (crossing: AskedCrossing): CrossingVerdict | Promise<CrossingVerdict> => {
    asked.push(lineOf(crossing));
    return say(crossing);
  };
  return { town: new PresenceTown({ hooks: { onCrossing }, ...more }), asked };
}

/** Says something of one kind, and lets everything else pass. */
export const of =
  (what: AskedCrossing['what'], verdict: unknown, direction?: AskedCrossing['direction']) =>
  (asked: AskedCrossing): CrossingVerdict =>
    asked.what === what && (direction === undefined || asked.direction === direction)
      ? typeof verdict === 'function'
        ? (verdict as () => CrossingVerdict)()
        : (verdict as CrossingVerdict)
      : PASS;

export const told = (town: PresenceTown): readonly string[] =>
  town.traces
    .filter(({ outcome }) => outcome === 'refused' || outcome === 'dropped')
    .map(({ direction, outcome, reasons, answer }) =>
      [direction, outcome, ...reasons, answer ?? '-'].join(' '),
    );
export const seen = (town: PresenceTown): readonly string[] =>
  town.juliet.clients[0]?.sees(ROMEO).map(({ statuses: [status] }) => status?.text ?? '') ?? [];
export const noteOf = (town: PresenceTown): string | undefined =>
  /<note[^>]*>(.*?)<\/note>/.exec(town.romeo.sees(JULIET).document ?? '')?.[1];

/** Juliet asks to see Romeo. */
export function asks(town: PresenceTown): void {
  town.romeo.setDocument(OPEN);
  town.juliet.login('balcony', { status: 'reading' });
  town.juliet.subscribe(ROMEO);
  town.pass();
}

/** Romeo asks to see Juliet, who is there. */
export function watches(town: PresenceTown): void {
  town.juliet.login('balcony', { status: 'reading' });
  town.romeo.watch(JULIET);
  town.pass();
}

/** A store that can be looked into, and how many records of presence there are. */
export function openStore(): {
  readonly store: NonNullable<TownOptions['store']>;
  readonly records: (town: PresenceTown) => number;
} {
  let ask: AskStore | undefined;
  const records = (town: PresenceTown): number => {
    let found = -1;
    const all = { kind: 'keys', prefix: 'presence', cursor: undefined, limit: 100 } as const;
    ask?.(all, (answer) => {
      if (answer.kind === 'keys') found = answer.page.keys.length;
    });
    town.pass(10);
    return found;
  };
  return { store: ({ clock }) => (ask = virtualStore({ clock, max: 10_000 })), records };
}
