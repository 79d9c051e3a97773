// What a gateway describes to whoever asks by OPTIONS: a session, where it carries conversations and the asker has such.
import { describe, expect, it } from 'vitest';
import { checkRequest, type Flow, isFault, parseMessage } from '@interwork/sip';
import { decodeUtf8, encodeUtf8 } from '@interwork/xmpp';
import { Gateway } from '@interwork/core';
import { policyOf } from '@interwork/policy/testing';

const FLOW: Flow = {
  id: 'f',
  transport: 'tls',
  remote: { address: '203.0.113.10', port: 40_002 },
  local: { address: '198.51.100.20', port: 5061 },
  proved: ['contoso.example'],
};

function optionsFrom(domain: string) {
  const message = parseMessage(
    encodeUtf8(
      [
        'OPTIONS sip:romeo@fabrikam.example SIP/2.0',
        'Via: SIP/2.0/TLS 203.0.113.10:5061;branch=z9hG4bK1',
        `From: <sip:amy@${domain}>;tag=a`,
        'To: <sip:romeo@fabrikam.example>',
        'Call-ID: 1',
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    ),
  );
  if (message.kind !== 'request') throw new Error('no request');
  const request = checkRequest(message);
  if (isFault(request)) throw new Error(request.text);
  return request;
}

function gatewayOf(carries: boolean): Gateway {
  const place = { host: 'gw.fabrikam.example', ports: { tls: 5061 }, jitter: () => 0.5 };
  return new Gateway({
    sipDomains: ['*'],
    xmppDomains: ['fabrikam.example'],
    policy: policyOf({ rules: [] }),
    dialects: { 'contoso.example': 'lync' },
    instance: 'gw',
    secret: 'a secret of the gateway',
    mac: (_secret, text) => text,
    drawToken: () => 'a'.repeat(26),
    ...(carries ? { chat: place } : {}),
  });
}

describe('RFC 3261 §11.2 what an answer to OPTIONS describes', () => {
  it.each([
    [
      'a session in the words of the asker, which names whoever was asked',
      true,
      'contoso.example',
      'm=message 5061 sip sip:romeo@fabrikam.example',
    ],
    ['nothing to who knows of no such sessions', true, 'adatum.example', undefined],
    ['nothing where no conversations are carried', false, 'contoso.example', undefined],
  ])('%s', (_, carries, domain, line) => {
    const described = gatewayOf(carries).describe(optionsFrom(domain), FLOW);
    const text = described?.body === undefined ? undefined : decodeUtf8(described.body);
    expect(text?.split('\r\n').find((one) => one.startsWith('m='))).toBe(line);
  });
});
