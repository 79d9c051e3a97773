// What a Prosody's log says of its links: the method by which one came about, or why it was closed. Every line begins
// with the stream or the host and module it is about.
import type { Method } from './negotiation-rows.ts';

/** Which way a link of the Prosody goes. */
export type Direction = 'incoming' | 'outgoing';

/** How the link between its domain and the other came about; undefined as long as it has not. */
export function methodIn(
  log: string,
  direction: Direction,
  host: string,
  other: string,
): Method | undefined {
  const pair = direction === 'incoming' ? `${other}->${host}` : `${host}->${other}`;
  const word = direction === 'incoming' ? 'Incoming' : 'Outgoing';
  const stream = streamOf(log, `${word} s2s connection ${pair} complete`);
  if (stream === undefined) return undefined;
  const isEncrypted = saidOf(log, stream).some((said) => said.startsWith('Stream encrypted'));
  const external =
    direction === 'incoming'
      ? `Accepting SASL EXTERNAL identity from ${other}`
      : `SASL EXTERNAL with ${other} succeeded`;
  if (saidOf(log, `${host}:saslauth`).includes(external)) return 'SASL over TLS';
  return isEncrypted ? 'dialback over TLS' : 'dialback without TLS';
}

/** Why its call to the other was in vain. */
export function closedIn(log: string, host: string, other: string): string | undefined {
  return new RegExp(`Outgoing s2s stream ${host}->${other} closed: (.*)`).exec(log)?.[1];
}

function streamOf(log: string, text: string): string | undefined {
  return new RegExp(`^(\\S+)\\s+\\w+\\s+${text}$`, 'm').exec(log)?.[1];
}

function saidOf(log: string, who: string): readonly string[] {
  const lines = log.matchAll(new RegExp(`^${who}\\s+\\w+\\s+(.*)$`, 'gm'));
  return [...lines].map(([, said = '']) => said);
}
