// What a host may do about receipts: asked about as messages are, both ways, and where a 200 is the receipt.
import type { CrossingVerdict } from '@interwork/core';
import { element, encodeUtf8 } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { readCpim, writeCpim } from '../src/body/cpim.ts';
import { readImdnRequest, writeImdn, writeImdnRequest } from '../src/body/imdn.ts';
import { AMY, type ChatTown, ROMEO, SIP, type TownOptions } from './chat-town.ts';
import { looking, of, PASS, REFUSED, talking, told } from './hook-chat-town.ts';
import { bodyOf } from './raw-peer.ts';

describe('what became of a message', () => {
  const NS_RECEIPTS = 'urn:xmpp:receipts';
  const ASKS = [element('request', NS_RECEIPTS)];
  const IMDN: TownOptions['gateway'] = { dialects: { [SIP]: 'standard' }, imdnDomains: [SIP] };
  const received = (town: ChatTown): number =>
    town.xmpp
      .inbox('romeo')
      .filter(({ message }) => JSON.stringify(message.element).includes('"received"')).length;

  /** Amy says something in pager mode. */
  function says(town: ChatTown, type: string, body: string, id: string): string {
    const head = [
      `MESSAGE sip:${ROMEO} SIP/2.0`,
      `Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK${id}`,
      'Max-Forwards: 70',
      `From: <sip:${AMY}>;tag=${id}`,
      `To: <sip:${ROMEO}>`,
      `Call-ID: ${id}`,
      'CSeq: 1 MESSAGE',
    ];
    town.lync.send([...head, `Content-Type: ${type}`], body);
    town.pass();
    return town.lync.last('SIP/2.0').split('\r\n')[0] ?? '';
  }

  /** Romeo asks for word, and Amy's phone gives it. */
  function delivered(town: ChatTown): string {
    town.says('well', { id: 'w1', extra: ASKS });
    const request = town.lync.last('MESSAGE');
    town.lync.reply(request, '200 OK');
    const wrapper = readCpim(encodeUtf8(bodyOf(request)));
    const { messageId = '' } = readImdnRequest(wrapper?.headers ?? []) ?? {};
    const imdn = writeImdn({ messageId, sentAt: 0, kind: 'delivery', status: 'delivered' });
    return says(town, 'message/imdn+xml', new TextDecoder().decode(imdn), 'word');
  }

  it('is asked about where SIP tells it', () => {
    const { town, asked } = looking(() => PASS, { gateway: IMDN });
    expect(delivered(town)).toBe('SIP/2.0 200 OK');
    expect(asked.at(-1)).toBe('sip-to-xmpp receipt delivered');
    expect(received(town)).toBe(1);
  });

  it('is refused to SIP', () => {
    const { town } = looking(of('delivered', REFUSED), { gateway: IMDN });
    expect([delivered(town), received(town)]).toEqual(['SIP/2.0 403 Forbidden', 0]);
    expect(told(town)).toContain('sip-to-xmpp receipt refused host 403');
  });

  it.each<[CrossingVerdict, number, string]>([
    [PASS, 1, 'xmpp-to-sip receipt delivered delivered 200'],
    [REFUSED, 0, 'xmpp-to-sip receipt dropped host -'],
  ])('is asked about where XMPP tells it: %o', (verdict, count, trace) => {
    const { town, asked } = looking(of('delivered', verdict), { gateway: IMDN });
    const headers = writeImdnRequest({ messageId: 'a1', dispositions: ['positive-delivery'] });
    const content = {
      fields: [{ name: 'Content-Type', value: 'text/plain' }],
      content: encodeUtf8('did you get it'),
    };
    says(town, 'message/cpim', new TextDecoder().decode(writeCpim({ headers, content })), 'm1');
    const { message } = town.xmpp.inbox('romeo')[0] ?? {};
    const extra = [element('received', NS_RECEIPTS, { id: message?.id ?? '' })];
    town.says('', { text: undefined as never, extra });
    if (count > 0) town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    expect(asked.at(-1)).toBe('xmpp-to-sip receipt delivered');
    expect(town.lync.all('MESSAGE')).toHaveLength(count);
    expect(told(town)).toContain(trace);
  });

  it.each<[CrossingVerdict, number]>([
    [PASS, 1],
    [REFUSED, 0],
    [{ result: 'failed' }, 0],
  ])('XEP-0184 §5: is asked about where a 200 is the receipt: %o', (verdict, count) => {
    const { town, asked } = looking(of('delivered', verdict));
    talking(town);
    town.says('well', { id: 'w1', extra: ASKS });
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    expect(asked.at(-1)).toBe('sip-to-xmpp receipt delivered');
    expect(received(town)).toBe(count);
    const reason = verdict.result === 'refuse' ? 'host' : 'host-failed';
    const end = count === 1 ? 'handed-over delivered' : `dropped ${reason}`;
    expect(told(town)).toContain(`sip-to-xmpp receipt ${end} 200`);
  });
});
