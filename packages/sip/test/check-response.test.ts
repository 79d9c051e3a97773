// RFC 3261 §8.1.3: what a client must have of a response, and that nothing else costs it the status.
import { describe, expect, it } from 'vitest';
import { checkResponse, isFault, parseMessage } from '@interwork/sip';

const HEAD = [
  'SIP/2.0 200 OK',
  'Via: SIP/2.0/TLS a.example;branch=z9hG4bK1',
  'From: <sip:a@a.example>;tag=1',
  'To: <sip:b@b.example>;tag=2',
  'Call-ID: c',
  'CSeq: 1 MESSAGE',
];
const check = (lines: readonly string[]): ReturnType<typeof checkResponse> => {
  const text = [...lines, 'Content-Length: 0', '', ''].join('\r\n');
  const parsed = parseMessage(Buffer.from(text));
  if (parsed.kind !== 'response') throw new Error('not a response');
  return checkResponse(parsed);
};

describe('RFC 3261 §8.1.3', () => {
  it.each(['Contact: sip:"x', 'Warning: what', 'Retry-After: soon', 'Expires: -1', 'Accept: /'])(
    'a response with %s keeps its status',
    (line) => {
      expect(check([...HEAD, line])).toMatchObject({ status: 200, callId: 'c' });
    },
  );

  it.each(['Via', 'From', 'To', 'Call-ID', 'CSeq'])(
    'a response without %s is a fault without an answer',
    (name) => {
      const found = check(HEAD.filter((line) => !line.startsWith(`${name}:`)));
      expect(isFault(found) && found.answer).toBeUndefined();
      expect(isFault(found)).toBe(true);
    },
  );
});
