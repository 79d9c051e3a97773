// What a gateway does otherwise for a domain that speaks as Lync does, with messages outside sessions: the answer once a message is
// handed over, and what its sender is told when a partner refuses.
import { describe, expect, it } from 'vitest';
import {
  Gateway,
  type GatewayOptions,
  type GatewayOutput,
  type DialectName,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import type { Flow } from '@interwork/sip';
import { Jid, type LinkFacts, parseStanza, writeXml } from '@interwork/xmpp';
import { requestWith, responseWith } from './lync-vectors.ts';

describe('RFC 3428 §7 a message that is handed over', () => {
  it.each([
    ['standard', 202],
    ['lync', 200],
  ] as const)('by a domain that speaks %s is answered %i', (dialect, status) => {
    const gateway = gatewayOf(dialect);
    const request = requestWith({ method: 'MESSAGE', type: 'text/plain', body: 'Hi' });
    gateway.receive(1_000, {
      kind: 'sip',
      event: { kind: 'request', id: 't', request, flow: FLOW },
    });
    const context = drained(gateway).flatMap((out) =>
      out.kind === 'xmpp' && out.input.kind === 'stanza' ? [out.input.context] : [],
    )[0];
    gateway.receive(1_001, { kind: 'xmpp', event: { kind: 'fate', fate: 'sent', context } });
    gateway.receive(2_000, { kind: 'tick' });
    const outs = drained(gateway);
    const answers = outs.flatMap((out) =>
      out.kind === 'sip' && out.input.kind === 'respond' ? [out.input.draft.status] : [],
    );
    expect(answers).toEqual([status]);
    expect(outs.find((out) => out.kind === 'trace')?.trace).toMatchObject({
      outcome: 'handed-over',
      answer: String(status),
    });
  });
});

describe('RFC 7247 §7.2 a refusal of a partner', () => {
  it.each([
    ['standard', 'remote-server-timeout', ['sip-504']],
    ['lync', 'feature-not-implemented', ['sip-504', 'not-routable']],
  ] as const)('that speaks %s is told as %s', (dialect, condition, reasons) => {
    const target = {
      transport: 'tls',
      address: '203.0.113.10',
      port: 5061,
      references: [],
    } as const;
    const gateway = gatewayOf(dialect, { routes: { 'contoso.com': [target] } });
    const stanza = parseStanza(
      "<message from='romeo@fabrikam.com/a' to='amy@contoso.com' id='1'><body>Hi</body></message>",
    );
    const [from, to] = [Jid.parse('romeo@fabrikam.com/a'), Jid.parse('amy@contoso.com')];
    if (stanza.kind === 'fault' || from.kind !== 'jid' || to.kind !== 'jid')
      throw new Error('bad stanza');
    const event = { kind: 'stanza', stanza, from, to, link: LINK } as const;
    gateway.receive(1_000, { kind: 'xmpp', event });
    const context = drained(gateway).flatMap((out) =>
      out.kind === 'sip' && out.input.kind === 'request' ? [out.input.context] : [],
    )[0];
    const response = responseWith(504, [['ms-diagnostics', '1027;reason="x"']]);
    gateway.receive(1_100, { kind: 'sip', event: { kind: 'response', response, context } });
    const outs = drained(gateway);
    expect(outs.find((out) => out.kind === 'trace')?.trace).toMatchObject({
      answer: condition,
      reasons,
    });
    const told = outs.flatMap((out) =>
      out.kind === 'xmpp' && out.input.kind === 'stanza' ? [writeXml(out.input.element, '')] : [],
    );
    expect(told.join('')).toContain(`<${condition}`);
  });
});

const LINK: LinkFacts = {
  proof: 'certificate',
  tls: true,
  remote: { address: '192.0.2.7', port: 5269 },
  stream: 's',
};

const FLOW: Flow = {
  id: 'f',
  transport: 'tls',
  remote: { address: '203.0.113.10', port: 40_002 },
  local: { address: '198.51.100.20', port: 5061 },
  proved: ['contoso.com'],
};

function gatewayOf(dialect: DialectName, more: Partial<GatewayOptions> = {}): Gateway {
  let tokens = 0;
  return new Gateway({
    sipDomains: ['contoso.com'],
    xmppDomains: ['fabrikam.com'],
    policy: policyOf({ default: 'permit', rules: [] }),
    instance: 'gw-1',
    secret: '0123456789abcdef',
    mac,
    drawToken: () => `token${(tokens += 1)}`,
    dialects: { 'contoso.com': dialect },
    ...more,
  });
}

function drained(gateway: Gateway): readonly GatewayOutput[] {
  const outs: GatewayOutput[] = [];
  for (let out = gateway.next(); out !== undefined; out = gateway.next()) outs.push(out);
  return outs;
}
