// A host's own logger, in the shape of pino's, and what is logged with it: traces, and what passes where that is asked for.
// Traces hold no words; of what passes, what may be shown is chosen by the host and hidden before it gets here.
import { Recording, type RecordingOptions } from '../../ladder/recording.ts';
import type { GatewayMachine } from '../../ladder/recording.ts';
import type { Level, Log } from './log.ts';

/** What is used of a logger; pino's is one. */
export interface PinoLike {
  debug(fields: object, msg: string): void;
  info(fields: object, msg: string): void;
  warn(fields: object, msg: string): void;
  error(fields: object, msg: string): void;
  fatal(fields: object, msg: string): void;
}

/** A logger as everything here logs. */
export function logTo(logger: PinoLike): Log {
  return (level: Level, msg, fields = {}) => logger[level](fields, msg);
}

/** A machine whose messages are logged (`debug`) as they pass, hidden as asked. */
export function loggedPassing(
  log: Log,
  shows: Pick<RecordingOptions, 'addresses' | 'words'>,
  machine: GatewayMachine,
): GatewayMachine {
  const recording = new Recording({
    ...shows,
    limits: { steps: 1 },
    onStep: (step) => {
      if (step.kind !== 'arrow') return;
      const { text, wire, ...fields } = step;
      log('debug', text, { ...fields, message: wire?.text });
    },
  });
  return recording.over(machine);
}
