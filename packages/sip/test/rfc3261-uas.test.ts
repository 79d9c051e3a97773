import { describe, expect, it } from 'vitest';
import type { Flow, IncomingRequest, ResponseDraft } from '@interwork/sip';
import { message, plainLines, utf8 } from './message-text.ts';
import {
  kinds,
  only,
  plain,
  responses,
  sends,
  statuses,
  stream,
  Table,
  UDP,
  withStart,
} from './one-endpoint.ts';

const TEXT = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

interface Row {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly status: number;
  readonly header?: readonly [string, string];
}

const ROWS: readonly Row[] = [
  {
    id: '§8.2.1 a known method',
    bytes: withStart('INVITE sip:b@b.example SIP/2.0'),
    status: 405,
    header: ['Allow', 'MESSAGE, OPTIONS'],
  },
  {
    id: '§8.2.1 an unknown method',
    bytes: withStart('FROB sip:b@b.example SIP/2.0'),
    status: 501,
    header: ['Allow', 'MESSAGE, OPTIONS'],
  },
  {
    id: '§8.2.1 methods keep their case',
    bytes: withStart('message sip:b@b.example SIP/2.0'),
    status: 501,
  },
  { id: '§8.2.2.1 tel', bytes: withStart('MESSAGE tel:+123 SIP/2.0'), status: 416 },
  {
    id: '§8.2.2.3 Require',
    bytes: plain(['Require: 100rel, foo']),
    status: 420,
    header: ['Unsupported', '100rel, foo'],
  },
  {
    id: '§8.2 the method comes first',
    bytes: withStart('FROB tel:+1 SIP/2.0', ['Require: foo']),
    status: 501,
  },
  {
    id: '§8.2 the scheme comes before Require',
    bytes: withStart('MESSAGE tel:+1 SIP/2.0', ['Require: foo']),
    status: 416,
  },
  { id: '§9.2 CANCEL of nothing', bytes: withStart('CANCEL sip:b@b.example SIP/2.0'), status: 481 },
  {
    id: '§11.2 OPTIONS',
    bytes: withStart('OPTIONS sip:b.example SIP/2.0'),
    status: 200,
    header: ['Accept', 'text/plain'],
  },
  { id: '§21.4.1 From is malformed', bytes: plain(['From: <sip:ann@']), status: 400 },
  { id: '§21.4.1 CSeq of another method', bytes: plain(['CSeq: 1 OPTIONS']), status: 400 },
  { id: '§21.5.6 version', bytes: withStart('MESSAGE sip:b@b.example SIP/7.0'), status: 505 },
];

describe('RFC 3261 §8.2 what a UAS checks', () => {
  for (const { id, bytes, status, header } of ROWS) {
    it(id, () => {
      const [response] = responses(new Table().bytes(bytes));
      expect(response?.status).toBe(status);
      expect(response?.headers.text('To')).toMatch(/;tag=/);
      if (header !== undefined) expect(response?.headers.text(header[0])).toBe(header[1]);
    });
  }

  it('§8.2.7 a refusal is the same for a copy of the request, and keeps nothing', () => {
    const table = new Table();
    const bytes = withStart('FROB sip:b@b.example SIP/2.0');
    expect(sends(table.bytes(bytes))).toEqual(sends(table.bytes(bytes)));
    expect(table.endpoint.counts.server).toBe(0);
    expect(table.endpoint.wakeAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('im and pres URIs are taken', () => {
    for (const scheme of ['im', 'pres', 'sips']) {
      const outputs = new Table().bytes(withStart(`MESSAGE ${scheme}:bob@b.example SIP/2.0`));
      expect(kinds(outputs)).toEqual(['request']);
    }
  });

  it('§8.2.2.1 a scheme that the host names is taken, and only those', () => {
    const bytes = (uri: string) =>
      new Table({ schemes: ['sip', 'tel'] }).bytes(withStart(`MESSAGE ${uri} SIP/2.0`));
    expect(kinds(bytes('tel:+123'))).toEqual(['request']);
    expect(statuses(bytes('im:bob@b.example'))).toEqual([416]);
  });

  it('the 400 names the header', () => {
    const [response] = responses(new Table().bytes(plain(['CSeq: x'])));
    expect(response?.reason).toContain('CSeq');
  });

  it('an extension we are told to support passes', () => {
    const table = new Table({ supported: ['foo'] });
    expect(kinds(table.bytes(plain(['Require: foo'])))).toEqual(['request']);
    const [options] = responses(table.bytes(withStart('OPTIONS sip:b.example SIP/2.0')));
    expect(options?.headers.text('Supported')).toBe('foo');
  });

  it('§8.2.2.2 a copy by another way is merged, one within a dialog is not', () => {
    const table = new Table();
    table.bytes(plain());
    const other = 'Via: SIP/2.0/UDP proxy.example;branch=z9hG4bKtwo;rport';
    expect(statuses(table.bytes(plain([other])))).toEqual([482]);
    expect(kinds(table.bytes(plain([other, 'CSeq: 2 MESSAGE'])))).toEqual(['request']);
    const dialog = ['To: <sip:bob@b.example>;tag=d', 'CSeq: 9 MESSAGE'];
    table.bytes(plain([...dialog, 'Via: SIP/2.0/UDP a.example;branch=z9hG4bKd1;rport']));
    const again = table.bytes(
      plain([...dialog, 'Via: SIP/2.0/UDP a.example;branch=z9hG4bKd2;rport']),
    );
    expect(kinds(again)).toEqual(['request']);
  });

  it('§9.2 CANCEL of a request that is here', () => {
    const table = new Table();
    table.bytes(plain());
    const cancel = withStart('CANCEL sip:bob@b.example SIP/2.0', [
      'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKone;rport',
    ]);
    expect(statuses(table.bytes(cancel))).toEqual([200]);
  });

  it('§17 an ACK is never answered, not even a broken one', () => {
    const table = new Table();
    expect(table.bytes(withStart('ACK sip:b@b.example SIP/2.0'))).toEqual([]);
    const broken = withStart('ACK sip:b@b.example SIP/2.0', ['From: <sip:']);
    expect(kinds(table.bytes(broken))).toEqual(['fault']);
  });

  it('a malformed response is told and not answered', () => {
    const bytes = message([
      'SIP/2.0 200 OK',
      ...plainLines(['CSeq: x']).slice(1),
      'Content-Length: 0',
    ]);
    expect(kinds(new Table().bytes(bytes))).toEqual(['fault']);
  });

  it('what is no SIP at all is told and not answered', () => {
    for (const text of ['\0\0\0', 'GET / HTTP/1.1\r\n\r\n', 'x']) {
      expect(sends(new Table().bytes(text))).toEqual([]);
    }
    expect(new Table().bytes('\r\n\r\n')).toEqual([]);
  });

  it('a fault flood is bounded, and says so again in the next second', () => {
    const table = new Table({ limits: { faultsPerSecond: 3 } });
    const told = () => Array.from({ length: 10 }, () => table.bytes('junk')).flat().length;
    expect(told()).toBe(3);
    table.now = 1000;
    expect(told()).toBe(3);
  });
});

describe('what was refused at once is told to the host', () => {
  const DECLINED: readonly (readonly [string, Uint8Array, number])[] = [
    ['§8.2.1 a known method', withStart('INVITE sip:b@b.example SIP/2.0'), 405],
    ['§8.2.1 an unknown method', withStart('FROB sip:b@b.example SIP/2.0'), 501],
    ['§8.2.2.1 a scheme', withStart('MESSAGE tel:+123 SIP/2.0'), 416],
    ['§8.2.2.3 an extension', plain(['Require: 100rel']), 420],
  ];
  for (const [id, bytes, status] of DECLINED) {
    it(id, () => {
      const outputs = new Table().bytes(bytes);
      expect(kinds(outputs)).toEqual(['declined', 'send']);
      expect(statuses(outputs)).toEqual([status]);
      expect(only(outputs, 'declined')).toMatchObject([
        { status, flow: UDP, request: { callId: 'call-1@a.example', cseq: { number: 1 } } },
      ]);
    });
  }

  it('§8.2.2.2 a merged request', () => {
    const table = new Table();
    table.bytes(plain());
    const other = 'Via: SIP/2.0/UDP proxy.example;branch=z9hG4bKtwo;rport';
    expect(only(table.bytes(plain([other])), 'declined')).toMatchObject([{ status: 482 }]);
  });

  const OTHERS: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['OPTIONS', withStart('OPTIONS sip:b.example SIP/2.0'), ['send']],
    ['CANCEL of nothing', withStart('CANCEL sip:b@b.example SIP/2.0'), ['send']],
    ['malformed', withStart('INVITE sip:b@b.example SIP/2.0', ['CSeq: x']), ['fault', 'send']],
    ['malformed Require', plain(['Require: ,;']), ['fault', 'send']],
  ];
  for (const [id, bytes, expected] of OTHERS) {
    it(`not: ${id}`, () => expect(kinds(new Table().bytes(bytes))).toEqual(expected));
  }

  it('a flood is answered, but not told without end; faults count with it', () => {
    const table = new Table({ limits: { faultsPerSecond: 3 } });
    const invite = withStart('INVITE sip:b@b.example SIP/2.0');
    const flood = () => Array.from({ length: 10 }, () => table.bytes(invite)).flat();
    table.bytes('junk');
    const first = flood();
    expect([only(first, 'declined').length, sends(first).length]).toEqual([2, 10]);
    table.now = 1000;
    expect(only(flood(), 'declined').length).toBe(3);
  });
});

describe('RFC 3261 §8.2.1 a refusal of the host’s own', () => {
  const invite = withStart('INVITE sip:b@b.example SIP/2.0', ['Content-Type: application/sdp']);
  const WARNING = { name: 'Warning', value: '399 b.example "only two at a time"' };

  it('stands in place of the plain one, and is told', () => {
    const table = new Table({ decline: () => ({ status: 488, headers: [WARNING] }) });
    const outputs = table.bytes(invite);
    const [response] = responses(outputs);
    expect([response?.status, response?.headers.text('Warning')]).toEqual([488, WARNING.value]);
    expect(response?.headers.text('Allow')).toBeUndefined();
    expect(only(outputs, 'declined')).toMatchObject([{ status: 488 }]);
    expect(table.endpoint.counts.server).toBe(0);
  });

  it('is given the request, typed', () => {
    const asked: string[] = [];
    const table = new Table({
      decline: ({ method, uri, request }) => {
        asked.push(`${method} ${uri.scheme} ${request.headers.text('Content-Type')}`);
        return undefined;
      },
    });
    expect(statuses(table.bytes(invite))).toEqual([405]);
    expect(asked).toEqual(['INVITE sip application/sdp']);
  });

  const ALLOW = { name: 'aLLow', value: 'MESSAGE' };
  const DRAFTS: readonly (readonly [string, ResponseDraft | undefined, number, string?])[] = [
    ['none: 405 with Allow', undefined, 405, 'MESSAGE, OPTIONS'],
    ['405: Allow is added', { status: 405 }, 405, 'MESSAGE, OPTIONS'],
    ['405 with other headers', { status: 405, headers: [WARNING] }, 405, 'MESSAGE, OPTIONS'],
    ['405 with its own Allow', { status: 405, headers: [ALLOW] }, 405, 'MESSAGE'],
    ['603', { status: 603 }, 603],
    ['302', { status: 302, headers: [{ name: 'Contact', value: '<sip:x.example>' }] }, 302],
  ];
  for (const [id, answer, status, allow] of DRAFTS) {
    it(id, () => {
      const [response] = responses(new Table({ decline: () => answer }).bytes(invite));
      expect(response?.status).toBe(status);
      expect(response?.headers.all('Allow')).toEqual(allow === undefined ? [] : [allow]);
    });
  }

  it('a retransmission gets the same answer with the same To tag, another request another tag', () => {
    const table = new Table({ decline: () => ({ status: 488 }) });
    const [first] = sends(table.bytes(invite));
    table.at(32_000);
    expect(sends(table.bytes(invite))).toEqual([first]);
    const via = 'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKelse;rport';
    const [other] = responses(table.bytes(withStart('INVITE sip:b@b.example SIP/2.0', [via])));
    const [same] = responses(table.bytes(invite));
    expect(same?.headers.text('To')).toMatch(/;tag=/);
    expect(other?.headers.text('To')).not.toBe(same?.headers.text('To'));
  });

  for (const where of ['udp', 'stream'] as const) {
    it(`§17.1.1.3 the ACK to it is absorbed: ${where}`, () => {
      const table = new Table({ decline: () => ({ status: 488 }) });
      const flow = where === 'udp' ? UDP : stream('s');
      if (where === 'stream') table.feed({ kind: 'opened', flow });
      const [refused] = responses(table.bytes(invite, flow));
      const to = `To: ${refused?.headers.text('To')}`;
      const ack = withStart('ACK sip:b@b.example SIP/2.0', [to]);
      expect(table.bytes(ack, flow)).toEqual([]);
      expect(table.bytes(ack, flow)).toEqual([]);
      expect(statuses(table.bytes(invite, flow))).toEqual([488]);
    });
  }

  it('is not asked for what is taken, malformed, an ACK, a CANCEL or a response', () => {
    const asked: string[] = [];
    const table = new Table({
      decline: ({ method }) => {
        asked.push(method);
        return undefined;
      },
    });
    for (const method of ['MESSAGE', 'OPTIONS', 'ACK', 'CANCEL']) {
      table.bytes(withStart(`${method} sip:b@b.example SIP/2.0`));
    }
    table.bytes(withStart('MESSAGE tel:+1 SIP/2.0', ['Require: x']));
    table.bytes(withStart('INVITE sip:b@b.example SIP/2.0', ['From: <sip:']));
    table.bytes(message(['SIP/2.0 200 OK', ...plainLines(['CSeq: 1 INVITE']).slice(1)]));
    expect(asked).toEqual([]);
  });

  const FAILING: readonly (readonly [id: string, decline: () => unknown, text: string])[] = [
    ...[100, 183, 200, 299, 700, 404.5, undefined].map((status) => {
      const text = `decline: ${status} does not decline a request.`;
      return [`status ${status}`, () => ({ status }), text] as const;
    }),
    ['a promise', async () => ({ status: 488 }), 'undefined does not decline'],
    ['a bad name', () => ({ status: 488, headers: [{ name: 'a b', value: '' }] }), 'header name'],
    ['no value', () => ({ status: 488, headers: [{ name: 'Warning' }] }), 'value of Warning'],
    ['headers in one', () => ({ status: 405, headers: WARNING }), 'headers must be a list'],
    ['a body as text', () => ({ status: 488, body: 'no' }), 'body must be octets'],
    ['null', () => null, 'decline'],
  ];
  for (const [id, decline, text] of FAILING) {
    it(`one that cannot be meant is a 500 to the peer and a fault to the host: ${id}`, () => {
      const outputs = new Table({ decline: decline as () => undefined }).bytes(invite);
      expect(kinds(outputs)).toEqual(['fault', 'send']);
      const [told] = only(outputs, 'fault');
      expect([told?.fault.code, told?.fault.at]).toEqual(['host-callback', 'decline']);
      expect(told?.fault.text).toContain(text);
      expect(responses(outputs)[0]).toMatchObject({ status: 500, reason: 'Server Internal Error' });
    });
  }

  it('RFC 3261 §21.5.1 what the host’s code throws is a 500, and nothing is broken by it', () => {
    let thrown: unknown = new Error(`of the host${'!'.repeat(1_000)}`);
    const table = new Table({
      decline: () => {
        if (thrown !== undefined) throw thrown;
        return undefined;
      },
    });
    const outputs = table.bytes(invite);
    expect(statuses(outputs)).toEqual([500]);
    expect(only(outputs, 'fault')[0]?.fault.text).toMatch(/decline: of the host!{189}\.$/);
    thrown = 'no error';
    expect(statuses(table.bytes(invite))).toEqual([500]);
    thrown = undefined;
    expect(statuses(table.bytes(invite))).toEqual([405]);
    expect(kinds(table.bytes(plain()))).toEqual(['request']);
    expect(table.endpoint.counts.server).toBe(1);
  });

  it('a flood of such refusals is told no more often than other faults', () => {
    const table = new Table({ decline: () => ({ status: 200 }), limits: { faultsPerSecond: 2 } });
    const outputs = [1, 2, 3].flatMap(() => table.bytes(invite));
    expect([only(outputs, 'fault').length, statuses(outputs)]).toEqual([2, [500, 500, 500]]);
  });
});

describe('RFC 3261 §8.2.6 responses', () => {
  it('copies Via in order, From, To with a tag, Call-ID and CSeq', () => {
    const table = new Table();
    const vias =
      'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKone, SIP/2.0/TCP inner.a.example:99;branch=z9hG4bKx;foo=bar';
    const [request] = only(table.bytes(plain([vias])), 'request');
    const outputs = table.feed({ kind: 'respond', to: request?.id ?? '', draft: { status: 202 } });
    const [response] = responses(outputs);
    expect([response?.status, response?.reason]).toEqual([202, 'Accepted']);
    expect(response?.headers.all('Via')).toEqual([
      'SIP/2.0/UDP gw.a.example;branch=z9hG4bKone;received=192.0.2.1',
      'SIP/2.0/TCP inner.a.example:99;branch=z9hG4bKx;foo=bar',
    ]);
    expect(response?.headers.text('From')).toBe('"Ann" <sip:ann@a.example>;tag=f1');
    expect(response?.headers.text('To')).toMatch(/^<sip:bob@b.example>;tag=t\d+$/);
    expect(response?.headers.text('Call-ID')).toBe('call-1@a.example');
    expect(response?.headers.text('CSeq')).toBe('1 MESSAGE');
  });

  it('a To tag of the request stays', () => {
    const table = new Table();
    const [request] = only(table.bytes(plain(['To: <sip:bob@b.example>;tag=mine'])), 'request');
    const outputs = table.feed({ kind: 'respond', to: request?.id ?? '', draft: { status: 481 } });
    expect(responses(outputs)[0]?.headers.text('To')).toBe('<sip:bob@b.example>;tag=mine');
  });

  it('body, type and headers of the draft are there; controls are not', () => {
    const table = new Table();
    const [request] = only(table.bytes(plain()), 'request');
    const [response] = responses(
      table.feed({
        kind: 'respond',
        to: request?.id ?? '',
        draft: {
          status: 488,
          reason: 'No\r\nInjected: 1',
          contentType: 'text/plain',
          body: utf8('é'),
          headers: [{ name: 'Warning', value: '399 b "x"\r\nInjected: 1' }],
        },
      }),
    );
    expect(response?.headers.text('Injected')).toBeUndefined();
    expect(response?.headers.text('Content-Type')).toBe('text/plain');
    expect(TEXT(response?.body ?? utf8(''))).toBe('é');
  });

  it('undefined in a draft is the same as left out', () => {
    const table = new Table();
    const [request] = only(table.bytes(plain()), 'request');
    const draft = {
      status: 404,
      reason: undefined,
      contentType: undefined,
      body: undefined,
      headers: undefined,
    };
    const outputs = table.feed({ kind: 'respond', to: request?.id ?? '', draft });
    expect(responses(outputs)).toMatchObject([{ status: 404, reason: 'Not Found' }]);
    expect(TEXT(sends(outputs)[0] ?? utf8(''))).not.toContain('undefined');
  });

  it('misuse: what cannot answer a non-INVITE', () => {
    const table = new Table();
    const [request] = only(table.bytes(plain()), 'request');
    for (const status of [99, 180, 408, 700, 200.5]) {
      const misuse = () =>
        table.feed({ kind: 'respond', to: request?.id ?? '', draft: { status } });
      expect(misuse).toThrow(expect.objectContaining({ name: 'MisuseError', code: 'status' }));
    }
    expect(table.feed({ kind: 'respond', to: 'nobody', draft: { status: 200 } })).toEqual([]);
  });
});

describe('RFC 3581 §4, RFC 3261 §18.2.1 and §18.2.2: where a datagram is answered', () => {
  const ask = (via: string) => {
    const table = new Table();
    const [request] = only(table.bytes(plain([`Via: ${via};branch=z9hG4bKv`])), 'request');
    const outputs = table.feed({ kind: 'respond', to: request?.id ?? '', draft: { status: 200 } });
    const [sent] = only(outputs, 'send');
    return { remote: sent?.flow.remote, via: responses(outputs)[0]?.headers.text('Via') };
  };

  it('rport: to the port it came from', () => {
    const { remote, via } = ask('SIP/2.0/UDP a.example:5070;rport');
    expect(remote).toEqual(UDP.remote);
    expect(via).toContain('received=192.0.2.1;rport=40000');
  });

  it('no rport: to the port of the Via', () => {
    expect(ask('SIP/2.0/UDP a.example:5070').remote).toEqual({ address: '192.0.2.1', port: 5070 });
    expect(ask('SIP/2.0/UDP a.example').remote).toEqual({ address: '192.0.2.1', port: 5060 });
  });

  it('received only where the Via says something else', () => {
    expect(ask('SIP/2.0/UDP 192.0.2.1:5070').via).not.toContain('received');
    expect(ask('SIP/2.0/UDP 192.0.2.9:5070').via).toContain('received=192.0.2.1');
  });

  it('a received or rport the peer made up is replaced', () => {
    const { via } = ask('SIP/2.0/UDP a.example;rport=1;received=198.51.100.9');
    expect(via).not.toContain('198.51.100.9');
    expect(via).toContain('rport=40000');
  });

  it('maddr is not followed', () => {
    expect(ask('SIP/2.0/UDP a.example:5070;maddr=198.51.100.9').remote?.address).toBe('192.0.2.1');
  });
});

describe('RFC 3261 §17.2.2 and RFC 4320 on the wire', () => {
  it('a retransmission is absorbed, then answered from what was kept, for Timer J', () => {
    const table = new Table();
    const [request] = only(table.bytes(plain()), 'request');
    expect(table.bytes(plain())).toEqual([]);
    const first = sends(
      table.feed({ kind: 'respond', to: request?.id ?? '', draft: { status: 200 } }),
    );
    expect(sends(table.bytes(plain()))).toEqual(first);
    table.at(31_999);
    expect(sends(table.bytes(plain()))).toEqual(first);
    table.at(32_000);
    expect(table.endpoint.counts.server).toBe(0);
    expect(kinds(table.bytes(plain()))).toEqual(['request']);
  });

  it('a 2543 retransmission is found without a cookie', () => {
    const table = new Table();
    const old = plain(['Via: SIP/2.0/UDP gw.a.example']);
    const [request] = only(table.bytes(old), 'request');
    const first = sends(
      table.feed({ kind: 'respond', to: request?.id ?? '', draft: { status: 200 } }),
    );
    expect(sends(table.bytes(old))).toEqual(first);
  });

  it('a second answer is not sent', () => {
    const table = new Table();
    const [request] = only(table.bytes(plain()), 'request');
    const to = request?.id ?? '';
    table.feed({ kind: 'respond', to, draft: { status: 200 } });
    expect(table.feed({ kind: 'respond', to, draft: { status: 500 } })).toEqual([]);
  });

  it('100 after 3.5 s, repeated for copies; nothing after 32 s', () => {
    const table = new Table();
    const [request] = only(table.bytes(plain()), 'request');
    expect(table.at(3_499)).toEqual([]);
    expect(statuses(table.at(3_500))).toEqual([100]);
    expect(statuses(table.bytes(plain()))).toEqual([100]);
    table.at(32_000);
    expect(table.endpoint.counts.server).toBe(0);
    const late = table.feed({ kind: 'respond', to: request?.id ?? '', draft: { status: 200 } });
    expect(late).toEqual([]);
  });

  it('a 100 of the host waits on UDP, not on a stream', () => {
    const table = new Table();
    const [request] = only(table.bytes(plain()), 'request');
    const early = { kind: 'respond', to: request?.id ?? '', draft: { status: 100 } } as const;
    expect(table.feed(early)).toEqual([]);
    expect(statuses(table.at(3_500))).toEqual([100]);
    const flow = stream('s1');
    table.feed({ kind: 'opened', flow });
    const [other] = only(table.bytes(plain(['CSeq: 2 MESSAGE']), flow), 'request');
    const [trying] = responses(table.feed({ ...early, to: other?.id ?? '' }));
    expect([trying?.status, trying?.headers.text('To')]).toEqual([100, '<sip:bob@b.example>']);
  });

  it('on a stream nothing is kept once it is answered', () => {
    const table = new Table();
    const flow = stream('s1');
    table.feed({ kind: 'opened', flow });
    const [request] = only(table.bytes(plain(), flow), 'request');
    const outputs = table.feed({ kind: 'respond', to: request?.id ?? '', draft: { status: 200 } });
    expect(only(outputs, 'send')[0]?.flow.id).toBe('s1');
    expect(table.endpoint.counts.server).toBe(0);
  });

  it('one stream cannot take the key of another', () => {
    const table = new Table();
    const mine = stream('s1', { remote: { address: '192.0.2.66', port: 1 } });
    const theirs = stream('s2');
    table.feed({ kind: 'opened', flow: mine });
    table.feed({ kind: 'opened', flow: theirs });
    table.bytes(plain(['Call-ID: other']), mine);
    expect(kinds(table.bytes(plain(), theirs))).toEqual(['request']);
  });
});

describe('an answer that cannot be written', () => {
  const BAD: readonly (readonly [draft: object, code: string])[] = [
    [{ headers: [{ name: 'bad name', value: 'x' }] }, 'header-name'],
    [{ headers: [{ name: '', value: 'x' }] }, 'header-name'],
    [{ headers: [{ name: 'X', value: 1 }] }, 'header-value'],
    [{ headers: 'X: y' }, 'headers'],
    [{ reason: 5 }, 'reason'],
    [{ contentType: 5 }, 'contentType'],
    [{ body: 'text' }, 'body'],
  ];
  for (const transport of ['udp', 'tcp'] as const) {
    for (const [bad, code] of BAD) {
      it(`is misuse, and the request can still be answered: ${code} over ${transport}`, () => {
        const table = new Table();
        const flow = transport === 'udp' ? UDP : stream('s1');
        table.feed({ kind: 'opened', flow });
        const to = only(table.bytes(plain(), flow), 'request')[0]?.id ?? '';
        const answer = (draft: object) =>
          table.feed({ kind: 'respond', to, draft: { status: 200, ...draft } });
        expect(() => answer(bad)).toThrow(expect.objectContaining({ name: 'MisuseError', code }));
        expect(table.bytes(plain(), flow)).toEqual([]);
        expect(statuses(answer({}))).toEqual([200]);
      });
    }
  }
});

describe('RFC 3261 §11.2 what an answer to OPTIONS says', () => {
  const options = withStart('OPTIONS sip:b@b.example SIP/2.0');
  const body = new Uint8Array(Buffer.from('v=0'));

  it.each([
    [
      '§20.5 what goes with INVITE',
      ['INVITE', 'BYE', 'OPTIONS'],
      [],
      'INVITE, BYE, OPTIONS, ACK, CANCEL',
    ],
    ['nothing twice', ['INVITE', 'ACK', 'OPTIONS'], [], 'INVITE, ACK, OPTIONS, CANCEL'],
    ['what is never answered', ['MESSAGE', 'OPTIONS'], ['BENOTIFY'], 'MESSAGE, OPTIONS, BENOTIFY'],
  ])('names %s', (_title, methods, unanswered, allow) => {
    const [answer] = responses(new Table({ methods, unanswered }).bytes(options));
    expect(answer?.headers.text('Allow')).toBe(allow);
  });

  it('describes what the host describes to whoever asks', () => {
    const session = { contentType: 'application/sdp', body };
    const said = ({ uri }: IncomingRequest, flow: Flow): typeof session | undefined =>
      flow.transport === 'udp' && uri.kind === 'sip' ? session : undefined;
    const [answer] = responses(new Table({ describe: said }).bytes(options));
    expect(answer).toMatchObject({ status: 200 });
    expect(answer?.headers.text('Content-Type')).toBe('application/sdp');
    expect(Buffer.from(answer?.body ?? []).toString()).toBe('v=0');
    expect(answer?.headers.text('Allow')).toBe('MESSAGE, OPTIONS');
  });

  it('describes nothing where the host has nothing to say', () => {
    const [answer] = responses(new Table({ describe: () => undefined }).bytes(options));
    expect([answer?.status, answer?.body.length]).toEqual([200, 0]);
  });

  it('is 500 where the host fails to say, which is told', () => {
    const table = new Table({
      describe: () => {
        throw new Error('no');
      },
    });
    const outs = table.bytes(options);
    expect(statuses(outs)).toEqual([500]);
    expect(only(outs, 'fault')[0]?.fault.code).toBe('host-callback');
  });
});
