// The misdeeds of a hostile SIP peer, a row each, by class. Each has been done to a SIP server by somebody.
import {
  FORGED,
  messageIn,
  type SipMisdeed,
  type SipScene,
  type SipThreat,
  viaOf,
} from './misdeed.ts';
import type { Changes } from './misdeed.ts';

const LENGTH = FORGED.length;

/** Requests that are cut in the wrong place. */
const FRAMING = rows('framing', {
  'content-length-twice': { length: `Content-Length: ${LENGTH}\r\nContent-Length: 1` },
  'content-length-signed': { length: `Content-Length: +${LENGTH}` },
  'content-length-negative': { length: 'Content-Length: -1' },
  'content-length-wraps': { length: `Content-Length: ${2 ** 32 + LENGTH}` },
  'content-length-not-a-number': { length: 'Content-Length: 0x10' },
  'content-length-in-a-list': { length: `Content-Length: ${LENGTH}, ${LENGTH}` },
  'nul-in-a-header': { more: ['X-Nul: a\0b'] },
  'request-in-a-body': (scene) => {
    const inner = messageIn({ ...scene, serial: scene.serial + 100_000 }, OTHER_SENDER);
    return [messageIn(scene, { body: inner, type: 'message/sip', length: 'Content-Length: 4' })];
  },
  'bare-line-feeds': (scene) => [messageIn(scene).replaceAll('\r\n', '\n')],
  'bare-carriage-returns': (scene) => [messageIn(scene).replaceAll('\r\n', '\r')],
});

/** What one reader takes for one header and the next reader for another. */
const FILTER_BYPASS = rows('filter-bypass', {
  'from-twice': { more: ['From: <sip:admin@other.example>;tag=2'] },
  'from-in-both-forms': { more: ['f: <sip:admin@other.example>;tag=2'] },
  'to-twice': { more: ['To: <sip:admin@other.example>'] },
  'call-id-twice': { more: ['Call-ID: another'] },
  'cseq-twice': { more: ['CSeq: 2 MESSAGE'] },
  'blank-in-a-name': { more: ['Fr om: <sip:admin@other.example>;tag=2'] },
});

/** What has made servers fall over: one message is enough. */
const MALFORMED = rows('malformed-message', {
  'from-without-end': (scene) => [messageIn(scene, { from: `<sip:${scene.from}` })],
  'to-without-uri': { to: '""' },
  'via-without-host': { via: 'SIP/2.0/TLS ;branch=z9hG4bK' },
  'via-of-nothing': { via: ',' },
  'cseq-overflows': { cseq: '4294967296 MESSAGE' },
  'cseq-of-another-method': { cseq: '1 INVITE' },
  'cseq-without-method': { cseq: '1' },
  'uri-without-host': { uri: 'sip:bob@' },
  'uri-of-another-version': (scene) => [messageIn(scene).replace('SIP/2.0\r\n', 'SIP/7.0\r\n')],
  'multipart-without-boundary': { type: 'multipart/mixed' },
  'multipart-without-end': { type: 'multipart/mixed;boundary=x', body: '--x\r\n\r\nforged' },
  'type-of-nothing': { type: '/' },
  'cpim-of-nothing': { type: 'message/cpim', body: '\r\n' },
});

/** Credentials where nobody asked for them. */
const AUTHENTICATION = rows(
  'authentication',
  {
    'authorization-of-nothing': { more: ['Authorization: Digest'] },
    'proxy-authorization-unasked': {
      more: [
        'Proxy-Authorization: Digest username="a", realm="other.example", nonce="", response=""',
      ],
    },
  },
  true,
);

/** Somebody whom the connection does not prove. */
const SPOOFED: Readonly<Record<string, SipMisdeed>> = {
  ...rows('spoofed-sender', {
    'sender-of-another-domain': { from: '<sip:admin@other.example>;tag=1' },
    'sender-of-a-subdomain': (scene) => [
      messageIn(scene, { from: `<sip:${scene.from.replace('@', '@sub.')}>;tag=1` }),
    ],
    'sender-of-the-other-side': (scene) => [
      messageIn(scene, { from: `<sip:${scene.to}>;tag=1`, uri: `sip:${scene.from}` }),
    ],
    'sender-with-two-ats': (scene) => [
      messageIn(scene, { from: `<sip:admin@other.example@${scene.host}>;tag=1` }),
    ],
    'sender-in-a-header-of-trust': (scene) => [
      messageIn(scene, {
        from: '<sip:admin@other.example>;tag=1',
        more: [`P-Asserted-Identity: <sip:${scene.from}>`],
      }),
    ],
  }),
};

/** Words that mean something on the other side. */
const TRANSLATION: Readonly<Record<string, SipMisdeed>> = {
  ...rows('translation', {
    'line-end-in-a-user': (scene) => [
      messageIn(scene, { uri: `sip:bob%0d%0aFrom:admin@${domainOf(scene.to)}` }),
    ],
    'nul-in-a-user': (scene) => [messageIn(scene, { uri: `sip:bob%00@${domainOf(scene.to)}` })],
    'domain-that-looks-alike': { uri: 'sip:bob@gt\u0430lk.example' },
  }),
  ...rows(
    'translation',
    {
      'slash-in-a-user': (scene) => [
        messageIn(scene, { from: `<sip:admin%40other.example%2f@${domainOf(scene.from)}>;tag=1` }),
      ],
      'markup-in-a-body': { body: `${FORGED}</body><body>` },
      'stanza-in-a-body': { body: `${FORGED}<message from='admin@other.example'/>` },
      'quotes-in-a-display-name': (scene) => [
        messageIn(scene, { from: `"a\\"'<>&" <sip:${scene.from}>;tag=1` }),
      ],
    },
    true,
  ),
};

/** What goes round. */
const LOOPS = rows('loops', {
  'no-forwards-left': (scene) => [messageIn(scene).replace('Max-Forwards: 70', 'Max-Forwards: 0')],
  'answer-nobody-asked-for': (scene) => [answerIn(scene)],
});

/** What wants to be kept. */
const EXHAUSTION: Readonly<Record<string, SipMisdeed>> = {
  ...rows('exhaustion', {
    'headers-without-end': (scene) => [
      messageIn(scene).split('\r\n\r\n')[0] ?? '',
      `\r\nX-Long: ${'x'.repeat(200_000)}`,
    ],
    'body-without-end': { length: 'Content-Length: 50000000' },
    'line-ends-without-end': () => ['\r\n'.repeat(100_000)],
  }),
  ...rows('exhaustion', {
    'five-hundred-vias': (scene) => [
      messageIn(scene, { via: Array.from({ length: 500 }, () => viaOf(scene)).join(', ') }),
    ],
    'thousands-of-headers': {
      more: Array.from({ length: 4_000 }, (_, at) => `X-${at}: y`),
    },
  }),
};

/** Names that are something in the language of the other side. */
const TRAPS = rows(
  'language-traps',
  {
    'header-called-proto': { more: ['__proto__: x', 'constructor: y', 'toString: z'] },
    'parameter-called-constructor': (scene) => [
      messageIn(scene, {
        from: `<sip:${scene.from};constructor=1;__proto__=2>;tag=1;hasOwnProperty`,
      }),
    ],
  },
  true,
);

/** And those that cannot be carried. */
const TRAPS_REFUSED = rows('language-traps', {
  'method-called-constructor': { method: 'constructor' },
  'domain-called-constructor': { uri: 'sip:bob@constructor' },
  'uri-header-called-constructor': (scene) => [
    messageIn(scene, { uri: `sip:${scene.to}?constructor=1` }),
  ],
  'type-called-constructor': { type: 'constructor/__proto__' },
});

/** Every misdeed by its name. */
export const SIP_MISDEEDS: Readonly<Record<string, SipMisdeed>> = {
  ...FRAMING,
  ...FILTER_BYPASS,
  ...MALFORMED,
  ...AUTHENTICATION,
  ...SPOOFED,
  ...TRANSLATION,
  ...LOOPS,
  ...EXHAUSTION,
  ...TRAPS,
  ...TRAPS_REFUSED,
};

function rows(
  threat: SipThreat,
  misdeeds: Readonly<Record<string, Changes | SipMisdeed['write']>>,
  mayArrive = false,
): Readonly<Record<string, SipMisdeed>> {
  return Object.fromEntries(
    Object.entries(misdeeds).map(([name, what]) => {
      const write =
        typeof what === 'function' ? what : (scene: SipScene) => [messageIn(scene, what)];
      return [name, { class: threat, mayArrive, write }];
    }),
  );
}

function answerIn(scene: SipScene): string {
  return messageIn(scene).replace(/^[^\r]*/, 'SIP/2.0 200 OK');
}

function domainOf(address: string): string {
  return address.slice(address.indexOf('@') + 1);
}

const OTHER_SENDER: Changes = { from: '<sip:admin@other.example>;tag=9' };
