// What every package's build shares: both module systems, types, and source maps with their sources.
import type { Options } from 'tsup';

export const shared: Options = {
  format: ['esm', 'cjs'],
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  clean: true,
  splitting: true,
  treeshake: true,
  external: [/^@interwork\//],
  dts: {
    compilerOptions: {
      composite: false,
      incremental: false,
      types: ['node'],
      rootDir: '../..',
      ignoreDeprecations: '6.0',
    },
  },
};
