import { defineConfig } from 'tsup';
import { shared } from '../../tsup.shared.ts';

export default defineConfig({
  ...shared,
  entry: {
    index: 'src/index.ts',
    pkcs12: 'src/pkcs12/index.ts',
    request: 'src/write/index.ts',
    testing: 'src/testing/index.ts',
    node: 'src/node/index.ts',
  },
});
