// XEP-0030 (disco), XEP-0199 (ping), XEP-0203 (delay), and what an iq to us is answered with.
import { describe, expect, test } from 'vitest';
import {
  answerIq,
  delayElement,
  delayOf,
  element,
  instantOf,
  isFault,
  isPing,
  NS,
  parseStanza,
  pingElement,
  stampOf,
  writeStanza,
  writeXml,
  type Iq,
} from '@interwork/xmpp';

const IDENTITY = { category: 'gateway', type: 'sip', name: 'A & B', features: ['urn:f', NS.ping] };

function iq(text: string): Iq {
  const parsed = parseStanza(text);
  if (isFault(parsed) || parsed.kind !== 'iq') throw new Error('not an iq');
  return parsed;
}

function answer(type: string, payload: string): string | undefined {
  const el = answerIq(
    iq(`<iq from='a@b/c' to='d' id='1' type='${type}'>${payload}</iq>`),
    IDENTITY,
  );
  return el && writeXml(el, NS.client);
}

const REFUSED = `<iq from="d" to="a@b/c" id="1" type="error"><error type="cancel"><service-unavailable xmlns="${NS.stanzas}"/></error></iq>`;

describe('RFC 6120 §8.2.3, RFC 6120 §8.4 answers', () => {
  test('XEP-0030 §3.1 disco#info: identity, and each feature once', () => {
    expect(answer('get', `<query xmlns='${NS.discoInfo}'/>`)).toBe(
      `<iq from="d" to="a@b/c" id="1" type="result"><query xmlns="${NS.discoInfo}">` +
        '<identity category="gateway" type="sip" name="A &amp; B"/>' +
        `<feature var="${NS.discoInfo}"/><feature var="${NS.ping}"/><feature var="urn:f"/></query></iq>`,
    );
  });
  test('XEP-0030 §4.1 disco#items: none', () => {
    expect(answer('get', `<query xmlns='${NS.discoItems}'/>`)).toBe(
      `<iq from="d" to="a@b/c" id="1" type="result"><query xmlns="${NS.discoItems}"/></iq>`,
    );
  });
  test('a node is not known', () => {
    expect(answer('get', `<query xmlns='${NS.discoInfo}' node='x'/>`)).toContain('item-not-found');
  });
  test('XEP-0199 §3 ping', () => {
    expect(answer('get', `<ping xmlns='${NS.ping}'/>`)).toBe(
      '<iq from="d" to="a@b/c" id="1" type="result"/>',
    );
  });
  test.each([
    ['get', "<query xmlns='jabber:iq:version'/>"],
    ['set', `<query xmlns='${NS.discoInfo}'/>`],
    ['set', `<ping xmlns='${NS.ping}'/>`],
    ['get', `<pong xmlns='${NS.ping}'/>`],
    ['get', `<query xmlns='http://jabber.org/protocol/disco#other'/>`],
  ])('RFC 6120 §8.4 %s %s: service-unavailable', (type, payload) => {
    expect(answer(type, payload)).toBe(REFUSED);
  });
  test.each(['result', 'error'])('a %s is not answered', (type) => {
    expect(answer(type, `<ping xmlns='${NS.ping}'/>`)).toBeUndefined();
  });
  test('without addresses', () => {
    const el = answerIq(iq(`<iq id='1' type='get'><ping xmlns='${NS.ping}'/></iq>`), IDENTITY);
    expect(el && writeXml(el, NS.client)).toBe('<iq id="1" type="result"/>');
  });
});

describe('XEP-0092 §2 software version', () => {
  const software = { name: 'interwork', version: '1.0 <&>' };
  const identity = { category: 'gateway', type: 'sip', features: [], software };
  const asked = (type: string): string => {
    const text = `<iq id='1' from='a@b/c' to='d' type='${type}'><query xmlns='${NS.version}'/></iq>`;
    return writeStanza(answerIq(iq(text), identity) ?? iq(text));
  };

  test('answered, escaped, and a feature', () => {
    expect(asked('get')).toContain(
      `<query xmlns="${NS.version}"><name>interwork</name><version>1.0 &lt;&amp;&gt;</version></query>`,
    );
    const disco = iq(`<iq id='1' from='a' to='d' type='get'><query xmlns='${NS.discoInfo}'/></iq>`);
    expect(writeStanza(answerIq(disco, identity) ?? disco)).toContain(`var="${NS.version}"`);
  });

  test('nothing to set, and nothing said where nothing was handed in', () => {
    expect(asked('set')).toContain('service-unavailable');
    const plain = iq(`<iq id='1' from='a' to='d' type='get'><query xmlns='${NS.version}'/></iq>`);
    const answer = answerIq(plain, { ...identity, software: undefined });
    expect(writeStanza(answer ?? plain)).toContain('service-unavailable');
  });
});

describe('XEP-0199 §4.3 ping', () => {
  test('is known when it comes back', () => {
    const text = writeXml(pingElement('a', 'b@c', '7'));
    expect(text).toBe(
      '<iq xmlns="jabber:client" from="a" to="b@c" id="7" type="get"><ping xmlns="urn:xmpp:ping"/></iq>',
    );
    expect(isPing(iq(text))).toBe(true);
  });
});

describe('XEP-0082 §3.2 stamps, XEP-0203 §2 delay', () => {
  test('both ways', () => {
    const el = delayElement(1_031_699_305_250, 'a@b');
    expect(writeXml(el)).toBe(
      '<delay xmlns="urn:xmpp:delay" from="a@b" stamp="2002-09-10T23:08:25.250Z"/>',
    );
    expect(delayOf(element('message', NS.client, {}, [el]))).toBe(1_031_699_305_250);
    expect(delayOf(element('message', NS.client))).toBeUndefined();
  });
  test.each([
    ['2002-09-10T23:08:25Z', 1_031_699_305_000],
    ['2002-09-10T23:08:25.1Z', 1_031_699_305_100],
    ['2002-09-10T23:08:25.123456Z', 1_031_699_305_123],
    ['2002-09-11T01:08:25+02:00', 1_031_699_305_000],
    ['2002-09-10T15:08:25-08:00', 1_031_699_305_000],
    ['1970-01-01T00:00:00Z', 0],
  ])('%s', (stamp, instant) => {
    expect(instantOf(stamp)).toBe(instant);
  });
  test.each([
    '',
    '2002-09-10',
    '20020910T23:08:25',
    '2002-09-10T23:08:25',
    '2002-09-10 23:08:25Z',
    '2002-13-10T23:08:25Z',
    '2002-02-30T23:08:25Z',
    '2001-02-29T23:08:25Z',
    '2002-09-10T24:00:00Z',
    '2002-09-10T23:60:00Z',
    '2002-09-10T23:08:25z',
    ' 2002-09-10T23:08:25Z',
  ])('%j is no stamp', (stamp) => {
    expect(instantOf(stamp)).toBeUndefined();
  });
  test.each([Number.NaN, Number.POSITIVE_INFINITY, 8.65e15])('%d is no instant', (instant) => {
    expect(() => stampOf(instant)).toThrow('Not an instant.');
  });
});
