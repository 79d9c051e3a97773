// S1: nothing passes whose sender's domain is not proved on that very connection. Each spelling of a sender
// against each thing a connection may have proved, on a gateway that serves and permits everything, so that
// only proof stands in the way. RFC 7247 §8, RFC 5922 §7.4. What XMPP peers prove is the endpoint's to check.
import { describe, expect, it } from 'vitest';
import {
  type CrossingTrace,
  Gateway,
  type GatewayOptions,
  type GatewayOutput,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import { checkRequest, type Flow, parseMessage } from '@interwork/sip';
import { Jid, type LinkFacts, parseStanza } from '@interwork/xmpp';

const IDN = 'bücher.example';
const IDN_A = 'xn--bcher-kva.example';

function gatewayOf(more: Partial<GatewayOptions> = {}): Gateway {
  let tokens = 0;
  return new Gateway({
    sipDomains: ['*'],
    xmppDomains: ['xmpp.test'],
    policy: policyOf({ default: 'permit', rules: [] }),
    instance: 'gw-1',
    secret: '0123456789abcdef',
    mac,
    drawToken: () => `token${++tokens}`,
    ...more,
  });
}

function drained(gateway: Gateway): readonly GatewayOutput[] {
  const outs: GatewayOutput[] = [];
  for (let out = gateway.next(); out !== undefined; out = gateway.next()) outs.push(out);
  return outs;
}

const flow = (proved: readonly string[], more: Partial<Flow> = {}): Flow => ({
  id: 'f',
  transport: 'tls',
  remote: { address: '192.0.2.1', port: 40_000 },
  local: { address: '192.0.2.9', port: 5061 },
  proved,
  ...more,
});

/** Who the stanza is from that a MESSAGE became; `refused` or `unreadable` when there is none. */
function senderSeen(from: string, over: Flow, gateway: Gateway = gatewayOf()): string {
  const octets = [
    'MESSAGE sip:bob@xmpp.test SIP/2.0',
    'Via: SIP/2.0/TLS sip.test;branch=z9hG4bKx1',
    `From: <${from}>;tag=1`,
    'To: <sip:bob@xmpp.test>',
    'Call-ID: c',
    'CSeq: 1 MESSAGE',
    'P-Asserted-Identity: <sip:alice@sip.test>',
    'Contact: <sip:alice@sip.test>',
    'Content-Type: text/plain',
    '',
    'hello',
  ].join('\r\n');
  const read = parseMessage(new Uint8Array(Buffer.from(octets)));
  const request = read.kind === 'request' ? checkRequest(read) : read;
  if (!('via' in request)) return 'unreadable';
  gateway.receive(1_000, { kind: 'sip', event: { kind: 'request', id: 't', request, flow: over } });
  const outs = drained(gateway);
  const sent = outs.flatMap((out) =>
    out.kind === 'xmpp' && out.input.kind === 'stanza' ? [out.input.element.attrs['from']] : [],
  );
  const answers = outs.filter((out) => out.kind === 'sip');
  expect(sent.length + answers.length).toBe(1);
  return sent[0] ?? 'refused';
}

/** Spellings of a sender, and the domain (A-label) that has to be proved for it; none: it is no sender at all. */
const SENDERS: readonly (readonly [from: string, domain: string | undefined])[] = [
  ['sip:alice@sip.test', 'sip.test'],
  ['sip:alice@SIP.Test', 'sip.test'],
  ['sip:alice@sip.test.', 'sip.test'],
  ['sip:alice@sip.test:5061;transport=udp', 'sip.test'],
  ['sip:alice:password@sip.test', 'sip.test'],
  ['im:alice@sip.test', 'sip.test'],
  ['pres:alice@sip.test', 'sip.test'],
  ['sip:alice@a.sip.test', 'a.sip.test'],
  ['sip:alice@test', 'test'],
  ['sip:alice@sip.test..', undefined],
  ['sip:alice@.sip.test', undefined],
  ['sip:alice@xsip.test', 'xsip.test'],
  ['sip:alice@sip.test.evil.test', 'sip.test.evil.test'],
  ['sip:alice%40sip.test@evil.test', 'evil.test'],
  ['sip:alice@sip.test@evil.test', undefined],
  ['sip:sip.test@evil.test', 'evil.test'],
  ['sip:alice@evil.test;x=@sip.test', undefined],
  ['sip:alice@evil.test;maddr=sip.test', 'evil.test'],
  ['sip:alice@evil.test;gr=%40sip.test', 'evil.test'],
  ['sip:alice@evil.test?from=alice%40sip.test', 'evil.test'],
  ['sip:alice%2F@evil.test', 'evil.test'],
  ['sip:alice@sip%2Etest', undefined],
  ['sip:alice@sip.test%00.evil.test', undefined],
  ['sip:alice@sip.test%2Eevil.test', undefined],
  ['sip:alice@sip.test/evil.test', undefined],
  ['sip:alice@192.0.2.1', '192.0.2.1'],
  ['sip:alice@[2001:db8::1]', '[2001:db8::1]'],
  ['sip:alice@[::ffff:192.0.2.1]', '[::ffff:192.0.2.1]'],
  [`sip:alice@${IDN_A}`, IDN_A],
  [`sip:alice@${IDN}`, undefined],
  ['sip:alice@XN--BCHER-KVA.example', IDN_A],
  ['sip:alice@xn--sip-.test', undefined],
  ['sip:alice@sip_.test', undefined],
  ['sip:sip.test', undefined],
  ['sip:@sip.test', undefined],
  ['tel:+15551234', undefined],
  ['mailto:alice@sip.test', undefined],
  ['sip:alice@xmpp.test', undefined],
  ['sip:alice@XMPP.TEST.', undefined],
  ['sip:__proto__@sip.test', 'sip.test'],
  ['sip:alice@__proto__', undefined],
  ['sip:alice@constructor', 'constructor'],
];
const PROVED: readonly (readonly string[])[] = [
  [],
  ['sip.test'],
  ['evil.test'],
  ['a.sip.test'],
  ['test'],
  ['xmpp.test'],
  [IDN_A],
  ['192.0.2.1'],
  ['*.sip.test'],
  ['*'],
  [''],
  ['evil.test', 'sip.test'],
];

describe('S1: SIP senders', () => {
  const rows = SENDERS.flatMap(([from, domain]) =>
    PROVED.map((proved) => [from, domain, proved] as const),
  );
  it.each(rows)('%s, which is of %s, where %j is proved', (from, domain, proved) => {
    const seen = senderSeen(from, flow(proved));
    if (domain === undefined || !proved.includes(domain)) {
      expect(['refused', 'unreadable']).toContain(seen);
    } else if (seen !== 'refused') {
      const jid = Jid.parse(seen);
      expect(jid.kind === 'jid' ? jid.asciiDomain : '').toBe(domain);
    }
  });

  it.each(SENDERS.filter(([, domain]) => domain === 'sip.test'))(
    '%s passes where it is proved, whatever its spelling',
    (from) => {
      expect(senderSeen(from, flow(['sip.test']))).toMatch(/^(?:alice|__proto__)@sip\.test$/);
    },
  );

  it.each(['udp', 'tcp', 'tls'] as const)(
    'nothing that a message says proves it, over %s',
    (transport) => {
      expect(senderSeen('sip:alice@sip.test', flow([], { transport }))).toBe('refused');
    },
  );
});

describe('S1: SIP senders whose partner proves them otherwise', () => {
  const policy = policyOf({
    default: 'permit',
    partners: {
      a: { domains: ['sip.test', '*.sip.test'], prove: 'address', addresses: ['192.0.2.0/28'] },
      c: { domains: ['proxied.test'], certificateNames: ['edge.host.test'] },
    },
    rules: [],
  });
  const rows: readonly (readonly [
    string,
    string,
    readonly string[],
    string,
    'passes' | 'refused',
  ])[] = [
    ['sip:alice@sip.test', '192.0.2.1', [], 'udp', 'refused'],
    ['sip:alice@SIP.test.', '192.0.2.15', [], 'tcp', 'passes'],
    ['sip:alice@b.sip.test', '192.0.2.1', [], 'tcp', 'passes'],
    ['sip:alice@sip.test', '::ffff:192.0.2.1', [], 'tcp', 'passes'],
    ['sip:alice@sip.test', '192.0.2.16', [], 'udp', 'refused'],
    ['sip:alice@sip.test', '192.0.2.16', ['sip.test'], 'tls', 'refused'],
    ['sip:alice@xsip.test', '192.0.2.1', [], 'udp', 'refused'],
    ['sip:alice@proxied.test', '192.0.2.1', [], 'udp', 'refused'],
    ['sip:alice@proxied.test', '192.0.2.99', ['edge.host.test'], 'tls', 'passes'],
    ['sip:alice@proxied.test', '192.0.2.99', ['host.test'], 'tls', 'refused'],
    ['sip:alice@edge.host.test', '192.0.2.99', ['proxied.test'], 'tls', 'refused'],
    ['sip:alice@sip.test', '192.0.2.1.evil.test', [], 'udp', 'refused'],
    ['sip:alice@sip.test', '', [], 'udp', 'refused'],
  ];
  it.each(rows)('%s from %s with %j over %s %s', (from, address, proved, transport, wanted) => {
    const over = flow(proved, { transport: transport as 'udp', remote: { address, port: 5060 } });
    const seen = senderSeen(from, over, gatewayOf({ policy }));
    expect(seen === 'refused' ? 'refused' : 'passes').toBe(wanted);
  });
});

describe('S1: XMPP senders', () => {
  const link: LinkFacts = {
    proof: 'dialback',
    tls: true,
    remote: { address: '192.0.2.2', port: 40_001 },
    stream: 's',
  };
  const target = { transport: 'tls', address: '192.0.2.7', port: 5061, references: [] } as const;
  const cross = (
    from: string,
    to: string,
    more: Partial<GatewayOptions> = {},
  ): CrossingTrace | undefined => {
    const gateway = gatewayOf({
      sipDomains: ['sip.test', IDN],
      xmppDomains: ['*'],
      routes: { 'sip.test': [target], [IDN_A]: [target] },
      ...more,
    });
    const stanza = parseStanza(
      `<message xmlns='jabber:server' from='${from}' to='${to}'><body>x</body></message>`,
    );
    if (stanza.kind !== 'message' || stanza.from === undefined || stanza.to === undefined)
      return undefined;
    const event = { kind: 'stanza', stanza, from: stanza.from, to: stanza.to, link } as const;
    gateway.receive(1_000, { kind: 'xmpp', event });
    const outs = drained(gateway);
    if (outs.some((out) => out.kind === 'sip')) expect(outs).toHaveLength(1);
    return outs.flatMap((out) =>
      out.kind === 'trace' && out.trace.kind === 'crossing' ? [out.trace] : [],
    )[0];
  };
  const ours = [
    'sip.test',
    'SIP.TEST',
    'sip.test.',
    IDN,
    IDN_A,
    'BÜCHER.example',
    'bu\u0308cher.example',
    'ＳＩＰ.test',
  ];

  it.each(ours)('a domain of our own is never believed from outside: %s', (domain) => {
    expect(cross(`alice@${domain}`, 'bob@sip.test')?.reasons).toEqual(['own-domain-from-outside']);
  });

  it.each(['a.sip.test', 'sip.test.evil.test', 'xsip.test', 'evil.test'])(
    'another one is: %s',
    (domain) => {
      expect(cross(`alice@${domain}`, 'bob@sip.test')).toBeUndefined();
    },
  );

  it.each(['bob@other.test', 'bob@a.sip.test'])('nothing is relayed past us: to %s', (to) => {
    const traced = cross('alice@evil.test', to, { xmppDomains: ['evil.test', 'other.test'] });
    expect(traced?.outcome).toBe('refused');
  });
});
