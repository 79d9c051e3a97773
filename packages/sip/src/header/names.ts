// The headers this package knows: one row each, long name, compact name, and whether it may come once only.
// A name becomes a small integer by its length and first letter. What a header reads as is headers.ts.

/** The place of each known header in `HEADER_ROWS`. The first 32 may be ones that come once. */
export const HEADER = {
  from: 0,
  to: 1,
  callId: 2,
  cseq: 3,
  maxForwards: 4,
  contentLength: 5,
  contentType: 6,
  contentDisposition: 7,
  expires: 8,
  minExpires: 9,
  date: 10,
  subject: 11,
  retryAfter: 12,
  event: 13,
  subscriptionState: 14,
  replyTo: 15,
  userAgent: 16,
  server: 17,
  referTo: 18,
  referredBy: 19,
  sessionExpires: 20,
  organization: 21,
  priority: 22,
  mimeVersion: 23,
  timestamp: 24,
  via: 32,
  contact: 33,
  route: 34,
  recordRoute: 35,
  contentEncoding: 36,
  contentLanguage: 37,
  require: 38,
  supported: 39,
  proxyRequire: 40,
  unsupported: 41,
  allow: 42,
  allowEvents: 43,
  accept: 44,
  warning: 45,
  reason: 46,
  acceptContact: 47,
  rejectContact: 48,
  requestDisposition: 49,
  identity: 50,
  identityInfo: 51,
} as const;

/** A header that is not known. */
export const UNKNOWN = 0xff;

/** Headers below this number may come once only. @spec RFC 3261 §7.3.1 */
export const FIRST_REPEATABLE = 32;

/** The name of a known header in its usual spelling. */
export function headerName(id: number): string {
  for (const row of HEADER_ROWS) if (row.id === id) return row.name;
  return '';
}

/**
 * The number of the header whose name stands between two places, or `UNKNOWN`.
 *
 * @spec RFC 3261 §7.3.3
 */
export function headerId(text: string, start: number, end: number): number {
  const length = end - start;
  if (length > MAX_NAME) return UNKNOWN;
  const candidates = BY_SHAPE[shapeOf(length, text.charCodeAt(start))];
  if (candidates === undefined) return UNKNOWN;
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i] as Candidate;
    if (sameName(text, start, candidate.lower)) return candidate.id;
  }
  return UNKNOWN;
}

/** Whether `lower` stands at `start`, in any case; the name must already be known to be a token. */
export function sameName(text: string, start: number, lower: string): boolean {
  for (let i = 0; i < lower.length; i++) {
    const code = text.charCodeAt(start + i);
    const folded = code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
    if (folded !== lower.charCodeAt(i)) return false;
  }
  return true;
}

interface Row {
  readonly id: number;
  readonly name: string;
  readonly compact?: string;
}

/** Compact forms: RFC 3261 §7.3.3, 3265/6665 (o, u), 3515 (r), 3892 (b), 4028 (x), 3841 (a, j, d), 4474 (n, y). */
export const HEADER_ROWS: readonly Row[] = [
  { id: HEADER.from, name: 'From', compact: 'f' },
  { id: HEADER.to, name: 'To', compact: 't' },
  { id: HEADER.callId, name: 'Call-ID', compact: 'i' },
  { id: HEADER.cseq, name: 'CSeq' },
  { id: HEADER.maxForwards, name: 'Max-Forwards' },
  { id: HEADER.contentLength, name: 'Content-Length', compact: 'l' },
  { id: HEADER.contentType, name: 'Content-Type', compact: 'c' },
  { id: HEADER.contentDisposition, name: 'Content-Disposition' },
  { id: HEADER.expires, name: 'Expires' },
  { id: HEADER.minExpires, name: 'Min-Expires' },
  { id: HEADER.date, name: 'Date' },
  { id: HEADER.subject, name: 'Subject', compact: 's' },
  { id: HEADER.retryAfter, name: 'Retry-After' },
  { id: HEADER.event, name: 'Event', compact: 'o' },
  { id: HEADER.subscriptionState, name: 'Subscription-State' },
  { id: HEADER.replyTo, name: 'Reply-To' },
  { id: HEADER.userAgent, name: 'User-Agent' },
  { id: HEADER.server, name: 'Server' },
  { id: HEADER.referTo, name: 'Refer-To', compact: 'r' },
  { id: HEADER.referredBy, name: 'Referred-By', compact: 'b' },
  { id: HEADER.sessionExpires, name: 'Session-Expires', compact: 'x' },
  { id: HEADER.organization, name: 'Organization' },
  { id: HEADER.priority, name: 'Priority' },
  { id: HEADER.mimeVersion, name: 'MIME-Version' },
  { id: HEADER.timestamp, name: 'Timestamp' },
  { id: HEADER.via, name: 'Via', compact: 'v' },
  { id: HEADER.contact, name: 'Contact', compact: 'm' },
  { id: HEADER.route, name: 'Route' },
  { id: HEADER.recordRoute, name: 'Record-Route' },
  { id: HEADER.contentEncoding, name: 'Content-Encoding', compact: 'e' },
  { id: HEADER.contentLanguage, name: 'Content-Language' },
  { id: HEADER.require, name: 'Require' },
  { id: HEADER.supported, name: 'Supported', compact: 'k' },
  { id: HEADER.proxyRequire, name: 'Proxy-Require' },
  { id: HEADER.unsupported, name: 'Unsupported' },
  { id: HEADER.allow, name: 'Allow' },
  { id: HEADER.allowEvents, name: 'Allow-Events', compact: 'u' },
  { id: HEADER.accept, name: 'Accept' },
  { id: HEADER.warning, name: 'Warning' },
  { id: HEADER.reason, name: 'Reason' },
  { id: HEADER.acceptContact, name: 'Accept-Contact', compact: 'a' },
  { id: HEADER.rejectContact, name: 'Reject-Contact', compact: 'j' },
  { id: HEADER.requestDisposition, name: 'Request-Disposition', compact: 'd' },
  { id: HEADER.identity, name: 'Identity', compact: 'y' },
  { id: HEADER.identityInfo, name: 'Identity-Info', compact: 'n' },
];

interface Candidate {
  readonly id: number;
  readonly lower: string;
}

const MAX_NAME = 19;
const BY_SHAPE: readonly (readonly Candidate[] | undefined)[] = shapeTable();

function shapeOf(length: number, first: number): number {
  return (length << 5) | (first & 0x1f);
}

function shapeTable(): readonly (readonly Candidate[] | undefined)[] {
  const table: (Candidate[] | undefined)[] = Array.from({ length: (MAX_NAME + 1) << 5 });
  const add = (id: number, name: string): void => {
    const lower = name.toLowerCase();
    const shape = shapeOf(lower.length, lower.charCodeAt(0));
    const row = table[shape] ?? [];
    row.push({ id, lower });
    table[shape] = row;
  };
  for (const row of HEADER_ROWS) {
    add(row.id, row.name);
    if (row.compact !== undefined) add(row.id, row.compact);
  }
  return table;
}
