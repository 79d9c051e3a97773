// RFC 7247 §7: the two tables, their completeness, and what the gateway departs from.
import { describe, expect, it } from 'vitest';
import { CONDITIONS, type Condition } from '@interwork/xmpp';
import {
  answerFor,
  CONDITION_OF,
  conditionOf,
  errorFor,
  STATUS_OF,
  type StatusRow,
} from '@interwork/core';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';

const conditions = Object.keys(CONDITIONS) as Condition[];

describe('RFC 7247 §7.1 stanza error to status', () => {
  it('has a row for every condition', () => {
    expect(new Set(Object.keys(STATUS_OF))).toEqual(new Set(conditions));
  });

  const about: readonly [Condition, 'full' | 'bare', number][] = [
    ['feature-not-implemented', 'full', 405],
    ['feature-not-implemented', 'bare', 501],
    ['forbidden', 'full', 403],
    ['forbidden', 'bare', 603],
    ['item-not-found', 'full', 404],
    ['item-not-found', 'bare', 604],
    ['not-acceptable', 'full', 406],
    ['not-acceptable', 'bare', 606],
    ['recipient-unavailable', 'full', 480],
    ['recipient-unavailable', 'bare', 600],
  ];
  it.each(about)('%s about a %s JID is %i', (condition, which, status) => {
    expect(STATUS_OF[condition][which]).toBe(status);
    expect(answerFor({ type: 'cancel', condition }, which).status).toBe(status);
  });

  const departures: readonly [Condition, number][] = [
    ['not-authorized', 403],
    ['registration-required', 403],
    ['service-unavailable', 480],
    ['remote-server-timeout', 504],
    ['unexpected-request', 400],
  ];
  it.each(departures)('RFC 4320 §4.2 and others: %s is answered %i', (condition, status) => {
    expect(answerFor({ type: 'cancel', condition }, 'bare').status).toBe(status);
  });

  it('never answers a 1xx, 2xx, 401, 407, 408 or 503', () => {
    for (const condition of conditions) {
      for (const which of ['full', 'bare'] as const) {
        const { status } = answerFor({ type: 'cancel', condition }, which);
        expect(status).toBeGreaterThanOrEqual(300);
        expect([401, 407, 408, 503]).not.toContain(status);
      }
    }
  });

  it('moves only where there is an address', () => {
    expect(answerFor({ type: 'cancel', condition: 'gone' }, 'bare')).toEqual({
      status: 410,
      address: undefined,
    });
    expect(answerFor({ type: 'cancel', condition: 'gone', address: 'xmpp:a@b' }, 'bare')).toEqual({
      status: 301,
      address: 'xmpp:a@b',
    });
    expect(
      answerFor({ type: 'modify', condition: 'redirect', address: 'xmpp:a@b' }, 'full'),
    ).toEqual({ status: 302, address: 'xmpp:a@b' });
    expect(answerFor({ type: 'modify', condition: 'redirect' }, 'full').status).toBe(480);
  });
});

describe('RFC 7247 §7.2 status to stanza error', () => {
  it('gives every final status above 299 a condition', () => {
    for (let status = 300; status < 700; status++)
      expect(conditions).toContain(conditionOf(status));
  });

  it.each([
    [399, 'redirect'],
    [499, 'bad-request'],
    [599, 'internal-server-error'],
    [699, 'recipient-unavailable'],
  ] as const)('%i goes by its class', (status, condition) => {
    expect(conditionOf(status)).toBe(condition);
  });

  it('carries an address only with gone and redirect', () => {
    expect(errorFor(301, 'Moved', 'xmpp:a@b').address).toBe('xmpp:a@b');
    expect(errorFor(302, 'Moved', 'xmpp:a@b').address).toBe('xmpp:a@b');
    expect(errorFor(404, 'Not Found', 'xmpp:a@b').address).toBeUndefined();
  });

  it('shows text on one line and within its bound', () => {
    expect(errorFor(400, 'a\r\nb\u0000c').text?.text).toBe('a b c');
    expect(errorFor(400, 'x'.repeat(1000)).text?.text).toHaveLength(256);
    expect(errorFor(400, ' \u0007 ').text).toBeUndefined();
    expect(errorFor(400, `${'a'.repeat(255)}😀`).text?.text).toBe('a'.repeat(255));
    expect(errorFor(400, 'a\u202Eb\u2028c\u2067d').text?.text).toBe('a b c d');
  });
});

describe.skipIf(!haveVectors)('RFC 7247 §7 shared vectors', () => {
  const file = vectorJson('stox/rfc7247-errors.json', {
    xmppToSip: [] as {
      xmpp: Condition;
      sip: number[];
      default?: number;
      fullJid?: number;
      bareJid?: number;
    }[],
    sipToXmpp: [] as { sip: number; xmpp: string; type: string }[],
    sipToXmppFallback: [] as { sip: string; xmpp: string; type: string }[],
    defaultErrorTypes: {},
  });

  it.each(file.xmppToSip.map((row) => [row.xmpp, row] as const))('%s', (condition, row) => {
    const ours: StatusRow = STATUS_OF[condition];
    expect(row.sip).toContain(ours.full);
    expect(new Set(Object.values(ours))).toEqual(new Set(row.sip));
    if (row.default !== undefined) expect(ours.bare).toBe(row.default);
    if (row.fullJid !== undefined) expect(ours.full).toBe(row.fullJid);
    if (row.bareJid !== undefined) expect(ours.bare).toBe(row.bareJid);
  });
  it.each(file.sipToXmpp.map((row) => [row.sip, row] as const))('%i', (status, row) => {
    expect(CONDITION_OF[status]).toBe(row.xmpp);
    expect(errorFor(status).type).toBe(row.type);
  });
  it('lists no status that the table does not', () => {
    expect(Object.keys(CONDITION_OF).map(Number)).toEqual(file.sipToXmpp.map((row) => row.sip));
  });
  it.each(file.sipToXmppFallback.map((row) => [row.sip, row] as const))('%s', (range, row) => {
    const error = errorFor(Number(range[0]) * 100 + 99);
    expect([error.condition, error.type]).toEqual([row.xmpp, row.type]);
  });
  it('gives each condition its usual type', () => {
    expect(CONDITIONS).toEqual(file.defaultErrorTypes);
  });
});
