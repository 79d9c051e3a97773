// Claims of peers on their way to the authoritative server: XEP-0220 §2.1.2 and §2.2.1. The server is found by DNS for
// the claimed domain, on a link of ours, never on the stream that made the claim. Bounded, timed, and dropped
// when the claiming stream is gone.
import type { Instant } from '../server-link.ts';
import type { DialbackCondition, Verdict } from '../stream/dialback.ts';
import type { VerifyRequest } from '../stream/io.ts';
import {
  type Board,
  count,
  type Failure,
  feed,
  type Held,
  type Link,
  type Verification,
  wakeBy,
} from './board.ts';
import { callBack, forgetCallBacks, isUnreached, linkFor, releaseIfDone } from './link.ts';

/** A peer claims a pair. */
export function beginVerification(
  board: Board,
  now: Instant,
  inbound: Held,
  request: VerifyRequest,
): void {
  if (isFull(board, now, inbound))
    return tell(board, now, inbound, request, error('resource-constraint'));
  const link = linkFor(board, request.from, request.to);
  if (link === undefined || isAskedOut(board, link))
    return tell(board, now, inbound, request, error('resource-constraint'));
  if (isUnreached(link, now))
    return tell(board, now, inbound, request, error(conditionOf(link.failure)));
  const deadline = now + board.timers.verification;
  const verification: Verification = { request, inbound, link, deadline };
  board.verifications.set(keyOf(request), verification);
  link.verifications.add(verification);
  count(board.claims, inbound.network, 1);
  wakeBy(board, deadline);
  if (link.held !== undefined) feed(board, now, link.held, { kind: 'verify', request });
  callBack(board, now, link);
}

function isFull(board: Board, now: Instant, inbound: Held): boolean {
  const { pendingVerifications, verificationsPerAddress, links } = board.limits;
  forgetCallBacks(board, now);
  if (board.callBacks.size >= links) return true;
  const ofNetwork = board.claims.get(inbound.network) ?? 0;
  return board.verifications.size >= pendingVerifications || ofNetwork >= verificationsPerAddress;
}

/** Whether the stream of a link would refuse one more question. */
function isAskedOut(board: Board, link: Link): boolean {
  const asked = link.held?.stream.verifications ?? link.verifications.size;
  return asked >= board.limits.verifications;
}

/** The authoritative server has answered; nobody may be left to hear it. @spec XEP-0220 §2.1.2, §2.5 */
export function takeVerified(
  board: Board,
  now: Instant,
  request: VerifyRequest,
  verdict: Verdict,
): void {
  const verification = board.verifications.get(keyOf(request));
  if (verification === undefined) return;
  const said = verdict.type === 'error' ? error('remote-server-not-found') : verdict;
  settle(board, now, verification, said);
}

/** The link will bring no answer. @spec XEP-0220 §2.5 */
export function settleVerifications(
  board: Board,
  now: Instant,
  link: Link,
  condition: DialbackCondition,
): void {
  for (const verification of link.verifications) settle(board, now, verification, error(condition));
}

/** What a claimant is told of a link that failed. @spec XEP-0220 §2.5 */
export function conditionOf(failure: Failure | undefined): DialbackCondition {
  return failure?.reason === 'not-found' ? 'remote-server-not-found' : 'remote-connection-failed';
}

/** The claiming stream is gone. */
export function dropVerifications(board: Board, now: Instant, inbound: Held): void {
  for (const verification of board.verifications.values())
    if (verification.inbound === inbound) {
      forget(board, verification);
      releaseIfDone(board, now, verification.link);
    }
}

/** Those that took too long. */
export function tickVerifications(board: Board, now: Instant): void {
  for (const verification of board.verifications.values())
    if (now >= verification.deadline)
      settle(board, now, verification, error('remote-server-timeout'));
}

function settle(board: Board, now: Instant, verification: Verification, verdict: Verdict): void {
  forget(board, verification);
  tell(board, now, verification.inbound, verification.request, verdict);
  releaseIfDone(board, now, verification.link);
}

function forget(board: Board, verification: Verification): void {
  board.verifications.delete(keyOf(verification.request));
  count(board.claims, verification.inbound.network, -1);
  verification.link.verifications.delete(verification);
}

function tell(
  board: Board,
  now: Instant,
  inbound: Held,
  request: VerifyRequest,
  verdict: Verdict,
): void {
  const { from, to, id } = request;
  feed(board, now, inbound, { kind: 'verdict', from: to, to: from, id, verdict });
}

function error(condition: DialbackCondition): Verdict {
  return { type: 'error', condition };
}

function keyOf(request: VerifyRequest): string {
  return `${request.id} ${request.from.ascii} ${request.to.ascii}`;
}
