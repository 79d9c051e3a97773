// The Via values of a request as they are repeated, in its responses and where it is sent on: as they were written,
// only that the topmost one is stamped with where the request came from. RFC 3261 §18.2.1, RFC 3581 §4.
import { cursorOf, take } from '../cursor.ts';
import { COMMA } from '../grammar.ts';
import { takeVia } from '../header/values.ts';
import { type IncomingRequest, type Param, param, type Via } from '../message.ts';
import { writeVia } from '../write.ts';
import type { SocketAddress } from './types.ts';

/** In order; values that shared a line may share one again, but for the first. */
export function viaLinesOf(incoming: IncomingRequest, cameFrom: SocketAddress): readonly string[] {
  const [first = '', ...others] = incoming.request.headers.all('Via');
  if (!first.includes(',')) return [stampText(first, incoming.via, cameFrom), ...others];
  const c = cursorOf(first);
  takeVia(c);
  const top = stampText(first.slice(0, c.at).trimEnd(), incoming.via, cameFrom);
  return take(c, COMMA) ? [top, first.slice(c.at), ...others] : [top, ...others];
}

/** Vias hold more than we know, and some peers sign theirs: what need not be changed is not. */
function stampText(text: string, via: Via, cameFrom: SocketAddress): string {
  const isPlain =
    param(via.params, 'rport') === undefined && param(via.params, 'received') === undefined;
  if (!isPlain) return writeVia(stampVia(via, cameFrom));
  return bareHost(via.host) === cameFrom.address ? text : `${text};received=${cameFrom.address}`;
}

/**
 * The topmost Via with the address the request really came from.
 * @spec RFC 3261 §18.2.1
 * @spec RFC 3581 §4
 */
export function stampVia(via: Via, { address, port }: SocketAddress): Via {
  const asksPort = param(via.params, 'rport') !== undefined;
  if (!asksPort && bareHost(via.host) === address) return via;
  const params: Param[] = [];
  for (const one of via.params) {
    if (one.name !== 'received' && one.name !== 'rport') params.push(one);
  }
  params.push({ name: 'received', value: address });
  if (asksPort) params.push({ name: 'rport', value: String(port) });
  return { transport: via.transport, host: via.host, port: via.port, params };
}

function bareHost(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
