// What stands beside a record while the host looks at it, or at what came before it (gateway/presence-looking.ts). Whatever
// it makes of the record strikes it out (watching.ts).
import type { KeptRequest, LookedRequest, WatchingInput } from './presence-types.ts';
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

/** What a user asks or takes back takes the place of what stands there, unless that came behind it. */
export function strikeOut(
  { half }: WatchingWork,
  kind: WatchingInput['kind'],
  kept: KeptRequest | undefined,
): void {
  if (!ASKED.has(kind)) return;
  if (kept === undefined || isSame(half.looked, kept)) half.looked = undefined;
}

/** Whether it comes again from a process that has ended, and something has taken its place meanwhile. */
export function isTakenBack({ half }: WatchingWork, kept: KeptRequest | undefined): boolean {
  return kept?.isAgain === true && !isSame(half.looked, kept);
}

/** Whether it is that one, and none that came behind it. */
function isSame(one: LookedRequest | undefined, other: LookedRequest): boolean {
  const isAlike = one?.type === other.type && one.from === other.from && one.id === other.id;
  return isAlike && one.mark === other.mark;
}

const ASKED: ReadonlySet<WatchingInput['kind']> = new Set(['hold', 'subscribe', 'unsubscribe']);
