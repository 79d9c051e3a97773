// Runs a gateway on Node: the loop of gateway/wire.ts with the steady clock and Node's timers. Sockets are
// the edges' (`listenSip` of @interwork/sip/node, `listenXmpp` of @interwork/xmpp/node).
import type { Drivable, Timing } from '../drive.ts';
import type { GatewayEvent, GatewayOutput } from '../gateway/event.ts';
import { type Edges, type Hooks, type Running, wire } from '../gateway/wire.ts';
import { alarm, steadyClock } from './clock.ts';

/** Node's clock and timers, as machines are driven by. */
export const nodeTiming: Timing = { now: steadyClock, alarm };

/** Runs a gateway (or what takes and puts out the same) over two edges until it is closed. */
export function run(
  gateway: Drivable<GatewayEvent, GatewayOutput>,
  edges: Edges,
  hooks: Hooks = {},
): Running {
  return wire(gateway, edges, nodeTiming, hooks);
}
