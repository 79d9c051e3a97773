// A passage made into what is written: which fields are put before a request or a response on its way through the edge,
// and which go no further. Everything else stays octet for octet. RFC 3261 §16.6 and §16.7.
import {
  type ForwardDraft,
  type HeaderField,
  type Headers,
  type IncomingRequest,
  isFault,
  param,
  parseNameAddr,
  type PassedResponse,
  type Response,
  type Target,
  type Transport,
} from '@interwork/sip';
import type { Mark } from '@interwork/policy';
import type { Passage } from './passage.ts';
import {
  type Change,
  decorated,
  type Decoration,
  undecorated,
  uriWithName,
  withNames,
} from './decorated-name.ts';
import { DIAGNOSTICS_HEADER, diagnosticsHeader } from '../dialect/lync/diagnostics.ts';
import { PIGGYBACK_HEADER } from '../dialect/lync/piggyback.ts';
import { trustMarkOf } from './obligations.ts';
import type { Heading } from './header-table.ts';
import type { EdgeSettings } from './options.ts';
import { markHeader, type TrustMark, trustHeader } from '../dialect/lync/trust.ts';
import { fieldsSaid, fieldsSaying, octetsSaying, type OtherWords } from './words.ts';

/** What a request came with beside its passage. */
export interface Came {
  readonly request: IncomingRequest;
  readonly transport: Transport;
  readonly remote: { readonly address: string; readonly port: number };
  /** The name its server proved, where it did. */
  readonly peer: string | undefined;
  /** What it is to say instead, where its words were changed. */
  readonly words: OtherWords | undefined;
}

/** @spec RFC 3261 §16.6 */
export function forwardOf(
  { request, transport, remote, peer, words }: Came,
  passage: Passage,
  targets: readonly Target[],
  settings: EdgeSettings,
): ForwardDraft {
  const { routed, mark, heading, recordRoute } = passage;
  const change = changeOf(passage.decoration, heading);
  const names = namesChanged(request.request.headers, THEIRS[heading], change);
  const transports = [targets[0]?.transport ?? transport, transport];
  const headers = [
    ...recordRoutes(recordRoute, transports, settings),
    ...(routed.isShorter ? routed.routes.map((value) => ({ name: 'Route', value })) : []),
    ...said(passage, settings, peer),
    ...names,
    ...(words === undefined ? [] : fieldsSaying(words)),
  ];
  const besides = [
    ...(routed.isShorter ? ['Route'] : []),
    ...namesOf(names),
    ...(words === undefined ? [] : fieldsSaid(words)),
  ];
  return {
    request,
    cameFrom: remote,
    maxForwards: (request.maxForwards ?? 71) - 1,
    uri:
      change === undefined || heading !== 'outward'
        ? routed.uriText
        : uriWithName(routed.uriText, change),
    without: settings.stopping(heading, besides),
    headers,
    mark,
    ...(words === undefined ? {} : { body: octetsSaying(words) }),
  };
}

/** One entry, or one for each transport where the legs use two. @spec RFC 3261 §16.6 */
function recordRoutes(
  user: string | undefined,
  transports: readonly Transport[],
  settings: EdgeSettings,
): readonly HeaderField[] {
  if (user === undefined) return NO_FIELDS;
  return [...new Set(transports)].map((transport) => ({
    name: 'Record-Route',
    value: `<sip:${user}@${placeFor(transport, settings)};lr>`,
  }));
}

function placeFor(transport: Transport, { fqdn, options: { ports } }: EdgeSettings): string {
  const by =
    ports[transport] === undefined ? (SAFEST.find((one) => ports[one]) ?? transport) : transport;
  const port = ports[by] ?? (by === 'tls' ? 5061 : 5060);
  return `${fqdn}:${port}${by === 'udp' ? '' : `;transport=${by}`}`;
}

/** What the edge says of the sender: inward that it is believed, outward that it is ours. */
function said(
  passage: Passage,
  settings: EdgeSettings,
  peer: string | undefined,
): readonly HeaderField[] {
  const { verdict, heading } = passage;
  if (heading === 'outward') {
    const user = outgoingMark(passage);
    return user === undefined ? NO_FIELDS : [markHeader(settings.markHeader, user)];
  }
  const mark = trustMarkOf(verdict);
  if (mark === undefined) return NO_FIELDS;
  return heading === 'inward'
    ? [trustHeader(mark, settings.fqdn, peer)]
    : [markHeader(settings.markHeader, mark.user)];
}

function outgoingMark({ verdict }: Passage): Mark | undefined {
  for (const duty of verdict.must) if (duty.kind === 'mark-outgoing') return duty.user;
  return undefined;
}

/** What is known of a passage when its response comes. */
export interface Returning {
  readonly passage: Passage;
  readonly request: IncomingRequest;
  /** The name that the next server had to prove. */
  readonly peer: string | undefined;
  /** Whether it went on by TLS. */
  readonly isSecure: boolean;
  /** Set where a document that the response brings along does not go with it. */
  isBare: boolean;
}

/** `trust` is what inner servers are told of whoever answers. @spec RFC 3261 §16.7 */
export function passedOf(
  response: Response,
  { passage, request, peer, isBare }: Returning,
  trust: TrustMark | undefined,
  settings: EdgeSettings,
): PassedResponse {
  const { heading, decoration } = passage;
  const back = BACK[heading];
  const names =
    decoration === undefined ? NO_FIELDS : namesBack(response, request, decoration, heading);
  const headers = [
    ...(back === 'inward' && trust !== undefined ? [trustHeader(trust, settings.fqdn, peer)] : []),
    ...(back === 'inward' ? diagnosed(response, passage, peer, settings) : []),
    ...names,
  ];
  const besides = isBare ? [...namesOf(names), ...OF_DOCUMENT] : namesOf(names);
  const without = settings.stopping(back, besides);
  const passed = { response: isBare ? { ...response, body: NOTHING } : response, without, headers };
  return response.status === 503 ? { ...passed, status: 500 } : passed;
}

/** A partner that gives no reason is at least named to our own users. */
function diagnosed(
  { status, headers }: Response,
  { to }: Passage,
  peer: string | undefined,
  { fqdn }: EdgeSettings,
): readonly HeaderField[] {
  if (status < 400 || headers.text(DIAGNOSTICS_HEADER) !== undefined) return NO_FIELDS;
  const named = peer === undefined ? {} : { PeerServer: peer };
  return [diagnosticsHeader(1034, fqdn, { Domain: to.domain, ...named })];
}

/** Names as the provider writes them on its leg, and as people know them on ours. */
function changeOf(decoration: Decoration | undefined, heading: Heading): Change | undefined {
  if (decoration === undefined) return undefined;
  return heading === 'outward'
    ? (person) => decorated(person, decoration)
    : (person) => undecorated(person, decoration);
}

/** From and To as the sender wrote them, with the tag of whoever answered; its own addresses the other way about. */
function namesBack(
  response: Response,
  request: IncomingRequest,
  decoration: Decoration,
  heading: Heading,
): readonly HeaderField[] {
  const { headers } = request.request;
  const change = changeOf(decoration, BACK[heading]);
  const { to } = response.headers;
  const tag = to === undefined || isFault(to) ? undefined : param(to.params, 'tag');
  const theirs = heading === 'outward' ? namesChanged(response.headers, ANSWERED, change) : [];
  return [
    { name: 'From', value: headers.text('From') ?? '' },
    { name: 'To', value: withTag(headers.text('To') ?? '', tag) },
    ...theirs,
  ];
}

function withTag(value: string, tag: string | undefined): string {
  const address = parseNameAddr(value);
  const has = !isFault(address) && param(address.params, 'tag') !== undefined;
  return has || tag === undefined ? value : `${value};tag=${tag}`;
}

/** The fields of these names, changed; none where nothing changes. */
function namesChanged(
  headers: Headers,
  names: readonly string[],
  change: Change | undefined,
): readonly HeaderField[] {
  if (change === undefined) return NO_FIELDS;
  return names.flatMap((name) => {
    const before = headers.all(name);
    const after = before.map((value) => withNames(value, change));
    return after.some((value, at) => value !== before[at])
      ? after.map((value) => ({ name, value }))
      : [];
  });
}

function namesOf(fields: readonly HeaderField[]): readonly string[] {
  return [...new Set(fields.map(({ name }) => name))];
}

/** The way of an answer. */
const BACK: Readonly<Record<Heading, Heading>> = {
  inward: 'outward',
  outward: 'inward',
  past: 'past',
};

/** Where a request names whoever is outside. Its Request-URI does too, on the way out. */
const THEIRS: Readonly<Record<Heading, readonly string[]>> = {
  inward: ['From', 'P-Asserted-Identity', 'Contact'],
  outward: ['To'],
  past: [],
};

/** Where a response from outside names whoever answers, beside To. */
const ANSWERED: readonly string[] = ['P-Asserted-Identity', 'Contact'];

/** What speaks of a document that a response brings along. */
const OF_DOCUMENT: readonly string[] = [
  'Content-Type',
  'Content-Encoding',
  'Content-Language',
  'Content-Disposition',
  PIGGYBACK_HEADER,
];
const NOTHING = new Uint8Array(0);
const NO_FIELDS: readonly HeaderField[] = Object.freeze([]);
const SAFEST = ['tls', 'tcp', 'udp'] as const;
