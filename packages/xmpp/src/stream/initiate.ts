// What the end that opened the stream does: RFC 6120 §4.3.3, §5.4, §6.4; XEP-0178 §3; XEP-0220 §2.1. Each function is
// a cell of the INITIATOR table in transitions.ts and returns where we stand afterwards.
import type { Proof, SendFailure } from '../server-link.ts';
import { NS } from '../namespaces.ts';
import type { Arrived, Act } from './arrival.ts';
import { checkKey, refuseClaimBack } from './authority.ts';
import { readStreamError } from './conditions.ts';
import { type Core, fail, giveUp, hangUp, put, rulesOf, write, writeHeader } from './core.ts';
import { readDialback, resultRequestText, verifyRequestText } from './dialback.ts';
import { domainName, type DomainName, pairKey } from './domain.ts';
import { type Features, readFeatures } from './features.ts';
import { headerFault, isLegacy } from './header.ts';
import type { VerifyRequest } from './io.ts';
import { judged } from './judging.ts';
import {
  askManagement,
  beginSession,
  continueSession,
  hearFailed,
  MANAGEMENT_ACTS,
  tellLast,
} from './managing.ts';
import { CLOSING_TAG } from './markup.ts';
import { ABORT, authText } from './sasl.ts';
import { deliver } from './stanzas.ts';
import type { InitiatorAction, StreamState } from './transitions.ts';

/** @spec RFC 6120 §4.3; XEP-0178 §3; XEP-0220 §2.1 */
export const INITIATOR_ACTS: Readonly<Record<InitiatorAction, Act>> = {
  greetSecured,
  readAnswer,
  choose,
  beginHandshake,
  giveUpTls: (core) => stop(core, 'unreachable', 'The peer refused to begin TLS.'),
  greetAgain,
  fallBack,
  abortAuth,
  takeResult,
  takeVerification,
  deliverBack,
  hearEnabled,
  hearResumed,
  hearFailed: hearUnmanaged,
  ...MANAGEMENT_ACTS,
  hearError,
  answerClose,
  ignore: (core) => core.state,
};

/** Our header, the first or after a restart. @spec RFC 6120 §4.7 */
export function greet(core: Core): StreamState {
  writeHeader(core, true);
  return 'header';
}

/** TLS stands. A certificate that does not hold may do where dialback may. @spec RFC 6120 §13.7.2.1 */
function greetSecured(core: Core): StreamState {
  core.tls = true;
  const rules = rulesOf(core);
  if (isCertified(core) || (rules.dialback && rules.sasl !== 'required')) return greet(core);
  return stop(core, 'certificate', 'The certificate of the peer is not accepted for its domain.');
}

/** @spec RFC 6120 §4.7, §4.9.1.3 */
function readAnswer(core: Core, arrived: Arrived, now: number): StreamState {
  const open = arrived.open;
  const wrong = open === undefined ? 'not-a-stream' : headerFault(open);
  if (open === undefined || wrong !== undefined) return fail(core, wrong ?? 'not-a-stream');
  core.id = open.attrs['id'] ?? '';
  core.legacy = isLegacy(open);
  core.misnamed = !isFrom(open.attrs['from'], theirs(core));
  if (core.legacy) return choose(core, arrived, now);
  return 'features';
}

function isFrom(from: string | undefined, expected: DomainName): boolean {
  return from === undefined || domainName(from)?.ascii === expected.ascii;
}

/** TLS before SASL before dialback. @spec RFC 6120 §5.3.4, §6.3.4; XEP-0178 §3 */
function choose(core: Core, arrived: Arrived, now: number): StreamState {
  if (core.misnamed) return fail(core, 'wrong-answerer');
  if (core.id === '') return fail(core, 'no-stream-id');
  const offered = core.legacy ? NOTHING_OFFERED : readFeatures(arrived.element);
  const rules = rulesOf(core);
  core.offersManagement = offered.management && rules.management !== false;
  if (!core.tls && offered.starttls !== 'no' && rules.tls !== 'never') return askForTls(core);
  if (!core.tls && (rules.tls === 'required' || offered.starttls === 'required'))
    return stop(core, 'policy', 'The rules of the two servers about TLS exclude each other.');
  if (core.authenticated) return settleProved(core, now);
  if (offered.bidi && rules.bidi !== false && !core.bidi) askForBidi(core);
  if (mayAuthenticate(core, offered)) return authenticate(core);
  return settle(core, now);
}

/** Before the proof, so that it holds for both directions. @spec XEP-0288 §2.2 */
function askForBidi(core: Core): void {
  core.bidi = true;
  write(core, `<bidi xmlns='${NS.bidi}'/>`);
}

function askForTls(core: Core): StreamState {
  write(core, `<starttls xmlns='${NS.tls}'/>`);
  return 'starttls';
}

/** @spec RFC 6120 §5.4.2.3, §5.4.3.1 */
function beginHandshake(core: Core): StreamState {
  if (!core.reader.isIdle) return fail(core, 'bytes-across-starttls');
  core.reader.discard();
  put(core, { kind: 'start-tls', role: 'client', domain: theirs(core).ascii });
  return 'handshake';
}

function mayAuthenticate(core: Core, offered: Features): boolean {
  const wanted = rulesOf(core).sasl !== 'never' && core.failedAuths === 0;
  return wanted && offered.external && isCertified(core);
}

/** @spec RFC 6120 §6.4.2; XEP-0178 §3 */
function authenticate(core: Core): StreamState {
  write(core, authText(ours(core)));
  return 'auth';
}

/** EXTERNAL has nothing to challenge with. @spec RFC 6120 §6.4.4 */
function abortAuth(core: Core): StreamState {
  write(core, ABORT);
  return 'auth';
}

/** @spec RFC 6120 §6.4.6 */
function greetAgain(core: Core): StreamState {
  core.authenticated = true;
  core.reader.reset();
  core.reader.setLimits(core.with.limits.proved);
  return greet(core);
}

/** @spec RFC 6120 §6.4.5; XEP-0178 §3 */
function fallBack(core: Core, _arrived: Arrived, now: number): StreamState {
  core.failedAuths += 1;
  return settle(core, now, 'The peer did not accept our certificate.');
}

/** Negotiated without SASL: what is left is dialback. @spec XEP-0220 §2.1 */
function settle(
  core: Core,
  now: number,
  why = 'The peer offers no way to authenticate.',
): StreamState {
  const rules = rulesOf(core);
  if (rules.sasl === 'required' || !rules.dialback)
    return stop(core, isCertified(core) ? 'policy' : 'certificate', why);
  core.deadline = Infinity;
  core.keepAliveAt = now + core.with.timers.keepAlive;
  for (const request of core.waiting.splice(0)) askVerification(core, request);
  if (core.proof === 'wanted') askProof(core, now);
  return 'ready';
}

function settleProved(core: Core, now: number): StreamState {
  core.deadline = Infinity;
  core.keepAliveAt = now + core.with.timers.keepAlive;
  for (const request of core.waiting.splice(0)) askVerification(core, request);
  return proveManaged(core, 'certificate', now);
}

/** @spec XEP-0220 §2.1.1; XEP-0185 §2 */
export function askProof(core: Core, now: number): void {
  const key = core.with.keys(theirs(core), ours(core), core.id);
  write(core, resultRequestText(ours(core), theirs(core), key));
  core.proof = 'asked';
  core.deadline = now + core.with.timers.negotiation;
}

/** @spec XEP-0220 §2.1.2 */
export function askVerification(core: Core, request: VerifyRequest): void {
  core.asked.set(askedKey(request.from, request.to, request.id), request);
  write(core, verifyRequestText(request.from, request.to, request.id, request.key));
}

function askedKey(from: DomainName, to: DomainName, id: string): string {
  return `${from.ascii} ${to.ascii} ${id}`;
}

/** An answer counts only to a request sent on this stream. @spec XEP-0220 §2.1.1, §3.1 */
function takeResult(core: Core, arrived: Arrived, now: number): StreamState {
  const result = readDialback(arrived.element);
  if (result === undefined) return fail(core, 'bad-dialback');
  if (result.verdict === undefined && core.bidi) return refuseClaimBack(core, result);
  const pair = result.from.ascii === theirs(core).ascii && result.to.ascii === ours(core).ascii;
  if (core.proof !== 'asked' || !pair || result.verdict === undefined)
    return fail(core, 'unsolicited-dialback');
  core.proof = 'none';
  core.deadline = Infinity;
  if (result.verdict.type === 'valid') return proveManaged(core, 'dialback', now);
  put(core, { kind: 'unproved', verdict: result.verdict });
  if (result.verdict.type !== 'invalid') return 'ready';
  return stop(core, 'dialback', 'The peer was told that our dialback key is wrong.');
}

/** @spec XEP-0220 §2.1.2, §3.1 */
function takeVerification(core: Core, arrived: Arrived): StreamState {
  const answer = readDialback(arrived.element);
  if (answer === undefined) return fail(core, 'bad-dialback');
  if (answer.verdict === undefined && core.bidi) return checkKey(core, arrived);
  const key = askedKey(answer.to, answer.from, answer.id);
  const request = core.asked.get(key);
  if (request === undefined || answer.verdict === undefined)
    return fail(core, 'unsolicited-dialback');
  core.asked.delete(key);
  put(core, { kind: 'verified', request, verdict: answer.verdict });
  return 'ready';
}

/** Stanzas go out once it is known whether they are counted. @spec XEP-0198 §3 */
function proveManaged(core: Core, proof: Proof, now: number): StreamState {
  core.proven = proof;
  if (core.bidi) proveBack(core);
  core.reader.setLimits(core.with.limits.proved);
  if (!askManagement(core, now)) prove(core);
  return 'ready';
}

/** The peer may send from the domain that was called to ours. @spec XEP-0288 §2.2 */
function proveBack(core: Core): void {
  core.pairs.set(pairKey(theirs(core), ours(core)), isCertified(core) ? 'certificate' : 'dialback');
}

/** A stanza against the direction in which the stream was opened. @spec XEP-0288 §2.2 */
function deliverBack(core: Core, arrived: Arrived): StreamState {
  return core.bidi ? deliver(core, arrived) : fail(core, 'stanza-before-authentication');
}

function hearEnabled(core: Core, { element }: Arrived): StreamState {
  if (!beginSession(core, element)) return fail(core, 'unmanaged');
  prove(core);
  return 'ready';
}

function hearResumed(core: Core, { element }: Arrived, now: number): StreamState {
  const next = continueSession(core, element, now) ?? fail(core, 'unmanaged');
  if (next !== 'closed') prove(core);
  return next;
}

function hearUnmanaged(core: Core, { element }: Arrived, now: number): StreamState {
  const next = hearFailed(core, element, now) ?? fail(core, 'unmanaged');
  if (next !== 'closed' && core.management === 'done') prove(core);
  return next;
}

function prove(core: Core): void {
  const { proven: proof } = core;
  if (proof === undefined) return;
  core.pairs.set('', proof);
  core.deadline = Infinity;
  core.unproved = 0;
  core.reader.setLimits(core.with.limits.proved);
  put(core, { kind: 'proved', from: ours(core), to: theirs(core), proof });
}

/** @spec RFC 6120 §4.9.1.1 */
export function hearError(core: Core, arrived: Arrived): StreamState {
  const condition = readStreamError(arrived.element);
  const reason =
    condition === 'host-unknown' || condition === 'host-gone' ? 'not-found' : 'stream-error';
  write(core, CLOSING_TAG);
  const text = `The peer closed the stream: ${condition}.`;
  return hangUp(core, { kind: 'ended', reason, text, condition });
}

/** @spec RFC 6120 §4.4 */
export function answerClose(core: Core): StreamState {
  tellLast(core);
  write(core, CLOSING_TAG);
  return hangUp(core, { kind: 'ended', reason: 'closed', text: 'The peer closed the stream.' });
}

/** Whether the peer's certificate speaks for the domain that was called. @spec RFC 6120 §13.7.2.1 */
export function isCertified(core: Core): boolean {
  return core.tls && judged(core, theirs(core))?.accepted === true;
}

function stop(core: Core, reason: SendFailure, text: string): StreamState {
  const judgement = core.judgement;
  if (judgement === undefined) return giveUp(core, { kind: 'ended', reason, text });
  return giveUp(core, { kind: 'ended', reason, text, judgement });
}

function ours(core: Core): DomainName {
  return core.ours ?? NOWHERE;
}

function theirs(core: Core): DomainName {
  return core.theirs ?? NOWHERE;
}

/** An initiator always has both names; this keeps the types honest without a throw. */
const NOWHERE: DomainName = { text: '', ascii: '' };
const NOTHING_OFFERED: Features = {
  starttls: 'no',
  external: false,
  dialback: false,
  bidi: false,
  management: false,
};
