// Just enough of a URI for certificates: its scheme, and the host of those that name a domain.

/**
 * The host of a URI in lower case; `undefined` when it has none. For `sip:` the authority follows
 * the colon.
 */
export function hostOfUri(uri: string): string | undefined {
  const colon = uri.indexOf(':');
  if (colon < 1) return undefined;
  const rest = uri.slice(colon + 1);
  const scheme = uri.slice(0, colon).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return hostOf(upTo(rest, ';?'));
  return rest.startsWith('//') ? hostOf(upTo(rest.slice(2), '/?#')) : undefined;
}

/**
 * The host of a `sip:` URI that names a domain: no user part, no port needed, parameters not looked
 * at. `undefined` for every other URI, `sips:` ones too.
 * @spec RFC 5922 §7.1
 */
export function sipDomainOf(uri: string): string | undefined {
  if (uri.slice(0, 4).toLowerCase() !== 'sip:' || uri.includes('@')) return undefined;
  return hostOfUri(uri);
}

function hostOf(authority: string): string | undefined {
  const hostPort = authority.slice(authority.lastIndexOf('@') + 1);
  if (hostPort.startsWith('[')) {
    const end = hostPort.indexOf(']');
    return end < 0 ? undefined : hostPort.slice(0, end + 1).toLowerCase();
  }
  const host = upTo(hostPort, ':').toLowerCase();
  return host === '' ? undefined : host;
}

function upTo(text: string, stops: string): string {
  for (let i = 0; i < text.length; i += 1)
    if (stops.includes(text.charAt(i))) return text.slice(0, i);
  return text;
}
