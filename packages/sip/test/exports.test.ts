// The parser subpath is the parser side of the whole, and nothing else.
import { expect, it } from 'vitest';
import * as sip from '@interwork/sip';
import * as parser from '@interwork/sip/parser';

it('shares every name with the whole', () => {
  const whole: Record<string, unknown> = { ...sip };
  for (const [name, value] of Object.entries(parser)) expect(whole[name]).toBe(value);
  expect(Object.keys(parser)).toContain('parseMessage');
  expect(Object.keys(parser)).not.toContain('SipEndpoint');
});
