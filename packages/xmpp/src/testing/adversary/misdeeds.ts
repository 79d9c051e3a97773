// The misdeeds of a hostile XMPP server, a row each, by class. Each has been done to a server by somebody.
import { encodeUtf8 } from '../../bytes.ts';
import { toBase64 } from '../../stream/sasl.ts';
import {
  FORGED,
  headerOf,
  messageIn,
  type XmppMisdeed,
  type XmppScene,
  type XmppStage,
  type XmppThreat,
} from './misdeed.ts';

const BODY = `<body>${FORGED}</body>`;
const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';

/** What XML can do that a stream may not. */
const EXPANSION = rows('expansion', 'opened', {
  'document-type-before-a-stream': (scene) =>
    `<!DOCTYPE s [<!ENTITY a 'aaaa'>]>${headerOf(scene).replace("<?xml version='1.0'?>", '')}`,
  'processing-instruction': () => '<?php echo 1 ?>',
  comment: () => '<!-- nothing -->',
});
const EXPANSION_LATER = rows('expansion', 'proved', {
  'entity-of-its-own': (scene) => messageIn(scene, `<body>&forged;${FORGED}</body>`),
  'character-data-section-of-a-declaration': (scene) => messageIn(scene, `<!ENTITY a 'b'>${BODY}`),
});

/** What two readers read differently. */
const SMUGGLING = rows('smuggling', 'proved', {
  'malformed-utf8': (scene) =>
    withOctets(messageIn(scene, `<body>${FORGED}@</body>`), [0xc0, 0xaf]),
  'utf8-of-a-surrogate': (scene) =>
    withOctets(messageIn(scene, `<body>${FORGED}@</body>`), [0xed, 0xa0, 0x80]),
  'nul-in-a-body': (scene) => messageIn(scene, `<body>${FORGED}\0</body>`),
  'reference-to-nul': (scene) => messageIn(scene, `<body>${FORGED}&#0;</body>`),
  'reference-to-a-surrogate': (scene) => messageIn(scene, `<body>${FORGED}&#xD800;</body>`),
  'attribute-twice': (scene) => messageIn(scene, BODY, "from='admin@other.example'"),
  'attribute-twice-by-prefixes': (scene) =>
    messageIn(scene, `<x xmlns:a='u' xmlns:b='u' a:y='1' b:y='2'/>${BODY}`),
  'prefix-that-is-not-declared': (scene) => messageIn(scene, `<q:x/>${BODY}`),
  'attribute-without-quotes': (scene) => messageIn(scene, BODY, 'id=a'),
  'ampersand-alone': (scene) => messageIn(scene, `<body>${FORGED} & more</body>`),
  'end-of-another-element': (scene) => messageIn(scene, '<body>x</subject>'),
  'stanza-after-the-end': (scene) => `</stream:stream>${messageIn(scene)}`,
  'second-root': (scene) => `</stream:stream>${headerOf(scene)}${messageIn(scene)}`,
  'namespace-with-a-line-end': (scene) =>
    `<message xmlns='jabber:server\njabber:client' from='${scene.from}' to='${scene.to}'>${BODY}</message>`,
  'stanza-in-another-namespace': (scene) =>
    `<message xmlns='jabber:client' from='${scene.from}' to='${scene.to}'>${BODY}</message>`,
});

/** Names that nobody has proved by calling back. */
const DIALBACK = rows('dialback', 'secured', {
  'result-nobody-asked-for': ({ ours, theirs }) =>
    `<db:result from='${ours}' to='${theirs}' type='valid'/>`,
  'verdict-nobody-asked-for': ({ ours, theirs }) =>
    `<db:verify from='${ours}' to='${theirs}' id='x' type='valid'/>`,
  'result-for-a-domain-of-theirs': ({ theirs }) =>
    `<db:result from='${theirs}' to='${theirs}'>key</db:result>`,
  'result-without-a-key': ({ ours, theirs }) => `<db:result from='${ours}' to='${theirs}'/>`,
  'result-and-a-stanza-before-the-verdict': (scene) =>
    `<db:result from='other.example' to='${scene.theirs}'>key</db:result>${spoofed(scene, 'admin@other.example')}`,
  'stanza-without-a-proof': (scene) => messageIn(scene),
});

/** A stream that is less safe than it seems. */
const TLS_AND_SASL: Readonly<Record<string, XmppMisdeed>> = {
  ...rows('tls-and-sasl', 'opened', {
    'stanza-in-clear': (scene) => messageIn(scene),
    'stanza-behind-starttls': (scene) =>
      `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>${messageIn(scene)}`,
    'proof-in-clear': ({ ours }) => authOf('EXTERNAL', ours),
  }),
  ...rows('tls-and-sasl', 'secured', {
    'proof-for-another': () => authOf('EXTERNAL', 'other.example'),
    'mechanism-that-was-not-offered': ({ ours }) => authOf('PLAIN', ours),
    'stream-for-another-domain': (scene) => headerOf({ ...scene, ours: 'other.example' }),
    'response-before-a-challenge': () => `<response xmlns='${SASL}'/>`,
    'success-of-its-own': () => `<success xmlns='${SASL}'/>`,
  }),
  ...rows('tls-and-sasl', 'proved', {
    'proof-once-more': () => authOf('EXTERNAL', 'other.example'),
    'starttls-once-more': () => "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
  }),
};

/** Somebody whom the stream does not prove. */
const SPOOFED: Readonly<Record<string, XmppMisdeed>> = {
  ...rows('spoofed-sender', 'proved', {
    'sender-of-another-domain': (scene) => spoofed(scene, 'admin@other.example'),
    'sender-of-a-subdomain': (scene) => spoofed(scene, `admin@sub.${scene.ours}`),
    'sender-of-the-other-side': (scene) => spoofed(scene, `admin@${scene.theirs}`),
    'sender-with-a-slash': (scene) => spoofed(scene, `other.example/@${scene.ours}`),
    'sender-with-two-ats': (scene) => spoofed(scene, `admin@other.example@${scene.ours}`),
    'no-sender': ({ to }) => `<message to='${to}'>${BODY}</message>`,
    'no-recipient': ({ from }) => `<message from='${from}'>${BODY}</message>`,
    'recipient-of-another-domain': ({ from }) =>
      `<message from='${from}' to='bob@elsewhere.example'>${BODY}</message>`,
  }),
  ...rows('spoofed-sender', 'proved', {
    'carbon-of-a-message': (scene) => {
      const inner = `<message xmlns='jabber:client' from='admin@other.example' to='${scene.to}'><body>${FORGED}</body></message>`;
      return messageIn(
        scene,
        `<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></received>`,
      );
    },
    'roster-push': ({ from, to }) =>
      `<iq from='${from}' to='${to}' type='set' id='p'><query xmlns='jabber:iq:roster'><item jid='admin@other.example' subscription='both'/></query></iq>`,
    'answer-nobody-asked-for': ({ from, to }) =>
      `<iq from='${from}' to='${to}' type='result' id='nothing'/>`,
    'approval-nobody-asked-for': ({ from, to }) =>
      `<presence from='${from}' to='${to}' type='subscribed'/>`,
  }),
};

/** Octets that become more. */
const COMPRESSION = rows('compression', 'proved', {
  'compression-that-was-not-offered': () =>
    "<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>",
});

/** Words that mean something on the other side. */
const TRANSLATION: Readonly<Record<string, XmppMisdeed>> = {
  ...rows(
    'translation',
    'proved',
    {
      'header-in-a-subject': (scene) =>
        messageIn(scene, `<subject>a&#13;&#10;From: admin@other.example</subject>${BODY}`),
      'header-in-a-thread': (scene) =>
        messageIn(scene, `${BODY}<thread>a&#13;&#10;To: admin@other.example</thread>`),
      'header-in-an-id': (scene) => messageIn(scene, BODY, "id='a&#13;&#10;Via: x'"),
      'header-in-a-language': (scene) => messageIn(scene, BODY, "xml:lang='en&#13;&#10;X: y'"),
      'request-in-a-body': (scene) =>
        messageIn(scene, `<body>${FORGED}&#13;&#10;&#13;&#10;MESSAGE sip:x SIP/2.0</body>`),
      'header-in-a-resource': (scene) => spoofed(scene, `${scene.from}/a&quot;&gt;;tag=1`),
    },
    true,
  ),
};

/** What goes round. */
const LOOPS = rows('loops', 'proved', {
  'error-for-nothing': (scene) =>
    messageIn(
      scene,
      "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
      "type='error' id='x'",
    ),
  'message-to-itself': ({ from }) => `<message from='${from}' to='${from}'>${BODY}</message>`,
  'to-a-room': (scene) => messageIn(scene, BODY, "type='groupchat'"),
});

/** What wants to be kept. */
const EXHAUSTION: Readonly<Record<string, XmppMisdeed>> = {
  ...rows('exhaustion', 'proved', {
    'ten-thousand-levels': (scene) =>
      messageIn(scene, `${'<x>'.repeat(10_000)}${'</x>'.repeat(10_000)}${BODY}`),
    'attribute-without-end': () => `<message from='${'a'.repeat(400_000)}`,
    'ten-thousand-attributes': (scene) =>
      messageIn(scene, BODY, Array.from({ length: 10_000 }, (_, at) => `a${at}=''`).join(' ')),
    'stanza-without-end': (scene) => messageIn(scene, `<body>${'x'.repeat(400_000)}</body>`),
    'name-without-end': () => `<${'m'.repeat(300_000)}`,
  }),
  ...rows('exhaustion', 'opened', {
    'header-without-end': () => `<x a='${'y'.repeat(300_000)}`,
    'blanks-without-end': () => ' '.repeat(300_000),
  }),
};

/** Names that are something in the language of the other side. */
const TRAPS: Readonly<Record<string, XmppMisdeed>> = {
  ...rows(
    'language-traps',
    'proved',
    {
      'attribute-called-proto': (scene) => messageIn(scene, BODY, "__proto__='x' constructor='y'"),
      'element-called-constructor': (scene) =>
        messageIn(scene, `<constructor xmlns='__proto__'/>${BODY}`),
    },
    true,
  ),
  ...rows(
    'language-traps',
    'proved',
    {
      'type-called-constructor': (scene) => messageIn(scene, BODY, "type='__proto__'"),
    },
    true,
  ),
  ...rows('language-traps', 'proved', {
    'user-called-constructor': ({ from, theirs }) =>
      `<message from='${from}' to='constructor@${theirs}'>${BODY}</message>`,
  }),
  ...rows('language-traps', 'secured', {
    'mechanism-called-constructor': ({ ours }) => authOf('constructor', ours),
    'element-called-proto': () => "<__proto__ xmlns='constructor'/>",
  }),
};

/** Every misdeed by its name. */
export const XMPP_MISDEEDS: Readonly<Record<string, XmppMisdeed>> = {
  ...EXPANSION,
  ...EXPANSION_LATER,
  ...SMUGGLING,
  ...DIALBACK,
  ...TLS_AND_SASL,
  ...SPOOFED,
  ...COMPRESSION,
  ...TRANSLATION,
  ...LOOPS,
  ...EXHAUSTION,
  ...TRAPS,
};

function rows(
  threat: XmppThreat,
  stage: XmppStage,
  misdeeds: Readonly<Record<string, XmppMisdeed['write']>>,
  mayArrive = false,
): Readonly<Record<string, XmppMisdeed>> {
  return Object.fromEntries(
    Object.entries(misdeeds).map(([name, write]) => [
      name,
      { class: threat, stage, mayArrive, write },
    ]),
  );
}

function spoofed(scene: XmppScene, from: string): string {
  return messageIn({ ...scene, from });
}

/** A proof by certificate for a name, as it stands in the exchange. @spec XEP-0178 §3 */
export function authOf(mechanism: string, name: string): string {
  return `<auth xmlns='${SASL}' mechanism='${mechanism}'>${toBase64(encodeUtf8(name))}</auth>`;
}

/** The text with `@</` standing for octets that are no text. */
function withOctets(text: string, octets: readonly number[]): Uint8Array {
  const [before = '', after = ''] = text.split('@</');
  return Uint8Array.from([...encodeUtf8(before), ...octets, ...encodeUtf8(`</${after}`)]);
}
