// A picture of what passed a gateway: for a failing test, for a ticket, for oneself.
// #region ladder
import type { Gateway } from '@interwork/core';
import {
  type GatewayMachine,
  ladderPage,
  ladderText,
  type PageSection,
  Recording,
} from '@interwork/core/ladder';

/** Stands around a gateway, which is then run in its place. Addresses are shortened and words withheld unless asked for. */
export function recorded(gateway: Gateway): { machine: GatewayMachine; recording: Recording } {
  const recording = new Recording({ words: 'full' });
  return { machine: recording.over(gateway), recording };
}

/** The same as text, and as a page that opens offline and shows both sides of an arrow. */
export function drawn(recording: Recording, title: string): { text: string; html: string } {
  const ladder = recording.ladder();
  const sections: PageSection[] = [{ title, ladder }];
  return { text: ladderText(ladder), html: ladderPage({ title, sections }) };
}
// #endregion
