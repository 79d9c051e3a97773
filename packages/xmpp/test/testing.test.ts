// The in-memory domain against a gateway-like endpoint over the virtual network.
import { describe, expect, test } from 'vitest';
import {
  element,
  isFault,
  type LinkFacts,
  messageElement,
  NS,
  parseStanza,
  pingElement,
  type XmppInput,
} from '@interwork/xmpp';
import { XmppDomain, XmppScript } from '@interwork/xmpp/testing';
import {
  drawTestToken,
  fatesOf,
  im,
  jid,
  Net,
  testDigest,
  testJudge,
  type TestNode,
} from './net.ts';

const JULIET = 'juliet@capulet.example/balcony';
const LINK: LinkFacts = {
  proof: 'certificate',
  tls: true,
  remote: { address: '192.0.2.1', port: 5269 },
  stream: 's1',
};

interface World {
  readonly net: Net;
  readonly gateway: TestNode;
  readonly script: XmppScript;
  readonly give: (input: XmppInput) => void;
}

/** The domain's script plays on a node of the network. */
function world(): World {
  const net = new Net();
  const gateway = net.add('gateway', { domains: ['capulet.example'] });
  const domain = net.add('domain', { domains: ['montague.example'] });
  const script = new XmppScript('montague.example');
  const settle = (): void => {
    for (;;) {
      const event = domain.events.shift();
      const command = event === undefined ? script.next() : undefined;
      if (event !== undefined) script.take(event);
      else if (command !== undefined) net.give(domain, command);
      else return;
    }
  };
  return {
    net,
    gateway,
    script,
    give: (input) => {
      net.give(gateway, input);
      settle();
    },
  };
}

function errorsAt(node: TestNode): (string | undefined)[] {
  return node.events.flatMap((event) =>
    event.kind === 'stanza' && event.stanza.error !== undefined
      ? [event.stanza.error.condition]
      : [],
  );
}

describe('RFC 6121 §8.5.1, RFC 6121 §8.5.2, RFC 6121 §8.5.3 messages', () => {
  test('to somebody online, answered in the thread', () => {
    const { gateway, script, give } = world();
    script.addUser('romeo');
    script.answer('romeo', ({ to, from, thread }) => [
      messageElement({
        from: to?.full ?? '',
        to: from?.full ?? '',
        thread,
        bodies: [{ lang: undefined, text: 'aye' }],
      }),
    ]);
    give({
      ...im(JULIET, 'romeo@montague.example', 'hello'),
      element: messageElement({
        from: JULIET,
        to: 'romeo@montague.example',
        thread: 't1',
        bodies: [{ lang: undefined, text: 'hello' }],
      }),
    });
    expect(script.texts('romeo')).toEqual(['hello']);
    expect(gateway.events).toContainEqual(
      expect.objectContaining({ stanza: expect.objectContaining({ thread: 't1' }) }),
    );
  });

  const rows = [
    {
      id: 'nobody of that name',
      user: 'tybalt',
      set: () => undefined,
      error: 'service-unavailable',
    },
    {
      id: 'offline',
      user: 'romeo',
      set: (s: XmppScript) => s.addUser('romeo', []),
      error: 'service-unavailable',
    },
    {
      id: 'scripted',
      user: 'romeo',
      set: (s: XmppScript) => {
        s.addUser('romeo');
        s.answer('romeo', 'recipient-unavailable');
      },
      error: 'recipient-unavailable',
    },
  ];
  for (const row of rows)
    test(row.id, () => {
      const { gateway, script, give } = world();
      row.set(script);
      give(im(JULIET, `${row.user}@montague.example`, 'hello'));
      expect(errorsAt(gateway)).toEqual([row.error]);
      expect(fatesOf(gateway)).toEqual(['hello: sent']);
    });
});

describe('iq', () => {
  const query = element(
    'iq',
    NS.client,
    { from: JULIET, to: 'montague.example', id: 'q', type: 'get' },
    [element('query', NS.discoInfo)],
  );
  const other = element(
    'iq',
    NS.client,
    { from: JULIET, to: 'montague.example', id: 'x', type: 'set' },
    [element('what', 'urn:example:what')],
  );
  const rows = [
    { id: 'ping', element: pingElement(JULIET, 'montague.example', 'p'), type: 'result' },
    { id: 'disco', element: query, type: 'result' },
    { id: 'anything else', element: other, type: 'error' },
    { id: 'to nobody', element: pingElement(JULIET, 'x@montague.example/y', 'n'), type: 'error' },
  ];
  for (const row of rows)
    test(row.id, () => {
      const { gateway, give } = world();
      const to = jid(row.element.attrs['to'] ?? '');
      give({ kind: 'stanza', element: row.element, from: jid(JULIET), to, context: row.id });
      const answers = gateway.events.flatMap((e) => (e.kind === 'stanza' ? [e.stanza] : []));
      expect(answers).toMatchObject([{ kind: 'iq', type: row.type, id: row.element.attrs['id'] }]);
    });
});

describe('a domain with its wire', () => {
  const domainOf = (): XmppDomain =>
    new XmppDomain({
      domain: 'montague.example',
      drawToken: drawTestToken,
      digest: testDigest,
      secret: 'a secret',
      judge: testJudge,
      model: { requests: 7 },
    });
  const outputs = (domain: XmppDomain): string[] => {
    const kinds: string[] = [];
    for (let out = domain.next(); out !== undefined; out = domain.next()) kinds.push(out.kind);
    return kinds;
  };

  test('what users do goes out with the next step', () => {
    const domain = domainOf();
    domain.user('romeo').subscribe(JULIET);
    expect(outputs(domain)).toEqual([]);
    domain.step(5);
    expect(outputs(domain)).toEqual(['locate']);
    expect(domain.wakeAt).toBeGreaterThan(5);
  });

  test('a restart forgets what was about to be said, and who was there', () => {
    const domain = domainOf();
    const romeo = domain.user('romeo');
    const orchard = romeo.login('orchard');
    romeo.subscribe(JULIET);
    domain.restart();
    domain.step(5);
    expect([outputs(domain), romeo.clients, orchard.isConnected]).toEqual([[], [], false]);
    expect(romeo.roster()).toEqual([
      { jid: 'juliet@capulet.example', subscription: 'none', ask: true, approved: false },
    ]);
  });

  test('an iq finds a client that is connected', () => {
    const domain = domainOf();
    domain.user('romeo').connect('orchard');
    const ask = (to: string): unknown => {
      const stanza = parseStanza(pingElement(JULIET, to, 'p'));
      if (isFault(stanza)) throw new Error(stanza.text);
      const [from, target] = [jid(JULIET), jid(to)];
      domain.script.take({ kind: 'stanza', stanza, from, to: target, link: LINK });
      const answer = domain.script.next();
      return answer?.kind === 'stanza' ? answer.element.attrs['type'] : undefined;
    };
    expect(ask('romeo@montague.example/orchard')).toBe('result');
    expect(ask('romeo@montague.example/attic')).toBe('error');
  });
});
