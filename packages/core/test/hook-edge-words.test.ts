// Words from SIP to SIP that are not where a host would look for them: in another part of a message than the one that is read,
// in requests that say nothing by themselves, in documents beside their notes. What passes is what the host was asked about.
import type { AskedCrossing } from '@interwork/core';
import { pidf } from '@interwork/sip/testing';
import { encodeUtf8 } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { EdgeWorld, fieldIn } from './edge-world.ts';
import { hookOf, of, PASS, REFUSED, type Say } from './hook-chat-town.ts';

const [FROM, TO] = ['amy@contoso.example', 'romeo@fabrikam.example'];
const SAID = 'card 4111 1111 1111 1111';
const field = (name: string, value: string) => ({ name, value });

function sends(draft: object, say: Say = () => PASS) {
  const whole: AskedCrossing[] = [];
  const { asked, onCrossing } = hookOf((crossing) => (whole.push(crossing), say(crossing)));
  const w = new EdgeWorld({ onCrossing });
  w.orgs.fabrikam.domain.user('romeo').allow(FROM);
  const status = w.sends('contoso', FROM, TO, '', draft).response?.status;
  const carried = w.toldTo('fabrikam').find((text) => !text.startsWith('SIP/2.0')) ?? '';
  return { asked, carried, status, whole };
}

describe('a message that has more in it goes on as the words that were looked at', () => {
  const parts = (type: string, ...inside: readonly string[]) => ({
    contentType: `multipart/${type};boundary=b`,
    body: encodeUtf8(`${inside.map((one) => `--b\r\n${one}`).join('\r\n')}\r\n--b--\r\n`),
  });
  const html = (body: string) => `Content-Type: text/html\r\n\r\n${body}`;
  const plain = (text: string) => `Content-Type: text/plain\r\n\r\n${text}`;
  const ofType = (contentType: string, text: string) => ({ contentType, body: encodeUtf8(text) });
  const ENDS = `From: <im:${FROM}>\r\nTo: <im:${TO}>`;

  it.each<[string, object]>([
    ['an attribute', ofType('text/html', `<p title="${SAID}">hello</p>`)],
    ['a comment', ofType('text/html', `<p>hello</p><!-- ${SAID} -->`)],
    ['another rendering', parts('alternative', plain('hello'), html(`<p>${SAID}</p>`))],
    ['another part', parts('mixed', plain('hello'), plain(SAID))],
    ['before the parts', parts('mixed', `X: ${SAID}\r\n${plain('hello')}`)],
    [
      'the subject within',
      ofType('message/cpim', `${ENDS}\r\nSubject: ${SAID}\r\n\r\n${plain('hello')}`),
    ],
  ])('%s', (_where, draft) => {
    const { asked, carried, status } = sends(draft);
    expect([status, asked]).toEqual([200, ['sip-to-sip message message hello']]);
    expect(carried).not.toContain('4111');
    expect(carried.endsWith('\r\n\r\nhello')).toBe(true);
    expect(fieldIn(carried, 'Content-Type')).toBe('text/plain;charset=utf-8');
  });

  it('plain text goes as it came', () => {
    const { carried } = sends(ofType('text/plain;charset=iso-8859-1;x=y', 'hello'));
    expect(fieldIn(carried, 'Content-Type')).toBe('text/plain;charset=iso-8859-1;x=y');
  });
});

describe('what says nothing by itself says nothing else either', () => {
  const BODY = { contentType: 'text/plain', body: encodeUtf8(SAID) };
  const SUBJECT = { body: new Uint8Array(), headers: [field('Subject', SAID)] };
  const EVENT = [field('Event', 'presence'), field('Contact', '<sip:amy@pool.contoso.example>')];
  const ASKS = { method: 'SUBSCRIBE', headers: EVENT };

  it('OPTIONS with words are a message', () => {
    const options = { method: 'OPTIONS' };
    expect(sends({ ...options, ...BODY }).asked).toEqual([`sip-to-sip message message ${SAID}`]);
    expect(sends({ ...options, ...SUBJECT }).whole).toMatchObject([{ subject: SAID }]);
    expect(sends({ ...options, ...BODY }, () => REFUSED).status).toBe(403);
    expect(sends({ ...options, ...BODY, contentType: 'image/png' }).status).toBe(415);
    expect(sends({ ...options, body: new Uint8Array() }).asked).toEqual([]);
  });

  it.each<[string, object, object]>([
    ['a body', BODY, { text: SAID }],
    [
      'a document',
      { ...BODY, body: encodeUtf8(`<a b="c d">e<!-- f -->&#x67;</a>`) },
      { text: 'c d\neg\nf' },
    ],
    [
      'a Subject',
      { headers: [...EVENT, ...SUBJECT.headers], body: BODY.body.subarray(0, 0) },
      { subject: SAID },
    ],
    [
      'at its end',
      { ...BODY, headers: [...EVENT, field('Expires', '0'), field('To-Do', 'x')] },
      { text: SAID },
    ],
  ])('who asks to see somebody is asked about with all that he says: %s', (_where, more, said) => {
    const { status, whole } = sends({ ...ASKS, ...more }, of('request', REFUSED));
    expect([status, whole]).toMatchObject([403, [{ what: 'request', mayChange: [], ...said }]]);
  });

  it('or not at all, where nobody can read it', () => {
    const body = Uint8Array.of(0x63, 0, 0x61, 0, 0x72, 0, 0x64, 0);
    expect(sends({ ...ASKS, ...BODY, body })).toMatchObject({ status: 400, asked: [] });
    const headers = [...EVENT, field('Content-Encoding', 'gzip')];
    expect(sends({ ...ASKS, ...BODY, headers })).toMatchObject({ status: 415, asked: [] });
  });
});

describe('a document is asked about with everything that can be read in it', () => {
  const OPEN = pidf(TO, [{ id: 'desk', basic: 'open', note: 'at lunch' }]);
  const within = (more: string) => OPEN.replace('</presence>', `${more}</presence>`);
  const LONG = 'la '.repeat(700) + SAID;

  it.each<[string, string, string]>([
    ['its notes', OPEN, 'at lunch'],
    [
      'notes of what is closed',
      within(`<tuple id="a"><status><basic>closed</basic></status><note>${SAID}</note></tuple>`),
      `at lunch\n${SAID}`,
    ],
    ['a long note', OPEN.replace('at lunch', LONG), SAID],
    ['an element', within(`<a xmlns="urn:a">${SAID}</a>`), `at lunch\n${SAID}`],
    ['an attribute', OPEN.replace('<tuple ', `<tuple said="${SAID}" `), `at lunch\n${SAID}`],
    ['an id', OPEN.replace('"desk"', `"${SAID}"`), `at lunch\n${SAID}`],
    ['a status', OPEN.replace('>open<', `>${SAID}<`), SAID],
    ['a comment', within(`<!-- ${SAID} -->`), `at lunch\n${SAID}`],
    ['a namespace', OPEN.replace('<tuple ', `<tuple xmlns:a="${SAID}" `), `at lunch\n${SAID}`],
    ['no document', SAID, SAID],
    ['an instruction', `<?a ${SAID}?>${OPEN}`, SAID],
    ['of somebody else', pidf('pres:a@b', [{ id: 'a', basic: 'open', note: SAID }]), SAID],
  ])('%s', (_where, document, text) => {
    const texts: string[] = [];
    const { onCrossing } = hookOf((crossing) => {
      if (crossing.what === 'document') texts.push(crossing.text);
      return PASS;
    });
    const w = new EdgeWorld({ onCrossing });
    const [amy, romeo] = [w.orgs.contoso.domain.user('amy'), w.orgs.fabrikam.domain.user('romeo')];
    romeo.setDocument(document);
    romeo.allow(FROM);
    amy.watch(TO, { expires: 600 });
    w.pass(5_000);
    expect(amy.sees(TO).document).toBe(document);
    if (text === 'at lunch' || text.includes('\n')) expect(texts).toEqual([text]);
    else expect(texts).toEqual([expect.stringContaining(text)]);
  });
});
