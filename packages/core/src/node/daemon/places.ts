// Where a daemon is found: each listener by its kind, address and real port, as one word.
import { isIP } from 'node:net';
import type { Configuration } from './configuration.ts';
import type { Opened } from './open.ts';

/** Every listener, and the component it is. */
export function placesOf({ xmpp }: Configuration, { edges, health }: Opened): readonly string[] {
  const sip = edges.sip.listening.map(({ transport, address, port }) =>
    placeName(`sip/${transport}`, address, port),
  );
  const s2s = edges.xmpp.listening.map(({ direct, address, port }) =>
    placeName(direct ? 'xmpps-server' : 'xmpp-server', address, port),
  );
  const component = xmpp.component === undefined ? [] : [`component:${xmpp.component.name}`];
  const own = health === undefined ? [] : [placeName('health', health.address, health.port)];
  return [...sip, ...s2s, ...component, ...own];
}

function placeName(kind: string, address: string, port: number): string {
  return isIP(address) === 6 ? `${kind}:[${address}]:${port}` : `${kind}:${address}:${port}`;
}
