// What a host may say about a message that is about to cross.
// #region look
import type { AskedCrossing, CrossingVerdict } from '@interwork/core';

/** Looks at every message that policy permits. It may take its time: up to `GatewayWaits.duty`, five seconds. */
export async function look(
  crossing: AskedCrossing,
  archive: (crossing: AskedCrossing) => Promise<void>,
): Promise<CrossingVerdict> {
  const { text, to } = crossing;
  await archive(crossing); // if it throws, the message is refused as `host-failed`
  if (/\b(?:\d{4}[ -]?){4}\b/.test(text)) return { result: 'refuse', why: 'no card numbers' };
  if (to.startsWith('sales@')) return { result: 'rewrite', to: to.replace('sales@', 'bob@') };
  return { result: 'rewrite', text: `[external] ${text}` };
}
// #endregion
