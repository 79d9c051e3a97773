// RFC 5118, all 12 messages with IPv6 in them, checked by value; and the archived octets with their bare LF.
import { describe, expect, it } from 'vitest';
import {
  checkRequest,
  type IncomingRequest,
  param,
  parseMessage,
  writeUri,
  writeVia,
} from '@interwork/sip';
import { haveVectors, vectorBytes, vectorJson } from '../../../test-kit/vectors.ts';
import { good, requestIn } from './message-text.ts';

const checked = (name: string): IncomingRequest =>
  good(checkRequest(requestIn(vectorBytes(`rfc5118/${name}.dat`))));
const hosts = (name: string): readonly string[] =>
  good(checked(name).request.headers.via).map((one) => one.host);

const ROWS: Record<string, () => void> = {
  'ipv6-good': () => {
    expect(writeUri(checked('ipv6-good').uri)).toBe('sip:[2001:db8::10]');
    expect(checked('ipv6-good').via).toMatchObject({ host: '[2001:db8::9:1]', port: undefined });
  },
  'ipv6-bad': () => {
    const request = requestIn(vectorBytes('rfc5118/ipv6-bad.dat'));
    expect(checkRequest(request)).toMatchObject({ code: 'request-uri', answer: { status: 400 } });
  },
  'port-ambiguous': () => {
    expect(checked('port-ambiguous').uri).toMatchObject({
      host: '[2001:db8::10:5070]',
      port: undefined,
    });
  },
  'port-unambiguous': () => {
    expect(checked('port-unambiguous').uri).toMatchObject({ host: '[2001:db8::10]', port: 5070 });
  },
  // §4.5: read with brackets, never sent with them
  'via-received-param-with-delim': () => {
    const { via } = checked('via-received-param-with-delim');
    expect(param(via.params, 'received')).toBe('2001:db8::9:255');
    expect(writeVia(via)).toContain(';received=2001:db8::9:255');
  },
  'via-received-param-no-delim': () => {
    const { via } = checked('via-received-param-no-delim');
    expect(param(via.params, 'received')).toBe('2001:db8::9:255');
  },
  'ipv6-in-sdp': () => {
    expect(checked('ipv6-in-sdp').request.body).toHaveLength(251);
  },
  'mult-ip-in-header': () => {
    expect(hosts('mult-ip-in-header')).toEqual([
      '[2001:db8::9:1]',
      '192.0.2.1',
      '[2001:db8::9:255]',
    ]);
  },
  'mult-ip-in-sdp': () => {
    expect(checked('mult-ip-in-sdp').request.body).toHaveLength(189);
  },
  'ipv4-mapped-ipv6': () => {
    expect(hosts('ipv4-mapped-ipv6')).toContain('[::ffff:192.0.2.10]');
    expect(checked('ipv4-mapped-ipv6').request.body).toHaveLength(245);
  },
  // §4.10
  'ipv6-bug-abnf-3-colons': () => {
    expect(checked('ipv6-bug-abnf-3-colons').uri).toMatchObject({ host: '[2001:db8::192.0.2.1]' });
  },
  'ipv6-correct-abnf-2-colons': () => {
    expect(checked('ipv6-correct-abnf-2-colons').uri).toMatchObject({
      host: '[2001:db8::192.0.2.1]',
    });
  },
};

describe.skipIf(!haveVectors)('RFC 5118', () => {
  it.each(Object.entries(ROWS))('%s', (_, check) => check());

  it.each(Object.keys(ROWS))('%s as archived, with bare LF, is refused', (name) => {
    expect(parseMessage(vectorBytes(`rfc5118/exact/${name}.dat`))).toMatchObject({ kind: 'fault' });
  });

  it('covers the whole index', () => {
    const index = vectorJson<{ vectors: { name: string }[] }>('rfc5118/index.json', {
      vectors: [],
    });
    expect(Object.keys(ROWS).toSorted()).toEqual(index.vectors.map((one) => one.name).toSorted());
  });
});
