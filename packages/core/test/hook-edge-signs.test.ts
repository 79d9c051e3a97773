// Signs from SIP to SIP where a host looks: RFC 3994, RFC 5438 and KeyboardActivity say what their formats have words for, and
// nothing beside it, or they do not pass.
import { encodeUtf8 } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { EdgeWorld } from './edge-world.ts';
import { activity, hookOf, PASS } from './hook-chat-town.ts';

const [FROM, TO] = ['amy@contoso.example', 'romeo@fabrikam.example'];
const [TYPING, NOTICE, KEYS] = [
  'application/im-iscomposing+xml',
  'message/imdn+xml',
  'application/xml',
];
const SAID = 'card 4111 1111 1111 1111';

/** Amy's server sends something, to a gateway whose host looks and to one whose does not. */
function sends(contentType: string, text: string, more: object = {}) {
  const { asked, onCrossing } = hookOf(() => PASS);
  const [looked, unseen] = [new EdgeWorld({ onCrossing }), new EdgeWorld()];
  const method = contentType.startsWith(KEYS) ? 'INFO' : 'MESSAGE';
  const statuses = [looked, unseen].map((w) => {
    w.orgs.fabrikam.domain.user('romeo');
    const draft = { method, contentType, body: encodeUtf8(text), ...more };
    return w.sends('contoso', FROM, TO, '', draft).response?.status;
  });
  const [carried] = looked.toldTo('fabrikam');
  return { asked, statuses, carried, trace: looked.crossings.at(-1) };
}

const NS = 'urn:ietf:params:xml:ns:im-iscomposing';
const composing = (inside: string, root = '') =>
  `<isComposing xmlns="${NS}"${root}>${inside}</isComposing>`;
const ACTIVE = '<state>active</state>';
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const LOCATION = `${XSI} xsi:schemaLocation="urn:ietf:params:xml:ns:im-composing iscomposing.xsd"`;
const imdn = (inside: string, status = '<delivered/>') =>
  `<imdn xmlns="urn:ietf:params:xml:ns:imdn"><message-id>34jk324j</message-id><datetime>2006-04-04T12:16:49-05:00</datetime>${inside}<delivery-notification><status>${status}</status></delivery-notification></imdn>`;
const ENDS = ['From: Bob <im:romeo@fabrikam.example>', 'To: Alice <im:amy@contoso.example>'];
const ASKING = ['NS: imdn <urn:ietf:params:imdn>', 'imdn.Message-ID: d834jied93rf'];
const PART = ['Content-type: message/imdn+xml', 'Content-Disposition: notification'];
const wrapped = (fields: readonly string[], inside: readonly string[], content: string) =>
  [...ENDS, ...fields, '', ...inside, '', content].join('\r\n');

describe('from SIP to SIP, a sign that says nothing beside itself is asked about and passes as it came', () => {
  it.each<[string, string, string]>([
    ['composing', TYPING, composing(ACTIVE)],
    ['composing', `${TYPING};charset=UTF-8`, composing(ACTIVE)],
    [
      'composing', // the example of RFC 3994 §4
      TYPING,
      `<?xml version="1.0" encoding="UTF-8"?>\r\n${composing(
        `\r\n  ${ACTIVE}\r\n  <contenttype>text/plain</contenttype>\r\n  <refresh>90</refresh>\r\n`,
        `\r\n  ${LOCATION}`,
      )}`,
    ],
    [
      'composing',
      TYPING,
      `<t:isComposing xmlns:t="urn:ietf:params:xml:ns:im-iscomposing"><t:state>active</t:state><t:contenttype>audio</t:contenttype><t:lastactive>2026-11-27T10:43:00Z</t:lastactive></t:isComposing>`,
    ],
    ['composing', 'message/cpim', wrapped([], [`Content-Type: ${TYPING}`], composing(ACTIVE))],
    ['composing', KEYS, activity('type')],
    ['delivered', NOTICE, imdn('<recipient-uri>im:romeo@fabrikam.example</recipient-uri>')],
    [
      'delivered', // the example of RFC 5438 §9
      'message/cpim',
      wrapped(ASKING, PART, imdn('<recipient-uri>im:romeo@fabrikam.example</recipient-uri>')),
    ],
  ])('%s: %s %s', (what, type, text) => {
    const { asked, carried, statuses } = sends(type, text);
    const traffic = what === 'composing' ? what : 'receipt';
    expect([statuses, asked]).toEqual([[200, 200], [`sip-to-sip ${traffic} ${what}`]]);
    expect(carried?.endsWith(`\r\n\r\n${text}`)).toBe(true);
  });
});

describe('from SIP to SIP, words beside what a sign says are not carried past a host that looks', () => {
  const field = (name: string, value: string) => ({ headers: [{ name, value }] });
  it.each<[string, string, string, object?]>([
    ['a type', TYPING, composing(`${ACTIVE}<contenttype>${SAID}</contenttype>`)],
    [
      'a type of no message',
      TYPING,
      composing(`${ACTIVE}<contenttype>text/card-4111-1111-1111-1111</contenttype>`),
    ],
    ['a time', TYPING, composing(`${ACTIVE}<lastactive>${SAID}</lastactive>`)],
    ['a number', TYPING, composing(`${ACTIVE}<refresh>${SAID}</refresh>`)],
    ['a state', TYPING, composing(`<state>${SAID}</state>`)],
    ['a second state', TYPING, composing(`${ACTIVE}<state>${SAID}</state>`)],
    ['beside who composes no more', TYPING, composing(`<state>idle</state>${SAID}`)],
    ['a child', TYPING, composing(`${ACTIVE}<note>${SAID}</note>`)],
    ['a child of another kind', TYPING, composing(`${ACTIVE}<note xmlns="urn:n">${SAID}</note>`)],
    ['within a known one', TYPING, composing(`<state>active<note>${SAID}</note></state>`)],
    ['between', TYPING, composing(`${ACTIVE}${SAID}`)],
    ['an attribute', TYPING, composing(ACTIVE, ` said="${SAID}"`)],
    ['an attribute of a child', TYPING, composing(`<state said="${SAID}">active</state>`)],
    ['a namespace', TYPING, composing(ACTIVE, ` xmlns:x="${SAID}"`)],
    ['a prefix', TYPING, composing(ACTIVE, ` xmlns:card-4111="${NS}"`)],
    ['a schema', TYPING, composing(ACTIVE, ` ${XSI} xsi:schemaLocation="${SAID}"`)],
    ['a comment', TYPING, composing(`${ACTIVE}<!-- ${SAID} -->`)],
    ['a comment before', TYPING, `<!-- ${SAID} -->${composing(ACTIVE)}`],
    ['a section', TYPING, composing(`<state><![CDATA[active]]></state>`)],
    ['a parameter', `${TYPING};said="${SAID}"`, composing(ACTIVE)],
    ['a Subject', TYPING, composing(ACTIVE), field('Subject', SAID)],
    [
      'a Subject of who composes no more',
      TYPING,
      composing('<state>idle</state>'),
      field('s', SAID),
    ],
    [
      'keys: a text',
      KEYS,
      `<KeyboardActivity><status status="type">${SAID}</status></KeyboardActivity>`,
    ],
    [
      'keys: a child',
      KEYS,
      `<KeyboardActivity><status status="type"/><a>${SAID}</a></KeyboardActivity>`,
    ],
    [
      'keys: an attribute',
      KEYS,
      `<KeyboardActivity><status status="idle" a="${SAID}"/></KeyboardActivity>`,
    ],
    ['keys: a Subject', KEYS, activity('type'), field('Subject', SAID)],
    ['a notice: a subject', NOTICE, imdn(`<subject>${SAID}</subject>`)],
    ['a notice: an address', NOTICE, imdn(`<recipient-uri>${SAID}</recipient-uri>`)],
    ['a notice: a child', NOTICE, imdn(`<note xmlns="urn:n">${SAID}</note>`)],
    ['a notice of nothing', NOTICE, imdn('', `<forbidden>${SAID}</forbidden>`)],
    ['a wrapper: Subject', 'message/cpim', wrapped([`Subject: ${SAID}`], PART, imdn(''))],
    [
      'a wrapper: a parameter',
      'message/cpim',
      wrapped([`cc:;a="${SAID}" <im:a@b>`], PART, imdn('')),
    ],
    ['a wrapper: cc', 'message/cpim', wrapped([`cc: ${SAID} <im:a@b>`], PART, imdn(''))],
    ['a wrapper: From again', 'message/cpim', wrapped([`From: ${SAID} <im:a@b>`], PART, imdn(''))],
    [
      'a wrapper: an id',
      'message/cpim',
      wrapped([ASKING[0] ?? '', `imdn.Message-ID: ${SAID}`], PART, imdn('')),
    ],
    ['a wrapper: another', 'message/cpim', wrapped([`Said: ${SAID}`], PART, imdn(''))],
    ['a wrapper: a time', 'message/cpim', wrapped([`DateTime: ${SAID}`], PART, imdn(''))],
    ['a wrapper: a namespace', 'message/cpim', wrapped(['NS: a <urn:card-4111>'], PART, imdn(''))],
    ['a part', 'message/cpim', wrapped([], [...PART, `Content-Description: ${SAID}`], imdn(''))],
    ['a part: a name', 'message/cpim', wrapped([], [`${PART[0]};name="${SAID}"`], imdn(''))],
  ])('%s', (_where, type, text, more = {}) => {
    const { asked, carried, statuses, trace } = sends(type, text, more);
    expect([statuses, asked, carried]).toEqual([[400, 200], [], undefined]);
    expect(trace).toMatchObject({ outcome: 'refused', reasons: ['malformed-body'] });
  });
});
