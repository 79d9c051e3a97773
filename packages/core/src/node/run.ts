// The host's loop, written once: a gateway, its two edges, and what the host is told and asked. Sockets are
// the edges' (`listenSip` of @interwork/sip/node, `listenXmpp` of @interwork/xmpp/node).
import type { Timing } from '../drive.ts';
import type { Closed } from '../gateway/closed.ts';
import { type Edges, type Hooks, type Running, wire } from '../gateway/wire.ts';
import type { Shows } from '../ladder/hiding.ts';
import type { GatewayMachine } from '../ladder/recording.ts';
import { alarm, steadyClock } from './clock.ts';
import type { GatewayMetrics } from './observe/metrics.ts';
import { loggedPassing, logTo, type PinoLike } from './observe/pino.ts';
import { tracesInto } from './observe/tell-trace.ts';

/** Node's clock and timers, as machines are driven by. */
export const nodeTiming: Timing = { now: steadyClock, alarm };

/** What a host on Node is told and asked. */
export interface HostHooks extends Hooks {
  /** Is told of every trace and of the end. Without it nothing is logged. */
  readonly logger?: PinoLike;
  /**
   * Has the logger be told (`debug`) of every message that passes, as far as it may be shown: words and addresses only
   * where they are asked for, credentials never. Without it no message is logged.
   */
  readonly logPassing?: Shows;
  /** Counts what is told. */
  readonly metrics?: GatewayMetrics;
}

/** Runs a gateway (or what takes and puts out the same) over two edges until it is closed. */
export function run(gateway: GatewayMachine, edges: Edges, hooks: HostHooks = {}): Running {
  const { logger, logPassing, metrics, onTrace } = hooks;
  const log = logger === undefined ? undefined : logTo(logger);
  const tell = log === undefined ? undefined : tracesInto(log).tell;
  const machine =
    log === undefined || logPassing === undefined
      ? gateway
      : loggedPassing(log, logPassing, gateway);
  const running = wire(machine, edges, nodeTiming, {
    ...hooks,
    onTrace: (trace) => {
      metrics?.counts.trace(trace);
      tell?.(trace);
      onTrace?.(trace);
    },
  });
  const close = async (): Promise<Closed> => {
    const closed = await running.close();
    log?.('info', 'closed', { ...closed });
    return closed;
  };
  let over: Promise<Closed> | undefined;
  return {
    replacePolicy: (policy) => running.replacePolicy(policy),
    close: () => (over ??= close()),
  };
}
