// The record of two people with both halves: what concerns one and what both, records of other releases, and what is
// decided over when it may not have left.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keptOf, type PresenceEvent, stepPresence } from '../src/ledger/presence.ts';
import type { PresenceEffect } from '../src/ledger/presence-types.ts';
import type { JsonValue, StoredRecord } from '../src/store/store.ts';
import { contextOf, lineOf, NOW, requestOf } from './presence-kit.ts';

interface Vectors {
  readonly records: readonly {
    readonly id: string;
    readonly record: StoredRecord;
    readonly does: readonly { readonly event: 'probe'; readonly effects: readonly string[] }[];
  }[];
}

const version1 = JSON.parse(
  readFileSync(new URL('../vectors/records/presence-v1.json', import.meta.url), 'utf8'),
) as Vectors;

class Pair {
  record: StoredRecord | undefined;
  wakeAt = Infinity;
  now = NOW;
  effects: readonly PresenceEffect[] = [];
  readonly x = contextOf();

  step(event: PresenceEvent): readonly string[] {
    const { next, effects } = stepPresence(this.now, this.record, event, this.x);
    if (next !== 'unchanged') {
      this.record =
        next === undefined ? undefined : (JSON.parse(JSON.stringify(next.record)) as StoredRecord);
      this.wakeAt = next?.wakeAt ?? Infinity;
    }
    this.effects = effects;
    return effects.filter(({ kind }) => kind !== 'did').map(lineOf);
  }

  stanza(
    type: 'subscribe' | 'subscribed' | 'unsubscribed' | 'probe' | 'unavailable',
    resource = '',
  ): readonly string[] {
    const from = `juliet@example.com${resource === '' ? '' : `/${resource}`}`;
    return this.step({ half: 'stanza', type, from, resource });
  }

  watch(): readonly string[] {
    const request = requestOf([
      'SUBSCRIBE sip:juliet@example.com SIP/2.0',
      'Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1',
      'Max-Forwards: 70',
      'From: <sip:romeo@example.net>;tag=a',
      'To: <sip:juliet@example.com>',
      'Call-ID: c',
      'CSeq: 1 SUBSCRIBE',
      'Contact: <sip:romeo@192.0.2.1>',
      'Event: presence',
    ]);
    return this.step({ half: 'watched', input: { kind: 'watch', request, to: 's' } });
  }
}

describe('RFC 8048 §5 two people', () => {
  it('have a record only while there is something to remember', () => {
    const pair = new Pair();
    for (const type of ['subscribed', 'unsubscribed', 'unavailable'] as const) {
      expect(pair.stanza(type)).toEqual([]);
      expect(pair.record).toBeUndefined();
    }
    expect(pair.step({ half: 'stanza', type: 'error', condition: 'item-not-found' })).toEqual([]);
    expect(pair.record).toBeUndefined();
  });

  it('each direction is its own', () => {
    const pair = new Pair();
    expect(pair.stanza('subscribe')).toEqual(['SUBSCRIBE 3600']);
    expect(pair.watch()).toEqual(['200', 'NOTIFY pending', 'subscribe']);
    expect(pair.stanza('unsubscribed')).toEqual([]);
    expect(pair.record).toMatchObject({ version: 1, watching: { state: 'requested' } });
  });

  it('RFC 6121 §4.3.2 the answer to a sign of life is no answer to a request', () => {
    const pair = new Pair();
    pair.stanza('subscribe');
    pair.watch();
    const record = pair.record as unknown as { watching: object };
    pair.record = {
      ...pair.record,
      watching: { ...record.watching, probed: NOW },
    } as unknown as StoredRecord;
    pair.stanza('unsubscribed');
    expect(pair.record).toMatchObject({ watched: { state: 'requested' } });
  });

  it('a record of a later release stays as it is', () => {
    const pair = new Pair();
    pair.record = { version: 2, more: true };
    expect(pair.stanza('subscribe')).toEqual([]);
    expect(pair.effects).toEqual([{ kind: 'did', words: ['unknown-version'] }]);
    expect(pair.record).toEqual({ version: 2, more: true });
  });
});

describe('records of version 1', () => {
  const rows = version1.records.flatMap(({ id, record, does }) =>
    does.map(({ event, effects }) => [id, event, record, effects] as const),
  );

  it.each(rows)('%s: %s', (_id, event, record, effects) => {
    const pair = new Pair();
    pair.now = 1_795_780_860_000;
    pair.record = record;
    expect(pair.stanza(event)).toEqual(effects);
  });
});

describe('what may not have left', () => {
  it('is said again, and asked again under another name', () => {
    const pair = new Pair();
    pair.watch();
    pair.stanza('subscribe');
    const kept: JsonValue[] = [];
    for (const effect of pair.effects) {
      const one = keptOf(effect);
      if (one !== undefined) kept.push(JSON.parse(JSON.stringify(one)) as JsonValue);
    }
    kept.push({ stanza: { resource: '', to: '', type: 'subscribe' } });
    expect(kept).toHaveLength(2);
    expect(pair.step({ half: 'both', kind: 'recovered', kept })).toEqual([
      'SUBSCRIBE 3600',
      'subscribe',
    ]);
  });

  it('is not kept of answers, which are asked for again', () => {
    expect(keptOf({ kind: 'answer', to: 's', draft: { status: 200 } })).toBeUndefined();
    expect(keptOf({ kind: 'did', words: [] })).toBeUndefined();
  });
});

describe('the time of a record', () => {
  it('is that of the half that is due first, and written back when it was lent', () => {
    const pair = new Pair();
    pair.stanza('subscribe');
    const alone = pair.wakeAt;
    pair.watch();
    expect(pair.wakeAt).toBeLessThanOrEqual(alone);
    const { next } = stepPresence(NOW, pair.record, { half: 'both', kind: 'wake' }, pair.x);
    expect(next).toMatchObject({ wakeAt: pair.wakeAt });
  });

  it('an active pair is small', () => {
    const pair = new Pair();
    pair.stanza('subscribe');
    pair.watch();
    expect(JSON.stringify(pair.record).length).toBeLessThan(2_000);
  });
});
