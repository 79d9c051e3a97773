// What becomes of messages, and who types, between SIPp and a client that is not ours, with its own plugins, at a real Prosody:
// to a standard peer by IMDN in CPIM and by isComposing, in single messages; what Lync does instead is clients-lync.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SITE } from './lync-gateway.ts';
import { answers, head } from './lync-messages.ts';
import { AMY, type LyncStage, PLACE, ROMEO, startLyncStage } from './lync-stage.ts';
import { RealClient, slixmppIsThere } from './real-client.ts';
import {
  type Check,
  literal,
  mayTake,
  sends,
  sippIsThere,
  startSipp,
  type Step,
  takes,
} from './sipp.ts';

const isThere = sippIsThere && slixmppIsThere;
const absent = isThere ? '' : ' (skipped: sipp or slixmpp is not installed)';
/** Beside the device that is called. */
const AMYS_OTHER = { address: SITE, port: 5062, place: PLACE };
const ISO = '2026-06-01T00:00:00Z';

/** A wrapper of hers, around something. */
function wrapped(fields: readonly string[], inside: readonly string[], content: string): string {
  const names = [`From: <im:${AMY}>`, `To: <im:${ROMEO}>`, 'NS: imdn <urn:ietf:params:imdn>'];
  return [...names, `DateTime: ${ISO}`, ...fields, '', ...inside, '', content].join('\n');
}

/** A single message of hers, and that it was taken. */
function saysAlone(type: string, body: string): readonly Step[] {
  const sides = { from: `<sip:${AMY}>;tag=[pid]s[call_number]`, to: `<sip:${ROMEO}>` };
  return [
    sends([...head('MESSAGE', `sip:${ROMEO}`, 1, sides), `Content-Type: ${type}`], body),
    mayTake(200, 9),
    takes(202),
    '  <label id="9"/>',
    '  <nop hide="true"/>',
  ];
}

const asking = (id: string): string =>
  wrapped(
    [`imdn.Message-ID: ${id}`, 'imdn.Disposition-Notification: positive-delivery, display'],
    ['Content-Type: text/plain; charset=UTF-8'],
    'did you get it',
  );
const telling = (what: string, status: string): string =>
  wrapped(
    ['imdn.Message-ID: of-a-notice'],
    ['Content-Type: message/imdn+xml', 'Content-Disposition: notification'],
    `<?xml version="1.0"?><imdn xmlns="urn:ietf:params:xml:ns:imdn"><message-id>[$id]</message-id><datetime>${ISO}</datetime><${what}><status><${status}/></status></${what}></imdn>`,
  );
const notice = (id: string, status: string): readonly Check[] => [
  { like: 'Content-Type: message/imdn[+]xml' },
  { like: `<message-id>${literal(id)}</message-id>` },
  { like: `<status><${status}/></status>` },
  { like: 'Disposition-Notification', not: true },
];
/** Her answer to a message of his, and a notice of hers about it. */
const tells = (cseq: number, what: string, status: string): readonly Step[] => [
  sends(
    [
      ...head('MESSAGE', `sip:${ROMEO}`, cseq, {
        from: '[$from];tag=[pid]n',
        to: `<sip:${ROMEO}>`,
      }),
      'Content-Type: message/cpim',
    ],
    telling(what, status),
  ),
  takes(200),
];
const ASKED: readonly Check[] = [
  { in: 'To', like: '.*', into: 'from' },
  { like: 'Content-Type: message/cpim' },
  { like: 'imdn.Message-ID: ([^[:space:]]*)', into: 'line,id' },
];
const composing = (state: string): string =>
  `<?xml version="1.0"?><isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>${state}</state><contenttype>text/plain</contenttype></isComposing>`;

describe.skipIf(!isThere)(`a client of somebody else and a standard peer${absent}`, () => {
  let s: LyncStage;
  let romeo: RealClient;
  beforeAll(async () => {
    s = await startLyncStage('udp', 'standard');
    romeo = await RealClient.login('romeo', ROMEO.split('@')[1] ?? '', 'phone');
  });
  afterAll(async () => {
    await romeo.close();
    await s.close();
  });

  it('XEP-0184 §5 and XEP-0333 §3 she asks: his client tells by itself that it has it, and he that he has seen it', async () => {
    const first = await s.isCalled([
      takes('MESSAGE', ...notice('amy-1', 'delivered')),
      answers('200 OK'),
    ]);
    await (await startSipp(saysAlone('message/cpim', asking('amy-1')), AMYS_OTHER)).done;
    const had = await romeo.until(({ body }) => body === 'did you get it');
    await first.done;
    const second = await s.isCalled([
      takes('MESSAGE', ...notice('amy-1', 'displayed')),
      answers('200 OK'),
    ]);
    romeo.displayed(AMY, had.id ?? '');
    await second.done;
  });

  it('RFC 5438 §7.2 he asks: what her device says of it is what his plugins report', async () => {
    const her = await s.isCalled([
      takes('MESSAGE', ...ASKED, { like: 'wherefore' }),
      answers('200 OK', []).replace('[last_To:]', '[last_To:];tag=[pid]b'),
      ...tells(1, 'delivery-notification', 'delivered'),
      ...tells(2, 'display-notification', 'displayed'),
    ]);
    romeo.say({ to: AMY, id: 'r-1', body: 'wherefore', receipt: true, marker: true });
    await her.done;
    await romeo.until(({ event, id }) => event === 'receipt' && id === 'r-1');
    await romeo.until(({ event, id }) => event === 'displayed' && id === 'r-1');
    expect(romeo.reported.filter(({ event }) => event === 'receipt')).toHaveLength(1);
  });

  it('RFC 5438 §7.1 a message that failed at her device is an error of his', async () => {
    const her = await s.isCalled([
      takes('MESSAGE', ...ASKED),
      answers('200 OK', []).replace('[last_To:]', '[last_To:];tag=[pid]b'),
      ...tells(1, 'delivery-notification', 'failed'),
    ]);
    romeo.say({ to: AMY, id: 'r-2', body: 'in vain', receipt: true });
    await her.done;
    await romeo.until(({ event, id }) => event === 'error' && id === 'r-2');
  });

  it('RFC 3994 §3 she types and stops, in single messages', async () => {
    const type = 'application/im-iscomposing+xml';
    await (await startSipp(saysAlone(type, composing('active')), AMYS_OTHER)).done;
    await romeo.until(({ state }) => state === 'composing');
    await (await startSipp(saysAlone(type, composing('idle')), AMYS_OTHER)).done;
    await romeo.until(({ state }) => state === 'paused' || state === 'active');
  });

  it('XEP-0085 §5 he types: her device is told, in a single message', async () => {
    const her = await s.isCalled([
      takes(
        'MESSAGE',
        { like: 'Content-Type: application/im-iscomposing[+]xml' },
        { like: '<state>active</state>' },
      ),
      answers('200 OK'),
    ]);
    romeo.show(AMY, 'composing');
    await her.done;
  });

  it('XEP-0308 §3 he corrects: she has the words, and the trace says what she has not', async () => {
    const takesText = (said: string): readonly Step[] => [
      takes('MESSAGE', { like: said }),
      answers('200 OK'),
    ];
    const one = await s.isCalled(takesText('But sofd'));
    romeo.say({ to: AMY, id: 'c-1', body: 'But sofd' });
    await one.done;
    const two = await s.isCalled(takesText('But soft'));
    const from = s.traces.length;
    romeo.say({ to: AMY, id: 'c-2', body: 'But soft', replaces: 'c-1' });
    await two.done;
    await s.answered(1, from, 'xmpp-to-sip');
    expect(s.traces.slice(from).flatMap(({ lost }) => lost.map(({ what }) => what))).toContain(
      'element:replace',
    );
  });
});
