// What an endpoint does for dialogs: it keeps the tags it is given, and lets everything through that names one.
import { describe, expect, it } from 'vitest';
import { MisuseError, type NameAddr, type RequestDraft } from '@interwork/sip';
import { requestIn } from './message-text.ts';
import {
  draft,
  kinds,
  only,
  plain,
  responses,
  sends,
  statuses,
  Table,
  UDP,
  uri,
  withStart,
} from './one-endpoint.ts';

const METHODS = ['MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH'];
const presence = (): Table => new Table({ methods: METHODS, events: ['presence'] });

const party = (text: string, tag?: string): NameAddr => ({
  display: undefined,
  uri: uri(text),
  params: tag === undefined ? [] : [{ name: 'tag', value: tag }],
});

/** What goes out for a draft. */
function written(but: Partial<RequestDraft>) {
  const table = presence();
  const target = { transport: 'udp', address: '192.0.2.1', port: 5060, references: [] } as const;
  const asked = table.feed({ kind: 'request', draft: draft(but), targets: [target], context: 1 });
  const [connect] = only(asked, 'connect');
  const opened = { kind: 'opened', flow: UDP, connect: connect?.connect ?? '' } as const;
  const [bytes] = sends(table.feed(opened));
  return requestIn(bytes as Uint8Array);
}

const IN_DIALOG: Partial<RequestDraft> = {
  method: 'SUBSCRIBE',
  uri: uri('sip:bob@192.0.2.7:5070;transport=tcp'),
  from: party('sip:ann@a.example', 'ours'),
  to: party('sip:bob@b.example', 'theirs'),
  callId: 'dialog-1',
  cseq: 42,
  headers: [
    { name: 'Route', value: '<sip:p1.b.example;lr>' },
    { name: 'Route', value: '<sip:p2.b.example;lr>' },
    { name: 'Contact', value: '<sip:gw.a.example;transport=tls>' },
    { name: 'Event', value: 'presence' },
    { name: 'Expires', value: '3600' },
  ],
};

describe('requests within a dialog', () => {
  it('RFC 3261 §12.2.1.1 keep both tags, the Call-ID, the CSeq, the routes and the Request-URI', () => {
    const { uri: to, headers } = written(IN_DIALOG);
    expect(to).toBe('sip:bob@192.0.2.7:5070;transport=tcp');
    const names = ['From', 'To', 'Call-ID', 'CSeq', 'Contact', 'Event', 'Expires'];
    expect(names.map((name) => headers.text(name))).toEqual([
      '<sip:ann@a.example>;tag=ours',
      '<sip:bob@b.example>;tag=theirs',
      'dialog-1',
      '42 SUBSCRIBE',
      '<sip:gw.a.example;transport=tls>',
      'presence',
      '3600',
    ]);
    expect(headers.all('Route')).toEqual(['<sip:p1.b.example;lr>', '<sip:p2.b.example;lr>']);
  });

  it('a From without tag gets a fresh one, and its other parameters stay', () => {
    const from = { ...party('sip:ann@a.example'), params: [{ name: 'x', value: '1' }] };
    expect(written({ from }).headers.text('From')).toMatch(/^<sip:ann@a\.example>;x=1;tag=t\d+$/);
  });

  it.each(['', 'a b', 'a;b', 'ä'])('RFC 3261 §19.3 %j is no tag', (tag) => {
    const misuse = expect.objectContaining({ name: 'MisuseError', code: 'tag' });
    const given: Partial<RequestDraft>[] = [
      { from: party('sip:a@a.example', tag) },
      { to: party('sip:a@a.example', tag) },
    ];
    for (const but of given) expect(() => written(but)).toThrow(misuse);
    const table = presence();
    table.bytes(withStart('SUBSCRIBE sip:bob@b.example SIP/2.0'));
    const answer = { status: 200, toTag: tag };
    expect(() => table.feed({ kind: 'respond', to: '1', draft: answer })).toThrow(MisuseError);
    expect(table.endpoint.counts.unanswered).toBe(1);
  });
});

describe('what begins a dialog', () => {
  it.each(['SUBSCRIBE', 'NOTIFY', 'PUBLISH'])(
    '%s is told when it is named, and only then',
    (one) => {
      const bytes = withStart(`${one} sip:bob@b.example SIP/2.0`);
      expect(kinds(presence().bytes(bytes))).toEqual(['request']);
      expect(statuses(new Table().bytes(bytes))).toEqual([405]);
    },
  );

  it('RFC 3261 §12.1.1 the answer has the tag it names, and a copy of the request gets the same octets', () => {
    const table = presence();
    const bytes = withStart('SUBSCRIBE sip:bob@b.example SIP/2.0');
    table.bytes(bytes);
    const headers = [{ name: 'Expires', value: '600' }];
    const answer = { status: 200, toTag: 'chosen', headers };
    const first = table.feed({ kind: 'respond', to: '1', draft: answer });
    expect(responses(first)[0]?.headers.text('To')).toBe('<sip:bob@b.example>;tag=chosen');
    expect(sends(table.bytes(bytes))).toEqual(sends(first));
  });

  it('RFC 3261 §8.2.6.2 a tag that is there stays', () => {
    const table = presence();
    table.bytes(
      withStart('NOTIFY sip:bob@b.example SIP/2.0', ['To: <sip:bob@b.example>;tag=kept']),
    );
    const answer = { status: 200, toTag: 'chosen' };
    const [response] = responses(table.feed({ kind: 'respond', to: '1', draft: answer }));
    expect(response?.headers.text('To')).toBe('<sip:bob@b.example>;tag=kept');
  });

  it('a refusal of the host may name its tag', () => {
    const table = new Table({ decline: () => ({ status: 405, toTag: 'none' }) });
    const [response] = responses(table.bytes(withStart('SUBSCRIBE sip:bob@b.example SIP/2.0')));
    expect(response?.headers.text('To')).toBe('<sip:bob@b.example>;tag=none');
  });

  it('RFC 3261 §8.2.2.2 a forked SUBSCRIBE is merged, a NOTIFY within its dialog is not', () => {
    const way = (branch: string) => `Via: SIP/2.0/UDP p.example;branch=z9hG4bK${branch};rport`;
    const table = presence();
    const subscribe = (branch: string) =>
      table.bytes(withStart('SUBSCRIBE sip:bob@b.example SIP/2.0', [way(branch)]));
    expect(kinds(subscribe('s1'))).toEqual(['request']);
    expect(statuses(subscribe('s2'))).toEqual([482]);
    const notify = (branch: string) =>
      table.bytes(
        withStart('NOTIFY sip:gw.b.example SIP/2.0', [way(branch), 'To: <sip:b@b.example>;tag=d']),
      );
    expect(kinds(notify('n1'))).toEqual(['request']);
    expect(kinds(notify('n2'))).toEqual(['request']);
  });
});

describe('RFC 6665 §4.4.4 Allow-Events', () => {
  const options = withStart('OPTIONS sip:b.example SIP/2.0');

  it('names what we notify of, beside the methods', () => {
    const [response] = responses(presence().bytes(options));
    expect(response?.headers.text('Allow-Events')).toBe('presence');
    expect(response?.headers.text('Allow')).toBe(METHODS.join(', '));
  });

  it('is not there when we notify of nothing', () => {
    const [response] = responses(new Table().bytes(options));
    expect(response?.headers.text('Allow-Events')).toBeUndefined();
  });

  it('must be a list of texts', () => {
    expect(() => new Table({ events: 'presence' as unknown as string[] })).toThrow(MisuseError);
    expect(kinds(new Table({ events: [] }).bytes(plain()))).toEqual(['request']);
  });
});
