// The log: lines of JSON as pino's readers know them, no less than its level, and together by the turn.
import { describe, expect, it } from 'vitest';
import { jsonLog } from '@interwork/core/node';

function logged(level?: 'debug' | 'warn') {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  return { written, ...jsonLog(level === undefined ? { write } : { write, level }) };
}

describe('a log', () => {
  it('writes one line for each thing, with level, time, msg and the fields', () => {
    const { log, flush, written } = logged();
    log('info', 'one\ntwo', { domain: 'sip.example' });
    flush();
    expect(written.join('')).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(written.join(''))).toEqual({
      level: 30,
      time: expect.any(Number),
      msg: 'one\ntwo',
      domain: 'sip.example',
    });
  });

  it('leaves out what is below its level, which may change', () => {
    const { log, flush, setLevel, written } = logged('warn');
    log('info', 'left out');
    log('error', 'kept');
    setLevel('debug');
    log('debug', 'kept too');
    flush();
    const lines = written.join('').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['kept', 'kept too']);
  });

  it('writes what one turn tells at its end, together', async () => {
    const { log, written } = logged();
    for (let n = 0; n < 100; n++) log('info', `line ${n}`);
    expect(written).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toHaveLength(1);
    expect(written.join('').split('\n')).toHaveLength(101);
  });

  it('holds no more than a bound, however much one turn tells', () => {
    const { log, written } = logged();
    for (let n = 0; n < 10; n++) log('info', 'x'.repeat(20_000));
    expect(written.length).toBeGreaterThan(1);
    for (const text of written) expect(text.length).toBeLessThan(100_000);
  });
});
