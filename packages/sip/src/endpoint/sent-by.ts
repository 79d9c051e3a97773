// Our own place in Via: what we write there, and whether a response bears it. RFC 3261 §18.1, RFC 3581,
// RFC 5923. Which request a response belongs to is decided by its branch, in uac.ts.
import { isFault } from '../fault.ts';
import { hostOf } from '../host.ts';
import type { IncomingResponse, Param, Via } from '../message.ts';
import type { Flow, SipEndpointOptions, Transport } from './types.ts';

/** The name and the ports under which we can be reached. */
export interface SentBy {
  /** Lower case. */
  readonly host: string;
  readonly ports: SipEndpointOptions['ports'];
}

/** What a host was told of itself. */
export function sentByOf({ host, ports }: SipEndpointOptions): SentBy {
  return { host: hostOf(host) ?? host, ports };
}

/**
 * Our Via. Datagrams ask for answers to the port they came from; on TLS we offer the connection for
 * requests the other way, if we can be found at all.
 * @spec RFC 3581 §3
 * @spec RFC 5923 §8.1
 */
export function ourVia(sentBy: SentBy, transport: Transport, branch: string): Via {
  const params: Param[] = [{ name: 'branch', value: branch }];
  const port = sentBy.ports[transport];
  if (transport === 'udp') params.push({ name: 'rport', value: undefined });
  if (transport === 'tls' && port !== undefined) params.push({ name: 'alias', value: undefined });
  return { transport: transport.toUpperCase(), host: sentBy.host, port, params };
}

/**
 * Whether a response that came on `flow` may answer what we sent on `own`: the same connection, another one of the same
 * peer (some answer on one that they have opened themselves), or any datagram, with our Via on top.
 * @spec RFC 3261 §18.1.2
 */
export function answersUs(
  sentBy: SentBy,
  own: Flow,
  flow: Flow,
  incoming: IncomingResponse,
): boolean {
  if (own.transport === 'udp' ? flow.transport !== 'udp' : !isSamePeer(own, flow)) return false;
  const { via } = incoming;
  return (
    via.host === sentBy.host && portOf(own, via.port) === portOf(own, sentBy.ports[own.transport])
  );
}

/** Whether two flows lead to one peer, as far as it has shown. */
export function isSamePeer(one: Flow, other: Flow): boolean {
  if (one.id === other.id) return true;
  return (
    one.transport === other.transport &&
    one.remote.address === other.remote.address &&
    one.proved.join(' ') === other.proved.join(' ')
  );
}

/** @spec RFC 3261 §18.1.1 */
function portOf(flow: Flow, port: number | undefined): number {
  return port ?? (flow.transport === 'tls' ? 5061 : 5060);
}

/** A response to what began with us has our Via and no other. @spec RFC 3261 §8.1.3.3 */
export function hasOneVia({ response }: IncomingResponse): boolean {
  const { via } = response.headers;
  return via !== undefined && !isFault(via) && via.length === 1;
}
