import { expect, it } from 'vitest';
import * as sip from '@interwork/sip';
import { Buffer } from 'node:buffer';
it('loads', () => {
  expect(typeof sip).toBe('object');
  Buffer.from('');
});
