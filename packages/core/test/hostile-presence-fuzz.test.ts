// S4: SUBSCRIBEs, NOTIFYs, responses and presence stanzas, changed at random, go into a gateway whose store fails now and
// then. Nothing is thrown, no request is answered twice, the tables stay small, and when all is quiet nothing is open.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRequest, isFault, parseMessage } from '@interwork/sip';
import { parseStanza } from '@interwork/xmpp';
import { documentOf } from './presence-kit.ts';
import {
  notifyText,
  PresenceMachine,
  refreshText,
  type SentRequest,
  type StoreMood,
  subscribeText,
} from './presence-machine.ts';

/** One change: what to put where, in place of how much. */
type Change = readonly [at: number, take: number, put: string];

const piece = fc.oneof(
  fc.string({ maxLength: 6, unit: 'binary' }),
  fc.constantFrom(
    ...'example.net example.com @ % %00 \\20 __proto__ 0 -1 99999999999 active pending'.split(' '),
    ...'terminated;reason=rejected probation;retry-after=1 sip: sips: gr= tag= closed open'.split(
      ' ',
    ),
    ...'subscribed unsubscribe probe error application/pidf+xml presence;id=x'.split(' '),
    '\r\n',
    '\0',
    '<',
    "'",
    '"',
    '\u202e',
    '',
  ),
);
const change = fc.tuple(fc.nat(900), fc.nat(12), piece);
/** Most arrive whole: an exchange of spoilt ones alone would get nowhere. */
const changes: fc.Arbitrary<readonly Change[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
);
const steps = fc.array(fc.tuple(fc.nat(11), fc.nat(1_000), changes), {
  maxLength: 50,
  size: 'max',
});

function changed(text: string, list: readonly Change[]): string {
  let so = text;
  for (const [where, take, put] of list) {
    const at = where % (so.length + 1);
    so = so.slice(0, at) + put + so.slice(at + take);
  }
  return so;
}

const TYPES = [
  '',
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
  'probe',
  'unavailable',
  'error',
];
const STATES = [
  'active;expires=3600',
  'pending;expires=600',
  'active;expires=0',
  'terminated;reason=rejected',
  'terminated;reason=deactivated',
  'terminated;reason=probation;retry-after=5',
  'terminated;reason=timeout',
  'terminated',
];
const STATUSES = [200, 202, 302, 400, 403, 404, 423, 480, 481, 489, 500, 503, 603];
const MOODS: readonly StoreMood[] = ['up', 'up', 'up', 'down', 'lost', 'silent'];
const PEOPLE = ['juliet@example.com', 'nurse@example.com', 'juliet@crowd.test'];

/** A gateway, and what its peers could answer. */
class Bench {
  readonly machine = new PresenceMachine();
  open: SentRequest[] = [];
  known: SentRequest[] = [];
  came = 0;

  gather(): void {
    const sent = this.machine.requests();
    this.open.push(...sent);
    this.known = [...this.known, ...sent].slice(-30);
    this.machine.stanzas();
  }
}

function isSip(text: string): boolean {
  const read = parseMessage(Buffer.from(text, 'utf8'));
  return !isFault(read) && read.kind === 'request' && !isFault(checkRequest(read));
}

function request(bench: Bench, text: string): void {
  if (!isSip(text)) return;
  bench.came += 1;
  bench.machine.sip(text, bench.came % 17 === 0 ? 'crowd.example' : 'example.net');
}

function stanza(bench: Bench, text: string): void {
  const read = parseStanza(text);
  if (read.kind === 'fault' || read.from === undefined || read.to === undefined) return;
  bench.machine.stanza(text);
}

function textOf(bench: Bench, what: number, which: number): string {
  const { known } = bench;
  const some = known[which % Math.max(1, known.length)];
  const to = PEOPLE[which % PEOPLE.length] ?? '';
  if (what === 0)
    return subscribeText({ to, callId: `c${which % 9}`, expires: [3600, 0, 61][which % 3] ?? 0 });
  if (some === undefined) return subscribeText({ to });
  const cseq = 2 + (which % 20);
  if (some.draft.method === 'NOTIFY')
    return refreshText(some.draft, cseq, which % 3 === 0 ? 0 : 3600);
  const body =
    which % 5 === 0
      ? ''
      : documentOf({ id: `ID-${which % 4}`, basic: which % 7 === 0 ? 'closed' : 'open' });
  return notifyText(some.draft, cseq, STATES[which % STATES.length] ?? '', body);
}

function step(bench: Bench, what: number, which: number, list: readonly Change[]): void {
  const { machine } = bench;
  switch (what) {
    case 0:
    case 1:
    case 2:
      return request(bench, changed(textOf(bench, what, which), list));
    case 3:
    case 4:
    case 5: {
      const type = TYPES[which % TYPES.length] ?? '';
      const from = `${PEOPLE[which % PEOPLE.length]}${which % 2 === 0 ? '' : `/r${which % 20}`}`;
      const said = type === '' ? '' : ` type='${type}'`;
      const inner =
        type === 'error'
          ? "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
          : `<show>${which % 3 === 0 ? 'dnd' : 'away'}</show><status>s${which}</status>`;
      return stanza(
        bench,
        changed(`<presence from='${from}' to='romeo@example.net'${said}>${inner}</presence>`, list),
      );
    }
    case 6:
    case 7: {
      const [one] = bench.open.splice(which % Math.max(1, bench.open.length), 1);
      if (one === undefined) return;
      const status = which % 3 === 0 ? (STATUSES[which % STATUSES.length] ?? 200) : 200;
      const headers = ['Expires: 3600', 'Contact: <sip:romeo@192.0.2.1>', `Retry-After: ${which}`];
      return void machine.respond(one, status, headers);
    }
    case 8: {
      const [one] = bench.open.splice(which % Math.max(1, bench.open.length), 1);
      return one === undefined ? undefined : void machine.fail(one, 'timeout');
    }
    case 9:
      machine.mood = MOODS[which % MOODS.length] ?? 'up';
      return;
    case 10:
      if (which % 5 > 0) return;
      machine.feed({
        kind: 'xmpp',
        event: { kind: 'link-lost', from: 'example.net', to: 'example.com', text: '' },
      });
      return;
    default:
      machine.pass(which * (which % 10 === 0 ? 5_000 : 20));
  }
}

/** What is open is ended, and time passes until the desk is empty. */
function settle(bench: Bench): void {
  const { machine } = bench;
  machine.mood = 'up';
  for (let round = 0; round < 20; round++) {
    machine.pass(20_000);
    bench.gather();
    for (const one of bench.open.splice(0)) machine.fail(one, 'timeout');
  }
}

describe('whatever comes in about presence', () => {
  it('S4: throws nothing, is answered once, stays small, and leaves nothing open', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (list, closes) => {
        const bench = new Bench();
        const { machine } = bench;
        for (const [what, which, spoilt] of list) {
          step(bench, what, which, spoilt);
          bench.gather();
          expect(machine.gateway.sizes.presence).toBeLessThanOrEqual(list.length);
          expect(machine.table.size).toBeLessThanOrEqual(list.length);
        }
        if (closes) machine.feed({ kind: 'close' });
        settle(bench);
        const { presence, records, routing } = machine.gateway.sizes;
        expect([presence, records, routing, machine.gateway.open]).toEqual([0, 0, 0, 0]);
        expect(machine.isClosed).toBe(closes);
        expect(machine.answers).toBe(bench.came);
        for (const { text } of machine.table.entries()) expect(text.length).toBeLessThan(40_000);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
