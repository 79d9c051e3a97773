// A refusal that the XMPP user may not have heard: it is said again until it is not known to have been lost, since
// nothing else tells him, and the record would end with it.
import { say, tellAll, type WatchingWork, withdraw } from './watching-shown.ts';

/** It has not reached the user's server. One who watches still, or again, is told everything again anyway. */
export function unheard(work: WatchingWork, resource: string): void {
  const { half, now, x } = work;
  if (half.state !== 'none') {
    half.showAgainAt ??= now + x.waits.again;
    return;
  }
  if (resource !== '') withdraw(work, resource, true);
  const { tries = 0, isLost = false } = half.refusal ?? {};
  if (isLost) return;
  half.refusal =
    tries >= MOST_TRIES
      ? undefined
      : { tries: tries + 1, at: now + x.waits.again * 2 ** tries, isLost: true };
}

/** Its moment has come. */
export function refuseAgain(work: WatchingWork): void {
  const { half, now, x } = work;
  const { refusal } = half;
  if (refusal === undefined || refusal.at > now) return;
  half.refusal = undefined;
  if (half.state !== 'none' || !refusal.isLost) return;
  say(work, { resource: '', to: '', type: 'unsubscribed' });
  tellAll(work);
  half.refusal = { tries: refusal.tries, at: now + READ_WITHIN * x.waits.again, isLost: false };
}

/** How often it is said: waits that double reach over half a day. */
const MOST_TRIES = 10;
/** In `again`s: by then a stanza that was lost is known to be. */
const READ_WITHIN = 5;

/** It has just been said: for a while it is kept, since the process or the link may end before it is read. */
export function refused(work: WatchingWork): void {
  const { half, now, x } = work;
  half.refusal ??= { tries: 0, at: now + READ_WITHIN * x.waits.again, isLost: false };
}

/** The process ended while it was kept: nobody knows whether it was read. */
export function refusedBefore(work: WatchingWork): void {
  const { half, now, x } = work;
  if (half.refusal === undefined) return;
  half.refusal = { ...half.refusal, at: now + x.jitter() * x.waits.afresh, isLost: true };
}
