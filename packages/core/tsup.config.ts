import { defineConfig } from 'tsup';
import { shared } from '../../tsup.shared.ts';

export default defineConfig({
  ...shared,
  entry: {
    index: 'src/index.ts',
    'store/memory': 'src/store/memory.ts',
    'store/redis': 'src/store/redis.ts',
    'store/sqlite': 'src/store/sqlite.ts',
    ladder: 'src/ladder/index.ts',
    testing: 'src/node/testing/index.ts',
    'testing/vitest': 'src/testing/vitest.ts',
    node: 'src/node/index.ts',
  },
});
