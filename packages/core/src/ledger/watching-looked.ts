// What stands beside a record while the host looks at it, or at what came before it (gateway/presence-looking.ts). Whatever
// it makes of the record strikes it out (watching.ts).
import type { LookedRequest } from './presence-types.ts';
import type { WatchingWork } from './watching-shown.ts';

/** The host looks at it from now on, or has refused it. */
export function looksAt(
  { half }: WatchingWork,
  kind: 'looked' | 'refused',
  request: LookedRequest,
): void {
  if (kind === 'looked') half.looked = request;
  else if (isSame(half.looked, request)) half.looked = undefined;
}

/** Whether it is that one, and none that came behind it. */
function isSame(one: LookedRequest | undefined, other: LookedRequest): boolean {
  return one?.type === other.type && one.from === other.from && one.id === other.id;
}
