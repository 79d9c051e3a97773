// Which type of document a watcher gets: what its Accept rates highest of what can be written. RFC 3261 §20.1 and
// RFC 6665 §4.1.2.1.
import { type Fault, isFault } from '../fault.ts';
import { type IncomingRequest, type MediaType, param } from '../message.ts';
import type { NotifierEnv } from './types.ts';

/**
 * The type that the watcher likes best, of those alike the one that is best for us; `undefined` when it reads none.
 * Without an Accept it reads what its event package says.
 * @spec RFC 6665 §4.1.2.1
 * @spec RFC 3856 §6.7
 */
export function bestType(
  { request }: IncomingRequest,
  { accept: types, packageType = types[0] }: Pick<NotifierEnv, 'accept' | 'packageType'>,
): string | Fault | undefined {
  const { accept: ranges } = request.headers;
  if (ranges === undefined) return packageType;
  if (isFault(ranges)) return ranges;
  let best: { readonly type?: string; readonly quality: number } = { quality: 0 };
  for (const type of types) {
    const quality = qualityOf(ranges, type.toLowerCase());
    if (quality > best.quality) best = { type, quality };
  }
  return best.type;
}

/** From 0, not at all, to 1, by the range that comes closest. @spec RFC 3261 §20.1 */
function qualityOf(ranges: readonly MediaType[], type: string): number {
  const [major = ''] = type.split('/');
  const closest = [type, `${major}/*`, '*/*']
    .map((name) => ranges.find((range) => `${range.type}/${range.subtype}` === name))
    .find((range) => range !== undefined);
  if (closest === undefined) return 0;
  const quality = Number(param(closest.params, 'q') ?? '1');
  return quality >= 0 && quality <= 1 ? quality : 1;
}
