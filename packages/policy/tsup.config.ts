import { defineConfig } from 'tsup';
import { shared } from '../../tsup.shared.ts';

export default defineConfig({
  ...shared,
  entry: {
    index: 'src/index.ts',
    lync: 'src/lync/index.ts',
    roles: 'src/roles/index.ts',
    testing: 'src/testing/index.ts',
  },
});
