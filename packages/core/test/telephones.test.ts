// tel: addresses at the gateway: RFC 3261 §19.1.6 with the domain that an operator gives to numbers.
import { describe, expect, it } from 'vitest';
import {
  answers,
  Bench,
  CHAT,
  message,
  proved,
  requests,
  stanzas,
  traces,
} from './gateway-bench.ts';

describe('RFC 3261 §19.1.6 numbers cross', () => {
  it('from tel: to a JID of the domain that is given to them', () => {
    const bench = new Bench({ telDomain: 'SIP.test', sipDomains: ['sip.test'] });
    const [sent] = stanzas(bench.sip(message('sip:bob@xmpp.test', 'tel:+1-201-555-0123')));
    expect(sent?.element.attrs['from']).toBe('+12015550123@sip.test');
    const local = message('sip:bob@xmpp.test', 'tel:0123;phone-context=+49');
    expect(stanzas(bench.sip(local))[0]?.element.attrs['from']).toBe(
      '0123;phone-context=+49@sip.test',
    );
  });

  it('to tel: where the numbers are the XMPP side’s', () => {
    const bench = new Bench({ telDomain: 'xmpp.test' });
    const [sent] = stanzas(bench.sip(message('tel:+1201')));
    expect(sent?.element.attrs['to']).toBe('+1201@xmpp.test');
  });

  const refused: readonly [string, string | undefined, number][] = [
    ['tel:+1201', undefined, 416],
    ['tel:0123', 'xmpp.test', 416],
    ['tel:call', 'xmpp.test', 400],
  ];
  it.each(refused)('%s with the domain %s is refused', (uri, telDomain, status) => {
    const bench = new Bench(telDomain === undefined ? {} : { telDomain });
    expect(answers(bench.sip(message(uri)))).toEqual([status]);
  });

  it('RFC 7247 §8: a number is no proof; the connection must prove its domain', () => {
    const bench = new Bench({ telDomain: 'sip.test' });
    const outs = bench.sip(message('sip:bob@xmpp.test', 'tel:+1201'), proved('other.test'));
    expect([answers(outs), traces(outs)[0]?.reasons]).toEqual([[403], ['identity-not-proved']]);
  });

  it('a domain that is none is the host’s mistake', () => {
    expect(() => new Bench({ telDomain: 'a b' })).toThrow(
      expect.objectContaining({ name: 'MisuseError', code: 'malformed-domain' }),
    );
  });
});

describe('RFC 3261 §19.1.6 numbers towards SIP', () => {
  const sent = (to: string, phoneDomains?: readonly string[]) =>
    requests(
      new Bench(phoneDomains === undefined ? {} : { phoneDomains }).stanza(
        CHAT.replace("to='alice@sip.test'", `to='${to}'`),
      ),
    )[0]?.draft.uri;

  it('are telephones only where the domain is named', () => {
    expect(sent('+1201@sip.test', ['sip.test'])).toMatchObject({
      user: '+1201',
      params: [{ name: 'user', value: 'phone' }],
    });
    expect(sent('+1201@sip.test', ['other.test'])).toMatchObject({ params: [] });
    expect(sent('+1201@sip.test')).toMatchObject({ params: [] });
    expect(sent('alice@sip.test', ['sip.test'])).toMatchObject({ params: [] });
  });
});

describe('RFC 7247 §6.4 im: and pres:', () => {
  it.each(['im', 'pres'])('%s: addresses are people like any other', (scheme) => {
    const bench = new Bench();
    const [sent] = stanzas(
      bench.sip(message(`${scheme}:bob@xmpp.test`, `${scheme}:alice@sip.test`)),
    );
    expect([sent?.element.attrs['from'], sent?.element.attrs['to']]).toEqual([
      'alice@sip.test',
      'bob@xmpp.test',
    ]);
  });
});
