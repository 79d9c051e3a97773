// What a message is made of, both ways: text, addresses, subject, thread, html, size. RFC 7572, RFC 7247 §6.
import { childOf, type Element, textOf } from '../agents/xmpp-clients.ts';
import { SIP, XMPP } from '../places.ts';
import type { World } from '../world.ts';
import { type Case, hold, same } from './case.ts';
import { deliverToSip, deliverToXmpp, mark } from './sending.ts';

const UNICODE = 'Grüße, 你好, 👋🏽 ✓ <&>"\'';
const LONG = (start: string): string => `${start} ${'0123456789'.repeat(1000)}`;

/** Addresses that need escaping on one side: the XMPP localpart and the SIP user part. */
const ADDRESSES: readonly (readonly [id: string, local: string, user: string])[] = [
  ['apostrophe', 'd\\27artagnan', "d'artagnan"],
  ['space', 'two\\20words', 'two%20words'],
  ['percent', 'fifty%', 'fifty%25'],
  ['unicode', 'müller', 'm%C3%BCller'],
];
const SIP_ADDRESSES: readonly (readonly [id: string, local: string, user: string])[] = [
  ['apostrophe', 'o\\27brien', "o'brien"],
  ...ADDRESSES.slice(1),
];

export const CONTENT: readonly Case[] = [
  {
    id: 'im-to-xmpp',
    title: 'a message from SIP reaches the XMPP user and is answered 2xx',
    run: async (world) => {
      const stanza = await deliverToXmpp(world, mark());
      same(stanza.attrs['from']?.split('/')[0], `alice@${SIP}`, 'from');
    },
  },
  {
    id: 'im-to-sip',
    title: 'a message from XMPP reaches the SIP user',
    run: async (world) => {
      const request = await deliverToSip(world, 'alice', mark());
      hold(request.headers.get('from')?.includes(`bob@${XMPP}`) === true, 'From is not bob');
      hold(request.headers.get('content-type')?.startsWith('text/plain') === true, 'not text');
    },
  },
  {
    id: 'unicode-to-xmpp',
    title: 'letters, emoji and markup characters arrive in XMPP as they were',
    run: async (world) => {
      await deliverToXmpp(world, `${mark()} ${UNICODE}`);
    },
  },
  {
    id: 'unicode-to-sip',
    title: 'letters, emoji and markup characters arrive in SIP as they were',
    run: async (world) => {
      const text = `${mark()} ${UNICODE}`;
      same((await deliverToSip(world, 'alice', text)).body, text, 'the body');
    },
  },
  ...ADDRESSES.map(([id, local, user]) => ({
    id: `address-${id}-to-xmpp`,
    title: `sip:${user}@ is the XMPP address ${local}@`,
    run: (world: World) => toAddress(world, local, user),
  })),
  ...SIP_ADDRESSES.map(([id, local, user]) => ({
    id: `address-${id}-to-sip`,
    title: `the XMPP address ${local}@ is sip:${user}@`,
    run: (world: World) => toUser(world, local, user),
  })),
  {
    id: 'subject-to-xmpp',
    title: 'Subject becomes the subject',
    run: async (world) => {
      const stanza = await deliverToXmpp(world, mark(), {
        headers: ['Subject: Lunch, über alles'],
      });
      same(textOf(childOf(stanza, 'subject')), 'Lunch, über alles', 'the subject');
    },
  },
  {
    id: 'subject-to-sip',
    title: 'the subject becomes Subject',
    run: async (world) => {
      const request = await deliverToSip(world, 'alice', mark(), { subject: 'Lunch, über alles' });
      same(request.headers.get('subject'), 'Lunch, über alles', 'Subject');
    },
  },
  {
    id: 'thread-to-xmpp',
    title: 'messages of one Call-ID are of one thread',
    run: async (world) => {
      const callId = `call-${mark()}`;
      const one = await deliverToXmpp(world, mark(), { callId });
      const two = await deliverToXmpp(world, mark(), { callId });
      const threads = [one, two].map((stanza) => textOf(childOf(stanza, 'thread')));
      hold(threads[0] !== '' && threads[0] === threads[1], `the threads are ${threads.join(', ')}`);
    },
  },
  {
    id: 'thread-to-sip',
    title: 'messages of one thread are of one Call-ID, which another thread is not',
    run: async (world) => {
      const idOf = async (thread: string): Promise<string | undefined> =>
        (await deliverToSip(world, 'alice', mark(), { thread })).headers.get('call-id');
      const [one, other, two] = [await idOf('plans a'), await idOf('b'), await idOf('plans a')];
      hold(one !== undefined && one === two && one !== other, `Call-IDs ${one}, ${two}, ${other}`);
    },
  },
  {
    id: 'html-to-xmpp',
    title: 'text/html arrives as text, and as XHTML without what could run',
    run: async (world) => {
      const word = mark();
      const body = `<p>${word} <b>bold</b><script>alert(1)</script></p>`;
      const finals = await world.agents.send({
        from: `sip:alice@${SIP}`,
        to: `sip:bob@${XMPP}`,
        body,
        type: 'text/html',
      });
      hold(/ 2\d\d /.test(finals[0]?.start ?? ''), `the answer was ${finals[0]?.start}`);
      const stanza = await world.bob.until('the html', (one) => plain(one).includes(word));
      hold(
        /bold/.test(plain(stanza)) && !/[<>]|alert/.test(plain(stanza)),
        `text: ${plain(stanza)}`,
      );
      const html = childOf(stanza, 'html');
      hold(html !== undefined && !JSON.stringify(html).includes('script'), 'no XHTML');
    },
  },
  {
    id: 'html-to-sip',
    title: 'XHTML arrives as text/html, or its text as text/plain',
    run: async (world) => {
      const word = mark();
      const html = `<p>${word} <strong>bold</strong></p>`;
      const request = await deliverToSip(world, 'alice', word, { body: `${word} bold`, html });
      const type = request.headers.get('content-type') ?? '';
      const marked = type.startsWith('text/html') && request.body.includes('<strong>bold');
      hold(marked || request.body === `${word} bold`, `${type}: ${request.body}`);
    },
  },
  {
    id: 'large-to-xmpp',
    title: 'a message of 10 kB from SIP arrives whole',
    run: async (world) => {
      await deliverToXmpp(world, LONG(mark()));
    },
  },
  {
    id: 'large-to-sip',
    title: 'a message of 10 kB from XMPP arrives whole',
    run: async (world) => {
      const text = LONG(mark());
      same((await deliverToSip(world, 'alice', text)).body.length, text.length, 'the length');
    },
  },
];

const plain = (stanza: Element): string => textOf(childOf(stanza, 'body'));

async function toAddress(world: World, local: string, user: string): Promise<void> {
  const client = await world.clients.login(local);
  const stanza = await deliverToXmpp(world, mark(), { to: `sip:${user}@${XMPP}` }, client);
  same(stanza.attrs['to']?.split('/')[0], `${local}@${XMPP}`, 'to');
  await client.close();
}

async function toUser(world: World, local: string, user: string): Promise<void> {
  const request = await deliverToSip(world, local, mark());
  hold(
    request.start.toLowerCase().includes(`sip:${user.toLowerCase()}@`) ||
      decodeURIComponent(request.start).includes(`sip:${decodeURIComponent(user)}@`),
    `it went to ${request.start}`,
  );
}
