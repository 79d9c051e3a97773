// What a host may say about something that is about to cross.
// #region look
import type { AskedCrossing, CrossingVerdict } from '@interwork/core';

/** Looks at everything that policy permits. It may take its time: up to `GatewayWaits.duty`, five seconds. */
export async function look(
  crossing: AskedCrossing,
  archive: (crossing: AskedCrossing) => Promise<void>,
): Promise<CrossingVerdict> {
  const { text, to, what } = crossing;
  await archive(crossing); // if it throws, what crosses is refused as `host-failed`
  if (/\b(?:\d{4}[ -]?){4}\b/.test(text)) return { result: 'refuse', why: 'no card numbers' };
  if (what !== 'message') return { result: 'pass' }; // presence, sessions, typing, receipts
  if (to.startsWith('sales@')) return { result: 'rewrite', to: to.replace('sales@', 'bob@') };
  return { result: 'rewrite', text: `[external] ${text}` };
}
// #endregion

// #region presence
/** Nobody outside asks to see the board, notes stay inside, and nobody is told who types. */
export function discreet({ what, from, to }: AskedCrossing): CrossingVerdict {
  if (what === 'request' && to.startsWith('board@')) return { result: 'refuse', why: 'not shown' };
  if (what === 'document' && from.endsWith('@contoso.example'))
    return { result: 'rewrite', text: '' };
  return what === 'composing' ? { result: 'refuse' } : { result: 'pass' };
}
// #endregion
