// The table of domains: what it costs to ask, and what a list of names costs to keep.
import { evaluate, type Cell, type Query, type Rule, type RuleEntry } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import { describe, expect, it } from 'vitest';
import { cellOf, newDomainTable, putDomain, valuesFor } from '../src/domain-set.ts';
import { NameTable } from '../src/name-table.ts';

class CountingTable<T> extends NameTable<T> {
  asked = 0;
  override get(key: string): T | undefined {
    this.asked += 1;
    return super.get(key);
  }
}

describe('a table of domains', () => {
  it('gives the most specific value first', () => {
    const table = newDomainTable<string>();
    putDomain(table, '', cellOf('any', 'below'));
    putDomain(table, 'x.example', cellOf('below', 'below'));
    putDomain(table, 'a.x.example', cellOf('at', 'at'));
    putDomain(table, 'example', cellOf('tree', 'at-and-below'));
    expect(valuesFor(table, 'a.x.example')).toEqual(['at', 'below', 'tree', 'any']);
    expect(valuesFor(table, 'x.example')).toEqual(['tree', 'any']);
    expect(valuesFor(table, 'test')).toEqual(['any']);
  });

  it('makes no list for one that stands there', () => {
    const table = newDomainTable<string>();
    const cell = cellOf('value', 'at');
    putDomain(table, 'x.example', cell);
    expect(valuesFor(table, 'x.example')).toBe(cell.at);
  });

  it('keeps one name given by many, in linear work and without touching others', () => {
    const table = newDomainTable<number>();
    const first = cellOf(0, 'at');
    putDomain(table, 'other.example', first);
    for (let n = 0; n < 50_000; n += 1) {
      const cell = n === 0 ? first : cellOf(n, 'at');
      putDomain(table, 'x.example', cell);
    }
    expect(valuesFor(table, 'x.example')).toHaveLength(50_000);
    expect(valuesFor(table, 'other.example')).toEqual([0]);
  });
});

describe('a million domains', () => {
  it('cost what the asked name costs: one look for each label and one for everything', () => {
    const set = policyOf({ rules: [{ id: 'list', effect: 'forbid', domains: ['d.example'] }] });
    const cell = set.index.cells.get('d.example') as Cell<Rule>;
    const looks = [1_000, 1_000_000].map((size) => {
      const cells = new CountingTable<Cell<Rule>>();
      for (let n = 0; n < size; n += 1) cells.set(`d${n}.example`, cell);
      const query: Query = { from: 'a.b.d9.example', to: 'x.test', via: 'sip', traffic: 'message' };
      expect(evaluate({ ...set, index: { ...set.index, cells } }, query).by).toEqual(['list']);
      return cells.asked;
    });
    expect(looks).toEqual([4 + 1 + 2 + 1, 4 + 1 + 2 + 1]);
  });

  it('of one rule share one cell', () => {
    const domains = Array.from({ length: 10_000 }, (_, n) => `d${n}.example`);
    const set = policyOf({ rules: [{ id: 'list', effect: 'forbid', domains }] });
    expect(set.index.cells.size).toBe(10_000);
    expect(new Set(set.index.cells.values()).size).toBe(1);
  });

  it('in as many rules of both ends cost no more', () => {
    const rules = Array.from({ length: 10_000 }, (_, n): RuleEntry => {
      const ends = [['us.example'], [`d${n}.example`]] as const;
      const [from, to] = n % 2 === 0 ? ends : ends.toReversed();
      return { id: `r${n}`, effect: 'permit', from: from ?? [], to: to ?? [] };
    });
    const set = policyOf({ rules });
    const query = {
      from: 'us.example',
      to: 'd4242.example',
      via: 'sip',
      traffic: 'message',
    } as const;
    expect(evaluate(set, query).by).toEqual(['r4242']);
    expect(evaluate(set, { ...query, to: 'd4241.example' }).effect).toBe('forbid');
    expect(valuesFor(set.index, 'us.example').length).toBeLessThanOrEqual(1);
  });
});
