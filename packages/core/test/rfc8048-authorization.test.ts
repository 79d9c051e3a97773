// RFC 8048 §5 and §7: who stands where, what each stanza and each SUBSCRIBE asks, and what an end means.
import { describe, expect, it } from 'vitest';
import { checkRequest, parseMessage } from '@interwork/sip';
import { CONDITIONS, type Condition, Jid, presenceElement, writeXml } from '@interwork/xmpp';
import {
  END_OF_REASON,
  endOfReason,
  endOfStatus,
  FETCH_HOLD,
  presenceBetween,
  probeOf,
  RETRY_AFTER,
  type Standing,
  STATE_OF_ANSWER,
  stateOfError,
  SUBSCRIBE_ASKS,
  subscribeKind,
  type SubscriptionEnd,
  WATCH_SECONDS,
  WATCHER_ASKS,
  type WatcherRequest,
  type WatcherStanza,
  wishToFetch,
  wishToWatch,
} from '@interwork/core';

const jid = (text: string): Jid => {
  const read = Jid.parse(text);
  if (read.kind !== 'jid') throw new Error(text);
  return read;
};
const juliet = jid('juliet@example.com');
const romeo = jid('romeo@example.net');

describe('RFC 8048 §5.2.1, §5.2.2, §5.2.3 what an XMPP watcher asks; RFC 6121 §3.1.3', () => {
  type Row = readonly [WatcherStanza, Standing, dialog: string, tell: string, Standing];
  const rows: readonly Row[] = [
    ['subscribe', 'none', 'run', '', 'requested'],
    ['subscribe', 'requested', 'run', '', 'requested'],
    ['subscribe', 'granted', 'run', 'subscribed presence', 'granted'],
    ['unsubscribe', 'none', 'end', 'unsubscribed', 'none'],
    ['unsubscribe', 'requested', 'end', 'unsubscribed', 'none'],
    ['unsubscribe', 'granted', 'end', 'unsubscribed', 'none'],
    ['probe', 'none', 'fetch', '', 'none'],
    ['probe', 'requested', 'run', '', 'requested'],
    ['probe', 'granted', 'run', 'presence', 'granted'],
    ['available', 'none', 'leave', '', 'none'],
    ['available', 'requested', 'run', '', 'requested'],
    ['available', 'granted', 'run', '', 'granted'],
    ['unavailable', 'none', 'leave', '', 'none'],
    ['unavailable', 'requested', 'leave', '', 'requested'],
    ['unavailable', 'granted', 'end', '', 'granted'],
  ];
  it.each(rows)('%s by one who stands at %s', (stanza, standing, dialog, tell, next) => {
    const answer = WATCHER_ASKS[stanza][standing];
    expect([answer.dialog, answer.tell.join(' '), answer.standing]).toEqual([dialog, tell, next]);
  });

  it('RFC 8048 §5.1 nothing but unsubscribe gives up an authorization', () => {
    const kept = Object.entries(WATCHER_ASKS).filter(([name]) => name !== 'unsubscribe');
    expect(kept.map(([, row]) => row.granted.standing)).toEqual(kept.map(() => 'granted'));
  });
});

describe('RFC 8048 §5.3.1, §5.3.2, §5.3.3 what a SIP watcher asks', () => {
  const rows: readonly (readonly [
    WatcherRequest,
    none: string,
    requested: string,
    granted: string,
  ])[] = [
    ['open', 'subscribe', 'subscribe', 'probe'],
    ['refresh', '-', '-', '-'],
    ['end', '-', '-', 'unavailable'],
    ['expire', '-', '-', 'unavailable'],
    ['fetch', 'probe', 'probe', 'probe'],
  ];
  it.each(rows)('%s', (request, none, requested, granted) => {
    const { [request]: row } = SUBSCRIBE_ASKS;
    expect([row.none ?? '-', row.requested ?? '-', row.granted ?? '-']).toEqual([
      none,
      requested,
      granted,
    ]);
  });

  it('what the contact answers is a state', () => {
    expect(STATE_OF_ANSWER).toEqual({
      silence: { state: 'pending' },
      subscribed: { state: 'active' },
      unsubscribed: { state: 'terminated', reason: 'rejected' },
    });
  });
});

const said = ({ stanzas, authorization, again, wait }: SubscriptionEnd): string =>
  [stanzas, authorization, again, wait ?? ''].join(' ').trim();

describe('RFC 6665 §4.1.3 the reason of a final NOTIFY', () => {
  const rows: readonly (readonly [reason: string | undefined, expected: string])[] = [
    ['rejected', 'unsubscribed cancelled never'],
    ['noresource', 'unsubscribed cancelled never'],
    ['deactivated', 'none kept at-once'],
    ['probation', 'unavailable kept later 60'],
    ['giveup', 'unavailable kept later 3600'],
    ['timeout', 'none kept at-once'],
    ['invariant', 'none kept never'],
    ['other', 'unavailable kept later 60'],
    [undefined, 'unavailable kept later 60'],
    ['Rejected', 'unsubscribed cancelled never'],
    ['vendor-thing', 'unavailable kept later 60'],
    ['constructor', 'unavailable kept later 60'],
    ['__proto__', 'unavailable kept later 60'],
  ];
  it.each(rows)('%s', (reason, expected) => {
    expect(said(endOfReason(reason))).toBe(expected);
  });
  it('has a row for each', () => {
    expect(Object.keys(END_OF_REASON).every((name) => rows.some(([row]) => row === name))).toBe(
      true,
    );
  });
});

describe('RFC 8048 §5.2.2 and RFC 6665 §4.1.2.2 the response to SUBSCRIBE', () => {
  const cancelled = 'unsubscribed cancelled never';
  const again = 'none kept at-once';
  const later = 'unavailable kept later 30';
  const asItIs = 'none kept later 30';
  const rows: readonly (readonly [status: number, initial: string, refresh: string])[] = [
    [403, cancelled, cancelled],
    [489, cancelled, cancelled],
    [603, cancelled, cancelled],
    [404, cancelled, again],
    [410, cancelled, again],
    [604, cancelled, again],
    [416, cancelled, again],
    [484, cancelled, again],
    [485, cancelled, again],
    [423, again, again],
    [481, later, again],
    [405, cancelled, cancelled],
    [501, cancelled, cancelled],
    [401, cancelled, cancelled],
    [407, cancelled, cancelled],
    [406, cancelled, cancelled],
    [415, cancelled, cancelled],
    [408, later, asItIs],
    [480, later, later],
    [482, later, later],
    [483, later, later],
    [486, later, asItIs],
    [500, later, asItIs],
    [503, later, asItIs],
    [504, later, asItIs],
    [600, later, asItIs],
    [302, later, asItIs],
    [400, later, asItIs],
  ];
  it.each(rows)('%i', (status, initial, refresh) => {
    expect([said(endOfStatus(status, false)), said(endOfStatus(status, true))]).toEqual([
      initial,
      refresh,
    ]);
  });

  it('whatever ends a subscription that was to be refreshed never leaves its state as it is for long', () => {
    const ends = [404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604];
    const quiet = ends
      .map((status) => endOfStatus(status, true))
      .filter((end) => said(end) === asItIs);
    expect(quiet).toEqual([]);
  });
});

describe('RFC 8048 §5.3.1 and RFC 6665 §4.2.2 an error to subscribe', () => {
  const noresource = ['item-not-found', 'gone', 'jid-malformed'];
  const probation = [
    'remote-server-not-found',
    'remote-server-timeout',
    'resource-constraint',
    'recipient-unavailable',
    'internal-server-error',
    'service-unavailable',
    'bad-request',
    'conflict',
    'redirect',
    'undefined-condition',
    'unexpected-request',
  ];
  it.each(Object.keys(CONDITIONS))('%s', (condition) => {
    const expected = noresource.includes(condition)
      ? { reason: 'noresource' }
      : probation.includes(condition)
        ? { reason: 'probation', retryAfter: RETRY_AFTER }
        : { reason: 'rejected' };
    expect(stateOfError(condition as Condition)).toEqual(expected);
  });
});

describe('RFC 8048 §7.1 and §7.2 polling, RFC 3856 §6.4, RFC 6665 §4.4.3', () => {
  it('wishes name users, not devices', () => {
    const watcher = jid('juliet@example.com/chamber');
    expect([wishToWatch(watcher, romeo), wishToFetch(watcher, jid('jörg@bücher.test/x'))]).toEqual([
      { local: 'sip:juliet@example.com', remote: 'sip:romeo@example.net', expires: WATCH_SECONDS },
      {
        local: 'sip:juliet@example.com',
        remote: 'sip:j%C3%B6rg@xn--bcher-kva.test',
        expires: 0,
      },
    ]);
    expect([WATCH_SECONDS, FETCH_HOLD, RETRY_AFTER]).toEqual([3600, 2000, 600]);
  });

  const kinds: readonly (readonly [tag: string, expires: string, kind: string])[] = [
    ['', 'Expires: 600\r\n', 'open'],
    ['', '', 'open'],
    ['', 'Expires: 0\r\n', 'fetch'],
    [';tag=x', 'Expires: 600\r\n', 'refresh'],
    [';tag=x', '', 'refresh'],
    [';tag=x', 'Expires: 0\r\n', 'end'],
    ['', 'Expires: soon\r\n', 'open'],
  ];
  it.each(kinds)('a SUBSCRIBE with %s and %s is %s', (tag, expires, kind) => {
    const text =
      'SUBSCRIBE sip:juliet@example.com SIP/2.0\r\nVia: SIP/2.0/TCP a.test;branch=z9hG4bKx\r\n' +
      `From: <sip:romeo@example.net>;tag=y\r\nTo: <sip:juliet@example.com>${tag}\r\nCall-ID: c\r\n` +
      `CSeq: 1 SUBSCRIBE\r\nMax-Forwards: 70\r\n${expires}Content-Length: 0\r\n\r\n`;
    const message = parseMessage(Buffer.from(text));
    if (message.kind !== 'request') throw new Error(message.kind);
    const request = checkRequest(message);
    if ('kind' in request) throw new Error(request.text);
    expect(subscribeKind(request)).toBe(kind);
  });

  it('RFC 8048 §5.2.1 and RFC 6121 §3.1 the stanzas', () => {
    const written = [
      presenceBetween(romeo, juliet, 'subscribed'),
      probeOf(romeo, juliet, 'p1'),
    ].map((draft) => writeXml(presenceElement(draft), 'jabber:client'));
    expect(written).toEqual([
      '<presence from="romeo@example.net" to="juliet@example.com" type="subscribed"/>',
      '<presence from="romeo@example.net" to="juliet@example.com" id="p1" type="probe"/>',
    ]);
  });
});
