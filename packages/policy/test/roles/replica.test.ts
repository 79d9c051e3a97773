// Replicas: what becomes of each snapshot at each of them, and how they stand.
import { MisuseError } from '@interwork/policy';
import {
  applySnapshot,
  newHistory,
  newReplica,
  readReplica,
  readReport,
  readSnapshot,
  replicaStatus,
  reportOf,
  type ConfigurationHistory,
  type Loaded,
  type Replica,
  type Snapshot,
} from '@interwork/policy/roles';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const snapshot = (number: number, digest = `d${number}`): Snapshot => ({
  version: 1,
  number,
  digest,
  text: `{"n":${number}}`,
  by: 'ann',
  at: 100 * number,
});
const EMPTY = newReplica('edge.ours.example', '5.0.8308');
const apply = (replica: Replica, one: Snapshot, now = 7): Loaded =>
  applySnapshot(replica, one, one.digest, now);
const at = (number: number): Replica => apply(EMPTY, snapshot(number)).replica;

describe('a snapshot at a replica', () => {
  const ROWS: readonly (readonly [
    what: string,
    replica: Replica,
    snapshot: Snapshot,
    kind: Loaded['kind'],
    number: number,
  ])[] = [
    ['the first', EMPTY, snapshot(1), 'applied', 1],
    ['the first, after some that never came', EMPTY, snapshot(5), 'applied', 5],
    ['the next', at(1), snapshot(2), 'applied', 2],
    ['the newest, after one that never came', at(1), snapshot(3), 'applied', 3],
    ['the same', at(2), snapshot(2), 'already', 2],
    ['an older one', at(3), snapshot(2), 'older', 3],
    ['another under the same number', at(2), snapshot(2, 'x'), 'conflict', 2],
  ];
  it.each(ROWS)('%s', (_, replica, one, kind, number) => {
    const loaded = apply(replica, one);
    expect(loaded.kind).toBe(kind);
    expect(loaded.replica.configVersion).toBe(number);
    if (kind === 'applied') expect(loaded.replica).toMatchObject({ text: one.text, at: 7 });
    else expect(loaded.replica).toBe(replica);
  });

  it('is not loaded where its text is not what its digest is of', () => {
    const loaded = applySnapshot(at(1), snapshot(2), 'another', 7);
    expect(loaded).toEqual({ kind: 'corrupt', replica: at(1) });
    expect(() => applySnapshot(EMPTY, snapshot(1, ''), '', 7)).toThrow(MisuseError);
  });

  it('leaves the newest, in whatever order they come and however often', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (numbers) => {
        const end = numbers.reduce((replica, one) => apply(replica, snapshot(one)).replica, EMPTY);
        const newest = Math.max(...numbers);
        expect(end).toMatchObject({ configVersion: newest, digest: `d${newest}` });
      }),
    );
  });
});

describe('how a replica stands', () => {
  const history = (...snapshots: readonly Snapshot[]): ConfigurationHistory => ({
    ...newHistory(),
    snapshots,
  });
  const two = history(snapshot(1), snapshot(2));
  const status = (replica: Replica | undefined, of = two) =>
    replicaStatus(of, EMPTY.fqdn, replica && reportOf(replica, 50));

  it('is up to date with the newest, by number and digest', () => {
    expect(status(at(2))).toEqual({
      version: 1,
      fqdn: 'edge.ours.example',
      upToDate: true,
      lastUpdateCreation: 200,
      lastStatusReport: 50,
      productVersion: '5.0.8308',
      configVersion: 2,
    });
  });

  it.each([
    ['behind', at(1), 1],
    ['empty', EMPTY, 0],
    ['ahead of what there is', at(3), 3],
    ['of another configuration', apply(EMPTY, snapshot(2, 'x')).replica, 2],
  ])('is not when it is %s', (_, replica, configVersion) => {
    expect(status(replica)).toMatchObject({ upToDate: false, configVersion });
  });

  it('is not when it never reported', () => {
    const expected = {
      version: 1,
      fqdn: EMPTY.fqdn,
      upToDate: false,
      lastUpdateCreation: 200,
      configVersion: 0,
    };
    expect(status(undefined)).toEqual(expected);
  });

  it('is, with nothing, where nothing was published', () => {
    expect(status(EMPTY, newHistory())).toMatchObject({ upToDate: true, configVersion: 0 });
  });
});

describe('records', () => {
  it('come back from their JSON', () => {
    expect(readSnapshot(JSON.stringify(snapshot(3)))).toEqual({
      kind: 'snapshot',
      snapshot: snapshot(3),
    });
    for (const replica of [EMPTY, at(4)]) {
      expect(readReplica(JSON.stringify(replica))).toEqual({ kind: 'replica', replica });
      const report = reportOf(replica, 9);
      expect(readReport(JSON.stringify(report))).toEqual({ kind: 'report', report });
    }
  });

  it.each([
    ['{', 'not-json', ''],
    [JSON.stringify({ ...snapshot(1), version: 2 }), 'unknown-value', '/version'],
    [JSON.stringify({ ...snapshot(0) }), 'out-of-range', '/number'],
    [JSON.stringify({ ...snapshot(1), text: 5 }), 'wrong-type', '/text'],
  ])('are findings where they are not right: %s', (text, code, path) => {
    expect(readSnapshot(text)).toMatchObject({ kind: 'findings', findings: [{ code, path }] });
  });
});
