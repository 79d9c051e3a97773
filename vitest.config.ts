import { defineConfig } from 'vitest/config';
import { closingLine } from './test-kit/closing-line.ts';

const conditions = ['@interwork/source'];
const resolved = [...conditions, 'module', 'node', 'development|production'];
const room = (name: string, include: string[]) => ({
  extends: true as const,
  test: { name, include, exclude: ['**/node_modules/**', '**/test/peers/**'] },
});

export default defineConfig({
  resolve: { conditions: resolved },
  ssr: { resolve: { conditions: resolved, externalConditions: conditions } },
  test: {
    pool: 'threads',
    isolate: false,
    testTimeout: 20_000,
    reporters: ['default', closingLine],
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
    projects: [
      ...['sip', 'xmpp', 'policy', 'certs', 'core'].map((name) =>
        room(name, [`packages/${name}/test/**/*.test.ts`]),
      ),
      room('examples', ['examples/*/**/*.test.ts']),
      room('scripts', ['scripts/**/*.test.ts']),
      room('interop', ['interop/test/**/*.test.ts']),
    ],
  },
});
