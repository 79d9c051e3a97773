// SIPp as a server of Lync behind which somebody is called by an XMPP user at a real Prosody: what it answers has the shape of
// what those answer, with routes and a Contact that have to come back octet by octet, and it checks that they do.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { child, type XmlElement } from '@interwork/xmpp';
import { type Client, conditionOf } from './client.ts';
import { SIP, SIP_PORT, SITE } from './lync-gateway.ts';
import {
  accepts,
  answers,
  answersInvite,
  AS_CALLED,
  GRUU,
  OUR_CALL,
  says,
  text,
  within,
} from './lync-messages.ts';
import { type LyncStage, startLyncStage } from './lync-stage.ts';
import {
  type Check,
  inTurn,
  literal,
  rings,
  sippIsThere,
  type Step,
  takes,
  tellsFirst,
} from './sipp.ts';

const absent = sippIsThere ? '' : ' (skipped: sipp is not installed)';
/** Signed by whoever put them there: in their order, and every octet of them. */
const ROUTES = [
  `<sip:${SITE}:${SIP_PORT};transport=udp;opaque=state:T:F;lr;ms-route-sig=aaBc_7-x~!*>;ms-rrsig=fdQ1AAx;tag=0A1B2C3D`,
  `<sip:${SITE}:${SIP_PORT};transport=udp;lr;ms-key-info=jAEA%41zz;ms-fe=fe1.${SITE}>;tag=FFEE0102`,
];
const ROUTE: Check = {
  like: ROUTES.toReversed()
    .map((route) => `Route: ${literal(route)}`)
    .join('[[:space:]]+'),
};
const signed = ROUTES.map((route) => `Record-Route: ${route}`);
/** A request of ours within the session goes to her device, on the way that was signed. */
const ours = (method: string): readonly Check[] => [
  { like: `^${method} ${literal(GRUU)} SIP/2.0` },
  ROUTE,
  { in: 'To', like: 'epid=5c20b77e1a' },
];
/** She is called, and takes it. */
const isCalled = (checks: readonly Check[] = []): readonly Step[] => [
  takes('INVITE', ...OUR_CALL, { like: `m=message ${SIP_PORT} sip null` }, ...checks),
  accepts(),
  takes('ACK'),
];
const errorOf = (id: string) => (el: XmlElement) =>
  el.name === 'message' && el.attrs['type'] === 'error' && el.attrs['id'] === id;

describe.skipIf(!sippIsThere)(`a server of Lync is called${absent}`, () => {
  let s: LyncStage;
  let romeo: Client;
  beforeAll(async () => {
    s = await startLyncStage();
    romeo = await s.login('phone');
  });
  afterAll(() => s.close());

  const chat = (id: string, said: string, more = ''): void =>
    romeo.send(
      `<message to='${id}@${SIP}' type='chat' id='${id}'><body>${said}</body>${more}</message>`,
    );
  const gone = (id: string): void =>
    romeo.send(
      `<message to='${id}@${SIP}' type='chat'><gone xmlns='http://jabber.org/protocol/chatstates'/></message>`,
    );

  it('RFC 3261 §12.2.1.1 a signed route and a Contact that is no place come back octet by octet', async () => {
    const her = await s.isCalled([
      takes('INVITE', ...OUR_CALL, { like: `m=message ${SIP_PORT} sip null` }),
      answersInvite('180 Ringing'),
      rings(300),
      accepts(signed),
      takes('ACK', ...ours('ACK')),
      takes('MESSAGE', ...ours('MESSAGE'), text('one')),
      answers('200 OK'),
      ...says('so you are', 7, AS_CALLED),
      takes('BYE', ...ours('BYE')),
      answers('200 OK'),
    ]);
    const from = s.traces.length;
    chat('a1', 'one');
    await romeo.until((el) => child(el, 'body')?.children.includes('so you are') === true);
    await s.answered(1, from);
    gone('a1');
    await her.done;
  });

  it('RFC 5057 §5.1 481 to a message: it is sent again, in another session, and the sender hears nothing', async () => {
    const her = await s.isCalled(
      [
        tellsFirst(takes('INVITE', ...OUR_CALL)),
        accepts(),
        inTurn(
          'ACK',
          [
            takes('MESSAGE', text('is anybody there?')),
            answers('481 Call Leg/Transaction Does Not Exist', ['Server: RTC/5.0']),
          ],
          [
            takes('MESSAGE', text('is anybody there?')),
            answers('200 OK'),
            ...within('BYE', 3, { sides: AS_CALLED }),
          ],
        ),
      ],
      2,
    );
    chat('b1', 'is anybody there?');
    await her.done;
  });

  const told: readonly (readonly [string, string, string, string])[] = [
    [
      '606 with Warning 309',
      '606 Not Acceptable',
      '309 lcs.microsoft.com "Not allowed"',
      'policy-violation',
    ],
  ];
  for (const [name, status, warning, condition] of told)
    it(`RFC 7247 §7.2 ${name} to a message is told to whoever wrote it, and not sent again`, async () => {
      const her = await s.isCalled([
        ...isCalled(),
        takes('MESSAGE', text('a word')),
        answers(status, [`Warning: ${warning}`]),
        ...within('BYE', 3, { sides: AS_CALLED }),
      ]);
      chat('c1', 'a word');
      expect(conditionOf(await romeo.until(errorOf('c1')))).toBe(condition);
      await her.done;
    });

  const refusals: readonly (readonly [string, readonly string[]])[] = [
    ['405 Method Not Allowed', ['Allow: OPTIONS']],
    ['488 Not Acceptable Here', []],
    ['480 Temporarily Unavailable', ['Warning: 391 lcs.microsoft.com "Do not disturb"']],
  ];
  for (const [status, headers] of refusals)
    it(`RFC 7573 §4 an INVITE refused with ${status}: whoever waits is told`, async () => {
      const id = `d${status.slice(0, 3)}`;
      const her = await s.isCalled([takes('INVITE'), answersInvite(status, headers), takes('ACK')]);
      chat(id, 'not heard');
      const error = await romeo.until(errorOf(id));
      expect(conditionOf(error)).not.toBe(undefined);
      await her.done;
    });
});
