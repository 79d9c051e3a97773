// The operator's page says of each field of a configuration what it is: what it does not list, it says, is refused.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shape } from '@interwork/policy';
import { describe, expect, it } from 'vitest';
import { CONFIGURATION } from '../src/node/daemon/configuration-shape.ts';

const page = readFileSync(
  join(import.meta.dirname, '../../../examples/quick-gateway/README.md'),
  'utf8',
);
const [, chapter = ''] =
  /^## Everything the configuration may say$([\s\S]*?)^## /m.exec(page) ?? [];
const written = new Set(
  [...chapter.matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) => code.match(/\w+/g) ?? []),
);

/** Names of all fields below; bounds by their tables alone, which another page lists. */
function* namesIn(shape: Shape, path = ''): Iterable<readonly [path: string, name: string]> {
  if (shape.kind === 'list' || shape.kind === 'table') yield* namesIn(shape.of, path);
  if (shape.kind === 'either') for (const one of shape.of) yield* namesIn(one, path);
  if (shape.kind !== 'object') return;
  for (const [name, field] of Object.entries(shape.fields)) {
    yield [`${path}/${name}`, name];
    if (path !== '/limits') yield* namesIn(field.shape, `${path}/${name}`);
  }
}

describe('everything the configuration may say', () => {
  it.each([...namesIn(CONFIGURATION)])('%s is on the page', (_path, name) => {
    expect(written).toContain(name);
  });
});
