// SIPp as a client of Lync, of Communicator 2007 R2 and of 2005, who opens sessions with an XMPP user at a real Prosody:
// what she sends has the shape of what those send, and what she gets is checked by SIPp.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { child, childrenOf, textOf, type XmlElement } from '@interwork/xmpp';
import type { Client } from './client.ts';
import { SIP_PORT } from './lync-gateway.ts';
import {
  ack,
  ackOfRefusal,
  answers,
  AS_CALLER,
  base64,
  description,
  head,
  invite,
  OUR_PLACE,
  says,
  text,
  within,
} from './lync-messages.ts';
import { AMY, type LyncStage, ROMEO, startLyncStage } from './lync-stage.ts';
import { mayTake, literal, sends, sippIsThere, takes } from './sipp.ts';

const absent = sippIsThere ? '' : ' (skipped: sipp is not installed)';
const LYNC_2013 = [
  'User-Agent: UCCAPI/15.0.4569.1503 OC/15.0.4569.1503 (Microsoft Lync)',
  'Supported: ms-dialog-route-set-update',
  `ms-text-format: text/plain; charset=UTF-8; ms-body=${base64('Wherefore art thou?')}`,
  `ms-im-format: text/html; charset=UTF-8; ms-body=${base64('<SPAN>Wherefore art thou?</SPAN>')}`,
  'Supported: ms-embedded-first-message',
  'Supported: ms-delayed-accept',
  'Ms-Conversation-ID: Zm9yIHRoZXNlIHRlc3RzIQ=',
  'Supported: timer',
  'Supported: com.microsoft.rtc-multiparty',
  `Roster-Manager: sip:${AMY}`,
  `EndPoints: <sip:${AMY}>, <sip:${ROMEO}>`,
  'ms-keep-alive: UAC;hop-hop=yes',
];
const R2_2007 = [
  'User-Agent: UCCAPI/3.5.6907.0 OC/3.5.6907.0 (Microsoft Office Communicator 2007 R2)',
  'Supported: ms-sender',
  'Ms-Conversation-ID: 271828182',
  'Supported: timer',
  'ms-keep-alive: UAC;hop-hop=yes',
];
const MSGR = Buffer.from('X-MMS-IM-Format: FN=Arial; EF=B; CO=80; PF=0; RL=\r\n\r\n', 'utf16le')
  .toString('base64')
  .replaceAll('=', '');
const LCS_2005 = [
  'User-Agent: RTC/1.3',
  `ms-text-format: text/plain; charset=UTF-8;msgr=${MSGR};ms-body=${base64('Hello from 2005')}`,
];

const bodyIs = (said: string) => (el: XmlElement) =>
  el.name === 'message' &&
  el.attrs['type'] !== 'error' &&
  childrenOf(el, 'body').some((body) => textOf(body) === said);
const NS_CHAT_STATES = 'http://jabber.org/protocol/chatstates';
const stateIs = (state: string) => (el: XmlElement) =>
  el.name === 'message' && child(el, state, NS_CHAT_STATES) !== undefined;

/** A description of ours, which names whoever it is of. */
const OURS = `m=message ${SIP_PORT} sip sip:${literal(ROMEO)}[[:space:]]`;

describe.skipIf(!sippIsThere)(`a client of Lync calls${absent}`, () => {
  let s: LyncStage;
  let romeo: Client;
  beforeAll(async () => {
    s = await startLyncStage();
    romeo = await s.login('phone');
  });
  afterAll(() => s.close());

  it('RFC 7573 §5 Lync 2013: the first message in the INVITE, text in every form, typing, and BYE', async () => {
    const from = s.traces.length;
    const boundary = '----=_Part_7';
    const parts = [
      `--${boundary}\nContent-Type: text/plain; charset=UTF-8\n\nas two`,
      `--${boundary}\nContent-Type: text/html; charset=UTF-8\n\n<B>as two</B>`,
      `--${boundary}--\n`,
    ];
    const her = await s.calls([
      invite(LYNC_2013),
      mayTake(100),
      takes(
        200,
        ...OUR_PLACE,
        { like: 'Supported: [^:]*ms-text-format' },
        { like: 'ms-embedded-first-message' },
        { like: OURS },
        { like: 'a=accept-types:text/plain' },
      ),
      ack(),
      ...says('plain', 2),
      ...within('MESSAGE', 3, { type: `text/plain; charset=UTF-8; msgr=${MSGR}`, body: 'bold' }),
      ...within('MESSAGE', 4, {
        type: `multipart/alternative;boundary="${boundary}"`,
        body: parts.join('\n'),
      }),
      ...within('MESSAGE', 5, { type: 'text/html; charset=UTF-8', body: '<I>as &lt;html&gt;</I>' }),
      takes('MESSAGE', { in: 'From', like: literal(`sip:${ROMEO}`) }, text('Deny thy father')),
      answers('200 OK'),
      ...within('BYE', 6),
    ]);
    await s.answered(5, from);
    await romeo.until(bodyIs('as <html>'));
    for (const said of ['Wherefore art thou?', 'plain', 'bold', 'as two'])
      expect(romeo.texts(AMY)).toContain(said);
    romeo.send(
      `<message to='${AMY}' type='chat' id='r1'><active xmlns='http://jabber.org/protocol/chatstates'/><body>Deny thy father</body></message>`,
    );
    await her.done;
    await romeo.until(stateIs('gone'));
  });

  it('Communicator 2007 R2: no first message, and so no word that one was taken', async () => {
    const her = await s.calls([
      invite(R2_2007),
      mayTake(100),
      takes(200, ...OUR_PLACE, { like: OURS }, { like: 'ms-text-format', not: true }),
      ack(),
      ...says('from 2007', 2),
      ...within('BYE', 3),
    ]);
    await her.done;
    expect((await romeo.until(bodyIs('from 2007'))).attrs['type']).toBe('chat');
  });

  it('Live Communications Server 2005: x-ms-message is answered as such', async () => {
    const her = await s.calls([
      invite(LCS_2005, description('x-ms-message')),
      mayTake(100),
      takes(
        200,
        ...OUR_PLACE,
        { like: 'Supported: [^:]*ms-text-format' },
        { like: OURS.replace('m=message', 'm=x-ms-message') },
      ),
      ack(),
      ...within('BYE', 2),
    ]);
    await her.done;
    await romeo.until(bodyIs('Hello from 2005'));
  });

  it('RFC 7573 §6 typing, in both forms, to whoever shows that he knows of it', async () => {
    const from = s.traces.length;
    const activity = (status: string): string =>
      `<?xml version="1.0"?><KeyboardActivity> <status status="${status}" /></KeyboardActivity>`;
    const composing = (state: string): string =>
      `<?xml version="1.0"?><isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>${state}</state><contenttype>text/plain</contenttype></isComposing>`;
    const her = await s.calls([
      invite(R2_2007),
      mayTake(100),
      takes(200, ...OUR_PLACE),
      ack(),
      ...says('I am about to type', 2),
      takes('MESSAGE', text('Do')),
      answers('200 OK'),
      ...within('INFO', 3, { type: 'application/xml', body: activity('type') }),
      ...within('INFO', 4, { type: 'application/xml', body: activity('idle') }),
      ...within('MESSAGE', 5, {
        type: 'application/im-iscomposing+xml',
        body: composing('active'),
      }),
      ...within('MESSAGE', 6, { type: 'application/im-iscomposing+xml', body: composing('idle') }),
      ...within('BYE', 7),
    ]);
    await romeo.until(bodyIs('I am about to type'));
    await s.answered(1, from);
    romeo.send(
      `<message to='${AMY}' type='chat' id='r2'><active xmlns='http://jabber.org/protocol/chatstates'/><body>Do</body></message>`,
    );
    await her.done;
    await romeo.until(stateIs('composing'));
    // she has stopped, or has sent nothing: RFC 7573 has one word for both
    await romeo.until(stateIs('active'));
  });

  const refusals = [
    {
      what: 'a conference',
      headers: [...R2_2007, 'Require: com.microsoft.rtc-multiparty'],
      offer: description(),
      status: 420,
      says: { in: 'Unsupported', like: 'com\\.microsoft\\.rtc-multiparty' },
    },
    {
      what: 'a call',
      headers: R2_2007,
      offer: description().replace(/m=.*/, 'm=audio 50012 RTP/AVP 0'),
      status: 488,
      says: { in: 'Warning', like: '[0-9]{3} ' },
    },
  ] as const;
  for (const { what, headers, offer, status, says: must } of refusals)
    it(`RFC 3261 §21.4.26 ${what} is refused with ${status}, and said why`, async () => {
      const her = await s.calls([
        invite(headers, offer),
        mayTake(100),
        takes(status, must, { in: 'To', like: '.*', into: 'to' }),
        ackOfRefusal(),
      ]);
      await her.done;
    });

  it('RFC 3261 §11.2 a probe is answered with what is taken, and a description', async () => {
    const probe = head('OPTIONS', `sip:${ROMEO}`, 1, { ...AS_CALLER, to: `<sip:${ROMEO}>` });
    const her = await s.calls([
      sends([...probe, 'User-Agent: UCCAPI/15.0.4569.1503 (Microsoft Lync)']),
      takes(
        200,
        ...['INVITE', 'ACK', 'BYE', 'CANCEL', 'MESSAGE', 'INFO', 'SUBSCRIBE', 'BENOTIFY'].map(
          (method) => ({ in: 'Allow', like: method }),
        ),
        { like: OURS },
      ),
    ]);
    await her.done;
  });
});
