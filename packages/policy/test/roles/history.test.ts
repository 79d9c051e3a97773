// A configuration through its life: drafts, publishing, going back, what is recorded of it and what is refused.
import { MisuseError } from '@interwork/policy';
import {
  changesBetween,
  editDraft,
  newestOf,
  newHistory,
  publishDraft,
  readHistory,
  undoTo,
  type By,
  type ConfigurationHistory,
  type HistoryStep,
  type Role,
} from '@interwork/policy/roles';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const GROUPS = ['Users', 'Domain Admins', 'RTCUniversalServerAdmins'];
const by = (now: number, more: Partial<By> = {}): By => ({
  actor: { name: 'ann', groups: GROUPS },
  now,
  ...more,
});
const document = (...domains: readonly string[]): string =>
  JSON.stringify({
    version: 1,
    default: 'deny',
    rules: domains.map((domain, at) => ({ id: `r${at}`, effect: 'permit', domains: [domain] })),
  });

function after(step: HistoryStep): ConfigurationHistory {
  if (step.kind !== 'done') throw new Error(`${step.code}: ${step.reason}`);
  return step.history;
}

/** A history in which these were published, at 1, 3, 5 …; drafts written a moment before. */
function published(...texts: readonly string[]): ConfigurationHistory {
  return texts.reduce((history, text, at) => {
    const drafted = after(editDraft(history, text, by(2 * at)));
    return after(publishDraft(drafted, `digest of ${text}`, by(2 * at + 1)));
  }, newHistory());
}

const A = document('a.example');
const B = document('a.example', 'b.example');

describe('publishing', () => {
  it('gives a draft the next number, and keeps who, when and what', () => {
    const drafted = after(editDraft(published(A), B, by(7)));
    expect(drafted.draft).toEqual({ text: B, basedOn: 1, by: 'ann', at: 7 });
    expect(newestOf(drafted)?.text).toBe(A);
    const step = publishDraft(drafted, 'd2', by(8));
    expect(newestOf(after(step))).toEqual({
      version: 1,
      number: 2,
      digest: 'd2',
      text: B,
      by: 'ann',
      at: 8,
    });
    expect(after(step).draft).toBeUndefined();
    expect(step.kind === 'done' && step.record).toEqual({
      kind: 'publish',
      by: 'ann',
      roles: ['publisher', 'server-administrator'],
      at: 8,
      number: 2,
      changes: [
        {
          kind: 'added',
          path: '/rules/1',
          after: '{"id":"r1","effect":"permit","domains":["b.example"]}',
        },
      ],
      untold: 0,
    });
  });

  it('records each edit, from the draft before', () => {
    const first = after(editDraft(published(A), B, by(7)));
    const second = after(editDraft(first, document('a.example', 'c.example'), by(8)));
    expect(second.records.map(({ kind, number, at }) => [kind, number, at])).toEqual([
      ['edit', 0, 0],
      ['publish', 1, 1],
      ['edit', 1, 7],
      ['edit', 1, 8],
    ]);
    expect(second.records.at(-1)?.changes.map(({ kind, path }) => [kind, path])).toEqual([
      ['added', '/rules/1/domains/0'],
      ['removed', '/rules/1/domains/0'],
    ]);
  });

  const wrong = '{"version":1,"default":"deny","rules":[{"id":"a"}]}';
  const ROWS: readonly (readonly [what: string, step: () => HistoryStep, code: string])[] = [
    ['an edit by nobody', () => editDraft(newHistory(), A, as('ann')), 'forbidden'],
    ['an edit that changes nothing', () => editDraft(published(A), A, by(9)), 'nothing-changed'],
    ['an edit that is no JSON', () => editDraft(newHistory(), '{', by(9)), 'does-not-load'],
    [
      'an edit with a key twice',
      () => editDraft(newHistory(), '{"a":1,"a":2}', by(9)),
      'does-not-load',
    ],
    ['no draft', () => publishDraft(published(A), 'd', by(9)), 'no-draft'],
    [
      'an editor who publishes',
      () => publishDraft(drafted(B), 'd', as('ann', 'Users')),
      'forbidden',
    ],
    [
      'a publisher who edits',
      () => editDraft(published(A), B, as('ann', ...GROUPS.slice(1))),
      'forbidden',
    ],
    ['a draft that does not load', () => publishDraft(drafted(wrong), 'd', by(9)), 'does-not-load'],
    ['a draft that is what holds', () => publishDraft(back(), 'd', by(9)), 'nothing-changed'],
    ['a draft of before an undo', () => publishDraft(stale(), 'd', by(9)), 'stale'],
    ['an undo by an editor', () => undoTo(published(A, B), 1, as('ann', 'Users')), 'forbidden'],
    ['an undo to what holds', () => undoTo(published(A, B), 2, by(9)), 'nothing-changed'],
    ['an undo to a number of the future', () => undoTo(published(A, B), 3, by(9)), 'not-kept'],
    ['an undo to nothing', () => undoTo(published(A), 0, by(9)), 'not-kept'],
  ];
  const as = (name: string, ...groups: readonly string[]): By => ({
    actor: { name, groups },
    now: 9,
  });
  const drafted = (text: string) => after(editDraft(published(A), text, by(7)));
  const back = () => after(editDraft(drafted(B), A, by(8)));
  const stale = () => after(undoTo(after(editDraft(published(A, B), document(), by(7))), 1, by(8)));
  it.each(ROWS)('refuses %s', (_, step, code) => {
    expect(step()).toMatchObject({ kind: 'refused', code });
  });

  it('tells what keeps a draft from loading', () => {
    expect(publishDraft(drafted(wrong), 'd', by(9))).toMatchObject({
      findings: [{ severity: 'error', path: '/rules/0/effect' }],
    });
  });

  it('wants a digest of its host', () => {
    expect(() => publishDraft(drafted(B), '', by(9))).toThrow(MisuseError);
  });

  it('asks for the right to change access, unless only our own domains changed', () => {
    const federation = (...localDomains: readonly string[]): string =>
      JSON.stringify({
        version: 1,
        default: 'deny',
        rules: [],
        federation: { localDomains, accessEdge: { routing: 'useDnsSrvRouting' } },
      });
    const roles: readonly Role[] = [{ id: 'p', groups: ['Users'], may: ['edit', 'publish'] }];
    const publisher = { actor: { name: 'bob', groups: ['Users'] }, now: 9, roles };
    const publishing = (text: string) =>
      publishDraft(
        after(editDraft(published(federation('a.example')), text, publisher)),
        'd',
        publisher,
      );
    expect(publishing(federation('a.example', 'b.example'))).toMatchObject({ kind: 'done' });
    expect(publishing(A)).toMatchObject({
      kind: 'refused',
      code: 'forbidden',
      reason: 'bob may not change access settings: no role lets anybody',
    });
  });
});

describe('going back', () => {
  it('publishes what was, under a new number', () => {
    const step = undoTo(published(A, B), 1, by(9));
    expect(newestOf(after(step))).toMatchObject({
      number: 3,
      text: A,
      digest: `digest of ${A}`,
      at: 9,
    });
    expect(after(step).snapshots.map(({ text }) => text)).toEqual([A, B, A]);
    expect(step.kind === 'done' && step.record).toMatchObject({
      kind: 'undo',
      number: 3,
      restored: 1,
      changes: [{ kind: 'removed', path: '/rules/1' }],
    });
  });

  it('leaves a draft that may be written again, on what holds now', () => {
    const C = document('c.example');
    const gone = after(undoTo(after(editDraft(published(A, B), C, by(7))), 1, by(8)));
    expect(gone.draft).toMatchObject({ text: C, basedOn: 2 });
    const again = after(editDraft(gone, C, by(9)));
    expect(again.draft).toMatchObject({ text: C, basedOn: 3, at: 9 });
    expect(newestOf(after(publishDraft(again, 'd', by(10))))).toMatchObject({ number: 4, text: C });
  });

  it('may be undone', () => {
    const twice = after(undoTo(after(undoTo(published(A, B), 1, by(9))), 2, by(10)));
    expect(newestOf(twice)).toMatchObject({ number: 4, text: B });
  });
});

describe('a history', () => {
  const step = fc.record({
    kind: fc.constantFrom('edit', 'publish', 'undo'),
    text: fc.constantFrom(A, B, document('c.example'), '{"version":1}', 'x'),
    number: fc.nat(8),
    who: fc.subarray([...GROUPS, 'CSAdministrator']),
  });

  it('has numbers that only rise, is within its bounds, and comes back from its JSON', () => {
    const limits = { snapshots: 3, records: 5, changes: 1 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        let history = newHistory();
        for (const [now, { kind, text, number, who }] of steps.entries()) {
          const someone = by(now, { actor: { name: 'x', groups: who }, limits });
          const taken =
            kind === 'edit'
              ? editDraft(history, text, someone)
              : kind === 'publish'
                ? publishDraft(history, text, someone)
                : undoTo(history, number, someone);
          const before = newestOf(history)?.number ?? 0;
          if (taken.kind === 'done') history = taken.history;
          const now2 = newestOf(history)?.number ?? 0;
          expect(now2 - before).toBe(taken.kind === 'done' && kind !== 'edit' ? 1 : 0);
          expect(history.snapshots.length).toBeLessThanOrEqual(3);
          expect(history.records.length).toBeLessThanOrEqual(5);
        }
        expect(readHistory(JSON.stringify(history))).toEqual({ kind: 'history', history });
      }),
      { numRuns: 300 },
    );
  });

  const good = published(A, B);
  const ROWS: readonly (readonly [what: string, change: object, path: string])[] = [
    ['another version', { version: 2 }, '/version'],
    ['a field too many', { more: 1 }, '/more'],
    ['numbers that fall', { snapshots: good.snapshots.toReversed() }, '/snapshots/1/number'],
    ['a draft that is none', { draft: {} }, '/draft/text'],
    ['records that are none', { records: [{ kind: 'dream' }] }, '/records/0/kind'],
  ];
  it.each(ROWS)('is not read with %s', (_, change, path) => {
    const read = readHistory(JSON.stringify({ ...good, ...change }));
    expect(read.kind === 'findings' && read.findings.map((one) => one.path)).toContain(path);
  });
});

describe('changes', () => {
  const named = (...names: readonly string[]) => ({
    list: names.map((domain) => ({ domain, x: 1 })),
  });
  const ROWS: readonly (readonly [before: unknown, after: unknown, changes: readonly string[]])[] =
    [
      [{ a: 1 }, { a: 1 }, []],
      [{ a: 1 }, { a: 2 }, ['changed /a 1 2']],
      [{ a: 1 }, {}, ['removed /a 1 -']],
      [{}, { 'a/~b': null }, ['added /a~1~0b - null']],
      [{ a: [] }, { a: {} }, ['changed /a [] {}']],
      [{ a: 1 }, { a: [1] }, ['changed /a 1 [1]']],
      [1, 2, ['changed  1 2']],
      [['a', 'b'], ['b', 'a'], []],
      [['a'], ['a', 'a'], ['added /1 - "a"']],
      [named('a', 'c'), named('a', 'b', 'c'), ['added /list/1 - {"domain":"b","x":1}']],
      [named('a', 'b', 'c'), named('a', 'c'), ['removed /list/1 {"domain":"b","x":1} -']],
      [
        { list: [{ id: 'r', effect: 'permit' }] },
        {
          list: [
            { id: 's', effect: 'permit' },
            { id: 'r', effect: 'forbid' },
          ],
        },
        [
          'added /list/0 - {"id":"s","effect":"permit"}',
          'changed /list/1/effect "permit" "forbid"',
        ],
      ],
    ];
  it.each(ROWS)('%j to %j', (before, later, expected) => {
    const { changes, untold } = changesBetween(before, later, 10);
    expect(untold).toBe(0);
    expect(
      changes.map((one) => `${one.kind} ${one.path} ${one.before ?? '-'} ${one.after ?? '-'}`),
    ).toEqual(expected);
  });

  it('are as many as asked for, and the rest is counted', () => {
    const { changes, untold } = changesBetween({}, { a: 1, b: 2, c: 3 }, 2);
    expect(changes).toHaveLength(2);
    expect(untold).toBe(1);
  });

  it('show long values cut', () => {
    const { changes } = changesBetween({}, { a: 'x'.repeat(1000) }, 2);
    expect(changes[0]?.after).toHaveLength(201);
  });

  it('are none of a thing and itself, and some of any two', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(changesBetween(a, a, 5).changes).toEqual([]);
        if (JSON.stringify(a) === JSON.stringify(b)) return;
        const found = changesBetween({ a }, { a: b }, 5).changes.length > 0;
        expect(found || isSameButOrder(a, b)).toBe(true);
      }),
    );
  });
});

/** Whether two values have the same text once everything in them is in order. */
function isSameButOrder(a: unknown, b: unknown): boolean {
  return ordered(a) === ordered(b);
}

function ordered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(ordered).toSorted().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}:${ordered(inner)}`,
  );
  return `{${members.toSorted().join()}}`;
}
