// RFC 3261 §12, a test of its own for each function.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ackWithin,
  checkRequest,
  checkResponse,
  type Dialog,
  dialogOfNotify,
  dialogOfRequest,
  dialogOfResponse,
  enterDialog,
  type IncomingRequest,
  isFault,
  isWithin,
  MisuseError,
  nextHopOf,
  param,
  recordRoutesOf,
  refreshTarget,
  requestWithin,
  writeNameAddr,
  writeUri,
} from '@interwork/sip';
import { good, message, requestIn, responseIn } from './message-text.ts';

const SUBSCRIBE = [
  'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKone',
  'From: "Ann" <sip:ann@a.example;user=phone>;tag=f1',
  'To: <sip:bob@b.example>',
  'Call-ID: call-1@a.example',
  'CSeq: 7 SUBSCRIBE',
  'Contact: <sip:ann@192.0.2.1:5070;transport=tcp>;expires=5',
];

/** A request; lines given replace those of their name, and one without a value takes it away. */
function incoming(but: readonly string[] = [], method = 'SUBSCRIBE'): IncomingRequest {
  const named = (line: string) => line.slice(0, line.indexOf(':'));
  const names = new Set(but.map(named));
  const kept = SUBSCRIBE.filter((line) => !names.has(named(line)));
  const lines = [...kept, ...but.filter((line) => !line.endsWith(':'))];
  const text = lines.map((line) => line.replace(/ SUBSCRIBE$/, ` ${method}`));
  const start = `${method} sip:bob@b.example SIP/2.0`;
  return good(checkRequest(requestIn(message([start, ...text, 'Content-Length: 0']))));
}

const DIALOG: Dialog = {
  callId: 'call-1@a.example',
  localTag: 'l1',
  remoteTag: 'f1',
  local: 'sip:bob@b.example',
  remote: 'sip:ann@a.example;user=phone',
  target: 'sip:ann@192.0.2.1:5070;transport=tcp',
  routes: [],
  localCseq: 0,
  remoteCseq: 7,
};

const ROUTES = [
  'Record-Route: <sip:p1.a.example;lr>, <sip:p2.b.example;lr>',
  'Record-Route: <sip:p3.b.example;lr>;x=1',
];
const WRITTEN = ['<sip:p1.a.example;lr>', '<sip:p2.b.example;lr>', '<sip:p3.b.example;lr>;x=1'];

describe('what begins a dialog', () => {
  it('§12.1.1 a request, at the end that answers it', () => {
    expect(dialogOfRequest(incoming(), 'l1')).toEqual(DIALOG);
  });

  it('§12.1.1 its routes in order, which the answer copies', () => {
    const request = incoming(ROUTES);
    expect(good(dialogOfRequest(request, 'l1')).routes).toEqual(WRITTEN);
    expect(recordRoutesOf(request).map(({ value }) => value)).toEqual([
      '<sip:p1.a.example;lr>, <sip:p2.b.example;lr>',
      '<sip:p3.b.example;lr>;x=1',
    ]);
  });

  it('RFC 3261 §12.1.1 a peer without a tag', () => {
    const untagged = ['From: <sip:ann@a.example>'];
    const dialog = good(dialogOfRequest(incoming(untagged), 'l1'));
    expect(dialog.remoteTag).toBe('');
    const next = incoming([...untagged, 'To: <sip:bob@b.example>;tag=l1', 'CSeq: 8 SUBSCRIBE']);
    expect(enterDialog(dialog, next)).toMatchObject({ kind: 'entered' });
    expect(requestWithin(dialog, 'NOTIFY').draft.to.params).toEqual([]);
  });

  it('§12.1.2 a 2xx, at the end that asked, with its routes turned round', () => {
    const lines = ['SIP/2.0 200 OK', ...SUBSCRIBE, ...ROUTES, 'Content-Length: 0'].map((line) =>
      line.startsWith('To:') ? `${line};tag=p1` : line,
    );
    const response = good(checkResponse(responseIn(message(lines))));
    expect(dialogOfResponse(response)).toEqual({
      callId: 'call-1@a.example',
      localTag: 'f1',
      remoteTag: 'p1',
      local: 'sip:ann@a.example;user=phone',
      remote: 'sip:bob@b.example',
      target: DIALOG.target,
      routes: WRITTEN.toReversed(),
      localCseq: 7,
      remoteCseq: 0,
    });
  });

  it('RFC 6665 §4.4.1 a NOTIFY, at the end of the subscriber, with its routes in order', () => {
    const notify = incoming([...ROUTES, 'To: <sip:bob@b.example>;tag=ours'], 'NOTIFY');
    expect(dialogOfNotify(notify, 3)).toEqual({
      ...DIALOG,
      localTag: 'ours',
      routes: WRITTEN,
      localCseq: 3,
    });
  });
});

describe('§12.1 what is kept as the peer has written it', () => {
  it('§16.4 routes, escapes, cases, quotes and what stands behind the bracket among them', () => {
    const routes = [
      '<sip:EDGE.contoso.com:5061;transport=tls;Opaque=State:F.%41;lr;ms-route-sig=aB/+>;ms-rrsig="x y";Tag=4C',
      'P2 <sip:p2.example;lr>',
    ];
    const lines = [`Record-Route:  ${routes[0]} ,\r\n ${routes[1]}`];
    expect(good(dialogOfRequest(incoming(lines), 'l1')).routes).toEqual(routes);
  });

  it('what stands behind both addresses, in every request of ours', () => {
    const lines = [
      'From: <sip:ann@a.example>;epid=9b6f;tag=f1',
      'To: <sip:bob@b.example>;x="a b";y',
    ];
    const dialog = good(dialogOfRequest(incoming(lines), 'l1'));
    const { draft } = requestWithin(dialog, 'MESSAGE');
    const written = [draft.from, draft.to].map((party) => writeNameAddr(party));
    expect(written).toEqual([
      '<sip:bob@b.example>;tag=l1;x="a b";y',
      '<sip:ann@a.example>;tag=f1;epid=9b6f',
    ]);
  });
});

describe('§13.2.2.4 the ACK to a 2xx', () => {
  it('bears the number it is given, and counts for nothing', () => {
    const dialog = { ...DIALOG, localCseq: 4, routes: WRITTEN };
    const ack = ackWithin(dialog, 3);
    expect([ack.method, ack.cseq, ack.headers?.length]).toEqual(['ACK', 3, 3]);
    expect(ackWithin(dialog, 3, { contentType: 'a/b' }).contentType).toBe('a/b');
  });
});

describe('§12.2.1.2 a 2xx within a dialog', () => {
  const moved = (contact: string) => {
    const kept = SUBSCRIBE.filter((line) => !line.startsWith('Contact'));
    const lines = ['SIP/2.0 200 OK', ...kept, ...(contact === '' ? [] : [`Contact: ${contact}`])];
    const response = responseIn(message([...lines, 'Content-Length: 0']));
    return refreshTarget(DIALOG, good(checkResponse(response))).target;
  };

  it.each([
    ['<sip:new@a.example>', 'sip:new@a.example'],
    ['', DIALOG.target],
    ['<tel:+1>', DIALOG.target],
  ])('%j', (contact, target) => {
    expect(moved(contact)).toBe(target);
  });
});

const REFUSED: readonly (readonly [string, readonly string[], string])[] = [
  ['no Contact', ['Contact:'], 'contact'],
  ['RFC 3261 §8.1.1.8 any Contact', ['Contact: *'], 'contact'],
  ['§8.1.1.8 two Contacts', ['Contact: <sip:a@a.example>, <sip:b@a.example>'], 'contact'],
  ['§8.1.1.8 another scheme', ['Contact: <tel:+1>'], 'contact'],
  ['a long Contact', [`Contact: <sip:${'a'.repeat(1024)}@a.example>`], 'dialog-bounds'],
  ['a long tag', [`From: <sip:a@a.example>;tag=${'t'.repeat(257)}`], 'dialog-bounds'],
  ['a long From', [`From: <sip:${'a'.repeat(1024)}@a.example>;tag=t`], 'dialog-bounds'],
  ['a long To', [`To: <sip:${'a'.repeat(1024)}@a.example>`], 'dialog-bounds'],
  ['a long Call-ID', [`Call-ID: ${'c'.repeat(257)}`], 'dialog-bounds'],
  ['long parameters', [`From: <sip:a@a.example>;tag=t;x=${'p'.repeat(512)}`], 'dialog-bounds'],
  ['many routes', [`Record-Route: ${Array(17).fill('<sip:p;lr>').join(', ')}`], 'dialog-bounds'],
  [
    'long routes',
    Array.from({ length: 5 }, () => `Record-Route: <sip:${'p'.repeat(1000)}@p.example;lr>`),
    'dialog-bounds',
  ],
];

describe('RFC 3261 §12.1 what cannot begin one', () => {
  it.each(REFUSED)('%s', (_, but, code) => {
    const refused = dialogOfRequest(incoming(but), 'l1');
    expect(refused).toMatchObject({ kind: 'fault', code, answer: { status: 400 } });
  });

  it('the longest that is taken is bounded', () => {
    const routes = Array(16)
      .fill(`<sip:${'p'.repeat(230)}@p.example;lr>`)
      .join(', ');
    const dialog = good(dialogOfRequest(incoming([`Record-Route: ${routes}`]), 'l1'));
    expect(JSON.stringify(dialog).length).toBeLessThan(10_000);
  });
});

describe('§19.1.1 the target is a Request-URI', () => {
  it.each([
    ['<sip:a@a.example?Subject=x>', 'sip:a@a.example'],
    ['<sip:a@a.example;method=INVITE;lr>', 'sip:a@a.example;lr'],
    ['sip:a@a.example;q=1', 'sip:a@a.example'],
    ['"A" <sips:a@a.example>;+sip.instance="<x>"', 'sips:a@a.example'],
  ])('%s', (contact, target) => {
    expect(good(dialogOfRequest(incoming([`Contact: ${contact}`]), 'l1')).target).toBe(target);
  });
});

const TO = 'To: <sip:bob@b.example>;tag=l1';
const ENTRIES: readonly (readonly [string, readonly string[], string])[] = [
  ['the next', [TO, 'CSeq: 8 SUBSCRIBE'], 'entered'],
  ['one with a gap', [TO, 'CSeq: 2147483647 SUBSCRIBE'], 'entered'],
  ['the same again', [TO, 'CSeq: 7 SUBSCRIBE'], 'repeat'],
  ['an older one', [TO, 'CSeq: 6 SUBSCRIBE'], 'out-of-order'],
  ['another Call-ID', [TO, 'Call-ID: other', 'CSeq: 8 SUBSCRIBE'], 'other-dialog'],
  ['no tag of ours', ['CSeq: 8 SUBSCRIBE'], 'other-dialog'],
  ['another tag of ours', ['To: <sip:b@b.example>;tag=L1', 'CSeq: 8 SUBSCRIBE'], 'other-dialog'],
  ['another tag', [TO, 'From: <sip:a@a.example>;tag=x', 'CSeq: 8 SUBSCRIBE'], 'other-dialog'],
  ['no tag', [TO, 'From: <sip:a@a.example>', 'CSeq: 8 SUBSCRIBE'], 'other-dialog'],
  ['a Contact of no use', [TO, 'Contact: *', 'CSeq: 8 SUBSCRIBE'], 'fault'],
];

describe('§12.2.2 what a request means to a dialog', () => {
  it.each(ENTRIES)('%s', (_, but, kind) => {
    const entry = enterDialog(DIALOG, incoming(but));
    expect(entry.kind).toBe(kind);
    expect(isWithin(DIALOG, incoming(but))).toBe(kind !== 'other-dialog');
  });

  it('one that is taken moves the count and the target, and nothing else', () => {
    const moved = incoming([TO, 'CSeq: 9 SUBSCRIBE', 'Contact: <sip:new@a.example>', ...ROUTES]);
    const dialog = { ...DIALOG, remoteCseq: 9, target: 'sip:new@a.example' };
    expect(enterDialog(DIALOG, moved)).toEqual({ kind: 'entered', dialog });
  });

  it.each(['MESSAGE', 'INFO', 'BYE', 'OPTIONS'])('§12.2 the target stays at a %s', (method) => {
    const next = incoming([TO, `CSeq: 8 ${method}`, 'Contact: *'], method);
    expect(enterDialog(DIALOG, next)).toMatchObject({ dialog: { target: DIALOG.target } });
  });

  it('the target stays when there is no Contact', () => {
    const entry = enterDialog(DIALOG, incoming([TO, 'CSeq: 8 SUBSCRIBE', 'Contact:']));
    expect(entry).toMatchObject({ kind: 'entered', dialog: { target: DIALOG.target } });
  });

  it('a peer that counts from 0 is taken', () => {
    const first = incoming([TO, 'CSeq: 0 SUBSCRIBE']);
    expect(enterDialog({ ...DIALOG, remoteCseq: 0 }, first).kind).toBe('entered');
  });
});

/** Request-URI and Route values of the next request for a route set. */
const way = (routes: readonly string[]) => {
  const dialog = { ...DIALOG, routes };
  const { draft } = requestWithin(dialog, 'NOTIFY');
  return [writeUri(draft.uri), (draft.headers ?? []).map(({ value }) => value)];
};

describe('§12.2.1.1 requests within a dialog', () => {
  it('have its tags, its Call-ID and the next CSeq', () => {
    const { dialog, draft } = requestWithin({ ...DIALOG, localCseq: 4 }, 'NOTIFY', {
      headers: [{ name: 'Event', value: 'presence' }],
      contentType: 'text/plain',
    });
    expect(dialog).toEqual({ ...DIALOG, localCseq: 5 });
    expect(draft).toMatchObject({ method: 'NOTIFY', cseq: 5, contentType: 'text/plain' });
    expect([writeUri(draft.from.uri), param(draft.from.params, 'tag')]).toEqual([
      DIALOG.local,
      'l1',
    ]);
    expect([writeUri(draft.to.uri), param(draft.to.params, 'tag')]).toEqual([DIALOG.remote, 'f1']);
    expect([draft.callId, draft.headers]).toEqual([
      DIALOG.callId,
      [{ name: 'Event', value: 'presence' }],
    ]);
  });

  it.each([
    ['no routes', [], DIALOG.target, [], DIALOG.target],
    ['loose routers', WRITTEN, DIALOG.target, WRITTEN, 'sip:p1.a.example;lr'],
    [
      'a strict router first',
      ['<sip:s.example;method=X>;x=1', '<sip:p.example;lr>'],
      'sip:s.example',
      ['<sip:p.example;lr>', `<${DIALOG.target}>`],
      'sip:s.example;method=X',
    ],
    [
      'a strict router behind a loose one',
      ['<sip:p.example;lr>', '<sip:s.example>'],
      DIALOG.target,
      ['<sip:p.example;lr>', '<sip:s.example>'],
      'sip:p.example;lr',
    ],
  ])('§12.2.1.1 go by %s', (_, routes, uri, values, hop) => {
    expect(way(routes)).toEqual([uri, values]);
    expect(writeUri(nextHopOf({ ...DIALOG, routes }))).toBe(hop);
  });

  it('§8.1.2 a record that nobody can have made is misuse', () => {
    expect(() => requestWithin({ ...DIALOG, target: 'x' }, 'NOTIFY')).toThrow(MisuseError);
    expect(() => nextHopOf({ ...DIALOG, routes: ['x'] })).toThrow(MisuseError);
  });
});

it('survives as JSON', () => {
  const dialog = good(dialogOfRequest(incoming(ROUTES), 'l1'));
  expect(JSON.parse(JSON.stringify(dialog))).toEqual(dialog);
});

it('whatever stands in a request, beginning a dialog and entering it never throws', () => {
  const text = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
  fc.assert(
    fc.property(text, text, text, fc.nat(2 ** 31 - 1), (contact, tag, route, cseq) => {
      const lines = [
        'SUBSCRIBE sip:bob@b.example SIP/2.0',
        ...SUBSCRIBE.slice(0, 1),
        `From: <sip:ann@a.example>;tag=${tag}`,
        `To: <sip:bob@b.example>;tag=l1`,
        'Call-ID: call-1@a.example',
        `CSeq: ${cseq} SUBSCRIBE`,
        `Contact: <sip:${contact}>`,
        `Record-Route: <sip:${route}>`,
        'Content-Length: 0',
      ];
      const request = checkRequest(requestIn(message(lines)));
      if (isFault(request)) return;
      enterDialog(DIALOG, request);
      const dialog = dialogOfRequest(request, 'l1');
      if (isFault(dialog)) return;
      requestWithin(dialog, 'NOTIFY');
      nextHopOf(dialog);
    }),
  );
});
