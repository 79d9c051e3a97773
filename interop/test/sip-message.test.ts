// SIPp's message file: whole, byte by byte, and with the next entry begun.
import { describe, expect, it } from 'vitest';
import { statusOf, TraceReader } from '../src/agents/sip-message.ts';

const LINE = '-----------------------------------------------';
const request =
  'MESSAGE sip:bob@a.example SIP/2.0\r\nVia: a\r\nVia: b\r\nSubject: ü\r\n\r\nGrüße\r\n✓';
const response = 'SIP/2.0 486 Busy Here\r\nContent-Length: 0\r\n\r\n';
const size = (text: string): number => Buffer.byteLength(text);
const FILE = Buffer.from(
  `${LINE} 2026-11-26 22:10:48.662845\nTCP message received [${size(request)}] bytes :\n\n${request}\n` +
    `${LINE} 2026-11-26 22:10:48.665475\nUDP message sent (${size(response)} bytes):\n\n${response}\n`,
);

const read = (pieces: readonly Buffer[]) => {
  const reader = new TraceReader();
  return pieces.flatMap((piece) => reader.push(piece));
};

describe('the entries of a message file', () => {
  it.each([
    ['whole', [FILE]],
    ['byte by byte', [...FILE].map((byte) => Buffer.from([byte]))],
    ['with more begun', [Buffer.concat([FILE, FILE.subarray(0, 120)])]],
  ])('%s', (_, pieces) => {
    const [first, second, ...more] = read(pieces);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ way: 'received', body: 'Grüße\r\n✓' });
    expect([first?.headers.get('via'), first?.headers.get('subject')]).toEqual(['a, b', 'ü']);
    expect([second?.way, statusOf(second as NonNullable<typeof second>)]).toEqual(['sent', 486]);
    expect(statusOf(first as NonNullable<typeof first>)).toBe(0);
  });
});
