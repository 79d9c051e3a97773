// Runs a gateway on Node: the loop of gateway/wire.ts with the steady clock and Node's timers. Sockets are
// the edges' (`listenSip` of @interwork/sip/node, `listenXmpp` of @interwork/xmpp/node).
import type { Edges, Running, Wiring } from '../gateway/wire.ts';
import { wire } from '../gateway/wire.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { alarm, steadyClock } from './clock.ts';

/** What a host may be told, and asked. */
export type RunHooks = Pick<Wiring, 'onTrace' | 'route'>;

/** Runs a gateway over two edges until it is closed. */
export function run(gateway: Gateway, edges: Edges, hooks: RunHooks = {}): Running {
  return wire(gateway, edges, { now: steadyClock, alarm, ...hooks });
}
