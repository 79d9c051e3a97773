// Reading a certificate revocation list (RFC 5280 §5). It exists only if the DER is strict and every
// field is well formed; whether it counts for a certificate is judged in revocation.ts. Lists are
// facts that the host hands in: nothing is fetched.

import { signatureAlgorithmAt } from './algorithm.ts';
import type { SignatureAlgorithm } from './algorithm.ts';
import { DEFAULT_LIMITS } from './budget.ts';
import type { CertLimits } from './budget.ts';
import { equalRuns, hexOf, latin1Of } from './bytes.ts';
import { NONE, TAG, contentAt, derFault, endAt, firstIn, nextOf, tagAt, wholeOf } from './der.ts';
import { nameAt } from './distinguished-name.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import { pointNames } from './distribution-point.ts';
import { fault, isFault } from './fault.ts';
import type { Fault } from './fault.ts';
import { extensionAt } from './extension.ts';
import { readPem } from './pem.ts';
import { insideAt, integerAt, smallAt, timeAt, wholeBitsAt } from './primitive.ts';
import type { Instant } from './time.ts';

/** A revocation list that has been read. */
export interface RevocationList {
  readonly kind: 'revocation-list';
  readonly issuer: DistinguishedName;
  /** Counts up from list to list of one issuer, decimal; `undefined` when it has none. */
  readonly number: string | undefined;
  readonly thisUpdate: Instant;
  /** The profile asks for it; a list without is never fresh. */
  readonly nextUpdate: Instant | undefined;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  /** The octets that were signed. */
  readonly tbs: Uint8Array;
  /** Serial numbers, lower-case hexadecimal, as a {@link Certificate} has them. */
  readonly revoked: ReadonlySet<string>;
  readonly scope: ListScope;
  /** Object identifiers of critical extensions, of the list or of an entry, that nobody here reads. */
  readonly unknownCritical: readonly string[];
}

/** What a list speaks of. */
export interface ListScope {
  readonly only: 'everything' | 'servers' | 'authorities' | 'nothing-here';
  /** It also speaks for other authorities. */
  readonly indirect: boolean;
  /** It tells only some reasons, or only what has changed since another. */
  readonly partial: boolean;
  /** The places it is for, comparable; `undefined`: all. */
  readonly points: readonly string[] | undefined;
}

/** Reads one list, DER; faults as values. @spec RFC 5280 §5.1 */
export function parseRevocationList(
  der: Uint8Array,
  limits: CertLimits = DEFAULT_LIMITS,
): RevocationList | Fault {
  const { maxRevocationListBytes, maxDepth } = limits;
  if (der.length > maxRevocationListBytes)
    return fault(
      'too-large',
      'RFC 5280 §5.1',
      'list',
      `It has more than ${maxRevocationListBytes} octets.`,
    );
  const maxNodes = Math.floor(maxRevocationListBytes / SMALLEST_ENTRY_NODE);
  const unfit = derFault(der, { maxDepth, maxNodes });
  if (unfit !== undefined) return unfit;
  const tbs = firstIn(der, 0);
  const algorithm = nextOf(der, tbs, der.length);
  const bits = nextOf(der, algorithm, der.length);
  if (tagAt(der, 0) !== TAG.sequence || tagAt(der, tbs) !== TAG.sequence) return bad('list');
  if (bits < 0 || endAt(der, bits) !== der.length) return bad('list');
  const signature = wholeBitsAt(der, bits);
  return signature < 0 ? bad('signature') : readBody(der, tbs, algorithm, signature);
}

/**
 * Reads the lists of one file: one in DER, or PEM with any number of them; a file without any is a fault.
 * @spec RFC 5280 §5.1, RFC 7468 §7
 */
export function parseRevocationLists(
  file: Uint8Array,
  limits: CertLimits = DEFAULT_LIMITS,
): readonly RevocationList[] | Fault {
  const ders = isDer(file) ? [file] : readPem(latin1Of(file), 'X509 CRL', mostPem(limits));
  if (isFault(ders)) return ders;
  if (ders.length === 0) return bad('file');
  const lists: RevocationList[] = [];
  for (const der of ders) {
    const list = parseRevocationList(der, limits);
    if (isFault(list)) return list;
    lists.push(list);
  }
  return lists;
}

function isDer(file: Uint8Array): boolean {
  return file[0] === TAG.sequence;
}

/** Four characters for three octets, and a line end for each 64 of them. */
function mostPem({ maxRevocationListBytes }: CertLimits): number {
  return maxRevocationListBytes * 1.5;
}

function readBody(
  der: Uint8Array,
  tbs: number,
  algorithm: number,
  signature: number,
): RevocationList | Fault {
  const end = endAt(der, tbs);
  const first = firstIn(der, tbs);
  const hasVersion = tagAt(der, first) === TAG.integer;
  if (hasVersion && smallAt(der, first) !== 1) return bad('version');
  const inner = hasVersion ? nextOf(der, first, end) : first;
  const signatureAlgorithm = signatureAlgorithmAt(der, algorithm);
  if (signatureAlgorithm === undefined || inner < 0) return bad('signatureAlgorithm');
  if (!equalRuns(der, inner, endAt(der, inner), algorithm, endAt(der, algorithm)))
    return bad('signatureAlgorithm');
  const issuing = nextOf(der, inner, end);
  const issuer = nameAt(der, issuing);
  if (issuer === undefined || firstIn(der, issuing) < 0) return bad('issuer');
  const from = nextOf(der, issuing, end);
  const thisUpdate = timeAt(der, from);
  if (thisUpdate === undefined) return bad('thisUpdate');
  let at = nextOf(der, from, end);
  const nextUpdate = timeAt(der, at);
  if (nextUpdate !== undefined) at = nextOf(der, at, end);
  const entries = tagAt(der, at) === TAG.sequence ? at : NONE;
  if (entries >= 0) at = nextOf(der, at, end);
  const extensions = tagAt(der, at) === 0xa0 && hasVersion ? at : NONE;
  if (extensions >= 0) at = nextOf(der, at, end);
  if (at >= 0) return bad('list');
  const draft: Draft = {
    revoked: new Set(),
    number: undefined,
    scope: WHOLE,
    unknownCritical: new Set(),
  };
  if (!takeEntries(draft, der, entries)) return bad('revokedCertificates');
  if (extensions >= 0 && !takeExtensions(draft, der, extensions)) return bad('crlExtensions');
  const { revoked, number, scope, unknownCritical } = draft;
  return {
    kind: 'revocation-list',
    issuer,
    number,
    thisUpdate,
    nextUpdate,
    signatureAlgorithm,
    signature: der.subarray(signature),
    tbs: wholeOf(der, tbs),
    revoked,
    scope,
    unknownCritical: [...unknownCritical],
  };
}

interface Draft {
  readonly revoked: Set<string>;
  number: string | undefined;
  scope: ListScope;
  readonly unknownCritical: Set<string>;
}

function takeEntries(draft: Draft, der: Uint8Array, list: number): boolean {
  if (list < 0) return true;
  const end = endAt(der, list);
  for (let entry = firstIn(der, list); entry >= 0; entry = nextOf(der, entry, end))
    if (!takeEntry(draft, der, entry)) return false;
  return true;
}

/** @spec RFC 5280 §5.3 */
function takeEntry(draft: Draft, der: Uint8Array, entry: number): boolean {
  if (tagAt(der, entry) !== TAG.sequence) return false;
  const end = endAt(der, entry);
  const serial = firstIn(der, entry);
  const octets = integerAt(der, serial);
  const when = nextOf(der, serial, end);
  if (octets < 0 || timeAt(der, when) === undefined) return false;
  const extensions = nextOf(der, when, end);
  if (extensions >= 0 && endAt(der, extensions) !== end) return false;
  let isBack = false;
  const last = extensions < 0 ? 0 : endAt(der, extensions);
  for (let one = firstIn(der, extensions); one >= 0; one = nextOf(der, one, last)) {
    const read = extensionAt(der, one);
    if (read === undefined) return false;
    if (read.oid === REASON) isBack = isHoldTakenBack(der, read.value);
    else if (read.critical) draft.unknownCritical.add(read.oid);
  }
  if (!isBack) draft.revoked.add(hexOf(der, octets, endAt(der, serial)));
  return true;
}

function isHoldTakenBack(der: Uint8Array, value: number): boolean {
  const reason = insideAt(der, value);
  return reason >= 0 && der[contentAt(der, reason)] === REMOVE_FROM_LIST;
}

/** @spec RFC 5280 §5.2 */
function takeExtensions(draft: Draft, der: Uint8Array, tagged: number): boolean {
  const list = firstIn(der, tagged);
  const end = endAt(der, tagged);
  if (tagAt(der, list) !== TAG.sequence || endAt(der, list) !== end) return false;
  const seen = new Set<string>();
  for (let one = firstIn(der, list); one >= 0; one = nextOf(der, one, end)) {
    const read = extensionAt(der, one);
    if (read === undefined || seen.has(read.oid)) return false;
    seen.add(read.oid);
    if (read.oid === NUMBER) {
      draft.number = numberAt(der, insideAt(der, read.value));
      if (draft.number === undefined) return false;
    } else if (read.oid === DELTA) draft.scope = { ...draft.scope, partial: true };
    else if (read.oid === ISSUING_POINT) {
      const scope = scopeAt(der, insideAt(der, read.value));
      if (scope === undefined) return false;
      draft.scope = { ...scope, partial: scope.partial || draft.scope.partial };
    } else if (read.critical) draft.unknownCritical.add(read.oid);
  }
  return true;
}

/** @spec RFC 5280 §5.2.3 */
function numberAt(der: Uint8Array, at: number): string | undefined {
  const octets = integerAt(der, at);
  if (octets < 0 || (der[octets] ?? 0) >= 0x80) return undefined;
  const end = endAt(der, at);
  return end - octets > MAX_NUMBER ? undefined : BigInt(`0x${hexOf(der, octets, end)}`).toString();
}

/** @spec RFC 5280 §5.2.5 */
function scopeAt(der: Uint8Array, at: number): ListScope | undefined {
  if (tagAt(der, at) !== TAG.sequence) return undefined;
  // the numbers of the flags that are set
  const set = new Set<number>();
  let points: readonly string[] | undefined;
  let partial = false;
  const end = endAt(der, at);
  for (let one = firstIn(der, at); one >= 0; one = nextOf(der, one, end)) {
    const tag = tagAt(der, one);
    if ((tag & 0xe0) === 0x80 && isSet(der, one)) set.add(tag & 0x1f);
    if (tag === 0xa0) points ??= pointNames(der, one);
    if (tag === 0x83) partial = true;
  }
  return { only: onlyOf(set), indirect: set.has(4), partial, points };
}

const isSet = (der: Uint8Array, at: number): boolean =>
  contentAt(der, at) < endAt(der, at) && der[contentAt(der, at)] === 0xff;

function onlyOf(set: ReadonlySet<number>): ListScope['only'] {
  if (set.has(5) || (set.has(1) && set.has(2))) return 'nothing-here';
  return set.has(1) ? 'servers' : set.has(2) ? 'authorities' : 'everything';
}

const bad = (at: string): Fault =>
  fault('bad-revocation-list', 'RFC 5280 §5.1', at, `The field ${at} of the list is malformed.`);

const WHOLE: ListScope = { only: 'everything', indirect: false, partial: false, points: undefined };
const REASON = '2.5.29.21';
const DELTA = '2.5.29.27';
const NUMBER = '2.5.29.20';
/** Octets of a list's number. */
const MAX_NUMBER = 20;
const ISSUING_POINT = '2.5.29.28';
// an entry of a list of changes that takes a hold back
const REMOVE_FROM_LIST = 8;
/** Octets of DER to a node in a list, at least: an entry is three nodes in some twenty octets. */
const SMALLEST_ENTRY_NODE = 6;
