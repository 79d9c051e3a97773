// Route, before anything is decided: entries of ours are taken off, and with them the token of the dialog; a Request-URI
// that an old strict router has made of our entry is put right. RFC 3261 §16.4. What is left may lead on only within a
// dialog of ours: a first request goes where policy sends it, and nowhere else.
import {
  type IncomingRequest,
  isFault,
  parseRoute,
  routeTexts,
  type Uri,
  writeUri,
} from '@interwork/sip';
import { normalizeDomain } from '@interwork/xmpp';
import type { RefusalCode } from '../translation.ts';
import { type DialogToken, readToken, type Sealing } from './dialog-token.ts';

/** Where a request is to go on, once our own entries are gone. */
export interface Routed {
  readonly kind: 'routed';
  readonly uri: Uri;
  /** The Request-URI as it goes on. */
  readonly uriText: string;
  /** What is left of Route, each as it was written. */
  readonly routes: readonly string[];
  /** Whether anything was taken off. */
  readonly isShorter: boolean;
  readonly token: DialogToken | undefined;
}

/** @spec RFC 3261 §16.4 */
export function routedBy(
  request: IncomingRequest,
  fqdn: string,
  sealing: Sealing,
): Routed | RefusalCode {
  const all = routeTexts(request.request.headers);
  const strict = strictly(request, all, fqdn, sealing);
  const routes = strict === undefined ? all : strict.routes;
  const own = ownAtFront(routes, fqdn);
  const users = strict === undefined ? own : [strict.user, ...own];
  const left = routes.slice(own.length);
  const token = tokenAmong(users, sealing);
  if (token === 'forged') return 'stale-route';
  if (token === undefined && left.length > 0) return 'foreign-route';
  return {
    kind: 'routed',
    uri: strict?.uri ?? request.uri,
    uriText: strict === undefined ? request.request.uri : writeUri(strict.uri),
    routes: left,
    isShorter: left.length < all.length,
    token,
  };
}

interface Strict {
  readonly uri: Uri;
  readonly routes: readonly string[];
  readonly user: string;
}

/** A strict router has put our entry into the Request-URI, and its target at the end of Route. */
function strictly(
  { uri }: IncomingRequest,
  routes: readonly string[],
  fqdn: string,
  sealing: Sealing,
): Strict | undefined {
  const last = routes.at(-1);
  const user = last === undefined ? undefined : userOfOurs(uri, fqdn);
  if (last === undefined || user === undefined || readToken(user, sealing) === undefined)
    return undefined;
  const address = parseRoute(last);
  return isFault(address) ? undefined : { uri: address.uri, routes: routes.slice(0, -1), user };
}

/** The user parts of the entries that are ours, as far as they are the first ones. */
function ownAtFront(routes: readonly string[], fqdn: string): readonly string[] {
  const users: string[] = [];
  for (const text of routes) {
    const address = parseRoute(text);
    const user = isFault(address) ? undefined : userOfOurs(address.uri, fqdn);
    if (user === undefined) break;
    users.push(user);
  }
  return users;
}

/** `''` for our name alone, `undefined` for somebody else's. */
function userOfOurs(uri: Uri, fqdn: string): string | undefined {
  if (uri.kind !== 'sip' || normalizeDomain(uri.host) !== fqdn) return undefined;
  return uri.user ?? '';
}

/** Our own entries may stand there twice, once for each transport; they all say the same. */
function tokenAmong(
  users: readonly string[],
  sealing: Sealing,
): DialogToken | 'forged' | undefined {
  const [first, ...others] = [...new Set(users)].filter((user) => user !== '');
  if (first === undefined) return undefined;
  return others.length > 0 ? 'forged' : (readToken(first, sealing) ?? 'forged');
}

/** Whether a request comes by an entry of ours, which has a user part. */
export function isRoutedByUs(request: IncomingRequest, fqdn: string, sealing: Sealing): boolean {
  const routes = routeTexts(request.request.headers);
  return (
    ownAtFront(routes.slice(0, 1), fqdn).some((user) => user !== '') ||
    strictly(request, routes, fqdn, sealing) !== undefined
  );
}
