// Whatever a peer says it is, nothing is believed of it for that: a claim to be Lync's changes neither who may pass nor what is
// checked, and is learned from a connection that proves the domain alone. What is learned decides how bodies are read.
import { describe, expect, it } from 'vitest';
import { Gateway, type GatewayOptions, type GatewayOutput } from '@interwork/core';
import { mac } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import type { Flow, IncomingRequest } from '@interwork/sip';
import { writeXml } from '@interwork/xmpp';
import { requestWith } from './lync-vectors.ts';

type Fields = readonly (readonly [string, string])[];

const CLAIMS: readonly (readonly [string, Fields])[] = [
  ['a client', [['User-Agent', 'UCCAPI/15.0.4569.1503 OC/15.0.4569.1503 (Microsoft Lync)']]],
  ['option tags', [['Supported', 'ms-dialog-route-set-update, ms-benotify']]],
  ['a trust header', [['ms-edge-proxy-message-trust', TRUST('contoso.com')]]],
  ['an identity', [['P-Asserted-Identity', '<sip:amy@contoso.com>']]],
  [
    'all of it',
    [
      ['User-Agent', 'RTC/6.0'],
      ['ms-edge-proxy-message-trust', TRUST('contoso.com')],
      ['ms-asserted-verification-level', 'ms-source-verified-user=verified'],
      ['ms-user-logon-data', 'RemoteUser'],
      ['ms-split-domain-info', 'ms-traffic-type=SplitIntra'],
      ['Supported', 'com.microsoft.msrtc.presence'],
    ],
  ],
];

const CONNECTIONS: readonly (readonly [string, Partial<Flow>])[] = [
  ['one that proves the domain', { proved: ['contoso.com'] }],
  ['one that proves a name below it', { proved: ['sip.contoso.com'] }],
  ['one that proves another domain', { proved: ['evil.example'] }],
  ['one that proves nothing', { proved: [] }],
  ['a connection without TLS', { transport: 'tcp', proved: [] }],
  ['a datagram', { transport: 'udp', proved: [] }],
];

const DIALECTS: readonly (readonly [string, Partial<GatewayOptions>])[] = [
  ['nobody knows how it speaks', {}],
  ['it is known to be Lync', { dialects: { 'contoso.com': 'lync' } }],
  ['everything is forbidden', { policy: policyOf({}), dialects: { 'contoso.com': 'lync' } }],
];

describe('a claim to be Lync', () => {
  describe.each(DIALECTS)('where %s', (_title, options) => {
    describe.each(CONNECTIONS)('over %s', (_connection, flow) => {
      it.each(CLAIMS)('by %s changes nothing', (_claim, headers) => {
        const plain = outcome(message({ type: 'text/plain', body: 'Hi' }), flow, options);
        const claimed = outcome(
          message({ type: 'text/plain', body: 'Hi', headers }),
          flow,
          options,
        );
        expect(claimed).toBe(plain);
      });
    });
  });

  it.each(CONNECTIONS)(
    'is asked over %s for the proof that everybody is asked for',
    (title, flow) => {
      const headers = CLAIMS.at(-1)?.[1] ?? [];
      const claimed = message({ type: 'text/plain', body: 'Hi', headers });
      const expected = title === 'one that proves the domain' ? 'carried' : '403';
      expect(outcome(claimed, flow, { dialects: { 'contoso.com': 'lync' } })).toBe(expected);
    },
  );

  it('does not reach the other side', () => {
    const [, all = []] = CLAIMS.at(-1) ?? [];
    const gateway = gatewayOf({ dialects: { 'contoso.com': 'lync' } });
    const outs = put(gateway, message({ type: 'text/plain', body: 'Hi', headers: all }), CONTOSO);
    const stanzas = outs
      .flatMap((out) =>
        out.kind === 'xmpp' && out.input.kind === 'stanza' ? [out.input.element] : [],
      )
      .map((one) => writeXml(one, ''))
      .join('');
    expect(stanzas).toContain('Hi');
    expect(stanzas).not.toMatch(/ms-|RTC|microsoft|verified/i);
  });
});

describe('what a peer shows', () => {
  const shows = {
    method: 'SUBSCRIBE',
    headers: [...(CLAIMS[0]?.[1] ?? []), ['Event', 'presence']],
  } as const;
  const rtf = { type: 'text/rtf', body: '{\\rtf1 Hi}' };

  it.each(CONNECTIONS)('is learned over %s only if it proves the domain', (title, flow) => {
    const gateway = gatewayOf({});
    expect(outcomeAt(gateway, message(rtf), CONTOSO)).toBe('415');
    put(gateway, requestWith(shows), flow);
    expect(outcomeAt(gateway, message(rtf), CONTOSO)).toBe(
      title === 'one that proves the domain' ? 'carried' : '415',
    );
  });

  it('is learned of its own domain alone', () => {
    const gateway = gatewayOf({});
    put(gateway, requestWith(shows), CONTOSO);
    const other = { proved: ['litwareinc.com'] };
    expect(outcomeAt(gateway, message({ ...rtf, from: 'litwareinc.com' }), other)).toBe('415');
  });

  it('is not learned where somebody has said how it speaks', () => {
    const gateway = gatewayOf({ dialects: { 'contoso.com': 'standard' } });
    put(gateway, requestWith(shows), CONTOSO);
    expect(outcomeAt(gateway, message(rtf), CONTOSO)).toBe('415');
  });

  it('is not learned from a message', () => {
    const gateway = gatewayOf({});
    put(
      gateway,
      message({ type: 'text/plain', body: 'Hi', headers: CLAIMS[0]?.[1] ?? [] }),
      CONTOSO,
    );
    expect(outcomeAt(gateway, message(rtf), CONTOSO)).toBe('415');
  });
});

const CONTOSO: Partial<Flow> = { proved: ['contoso.com'] };

function TRUST(domain: string): string {
  return `ms-source-type=DirectPartner;ms-ep-fqdn=edge.${domain};ms-source-verified-user=verified;ms-source-network=federation`;
}

interface Said {
  readonly type: string;
  readonly body: string;
  readonly headers?: Fields;
  readonly from?: string;
}

function message({ type, body, headers = [], from }: Said): IncomingRequest {
  const r = requestWith({ method: 'MESSAGE', type, body, headers });
  if (from === undefined || r.from.uri.kind !== 'sip') return r;
  return { ...r, from: { ...r.from, uri: { ...r.from.uri, host: from } } };
}

function gatewayOf(more: Partial<GatewayOptions>): Gateway {
  let tokens = 0;
  return new Gateway({
    sipDomains: ['*'],
    xmppDomains: ['fabrikam.com'],
    policy: policyOf({ default: 'permit', rules: [] }),
    instance: 'gw-1',
    secret: '0123456789abcdef',
    mac,
    drawToken: () => `token${(tokens += 1)}`,
    presence: { host: 'gw.fabrikam.com', ports: { tls: 5061 }, jitter: () => 0 },
    ...more,
  });
}

function put(
  gateway: Gateway,
  request: IncomingRequest,
  more: Partial<Flow>,
): readonly GatewayOutput[] {
  const flow: Flow = {
    id: 'f',
    transport: 'tls',
    remote: { address: '192.0.2.1', port: 40_000 },
    local: { address: '192.0.2.9', port: 5061 },
    proved: [],
    ...more,
  };
  gateway.receive(1_000, { kind: 'sip', event: { kind: 'request', id: 't', request, flow } });
  const outs: GatewayOutput[] = [];
  for (let out = gateway.next(); out !== undefined; out = gateway.next()) outs.push(out);
  return outs;
}

function outcome(
  request: IncomingRequest,
  flow: Partial<Flow>,
  options: Partial<GatewayOptions>,
): string {
  return outcomeAt(gatewayOf(options), request, flow);
}

/** `carried`, or the status of the answer. */
function outcomeAt(gateway: Gateway, request: IncomingRequest, flow: Partial<Flow>): string {
  const outs = put(gateway, request, flow);
  const answers = outs.flatMap((out) =>
    out.kind === 'sip' && out.input.kind === 'respond' ? [String(out.input.draft.status)] : [],
  );
  return answers[0] ?? (outs.some((out) => out.kind === 'xmpp') ? 'carried' : 'nothing');
}
