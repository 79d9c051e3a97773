// Dialogs of RFC 3261 §12: a plain record that can be written as JSON, and what requests do to it. Its usages are
// session.ts for INVITE, subscriber.ts and notifier.ts for subscriptions.
//
// An empty remote tag stands for the missing one of an RFC 2543 peer. Whatever the record keeps of a message is
// copied and bounded, since it lives far longer.
import { checkResponse } from './check.ts';
import { fault, type Fault, isFault, MisuseError } from './fault.ts';
import { DIALOG_LIMITS } from './limits.ts';
import {
  type HeaderField,
  type Headers,
  type IncomingRequest,
  type IncomingResponse,
  type NameAddr,
  type Param,
  param,
  type Read,
  type RequestDraft,
  type Response,
} from './message.ts';
import { routeTexts } from './relay.ts';
import { parseRoute } from './route.ts';
import { parseUri, type SipUri, type Uri, uriParam, writeUri } from './uri.ts';

/** What two ends of a dialog know of it, seen from ours. Plain JSON. @spec RFC 3261 §12 */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  /** Empty when the peer has none. */
  readonly remoteTag: string;
  /** Our address, a URI without tag. */
  readonly local: string;
  /** The peer's address, a URI without tag. */
  readonly remote: string;
  /** What else stood behind our address; it stays there, since peers look for what they have put there. */
  readonly localParams?: readonly Param[];
  /** What else stood behind the peer's address. */
  readonly remoteParams?: readonly Param[];
  /** The remote target: the URI in the peer's Contact. */
  readonly target: string;
  /** The route set, values of Route in order, each as the peer has written it: some are signed. */
  readonly routes: readonly string[];
  /** Of our last request; 0 when there is none yet. */
  readonly localCseq: number;
  /** Of the peer's last request; 0 when there is none yet. */
  readonly remoteCseq: number;
}

/** What a request means to a dialog. A fault when it belongs to it and cannot be taken. */
export type DialogEntry =
  | { readonly kind: 'entered'; readonly dialog: Dialog }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'out-of-order' }
  | { readonly kind: 'other-dialog' }
  | Fault;

/** A request of ours within a dialog, and the dialog after it. */
export interface RequestWithin {
  readonly dialog: Dialog;
  readonly draft: RequestDraft;
}

/** What a request within a dialog has beside what the dialog gives. */
export type DialogRequestParts = Pick<
  RequestDraft,
  'headers' | 'contentType' | 'language' | 'body'
>;

/**
 * The dialog that our 2xx to this request begins, at our end; a fault where the request can begin none.
 * @spec RFC 3261 §12.1.1
 */
export function dialogOfRequest(request: IncomingRequest, localTag: string): Dialog | Fault {
  return dialogOf({
    ours: request.to,
    theirs: request.from,
    callId: request.callId,
    headers: request.request.headers,
    routes: 'as-said',
    localTag,
    localCseq: 0,
    remoteCseq: request.cseq.number,
  });
}

/**
 * The dialog that a NOTIFY begins at the end of the subscriber, whose SUBSCRIBE had `localCseq`. The routes
 * are those of the NOTIFY. A fault where it can begin none.
 * @spec RFC 6665 §4.4.1
 */
export function dialogOfNotify(notify: IncomingRequest, localCseq: number): Dialog | Fault {
  const dialog = dialogOfRequest(notify, tagOf(notify.to));
  return isFault(dialog) ? dialog : { ...dialog, localCseq };
}

/**
 * The dialog that a 2xx to a request of ours begins, or a 1xx as an early one; a fault where it can begin none.
 * @spec RFC 3261 §12.1.2
 */
export function dialogOfResponse(incoming: IncomingResponse): Dialog | Fault {
  return dialogOf({
    ours: incoming.from,
    theirs: incoming.to,
    callId: incoming.callId,
    headers: incoming.response.headers,
    routes: 'turned-round',
    localTag: tagOf(incoming.from),
    localCseq: incoming.cseq.number,
    remoteCseq: 0,
  });
}

/**
 * What a request of the peer means to this dialog. One that may be taken moves the count on, and brings the remote
 * target where its method may; one that was seen already is to be answered as before.
 * @spec RFC 3261 §12.2.2
 */
export function enterDialog(dialog: Dialog, request: IncomingRequest): DialogEntry {
  if (!isWithin(dialog, request)) return { kind: 'other-dialog' };
  const { number } = request.cseq;
  const isFirst = dialog.remoteCseq === 0;
  if (number === dialog.remoteCseq && !isFirst) return { kind: 'repeat' };
  if (number < dialog.remoteCseq) return { kind: 'out-of-order' };
  const { contact } = request.request.headers;
  const isKept = contact === undefined || !REFRESHING.has(request.method);
  const target = isKept ? dialog.target : targetOf(contact);
  if (isFault(target)) return target;
  return { kind: 'entered', dialog: { ...dialog, target: copied(target), remoteCseq: number } };
}

/**
 * The dialog after a 2xx to a request of ours that may move the remote target. One that names none leaves it.
 * @spec RFC 3261 §12.2.1.2
 */
export function refreshTarget(dialog: Dialog, { response: { headers } }: IncomingResponse): Dialog {
  const target = targetOf(headers.contact);
  return isFault(target) ? dialog : { ...dialog, target: copied(target) };
}

/** The same for a 2xx as it came, which may be one of another dialog: that moves nothing. @spec RFC 3261 §12.2.1.2 */
export function targetAfter(dialog: Dialog, response: Response): Dialog {
  const incoming = checkResponse(response);
  if (isFault(incoming) || tagOf(incoming.to) !== dialog.remoteTag) return dialog;
  return refreshTarget(dialog, incoming);
}

/** Whether a request names this dialog: its Call-ID and both tags. @spec RFC 3261 §12.2.2 */
export function isWithin(dialog: Dialog, request: IncomingRequest): boolean {
  return (
    request.callId === dialog.callId &&
    tagOf(request.to) === dialog.localTag &&
    tagOf(request.from) === dialog.remoteTag
  );
}

/**
 * The next request of ours. A first route that is a strict router takes the place of the target, which then
 * ends the routes. Throws `MisuseError` for a record that no function of this package has made.
 * @spec RFC 3261 §12.2.1.1
 */
export function requestWithin(
  dialog: Dialog,
  method: string,
  parts: DialogRequestParts = {},
): RequestWithin {
  const cseq = dialog.localCseq + 1;
  return {
    dialog: { ...dialog, localCseq: cseq },
    draft: draftWithin(dialog, method, cseq, parts),
  };
}

/**
 * The ACK to a 2xx: a request of its own that bears the number of its INVITE. Throws `MisuseError` as `requestWithin`
 * does.
 * @spec RFC 3261 §13.2.2.4
 */
export function ackWithin(
  dialog: Dialog,
  cseq: number,
  parts: DialogRequestParts = {},
): RequestDraft {
  return draftWithin(dialog, 'ACK', cseq, parts);
}

/**
 * Where requests of this dialog go first: the first route, or the remote target. Throws `MisuseError` as
 * `requestWithin` does.
 * @spec RFC 3261 §8.1.2
 */
export function nextHopOf(dialog: Dialog): Uri {
  const [first] = dialog.routes;
  return first === undefined ? uriIn(dialog.target) : routeIn(first).uri;
}

/** The lines that a 2xx copies of a request that begins a dialog. @spec RFC 3261 §12.1.1 */
export function recordRoutesOf(request: IncomingRequest): readonly HeaderField[] {
  const lines = request.request.headers.all('Record-Route');
  return lines.map((value) => ({ name: 'Record-Route', value }));
}

/** The tag of a party, empty when there is none. */
export function tagOf(party: NameAddr): string {
  return param(party.params, 'tag') ?? '';
}

/** A party with a tag, for From and To. */
export function partyOf(uri: string, tag: string, others: readonly Param[] = []): NameAddr {
  const params = tag === '' ? others : [{ name: 'tag', value: tag }, ...others];
  return { display: undefined, uri: uriIn(uri), params };
}

function draftWithin(
  dialog: Dialog,
  method: string,
  cseq: number,
  parts: DialogRequestParts,
): RequestDraft {
  const { uri, routes } = wayOf(dialog);
  const headers = routes.map((value): HeaderField => ({ name: 'Route', value }));
  return {
    ...parts,
    method,
    uri,
    from: partyOf(dialog.local, dialog.localTag, dialog.localParams),
    to: partyOf(dialog.remote, dialog.remoteTag, dialog.remoteParams),
    callId: dialog.callId,
    cseq,
    headers: [...headers, ...(parts.headers ?? [])],
  };
}

/** Plain JSON of which no text is a slice of a message, and so keeps none alive. */
export function copied<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

interface Beginning {
  readonly ours: NameAddr;
  readonly theirs: NameAddr;
  readonly callId: string;
  readonly headers: Headers;
  readonly routes: 'as-said' | 'turned-round';
  readonly localTag: string;
  readonly localCseq: number;
  readonly remoteCseq: number;
}

function dialogOf(begun: Beginning): Dialog | Fault {
  const target = targetOf(begun.headers.contact);
  if (isFault(target)) return target;
  const routes = routesOf(begun.headers);
  if (isFault(routes)) return routes;
  const [localParams, remoteParams] = [othersOf(begun.ours), othersOf(begun.theirs)];
  const dialog: Dialog = {
    callId: begun.callId,
    localTag: begun.localTag,
    remoteTag: tagOf(begun.theirs),
    local: writeUri(begun.ours.uri),
    remote: writeUri(begun.theirs.uri),
    ...(localParams.length > 0 && { localParams }),
    ...(remoteParams.length > 0 && { remoteParams }),
    target,
    routes: begun.routes === 'as-said' ? routes : routes.toReversed(),
    localCseq: begun.localCseq,
    remoteCseq: begun.remoteCseq,
  };
  return tooLong(dialog) ?? copied(dialog);
}

function tooLong(dialog: Dialog): Fault | undefined {
  const { idChars, uriChars } = DIALOG_LIMITS;
  if (dialog.callId.length > idChars) return fault('dialog-bounds', 'Call-ID');
  if (dialog.localTag.length > idChars) return fault('dialog-bounds', 'tag');
  if (dialog.remoteTag.length > idChars) return fault('dialog-bounds', 'tag');
  if (dialog.local.length > uriChars) return fault('dialog-bounds', 'To');
  if (dialog.remote.length > uriChars) return fault('dialog-bounds', 'From');
  const words = [...(dialog.localParams ?? []), ...(dialog.remoteParams ?? [])];
  const chars = words.reduce((sum, { name, value = '' }) => sum + name.length + value.length, 0);
  return chars > DIALOG_LIMITS.paramChars ? fault('dialog-bounds', 'parameters') : undefined;
}

/** What stands behind an address beside its tag. */
function othersOf({ params }: NameAddr): readonly Param[] {
  return params.filter(({ name }) => name !== 'tag');
}

/**
 * The one address at which a peer wants its requests, without what may not stand in a Request-URI.
 * @spec RFC 3261 §8.1.1.8
 * @spec RFC 3261 §19.1.1
 */
function targetOf(contact: Read<readonly NameAddr[] | '*'>): string | Fault {
  if (isFault(contact)) return contact;
  if (contact === undefined || contact === '*' || contact.length !== 1) return fault('contact');
  const uri = contact[0]?.uri;
  if (uri?.kind !== 'sip') return fault('contact');
  const text = writeUri(bareUri(uri));
  return text.length > DIALOG_LIMITS.uriChars ? fault('dialog-bounds', 'Contact') : text;
}

function routesOf(headers: Headers): readonly string[] | Fault {
  if (isFault(headers.recordRoute)) return headers.recordRoute;
  const texts = routeTexts(headers, 'Record-Route');
  const chars = texts.reduce((sum, text) => sum + text.length, 0);
  const isOver = texts.length > DIALOG_LIMITS.routes || chars > DIALOG_LIMITS.routeChars;
  return isOver ? fault('dialog-bounds', 'Record-Route') : texts;
}

/** Where a request goes, and the routes it names. */
function wayOf({ target, routes }: Dialog): {
  readonly uri: Uri;
  readonly routes: readonly string[];
} {
  const [first, ...rest] = routes;
  const router = first === undefined ? undefined : routeIn(first).uri;
  if (router === undefined || uriParam(router, 'lr') !== undefined) {
    return { uri: uriIn(target), routes };
  }
  return { uri: bareUri(router), routes: [...rest, `<${target}>`] };
}

function bareUri(uri: Uri): Uri {
  if (uri.kind === 'other') return uri;
  const params = uri.params.filter((one) => one.name !== 'method');
  return { ...uri, params, headers: undefined } satisfies SipUri;
}

function uriIn(text: string): Uri {
  const uri = parseUri(text);
  if (uri.kind === 'fault') throw new MisuseError('dialog', 'a dialog must hold URIs');
  return uri;
}

function routeIn(text: string): NameAddr {
  const route = parseRoute(text);
  if (isFault(route)) throw new MisuseError('dialog', 'a dialog must hold routes');
  return route;
}

/** Methods whose Contact is the remote target from then on. @spec RFC 3261 §12.2 */
const REFRESHING: ReadonlySet<string> = new Set([
  'INVITE',
  'UPDATE', //    RFC 3311
  'SUBSCRIBE', // RFC 6665
  'NOTIFY', //    RFC 6665
  'REFER', //     RFC 3515
]);
