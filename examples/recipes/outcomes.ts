// What a host hears of crossings and peers.
// #region outcomes
import type { OutcomeEvents } from '@interwork/core';

/** Told of each outcome by its name; a trace says by which rule, for which reason, and what was lost. */
export function outcomes(say: (line: string) => void): OutcomeEvents {
  return {
    refused: ({ from, to, reasons, by }) =>
      say(`${from} may not write to ${to}: ${[...reasons, ...by].join(', ')}`),
    failed: ({ to, reasons }) => say(`${to} was not reached: ${reasons.join(', ')}`),
    'late-failure': ({ to }) => say(`${to} was told that a message is lost after all`),
    peer: ({ domain, faults }) =>
      say(`${domain ?? 'a peer'} showed ${faults[0]?.code ?? 'nothing'}`),
  };
}
// #endregion
