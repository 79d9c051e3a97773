// RFC 8866: what is read of a description, that it is written back octet for octet, and what hostile ones come to.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isFault,
  parseSdp,
  SDP_LIMITS,
  sdpAttribute,
  type SdpDocument,
  sdpOrigin,
  writeSdp,
} from '@interwork/sip';
import { haveVectors, vectorJson } from '../../../test-kit/vectors.ts';
import { good, utf8 } from './message-text.ts';

const HEAD = ['v=0', 'o=- 0 1 IN IP4 192.0.2.1', 's=-', 't=0 0'];
const text = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n`;
const read = (...lines: readonly string[]) => parseSdp(utf8(text(...lines)));
const written = (sdp: SdpDocument) => new TextDecoder().decode(writeSdp(sdp));

/** Every kind of line, where it stands. */
const WHOLE = [
  'v=0',
  'o=jdoe 3724394400 3724394405 IN IP6 2001:db8::1',
  's=Räume ',
  'i=x',
  'u=http://a.example/',
  'e=a@a.example',
  'e=b@a.example',
  'p=+1 617 555-6011',
  'c=IN IP4 198.51.100.1',
  'b=CT:99980',
  't=0 0',
  'r=604800 3600 0 90000',
  't=1 2',
  'z=2882844526 -1h',
  'k=prompt',
  'a=recvonly',
  'a=x-mediabw:main-video send=4000;recv=4000 ',
  'm=audio 49170/2 RTP/AVP 0 8',
  'i=y',
  'c=IN IP4 192.0.2.2',
  'c=IN IP4 192.0.2.3',
  'b=AS:1',
  'k=base64:x',
  'a=ptime:20',
  'm=message 0 sip sip:bob@b.example',
];

describe('§5 a description', () => {
  it('keeps every line, and is written octet for octet', () => {
    const sdp = good(read(...WHOLE));
    expect(written(sdp)).toBe(text(...WHOLE));
    expect([sdp.lines.length, sdp.media.length]).toEqual([17, 2]);
    expect(sdp.media[0]).toEqual({
      media: 'audio',
      port: 49_170,
      count: 2,
      proto: 'RTP/AVP',
      formats: ['0', '8'],
      lines: WHOLE.slice(18, 24).map((line) => ({ type: line.charAt(0), value: line.slice(2) })),
    });
    expect(sdp.media[1]).toMatchObject({
      port: 0,
      count: undefined,
      formats: ['sip:bob@b.example'],
    });
  });

  it('§5 LF alone ends a line, and so does the end', () => {
    expect(parseSdp(utf8(HEAD.join('\n')))).toEqual(read(...HEAD));
    expect(parseSdp(utf8(`${HEAD.join('\n')}\n`))).toEqual(read(...HEAD));
  });

  it('cut off anywhere it is whole, a fault, or shorter by lines', () => {
    const bytes = utf8(text(...WHOLE));
    for (let end = 0; end < bytes.length; end++) {
      const sdp = parseSdp(bytes.subarray(0, end));
      if (!isFault(sdp)) expect(text(...WHOLE).startsWith(written(sdp).slice(0, -2))).toBe(true);
    }
  });

  it('what is written behind is a fault', () => {
    expect(isFault(parseSdp(utf8(`${text(...WHOLE)}\r\n`)))).toBe(true);
    expect(isFault(parseSdp(utf8(`${text(...WHOLE)}x`)))).toBe(true);
  });

  it.each([
    ['nothing', []],
    ['no version', HEAD.slice(1)],
    ['another version', ['v=1', ...HEAD.slice(1)]],
    ['no origin', ['v=0', 's=-', 't=0 0']],
    ['no name', ['v=0', HEAD[1] ?? '', 't=0 0']],
    ['no time', HEAD.slice(0, 3)],
    ['a repeat without its time', [...HEAD.slice(0, 3), 'r=1 2 3']],
    ['§9 another order', ['v=0', 's=-', HEAD[1] ?? '', 't=0 0']],
    ['two names', [...HEAD.slice(0, 3), 's=-', 't=0 0']],
    ['§5 a letter that is none', [...HEAD, 'x=1']],
    ['a capital', [...HEAD, 'A=1']],
    ['no equals sign', [...HEAD, 'a:1']],
    ['a blank before it', [...HEAD, 'a =1']],
    ['nothing behind it', [...HEAD, 'a=']],
    ['an empty line', [...HEAD, '', 'a=x']],
    ['a NUL', [...HEAD, 'a=x\0']],
    ['a CR', [...HEAD, 'a=x\ry']],
    ['a key behind an attribute', [...HEAD, 'm=audio 1 RTP/AVP 0', 'a=x', 'k=prompt']],
    ['a time in a medium', [...HEAD, 'm=audio 1 RTP/AVP 0', 't=0 0']],
  ])('%s is a fault', (_, lines) => {
    expect(read(...lines)).toMatchObject({ kind: 'fault', code: 'sdp', answer: { status: 400 } });
  });

  it('what is not UTF-8 is a fault', () => {
    const bytes = utf8(text(...HEAD, 'a=x'));
    bytes[bytes.length - 3] = 0xff;
    expect(parseSdp(bytes)).toMatchObject({ at: 'UTF-8' });
  });
});

describe('§5.14 m=', () => {
  it.each([
    'message 5060 sip',
    'message 5060 sip ',
    'message  5060 sip null',
    'message 5060 sip null ',
    'message 65536 sip null',
    'message -1 sip null',
    'message 05060 sip null',
    'message 5060/0 sip null',
    'message 5060/ sip null',
    'message 5060/1/2 sip null',
    'mess@ge 5060 sip null',
    'message 5060 RTP/ null',
    'message',
  ])('%j is a fault', (value) => {
    expect(read(...HEAD, `m=${value}`)).toMatchObject({ kind: 'fault', at: 'm' });
  });
});

describe('§5.13 attributes', () => {
  const { lines } = good(
    read(...HEAD, 'a=recv', 'a=recvonly', 'a=x:1', 'a=x:2', 'a=y:', 'a=z:a:b '),
  );

  it.each([
    ['recvonly', ''],
    ['recv', ''],
    ['x', '1'],
    ['y', ''],
    ['z', 'a:b '],
    ['X', undefined],
    ['rec', undefined],
    ['0', undefined],
  ])('%s', (name, value) => {
    expect(sdpAttribute(lines, name)).toBe(value);
  });
});

describe('§5.2 o=', () => {
  it('is who made it and which one it is', () => {
    expect(sdpOrigin(good(read(...WHOLE)))).toEqual({
      user: 'jdoe',
      id: '3724394400',
      version: '3724394405',
      network: 'IN',
      addressType: 'IP6',
      address: '2001:db8::1',
    });
  });

  it.each(['-', '- 0 0 IN IP4', '- x 0 IN IP4 a', '- 0 0 IN IP4 a b', '-  0 0 IN IP4'])(
    '%j is a fault',
    (origin) => {
      const sdp = good(read('v=0', `o=${origin}`, 's=-', 't=0 0'));
      expect(isFault(sdpOrigin(sdp))).toBe(true);
    },
  );
});

describe('§5 what a host writes', () => {
  it('no value becomes a line', () => {
    const sdp = good(read(...HEAD, 'm=message 1 sip null'));
    const evil = 'x\r\nm=audio 1 RTP/AVP 0\0';
    const told = {
      ...sdp,
      lines: [...sdp.lines, { type: 'a', value: evil }],
      media: [{ ...good(sdp.media[0]), formats: [evil] }],
    };
    expect(written(told).split('\r\n').length).toBe(HEAD.length + 3);
    expect(isFault(parseSdp(writeSdp({ ...told, media: [] })))).toBe(false);
  });
});

describe('bounds', () => {
  const lines = (count: number) => [...HEAD, ...Array<string>(count - HEAD.length).fill('a=x')];
  const media = (count: number) => [...HEAD, ...Array<string>(count).fill('m=x 1 y z')];
  const long = (bytes: number) => {
    const rest = text(...HEAD).length + 'a=\r\n'.length;
    return [...HEAD, `a=${'x'.repeat(bytes - rest)}`];
  };

  it.each([
    ['bytes', long],
    ['lines', lines],
    ['media', media],
  ] as const)('%s', (name, make) => {
    const most = SDP_LIMITS[name];
    expect(isFault(read(...make(most)))).toBe(false);
    expect(read(...make(most + 1))).toMatchObject({ kind: 'fault', code: 'sdp' });
  });
});

describe.skipIf(!haveVectors)('the descriptions of the Lync vectors', () => {
  const NAMES = [
    'av-01-invite-two-sdp-required-encryption',
    'av-02-invite-optional-encryption',
    'av-03-answer-accepts-optional-encryption',
    'av-04-answer-declines-encryption',
    'av-05-invite-legacy-k-line',
    'im-01-invite-lync2013-embedded-first-message',
    'im-02-invite-200-first-message-not-taken',
    'im-03-invite-200-first-message-taken',
    'im-04-invite-ocs2007r2',
    'im-05-invite-lcs2005-x-ms-message',
    'route-02-split-domain-internal',
    'trust-02-autofederation-unverified',
  ];

  /** Every description in a message, from its first line up to an empty one. */
  const descriptionsOf = (name: string): readonly string[] => {
    const { raw } = vectorJson(`lync/${name}.json`, { raw: '' });
    return raw
      .split('\r\n\r\n')
      .filter((part) => part.startsWith('v=0\r\n'))
      .map((part) => (part.endsWith('\r\n') ? part : `${part}\r\n`));
  };

  it.each(NAMES)('%s is written back octet for octet', (name) => {
    const texts = descriptionsOf(name);
    expect(texts.length).toBe(name.startsWith('av-01') ? 2 : 1);
    for (const one of texts) expect(written(good(parseSdp(utf8(one))))).toBe(one);
  });

  it('the types that are accepted, trailing blank and all', () => {
    const [one = ''] = descriptionsOf('im-01-invite-lync2013-embedded-first-message');
    const sdp = good(parseSdp(utf8(one)));
    expect(sdp.media[0]).toMatchObject({ media: 'message', port: 5060, proto: 'sip' });
    expect(sdpAttribute(sdp.media[0]?.lines ?? [], 'accept-types')).toBe(
      'text/plain multipart/alternative image/gif text/rtf text/html application/x-ms-ink application/ms-imdn+xml text/x-msmsgsinvite ',
    );
  });
});

describe('hostile ones', () => {
  const piece = fc.oneof(
    fc.constantFrom(...WHOLE),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constantFrom('m=', 'a=', 'v=0', 'm=x 1 y', 'm=x 1/9 y z', '\r', '\0', '=', 'o=1 2 3 4 5 6'),
  );

  it('never throw, and what is read is what is written', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.constantFrom('\r\n', '\n', '\r'),
        fc.boolean(),
        (pieces, end, isWhole) => {
          const lines = isWhole ? [...HEAD, ...pieces] : pieces;
          const sdp = parseSdp(utf8(lines.map((line) => line + end).join('')));
          if (isFault(sdp)) return;
          const again = parseSdp(writeSdp(sdp));
          expect(again).toEqual(sdp);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('octets of any kind never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const sdp = parseSdp(bytes);
        expect(['sdp', 'fault']).toContain(sdp.kind);
      }),
    );
  });
});
