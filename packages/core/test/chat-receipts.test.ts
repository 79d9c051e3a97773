// Word of a message that comes after the gateway was killed: it reaches who asked, at the device that asked, and nobody
// else; both directions, in single messages and within a session. XEP-0184 §5, XEP-0333 §3 and RFC 5438 §7.
import { child, element, encodeUtf8, type XmlElement } from '@interwork/xmpp';
import { beforeEach, describe, expect, it } from 'vitest';
import { readCpim, writeCpim } from '../src/body/cpim.ts';
import {
  type Disposition,
  type Imdn,
  readImdn,
  readImdnRequest,
  writeImdn,
  writeImdnRequest,
} from '../src/body/imdn.ts';
import { AMY, ChatTown, LyncSession, ROMEO, SIP } from './chat-town.ts';
import { bodyOf } from './raw-peer.ts';

const NS_RECEIPTS = 'urn:xmpp:receipts';
const NS_MARKERS = 'urn:xmpp:chat-markers:0';
const CPIM = 'Content-Type: message/cpim';
const PHONE = `${ROMEO}/phone`;
const ASKS = [element('request', NS_RECEIPTS), element('markable', NS_MARKERS)];
const ALL: readonly Disposition[] = ['positive-delivery', 'negative-delivery', 'display'];

/** What is the same however the messages go. */
interface Stage {
  readonly town: ChatTown;
  /** Amy says something; the answer is its status line. */
  readonly says: (headers: readonly string[], body: string, from?: string) => string;
  /** What Romeo says arrives. */
  readonly takes: () => void;
}

function inPager(): Stage {
  const town = new ChatTown({ gateway: { dialects: { [SIP]: 'standard' }, imdnDomains: [SIP] } });
  let serial = 0;
  return {
    town,
    takes: () => reply(town),
    says: (headers, body, from = AMY) => {
      const id = `amy-${++serial}`;
      town.lync.send(
        [
          `MESSAGE sip:${ROMEO} SIP/2.0`,
          `Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK${id}`,
          'Max-Forwards: 70',
          `From: <sip:${from}>;tag=${id}`,
          `To: <sip:${ROMEO}>`,
          `Call-ID: ${id}`,
          'CSeq: 1 MESSAGE',
          ...headers,
        ],
        body,
      );
      town.pass();
      return town.lync.last('SIP/2.0').split('\r\n')[0] ?? '';
    },
  };
}

function inSession(): Stage {
  const town = new ChatTown({ gateway: { dialects: { [SIP]: 'sessions' }, imdnDomains: [SIP] } });
  town.says('well', { id: 'first' });
  const session = LyncSession.accept(town, town.lync.last('INVITE'));
  reply(town);
  return {
    town,
    takes: () => reply(town),
    says: (headers, body) => session.request('MESSAGE', headers, body),
  };
}

function reply(town: ChatTown): void {
  town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
  town.pass();
}

/** The request of Romeo's last message. */
function requestIn(town: ChatTown): NonNullable<ReturnType<typeof readImdnRequest>> {
  const wrapper = readCpim(encodeUtf8(bodyOf(town.lync.last('MESSAGE'))));
  const request = readImdnRequest(wrapper?.headers ?? []);
  if (request === undefined) throw new Error('nothing is asked');
  return request;
}

function wrapped(messageId: string, kind: Imdn['kind'], status: Imdn['status']): string {
  const content = {
    fields: [
      { name: 'Content-Type', value: 'message/imdn+xml' },
      { name: 'Content-Disposition', value: 'notification' },
    ],
    content: writeImdn({ messageId, sentAt: 0, kind, status }),
  };
  return new TextDecoder().decode(writeCpim({ headers: [], content }));
}

function asking(messageId: string): string {
  const content = {
    fields: [{ name: 'Content-Type', value: 'text/plain' }],
    content: encodeUtf8('did you get it'),
  };
  const headers = writeImdnRequest({ messageId, dispositions: ALL });
  return new TextDecoder().decode(writeCpim({ headers, content }));
}

/** Notices that Romeo has, as `received x1 to …`. */
function notices(town: ChatTown): readonly string[] {
  return town.xmpp
    .inbox('romeo')
    .flatMap(({ message }) =>
      [
        child(message.element, 'received', NS_RECEIPTS),
        child(message.element, 'displayed', NS_MARKERS),
      ].flatMap((one) =>
        one === undefined ? [] : [`${one.name} ${one.attrs['id']} to ${message.to?.full}`],
      ),
    );
}

/** Notifications that Amy has. */
function imdns(town: ChatTown): readonly string[] {
  return town.lync.all('MESSAGE').flatMap((text) => {
    const content = readCpim(encodeUtf8(bodyOf(text)))?.content.content;
    const imdn = content && readImdn(content);
    return imdn === undefined ? [] : [`${imdn.status} ${imdn.messageId}`];
  });
}

describe.each([
  ['single messages', inPager],
  ['a session', inSession],
] as const)('in %s', (_how, begin) => {
  let stage: Stage;
  let town: ChatTown;
  beforeEach(() => {
    stage = begin();
    ({ town } = stage);
  });

  /** Romeo asks, and it has arrived. */
  const asked = (): string => {
    town.says('did you get it', { id: 'x1', extra: ASKS });
    const { messageId } = requestIn(town);
    stage.takes();
    return messageId;
  };

  it.each([
    ['delivery', 'delivered', 'received'],
    ['display', 'displayed', 'displayed'],
  ] as const)(
    'RFC 5438 §7.1.3: %s after a kill reaches the XMPP user who asked, where he did, once',
    (kind, status, name) => {
      const id = asked();
      town.restart();
      town.pass();
      for (let times = 0; times < 2; times++)
        expect(stage.says([CPIM], wrapped(id, kind, status))).toBe('SIP/2.0 200 OK');
      expect(notices(town)).toEqual([`${name} x1 to ${PHONE}`]);
    },
  );

  it('RFC 5438 §7.1.3: a failure after a kill is an error to who asked', () => {
    const id = asked();
    town.restart();
    town.pass();
    stage.says([CPIM], wrapped(id, 'delivery', 'failed'));
    expect(town.xmpp.errors('romeo').map(({ id: one, to }) => [one, to?.full])).toEqual([
      ['x1', PHONE],
    ]);
  });

  it('RFC 5438 §7.1.3: what was made up, or is about another, reaches nobody', () => {
    const id = asked();
    town.restart();
    town.pass();
    const forged = [`${id.slice(0, -1)}0`, `${id.slice(0, -1)}1`, id.replace('iw.', 'iw.x'), 'x1'];
    for (const one of forged.filter((each) => each !== id))
      expect(stage.says([CPIM], wrapped(one, 'delivery', 'delivered'))).toBe('SIP/2.0 200 OK');
    expect(notices(town)).toEqual([]);
    stage.says([CPIM], wrapped(id, 'delivery', 'delivered'));
    expect(notices(town)).toHaveLength(1);
  });

  it('RFC 5438 §7.1.3: after a day nobody waits for it, killed or not', () => {
    const id = asked();
    town.restart();
    town.pass();
    town.xmpp.inbox('romeo');
    town.world.clock.advance(24 * 3_600_000);
    stage.says([CPIM], wrapped(id, 'delivery', 'delivered'));
    expect(notices(town)).toEqual([]);
  });

  /** Amy asks, and Romeo has it. */
  const wanted = (): string => {
    expect(stage.says([CPIM], asking('amy-asks'))).toMatch(/^SIP\/2.0 20[02]/);
    return town.xmpp.inbox('romeo').at(-1)?.message.id ?? '';
  };
  const romeoTells = (says: XmlElement, from = PHONE): void => {
    town.xmpp.send({ from, to: AMY, type: 'chat', extra: [says] });
    town.pass();
  };

  it.each([
    ['received', NS_RECEIPTS, 'delivered'],
    ['displayed', NS_MARKERS, 'displayed'],
  ])(
    'XEP-0184 §5.4, XEP-0333 §3: %s after a kill reaches the SIP user who asked, once',
    (name, ns, status) => {
      const id = wanted();
      town.restart();
      town.pass();
      for (let times = 0; times < 2; times++) romeoTells(element(name, ns, { id }));
      expect(imdns(town)).toEqual([`${status} amy-asks`]);
    },
  );

  it('RFC 5438 §7.2.1: an error after a kill is a negative notification', () => {
    const id = wanted();
    town.restart();
    town.pass();
    town.xmpp.sendElement(
      element('message', 'jabber:server', { type: 'error', id, from: PHONE, to: AMY }, [
        element('error', 'jabber:server', { type: 'cancel' }, [
          element('item-not-found', 'urn:ietf:params:xml:ns:xmpp-stanzas'),
        ]),
      ]),
    );
    town.pass();
    expect(imdns(town)).toEqual(['failed amy-asks']);
  });

  it('XEP-0184 §5.4: of somebody else, or made up, it reaches nobody', () => {
    const id = wanted();
    town.restart();
    town.pass();
    romeoTells(element('received', NS_RECEIPTS, { id }), `juliet@${ROMEO.split('@')[1]}/phone`);
    for (const forged of [`${id}0`, id.replace('~', '~1'), 'amy-asks', `iw.${'x'.repeat(4000)}`])
      romeoTells(element('received', NS_RECEIPTS, { id: forged }));
    expect(imdns(town)).toEqual([]);
    romeoTells(element('received', NS_RECEIPTS, { id }));
    expect(imdns(town)).toEqual(['delivered amy-asks']);
  });
});

describe('in single messages', () => {
  it('RFC 5438 §7.1.3: word of somebody else of the same domain reaches nobody', () => {
    const { town, says, takes } = inPager();
    town.says('did you get it', { id: 'x1', extra: ASKS });
    const { messageId } = requestIn(town);
    takes();
    town.restart();
    town.pass();
    says([CPIM], wrapped(messageId, 'delivery', 'delivered'), `eve@${SIP}`);
    expect(notices(town)).toEqual([]);
  });

  it('RFC 5438 §6.3: an id that no Message-ID has room for asks nothing, and the loss is declared', () => {
    const { town } = inPager();
    town.says('did you get it', { id: 'x'.repeat(600), extra: ASKS });
    expect(town.lync.last('MESSAGE')).toContain('text/plain');
    town.lync.reply(town.lync.last('MESSAGE'), '200 OK');
    town.pass();
    expect(town.traces.at(-1)?.lost.map(({ what }) => what)).toContain('element:request');
  });
});
