// What most cases do: send from one side, look at the other, and wait for the answer.
import { setTimeout as rest } from 'node:timers/promises';
import type { SipMessage } from '../agents/sip-message.ts';
import { statusOf } from '../agents/sip-message.ts';
import type { Outgoing } from '../agents/sipp.ts';
import {
  childOf,
  conditionOf,
  type Element,
  type OutgoingStanza,
  textOf,
  type XmppClient,
} from '../agents/xmpp-clients.ts';
import { SIP, XMPP } from '../places.ts';
import type { World } from '../world.ts';
import { hold } from './case.ts';

export const ALICE = `sip:alice@${SIP}`;
let drawn = 0;

/** A word that is in no other message of this world. */
export const mark = (): string => `m${++drawn}x`;

/** Alice sends; the last final response. */
export async function sendSip(
  world: World,
  to: string,
  body: string,
  more: Partial<Outgoing> = {},
): Promise<SipMessage> {
  const finals = await world.agents.send({ from: ALICE, to, body, ...more });
  return finals.at(-1) as SipMessage;
}

/** Alice sends to a user of the XMPP domain, who gets it; the stanza. */
export async function deliverToXmpp(
  world: World,
  body: string,
  more: Partial<Outgoing> = {},
  client: XmppClient = world.bob,
): Promise<Element> {
  const to = more.to ?? `sip:bob@${XMPP}`;
  const response = await sendSip(world, to, body, more);
  const status = statusOf(response);
  hold(status >= 200 && status < 300, `the answer was ${response.start}${warningOf(response)}`);
  return client.until(`the message ${body.slice(0, 40)}`, (stanza) => carries(stanza, body));
}

/** Whether a stanza is a message with this text. */
export function carries(stanza: Element, body: string): boolean {
  return (
    stanza.name === 'message' &&
    stanza.attrs['type'] !== 'error' &&
    textOf(childOf(stanza, 'body')) === body
  );
}

/** Bob sends to a user of the SIP domain, who gets it; the request as SIPp has it. */
export async function deliverToSip(
  world: World,
  user: string,
  body: string,
  more: Partial<OutgoingStanza> = {},
): Promise<SipMessage> {
  const id = mark();
  world.bob.send({ to: `${user}@${SIP}`, id, body, ...more });
  const arrived = world.agents.until(`the message ${body.slice(0, 40)}`, (one) =>
    one.body.includes(body),
  );
  const refused = world.bob
    .until('an error', (stanza) => isErrorOf(stanza, id))
    .then((stanza) => {
      throw new Error(`the sender was told ${conditionOf(stanza)}`);
    });
  refused.catch(() => undefined);
  return Promise.race([arrived, refused]);
}

/** How often, and how long, milliseconds, a server may rest. */
const RESTS = 10;
const REST = 300;

/** Bob reaches the SIP user again, after the gateway was away: a server rests after a call that failed. */
export async function reachSip(world: World): Promise<void> {
  for (let rests = 0; rests < RESTS; rests++) {
    const isThere = await deliverToSip(world, 'alice', mark()).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await rest(REST);
  }
  await deliverToSip(world, 'alice', mark());
}

/** A message each way: everything is joined again. */
export async function well(world: World): Promise<void> {
  await deliverToXmpp(world, mark());
  await reachSip(world);
}

/** Bob sends to somebody, and is told that it did not arrive; the condition. */
export async function refusedToXmpp(
  world: World,
  to: string,
  more: { readonly bound?: number } = {},
): Promise<string | undefined> {
  const id = mark();
  world.bob.send({ to, id, body: id });
  const error = await world.bob.until('an error', (one) => isErrorOf(one, id), more.bound);
  return conditionOf(error);
}

function isErrorOf(stanza: Element, id: string): boolean {
  return stanza.attrs['id'] === id && stanza.attrs['type'] === 'error';
}

/**
 * Alice sends to somebody, and is told that it did not arrive: by one of the statuses, or, where that was not known
 * when the answer was due, by a message from the address she wrote to.
 */
export async function refusedToSip(
  world: World,
  to: string,
  statuses: readonly number[],
  more: Partial<Outgoing> = {},
): Promise<void> {
  const seen = world.agents.received.length;
  const response = await sendSip(world, to, mark(), more);
  const status = statusOf(response);
  const wanted = statuses.join(' or ');
  hold(
    statuses.includes(status) || (status >= 200 && status < 300),
    `the answer was ${response.start}${warningOf(response)}, not ${wanted}`,
  );
  if (statuses.includes(status)) return;
  await world.agents.when(`${wanted}, or a message about it`, (all) =>
    all.slice(seen).find((one) => one.headers.get('from')?.includes(to)),
  );
}

/** The sentence of a Warning, for a table's reader. */
export function warningOf(response: SipMessage): string {
  const text = /"(.*)"/.exec(response.headers.get('warning') ?? '')?.[1];
  return text === undefined ? '' : ` (${text})`;
}

/** The texts of the messages that came to a client from an address, in order. */
export function textsFrom(client: XmppClient, from: string): readonly string[] {
  return client.stanzas
    .filter((one) => one.name === 'message' && one.attrs['type'] !== 'error')
    .filter((one) => one.attrs['from']?.startsWith(from) === true)
    .map((one) => textOf(childOf(one, 'body')));
}
