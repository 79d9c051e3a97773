// The tests with real servers: one process, one after another. Started by interop/peers.mjs.
import { defineConfig } from 'vitest/config';
import { closingLine } from './test-kit/closing-line.ts';

const conditions = ['@interwork/source'];
const resolved = [...conditions, 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions: resolved },
  ssr: { resolve: { conditions: resolved, externalConditions: conditions } },
  test: {
    include: ['packages/*/test/peers/**/*.test.ts', 'interop/peers/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    // Tests of one file that say so run beside each other, all of them.
    maxConcurrency: 200,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', closingLine],
  },
});
