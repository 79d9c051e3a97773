// Counting: of many numbered messages, which arrived, which were refused, and which nobody was told about.
import { statusOf } from '../agents/sip-message.ts';
import type { SipMessage } from '../agents/sip-message.ts';
import { SIP, XMPP } from '../places.ts';
import type { World } from '../world.ts';
import { hold } from './case.ts';
import { textsFrom } from './sending.ts';

/** What became of messages with the numbers 1 to n. */
export interface Account {
  /** Arrived, by number; a number twice when it arrived twice. */
  readonly arrived: readonly number[];
  /** Numbers whose sender was told that they did not arrive. */
  readonly refused: ReadonlySet<number>;
  /** Neither arrived nor told, as far as anybody knows. */
  readonly lost: readonly number[];
}

/** The sender's numbered batch towards XMPP; `done` gives the answers when all have come. */
export interface Batch {
  readonly word: string;
  readonly count: number;
}

/** How long a count may take to settle, milliseconds. */
export const SETTLING = 30_000;
/** How long after a crash, when new messages have crossed already: what is lost then stays lost. */
export const AFTER_CRASH = 3000;

/** Bob has so many of a batch. */
export function untilBobHas(world: World, { word }: Batch, count: number): Promise<true> {
  const client = world.bob;
  return client.when(`${count} messages`, () =>
    numbers(textsFrom(client, `many@${SIP}`), word).length >= count ? true : undefined,
  );
}

/** The SIP user has so many of a batch. */
export function untilManyHas(world: World, { word }: Batch, count: number): Promise<true> {
  return world.agents.when(`${count} messages`, () =>
    numbers(bodies(world), word).length >= count ? true : undefined,
  );
}

/**
 * What became of a batch from SIP. A failure that was learned after the answer comes as a message to the sender, which
 * does not say which it was about: so many of the missing count as told.
 */
export function accountToXmpp(
  world: World,
  batch: Batch,
  finals: readonly SipMessage[],
  clients: readonly World['bob'][],
): Account {
  const arrived = clients.flatMap((one) => numbers(textsFrom(one, `many@${SIP}`), batch.word));
  const refused = new Set(finals.filter((one) => statusOf(one) >= 300).map(callNumber));
  const missing = all(batch).filter((n) => !arrived.includes(n) && !refused.has(n));
  const notices = world.agents.received.filter(
    (one) => one.start.includes('sip:many@') && one.headers.get('from')?.includes(`@${XMPP}`),
  );
  const told = notices.filter((one) => !/^\w+ \d+$/.test(one.body)).length;
  return { arrived, refused, lost: missing.slice(told) };
}

/** What became of a batch from XMPP, whose errors carry the id. */
export function accountToSip(
  world: World,
  batch: Batch,
  clients: readonly World['bob'][],
): Account {
  const arrived = numbers(bodies(world), batch.word);
  const refused = new Set(
    clients
      .flatMap((client) => client.stanzas)
      .filter((one) => one.attrs['type'] === 'error')
      .map((one) => one.attrs['id'] ?? '')
      .filter((id) => id.startsWith(`${batch.word}-`))
      .map((id) => Number(id.slice(batch.word.length + 1))),
  );
  const lost = all(batch).filter((n) => !arrived.includes(n) && !refused.has(n));
  return { arrived, refused, lost };
}

/** Bob sends a batch. */
export function sendBatchToSip(world: World, { word, count }: Batch): void {
  for (let n = 1; n <= count; n++)
    world.bob.send({ to: `many@${SIP}`, id: `${word}-${n}`, body: `${word} ${n}` });
}

/** Nothing twice, and what arrived in the order it was sent. */
export function noneTwice({ arrived }: Account): void {
  const twice = arrived.filter((n, at) => arrived.indexOf(n) !== at);
  hold(twice.length === 0, `${twice.length} arrived twice, the first is number ${twice[0]}`);
}

/** Nothing is lost without a word. */
export function noneLost({ lost, arrived, refused }: Account): void {
  const rest = `${arrived.length} arrived, ${refused.size} were refused`;
  hold(lost.length === 0, `${lost.length} were lost without a word (number ${lost[0]}), ${rest}`);
}

function all({ count }: Batch): readonly number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}

/** One of each request: a proxy that has forgotten what it forwarded forwards its retransmission again. */
function bodies(world: World): readonly string[] {
  const identity = ['call-id', 'cseq', 'from'];
  const seen = new Map<string, string>();
  for (const { headers, body } of world.agents.received)
    seen.set(identity.map((name) => headers.get(name)).join(' '), body);
  return [...seen.values()];
}

function numbers(texts: readonly string[], word: string): readonly number[] {
  return texts
    .filter((text) => text.startsWith(`${word} `))
    .map((text) => Number(text.slice(word.length + 1)));
}

/** SIPp's Call-IDs begin with the number of the call. */
function callNumber(message: SipMessage): number {
  return Number.parseInt(message.headers.get('call-id') ?? '', 10);
}
