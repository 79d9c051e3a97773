// One end of a dialog as this test domain knows it, written from RFC 3261 §12 apart from the package's own
// dialogs, so that the two can find each other's mistakes. Mutable, dies with the domain.
import type { HeaderField, IncomingRequest, NameAddr, RequestDraft } from '../../message.ts';
import type { Headers, Param } from '../../message.ts';
import { isFault } from '../../fault.ts';
import { param } from '../../message.ts';
import { writeNameAddr } from '../../name-addr.ts';
import { type Uri, uriParam } from '../../uri.ts';
import type { Ground } from './ground.ts';

/** What both sides keep of a dialog. */
export interface Leg {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly local: Uri;
  readonly remote: Uri;
  target: Uri;
  readonly routes: readonly NameAddr[];
  localCseq: number;
  remoteCseq: number;
}

/**
 * The dialog that a request makes or, for a NOTIFY, has made: `undefined` when it names no Contact.
 * RFC 3261 §12.1.1.
 */
export function legOfRequest(r: IncomingRequest, localTag: string): Leg | undefined {
  const target = contactIn(r.request.headers);
  if (target === undefined) return undefined;
  return {
    callId: r.callId,
    localTag,
    remoteTag: tagOf(r.from),
    local: r.to.uri,
    remote: r.from.uri,
    target,
    routes: listed(r.request.headers.recordRoute),
    localCseq: 0,
    remoteCseq: r.cseq.number,
  };
}

/**
 * The dialog that a 2xx makes on the side that asked.
 * RFC 3261 §12.1.2.
 */
export function legOfAnswer(headers: Headers, draft: RequestDraft, cseq: number): Leg | undefined {
  const target = contactIn(headers);
  const { to } = headers;
  if (target === undefined || to === undefined || isFault(to)) return undefined;
  return {
    callId: draft.callId ?? '',
    localTag: tagOf(draft.from),
    remoteTag: tagOf(to),
    local: draft.from.uri,
    remote: draft.to.uri,
    target,
    routes: listed(headers.recordRoute).toReversed(),
    localCseq: cseq,
    remoteCseq: 0,
  };
}

/** A request within the dialog, and the URI that names its next hop. */
export interface Within {
  readonly draft: RequestDraft;
  readonly hop: Uri;
}

/**
 * The next request within the dialog. A first route without `lr` is a strict router's.
 * RFC 3261 §12.2.1.1.
 */
export function within(leg: Leg, method: string, more: Partial<RequestDraft>): Within {
  leg.localCseq += 1;
  const [first] = leg.routes;
  const isStrict = first !== undefined && uriParam(first.uri, 'lr') === undefined;
  const routes = isStrict ? [...leg.routes.slice(1), plain(leg.target)] : leg.routes;
  const draft: RequestDraft = {
    ...more,
    method,
    uri: isStrict ? first.uri : leg.target,
    from: party(leg.local, leg.localTag),
    to: party(leg.remote, leg.remoteTag),
    callId: leg.callId,
    cseq: leg.localCseq,
    headers: [...routesOf(routes), ...(more.headers ?? [])],
  };
  return { draft, hop: first?.uri ?? leg.target };
}

/**
 * Whether a request within the dialog comes in its turn; it may move the target.
 * RFC 3261 §12.2.2.
 */
export function follows(leg: Leg, r: IncomingRequest): boolean {
  if (r.cseq.number < leg.remoteCseq) return false;
  leg.remoteCseq = r.cseq.number;
  leg.target = contactIn(r.request.headers) ?? leg.target;
  return true;
}

/** Complains of a request within a dialog that does not go by our proxy, where there is one. */
export function checkPath(ground: Ground, r: IncomingRequest): void {
  const { proxy } = ground;
  if (proxy === undefined) return;
  const [first] = listed(r.request.headers.route);
  if (first === undefined || addressOf(first.uri) !== addressOf(proxy))
    ground.complain(`${r.method} within a dialog leaves out the route through our proxy`);
}

/** Record-Route of a message of ours: our proxy's, then what is copied from the request. */
export function recorded(ground: Ground, r?: IncomingRequest): readonly HeaderField[] {
  const own = ground.proxy === undefined ? [] : [plain(ground.proxy)];
  const theirs = r === undefined ? [] : listed(r.request.headers.recordRoute);
  return [...own, ...theirs].map((hop) => ({ name: 'Record-Route', value: writeNameAddr(hop) }));
}

/** The URI of the first Contact. */
export function contactIn(headers: Headers): Uri | undefined {
  const { contact } = headers;
  if (contact === undefined || contact === '*' || isFault(contact)) return undefined;
  return contact[0]?.uri;
}

/** The tag of a party, empty when it has none. */
export function tagOf(party: { readonly params: readonly Param[] }): string {
  return param(party.params, 'tag') ?? '';
}

/** A party with its tag. */
export function party(uri: Uri, tag?: string): NameAddr {
  const params = tag === undefined || tag === '' ? [] : [{ name: 'tag', value: tag }];
  return { display: undefined, uri, params };
}

/** `user@host` of a URI, as users of a domain are known. */
export function addressOf(uri: Uri): string {
  if (uri.kind === 'other') return uri.text.slice(uri.text.indexOf(':') + 1);
  return uri.user === undefined ? uri.host : `${uri.user}@${uri.host}`;
}

function plain(uri: Uri): NameAddr {
  return { display: undefined, uri, params: [] };
}

function routesOf(routes: readonly NameAddr[]): readonly HeaderField[] {
  return routes.map((hop) => ({ name: 'Route', value: writeNameAddr(hop) }));
}

function listed(read: Headers['route']): readonly NameAddr[] {
  return read === undefined || isFault(read) ? [] : read;
}
