// A session between SIPp as Lync and clients that are not ours, with their own plugins, at a real Prosody: receipts, typing in
// both directions, and which device of somebody's a session belongs to.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { XMPP } from './lync-gateway.ts';
import {
  accepts,
  ack,
  answers,
  AS_CALLED,
  invite,
  OUR_CALL,
  OUR_PLACE,
  says,
  text,
  within,
} from './lync-messages.ts';
import { AMY, type LyncStage, startLyncStage } from './lync-stage.ts';
import { RealClient, slixmppIsThere } from './real-client.ts';
import { mayTake, sippIsThere, type Step, takes } from './sipp.ts';

const isThere = sippIsThere && slixmppIsThere;
const absent = isThere ? '' : ' (skipped: sipp or slixmpp is not installed)';
const XML = 'application/xml';
const activity = (status: string): string =>
  `<?xml version="1.0"?><KeyboardActivity> <status status="${status}" /></KeyboardActivity>`;
/** She is called, takes it, and hears the first words. */
const isCalled = (said: string): readonly Step[] => [
  takes('INVITE', ...OUR_CALL),
  accepts(),
  takes('ACK'),
  takes('MESSAGE', text(said)),
  answers('200 OK'),
];

for (const transport of ['udp', 'tcp'] as const)
  describe.skipIf(!isThere)(`clients of somebody else and Lync over ${transport}${absent}`, () => {
    let s: LyncStage;
    let phone: RealClient;
    beforeAll(async () => {
      s = await startLyncStage(transport);
      phone = await RealClient.login('romeo', XMPP, 'phone');
    });
    afterAll(async () => {
      await phone.close();
      await s.close();
    });

    it('XEP-0184 §5.4 her 200 is the receipt, typing goes both ways, and BYE is gone', async () => {
      const from = s.traces.length;
      const her = await s.isCalled([
        ...isCalled('did my heart love'),
        ...within('INFO', 5, { sides: AS_CALLED, type: XML, body: activity('type') }),
        ...says('till now?', 6, AS_CALLED),
        takes('INFO', { like: `Content-Type: ${XML}` }, { like: 'status="type"' }),
        answers('200 OK'),
        takes('MESSAGE', text('forswear it')),
        answers('200 OK'),
        ...within('BYE', 7, { sides: AS_CALLED }),
      ]);
      phone.say({ to: AMY, id: 'l-1', body: 'did my heart love', receipt: true });
      await phone.until(({ event, id }) => event === 'receipt' && id === 'l-1');
      await phone.until(({ state }) => state === 'composing');
      await phone.until(({ body }) => body === 'till now?');
      await s.answered(1, from);
      phone.show(AMY, 'composing');
      phone.say({ to: AMY, id: 'l-2', body: 'forswear it' });
      await her.done;
      await phone.until(({ state }) => state === 'gone');
      expect(phone.reported.filter(({ event }) => event === 'receipt')).toHaveLength(1);
      expect(phone.reported.filter(({ event }) => event === 'error')).toEqual([]);
    });

    it('RFC 6121 §5.1 a session is of the device that speaks, until another one of his does', async () => {
      const desk = await RealClient.login('romeo', XMPP, 'desk');
      const from = s.traces.length;
      const her = await s.calls([
        invite(['Supported: ms-sender']),
        mayTake(100),
        takes(200, ...OUR_PLACE),
        ack(),
        ...says('to anybody', 2),
        takes('MESSAGE', text('from the desk')),
        answers('200 OK'),
        ...says('to the desk', 3),
        takes('MESSAGE', text('from the phone')),
        answers('200 OK'),
        ...says('to the phone', 4),
        ...within('BYE', 5),
      ]);
      await s.answered(1, from);
      desk.say({ to: AMY, id: 'd-1', body: 'from the desk' });
      await Promise.race([desk.until(({ body }) => body === 'to the desk'), her.done]);
      await s.answered(2, from);
      phone.say({ to: AMY, id: 'd-2', body: 'from the phone' });
      await Promise.race([phone.until(({ body }) => body === 'to the phone'), her.done]);
      await her.done;
      const texts = (client: RealClient): readonly unknown[] =>
        client.reported.map(({ body }) => body).filter((body) => body?.startsWith('to the'));
      expect(texts(desk)).toEqual(['to the desk']);
      expect(texts(phone)).toEqual(['to the phone']);
      await desk.close();
    });

    it('RFC 7573 §4 a hundred messages in one session, in order, none lost and none twice', async () => {
      const many = 100;
      const her = await s.isCalled([
        ...isCalled('number 0'),
        ...Array.from({ length: many }, (_, n) => [
          takes('MESSAGE', text(`number ${n + 1}`)),
          answers('200 OK'),
        ]).flat(),
        ...within('BYE', 9, { sides: AS_CALLED }),
      ]);
      for (let n = 0; n <= many; n += 1) phone.say({ to: AMY, id: `n-${n}`, body: `number ${n}` });
      await her.done;
      expect(phone.reported.filter(({ event }) => event === 'error')).toEqual([]);
    });
  });
