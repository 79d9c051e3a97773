// What the sender is told when a message does not arrive, both ways: RFC 7247 §7.
import { statusOf } from '../agents/sip-message.ts';
import { childOf, textOf } from '../agents/xmpp-clients.ts';
import { PATIENCE } from '../process.ts';
import { SIP, XMPP } from '../places.ts';
import { AWAY, type World } from '../world.ts';
import { type Case, hold, overStreams } from './case.ts';
import { mark, refusedToSip, refusedToXmpp } from './sending.ts';

/** What a SIP user answers, and the conditions that say so to an XMPP sender. RFC 7247 §7.2, Table 3. */
const ANSWERS: readonly (readonly [status: number, conditions: readonly string[]])[] = [
  [403, ['forbidden', 'policy-violation']],
  [404, ['item-not-found']],
  [480, ['recipient-unavailable']],
  [486, ['recipient-unavailable', 'service-unavailable']],
  [500, ['internal-server-error']],
  [503, ['internal-server-error', 'service-unavailable', 'resource-constraint']],
  [603, ['recipient-unavailable', 'forbidden']],
];

/** The bound of a SIP transaction, and what a proxy needs beside it. RFC 3261 §17.1.2.2. */
const TRANSACTION = 45_000;

export const ERRORS: readonly Case[] = [
  {
    id: 'xmpp-user-offline',
    title: 'an XMPP user who is offline: the SIP sender gets 480',
    run: (world) => refusedToSip(world, `sip:carol@${XMPP}`, [480]),
  },
  {
    id: 'xmpp-user-unknown',
    title: 'an XMPP user who does not exist: the SIP sender gets 404 or 480',
    run: (world) => refusedToSip(world, `sip:nobody@${XMPP}`, [404, 480]),
  },
  {
    id: 'xmpp-domain-unknown',
    title:
      'an XMPP domain that does not exist: the SIP sender gets 404, or is told by a message later',
    run: (world) => refusedToSip(world, 'sip:x@nowhere.example', [404]),
  },
  {
    id: 'xmpp-client-refuses',
    title: 'an error from the recipient’s own client is told to the SIP sender',
    run: clientRefuses,
  },
  {
    id: 'sip-user-offline',
    title: 'a SIP user who is not registered: the XMPP sender gets recipient-unavailable',
    run: (world) => toldXmpp(world, `${AWAY}@${SIP}`, ['recipient-unavailable']),
  },
  {
    id: 'sip-user-unknown',
    title: 'a SIP user who does not exist: the XMPP sender gets item-not-found',
    run: (world) => toldXmpp(world, `nobody@${SIP}`, ['item-not-found']),
  },
  {
    id: 'sip-domain-unknown',
    title: 'a SIP domain that does not exist: the XMPP sender gets an error',
    on: overStreams,
    run: (world) =>
      toldXmpp(world, `x@gone.${SIP}`, ['remote-server-not-found', 'remote-server-timeout']),
  },
  ...ANSWERS.map(([status, conditions]) => ({
    id: `sip-answers-${status}`,
    title: `a SIP user agent answers ${status}: the XMPP sender gets ${conditions.join(' or ')}`,
    run: (world: World) => toldXmpp(world, `s${status}@${SIP}`, conditions),
  })),
  {
    id: 'sip-answers-nothing',
    title: 'a SIP user agent never answers: the XMPP sender is told in the end',
    when: 'beside',
    run: neverAnswered,
  },
];

/** The message has to have got there: an error for another reason says nothing of this. */
async function neverAnswered(world: World): Promise<void> {
  const conditions = ['remote-server-timeout', 'recipient-unavailable', 'service-unavailable'];
  await toldXmpp(world, `silent@${SIP}`, conditions, TRANSACTION);
  const arrived = world.agents.received.some((one) => one.start.includes('sip:silent@'));
  hold(arrived, 'it never came to the user agent');
}

async function toldXmpp(
  world: World,
  to: string,
  conditions: readonly string[],
  bound = PATIENCE,
): Promise<void> {
  const condition = await refusedToXmpp(world, to, { bound });
  hold(conditions.includes(condition ?? ''), `the sender was told ${condition}`);
}

/** Bob's client sends an error for what it has got: the answer says so, or a message after it does. */
async function clientRefuses(world: World): Promise<void> {
  const body = mark();
  const seen = world.agents.received.length;
  const answered = world.agents.send({ from: `sip:alice@${SIP}`, to: `sip:bob@${XMPP}`, body });
  const got = await world.bob.until('the message', (one) => textOf(childOf(one, 'body')) === body);
  world.bob.raw(
    `<message type='error' to='${got.attrs['from']}' id='${got.attrs['id']}'>` +
      `<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  );
  const [response] = await answered;
  if (response !== undefined && statusOf(response) >= 300) return;
  await world.agents.when('a word about it', (all) =>
    all.slice(seen).find((one) => one.headers.get('from')?.includes(`bob@${XMPP}`)),
  );
}
