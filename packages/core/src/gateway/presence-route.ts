// Where a request of a presence dialog goes: to the next hop of the domain, but on the way that the dialog has
// recorded, as far as that leads to a place the domain's own route names. A Contact or a Record-Route that leads
// elsewhere is not followed: the next hop routes by it, and no peer can aim our requests at a third party.
import {
  type HeaderField,
  isFault,
  parseRoute,
  type RequestDraft,
  type Target,
  type Transport,
  type Uri,
} from '@interwork/sip';

/**
 * The targets of a request, of those that lead to its domain.
 * @spec RFC 3261 §12.2.1.1
 */
export function presenceTargets(draft: RequestDraft, route: readonly Target[]): readonly Target[] {
  const hop = hopOf(draft);
  const first = route[0];
  if (hop.kind !== 'sip' || first === undefined) return route;
  const host = bare(hop.host);
  const known = route.find(({ address }) => address === host);
  if (known === undefined) return route;
  const transport = transportOf(hop, known.transport);
  const port = hop.port ?? (transport === 'tls' ? 5061 : 5060);
  const { address, references } = known;
  return [{ transport, address, port, references }];
}

/** The first of the route set, else the remote target. */
function hopOf({ uri, headers = [] }: RequestDraft): Uri {
  const route = headers.find(({ name }: HeaderField) => name.toLowerCase() === 'route');
  if (route === undefined) return uri;
  const address = parseRoute(route.value);
  return isFault(address) ? uri : address.uri;
}

/** A way that is protected stays so, whatever a Contact says. */
function transportOf(hop: Extract<Uri, { kind: 'sip' }>, known: Transport): Transport {
  if (known === 'tls' || hop.scheme === 'sips') return 'tls';
  const said = hop.params.find(({ name }) => name === 'transport')?.value?.toLowerCase();
  return said === 'udp' || said === 'tcp' || said === 'tls' ? said : 'udp';
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
