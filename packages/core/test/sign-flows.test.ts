// Typing and receipts between two companies, in the virtual world and over real sockets with mutual TLS: RFC 7573 §6,
// XEP-0085 §5, XEP-0184 §5 and RFC 5438 §7. What is checked is what both companies see, and the words of the trace.
import { afterEach, describe, expect, it } from 'vitest';
import { child, element, encodeUtf8, type XmlElement } from '@interwork/xmpp';
import { readCpim, writeCpim } from '../src/body/cpim.ts';
import {
  type Disposition,
  readImdn,
  readImdnRequest,
  writeImdn,
  writeImdnRequest,
} from '../src/body/imdn.ts';
import { readIsComposing, writeIsComposing } from '../src/body/is-composing.ts';
import {
  crossings,
  type Federation,
  type FederationOptions,
  realFederation,
  SIP,
  virtualFederation,
  XMPP,
} from './federation.ts';

const ALICE = `alice@${SIP}`;
const BOB = `bob@${XMPP}`;
const DEVICE = `${BOB}/phone`;
const NS_STATES = 'http://jabber.org/protocol/chatstates';
const NS_RECEIPTS = 'urn:xmpp:receipts';

const kinds: readonly [string, (options?: FederationOptions) => Promise<Federation>][] = [
  ['in the virtual world', virtualFederation],
  [
    'in the virtual world, three octets at a time',
    (options) => virtualFederation({ split: 3, ...options }),
  ],
  ['over real sockets', realFederation],
];

const composing = (state: 'active' | 'idle') => ({
  contentType: 'application/im-iscomposing+xml',
  body: writeIsComposing({ state }),
});

const wrapped = (type: string, content: Uint8Array, dispositions: readonly Disposition[] = []) => ({
  contentType: 'message/cpim',
  body: writeCpim({
    headers: writeImdnRequest({ messageId: 'alice-1', dispositions }),
    content: { fields: [{ name: 'Content-Type', value: type }], content },
  }),
});

/** A whole stanza of Bob, to Alice. */
const stanza = (id: string, children: readonly XmlElement[], body?: string): XmlElement =>
  element('message', 'jabber:server', { from: DEVICE, to: ALICE, id, type: 'chat' }, [
    ...(body === undefined ? [] : [element('body', 'jabber:server', {}, [body])]),
    ...children,
  ]);

describe.each(kinds)('%s', (_kind, make) => {
  let open: Federation | undefined;
  const start = async (options?: FederationOptions): Promise<Federation> => {
    open = await make(options);
    return open;
  };
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });

  const extra = (...children: readonly XmlElement[]) => ({ extra: children }) as object;
  const said = (f: Federation) =>
    f.xmpp
      .inbox('bob')
      .map(({ message }) =>
        message.element.children.flatMap((one) =>
          typeof one === 'string' || one.ns === 'urn:interwork:path:0' ? [] : [one.name],
        ),
      );

  it('RFC 7573 §6: both see that the other composes, and no longer once something is said', async () => {
    const f = await start();
    await f.xmppSends(DEVICE, ALICE, 'hello', extra(element('active', NS_STATES)));
    await f.until(() => f.sip.inbox('alice')[0]);
    expect(await f.sipSends(ALICE, BOB, '', composing('active'))).toBe(200);
    expect(await f.sipSends(ALICE, BOB, 'well')).toBe(202);
    await f.until(() => f.xmpp.inbox('bob')[1]);
    expect(said(f)).toEqual([
      ['thread', 'composing'],
      ['body', 'thread', 'active'],
    ]);
    f.xmppSays(stanza('c1', [element('composing', NS_STATES)]));
    await f.xmppSends(DEVICE, ALICE, 'so');
    const [, typed, words] = await f.until(() =>
      f.sip.inbox('alice').length >= 3 ? f.sip.inbox('alice') : undefined,
    );
    const body = typed?.request.request.body ?? new Uint8Array();
    expect([readIsComposing(body)?.state, words?.text]).toEqual(['active', 'so']);
    const signs = crossings(f.traces).filter(({ traffic }) => traffic === 'composing');
    expect(
      signs.map(({ direction, outcome, reasons }) => [direction, outcome, ...reasons]),
    ).toEqual([
      ['sip-to-xmpp', 'handed-over', 'composing'],
      ['xmpp-to-sip', 'delivered', 'composing'],
    ]);
  });

  it('XEP-0184 §5 and RFC 5438 §7: a receipt crosses for who asked in XMPP', async () => {
    const f = await start({ gateway: { imdnDomains: [SIP] } });
    f.xmppSays(stanza('m1', [element('request', NS_RECEIPTS)], 'did you get it'));
    await f.xmppSends(DEVICE, ALICE, 'and this');
    const [got] = await f.until(() =>
      f.sip.inbox('alice').length >= 2 ? f.sip.inbox('alice') : undefined,
    );
    const wrapper = readCpim(got?.request.request.body ?? new Uint8Array());
    const asked = readImdnRequest(wrapper?.headers ?? []);
    expect(asked?.dispositions).toEqual(['positive-delivery', 'negative-delivery']);
    const { messageId = '' } = asked ?? {};
    const notification = writeImdn({ messageId, sentAt: 0, kind: 'delivery', status: 'delivered' });
    expect(await f.sipSends(ALICE, BOB, '', wrapped('message/imdn+xml', notification))).toBe(200);
    const { message } = await f.until(() => f.xmpp.inbox('bob')[0]);
    expect(child(message.element, 'received', NS_RECEIPTS)?.attrs['id']).toBe('m1');
    expect([message.to?.full, message.type]).toEqual([DEVICE, 'chat']);
  });

  it('XEP-0184 §5 and RFC 5438 §7: a receipt crosses for who asked in SIP', async () => {
    const f = await start();
    const words = wrapped('text/plain', encodeUtf8('did you get it'), ['positive-delivery']);
    expect(await f.sipSends(ALICE, BOB, '', words)).toBe(202);
    const { message } = await f.until(() => f.xmpp.inbox('bob')[0]);
    expect(child(message.element, 'request', NS_RECEIPTS)).toBeDefined();
    const received = element('received', NS_RECEIPTS, { id: message.id ?? '' });
    f.xmppSays(stanza('r1', [received]));
    const { request } = await f.until(() => f.sip.inbox('alice')[0]);
    const { content } = readCpim(request.request.body) ?? {};
    expect(readImdn(content?.content ?? new Uint8Array())).toMatchObject({
      messageId: 'alice-1',
      kind: 'delivery',
      status: 'delivered',
    });
  });
});
