// What the end that was called does: RFC 6120 §4.3.2, §5.4, §6.4; XEP-0178 §3; XEP-0220 §2.2. Each function is a cell of
// the RECEIVER table in transitions.ts and returns where we stand afterwards. Stanzas are stanzas.ts. Calling the
// claimed domain back is endpoint/verifications.ts: never on the stream that made the claim.
import { NS } from '../namespaces.ts';
import type { Judgement, Proof } from '../server-link.ts';
import type { Act, Arrived } from './arrival.ts';
import { checkKey } from './authority.ts';
import { closeWith, type Core, fail, giveUp, put, rulesOf, write, writeHeader } from './core.ts';
import {
  type DialbackCondition,
  type DialbackElement,
  readDialback,
  resultAnswerText,
  type Verdict,
} from './dialback.ts';
import { domainName, type DomainName, pairKey } from './domain.ts';
import { type Excluded, tellExcluded } from './excluded.ts';
import { type Features, featuresText } from './features.ts';
import { headerFault, isLegacy } from './header.ts';
import { answerClose, hearError } from './initiate.ts';
import type { StreamInput } from './io.ts';
import { judged } from './judging.ts';
import { MANAGEMENT_ACTS } from './managing.ts';
import { CHALLENGE, readAuthzid, type SaslCondition, saslFailureText, SUCCESS } from './sasl.ts';
import { deliver } from './stanzas.ts';
import type { ReceiverAction, StreamState } from './transitions.ts';

/** @spec RFC 6120 §4.3; XEP-0178 §3; XEP-0220 §2.2 */
export const RECEIVER_ACTS: Readonly<Record<ReceiverAction, Act>> = {
  awaitHeader,
  answerHeader,
  proceed,
  authenticate,
  aborted: (core) => refuseAuth(core, 'aborted'),
  hearClaim,
  checkKey,
  allowBidi,
  deliver,
  ...MANAGEMENT_ACTS,
  hearError,
  answerClose,
  ignore: (core) => core.state,
};

function awaitHeader(core: Core): StreamState {
  core.tls = true;
  return 'header';
}

/** @spec RFC 6120 §4.7, §4.9.1.3 */
function answerHeader(core: Core, arrived: Arrived, now: number): StreamState {
  const open = arrived.open;
  const wrong = open === undefined ? 'not-a-stream' : headerFault(open);
  if (open === undefined || wrong !== undefined) return fail(core, wrong ?? 'not-a-stream');
  const to = domainName(open.attrs['to']);
  const from = domainName(open.attrs['from']);
  if (core.authenticated && isOther(core, from, to)) return fail(core, 'other-header');
  core.theirs = from;
  core.ours = undefined;
  core.id = core.with.drawToken();
  if (from === undefined && open.attrs['from'] !== undefined)
    return fail(core, 'bad-header-address');
  if (to === undefined || !core.with.hosts(to.ascii)) return fail(core, 'unknown-host');
  core.ours = to;
  core.lang = open.attrs['xml:lang'];
  core.legacy = isLegacy(open);
  writeHeader(core, !core.legacy);
  return core.authenticated ? openCertified(core, now) : offer(core);
}

/** A stream is reopened for the domains it was authenticated for. @spec RFC 6120 §6.4.6 */
function isOther(core: Core, from: DomainName | undefined, to: DomainName | undefined): boolean {
  return from?.ascii !== core.theirs?.ascii || to?.ascii !== core.ours?.ascii;
}

/** @spec RFC 6120 §4.3.2; XEP-0178 §3; XEP-0198 §2 */
function offer(core: Core): StreamState {
  if (core.legacy) return 'negotiating';
  const features = featuresOf(core);
  core.offered = features.external;
  write(core, featuresText(features));
  if (!core.tls || features.external || features.dialback) return 'negotiating';
  return refuseCertificate(core);
}

function featuresOf(core: Core): Features {
  const rules = rulesOf(core);
  const clear = !core.tls;
  const dialback =
    rules.dialback && rules.sasl !== 'required' && (core.tls || rules.tls !== 'required');
  return {
    starttls: clear && rules.tls !== 'never' ? rules.tls : 'no',
    external: core.tls && rules.sasl !== 'never' && isCertified(core, core.theirs),
    dialback,
    bidi: rules.bidi !== false && (core.tls || rules.tls !== 'required'),
    // dialback restarts nothing: a peer that proves itself by it hears of this here or not at all
    management: dialback && rules.management !== false,
  };
}

/** Nothing is left that this peer could prove itself by. @spec XEP-0178 §3 */
function refuseCertificate(core: Core): StreamState {
  const text = 'The peer cannot prove its domain by the means its rules leave.';
  const judgement: Judgement | undefined = core.judgement;
  const ended = {
    kind: 'ended',
    reason: 'certificate',
    text,
    condition: 'not-authorized',
  } as const;
  return closeWith(
    core,
    'not-authorized',
    judgement === undefined ? ended : { ...ended, judgement },
  );
}

/** Whether the certificate speaks for a domain, which is not one of ours. @spec RFC 6120 §13.7.2.2 */
function isCertified(core: Core, domain: DomainName | undefined): boolean {
  if (!core.tls || domain === undefined || core.with.hosts(domain.ascii)) return false;
  return judged(core, domain)?.accepted === true;
}

/** @spec RFC 6120 §5.4.2.2, §5.4.2.3 */
function proceed(core: Core): StreamState {
  if (core.tls) return fail(core, 'unexpected-element');
  if (rulesOf(core).tls === 'never') return refuseTls(core);
  if (!core.reader.isIdle) return fail(core, 'bytes-across-starttls');
  core.reader.discard();
  core.claims.clear();
  core.bidi = false;
  write(core, `<proceed xmlns='${NS.tls}'/>`);
  put(core, { kind: 'start-tls', role: 'server', domain: core.ours?.ascii ?? '' });
  return 'handshake';
}

/** From here on the pairs that are proved may be used in both directions. @spec XEP-0288 §2.2 */
function allowBidi(core: Core): StreamState {
  if (core.bidi || !featuresOf(core).bidi) return fail(core, 'unexpected-element');
  core.bidi = true;
  return core.state;
}

function refuseTls(core: Core): StreamState {
  write(core, `<failure xmlns='${NS.tls}'/>`);
  tellExcluded(core, core.theirs, 'tls');
  const text = 'The peer asked for TLS, which its rules exclude.';
  return giveUp(core, { kind: 'ended', reason: 'policy', text });
}

/** @spec RFC 6120 §6.4, §6.5; XEP-0178 §3 */
function authenticate(core: Core, arrived: Arrived): StreamState {
  const { element, name } = arrived;
  if (!core.tls) return refuseAuth(core, 'encryption-required');
  const external = name === 'response' || element.attrs['mechanism'] === 'EXTERNAL';
  if (!external || !core.offered) return refuseAuth(core, 'invalid-mechanism');
  const authzid = readAuthzid(element);
  if (authzid.kind === 'refused') return refuseAuth(core, authzid.condition);
  if (authzid.kind === 'none' && name === 'auth') return challenge(core);
  if (authzid.kind === 'domain' && authzid.domain.ascii !== core.theirs?.ascii)
    return refuseAuth(core, 'invalid-authzid');
  if (!isCertified(core, core.theirs)) return refuseAuth(core, 'not-authorized');
  return welcome(core);
}

/** @spec RFC 6120 §6.4.3 */
function challenge(core: Core): StreamState {
  write(core, CHALLENGE);
  return 'challenged';
}

/** @spec RFC 6120 §6.4.6 */
function welcome(core: Core): StreamState {
  write(core, SUCCESS);
  core.authenticated = true;
  core.claims.clear();
  core.reader.reset();
  core.reader.setLimits(core.with.limits.proved);
  return 'header';
}

function refuseAuth(core: Core, condition: SaslCondition): StreamState {
  write(core, saslFailureText(condition));
  core.failedAuths += 1;
  if (core.failedAuths >= core.with.limits.auths) return fail(core, 'too-many-auths');
  return 'negotiating';
}

function openCertified(core: Core, now: number): StreamState {
  const { ours, theirs } = core;
  const { dialback, management = true } = rulesOf(core);
  write(core, featuresText({ starttls: 'no', external: false, dialback, bidi: false, management }));
  if (ours !== undefined && theirs !== undefined) prove(core, theirs, ours, 'certificate', now);
  return 'open';
}

/** Records a pair; the stream is worth more bytes and more time now. */
function prove(core: Core, from: DomainName, to: DomainName, proof: Proof, now: number): void {
  core.pairs.set(pairKey(from, to), proof);
  core.deadline = now + core.with.timers.silence;
  core.reader.setLimits(core.with.limits.proved);
  put(core, { kind: 'proved', from, to, proof });
}

/** A peer claims a pair of domains. @spec XEP-0220 §2.2.1, §2.5 */
function hearClaim(core: Core, arrived: Arrived, now: number): StreamState {
  const claim = readDialback(arrived.element);
  if (claim === undefined) return fail(core, 'bad-dialback');
  if (claim.verdict !== undefined) return fail(core, 'unsolicited-dialback');
  const { from, to, key } = claim;
  const pair = pairKey(from, to);
  if (core.claims.has(pair)) return core.state;
  const refusal = refusalOf(core, claim);
  if (refusal !== undefined) return refuseClaim(core, from, to, refusal);
  if (core.pairs.has(pair)) return answerClaim(core, from, to, VALID);
  core.claimed += 1;
  if (isCertified(core, from)) {
    prove(core, from, to, 'certificate', now);
    return answerClaim(core, from, to, VALID);
  }
  if (!core.with.rules(from.ascii).dialback) return refuseClaim(core, from, to, 'not-authorized');
  const request = { from: to, to: from, id: core.id, key };
  core.claims.set(pair, request);
  put(core, { kind: 'claim', request });
  return core.state;
}

function refusalOf(core: Core, claim: DialbackElement): DialbackCondition | undefined {
  const { from, to } = claim;
  if (!core.with.hosts(to.ascii)) return 'item-not-found';
  if (core.with.hosts(from.ascii)) return 'not-acceptable';
  const rules = core.with.rules(from.ascii);
  if (rules.tls === 'required' && !core.tls) return 'policy-violation';
  if (rules.sasl === 'required') return 'not-authorized';
  return isCrowded(core) && !core.pairs.has(pairKey(from, to)) ? 'resource-constraint' : undefined;
}

/** What its rules exclude is told of too. @spec XEP-0220 §2.5 */
function refuseClaim(
  core: Core,
  from: DomainName,
  to: DomainName,
  condition: DialbackCondition,
): StreamState {
  const excluded = EXCLUDED[condition];
  if (excluded !== undefined) tellExcluded(core, from, excluded);
  return answerClaim(core, from, to, error(condition));
}

const EXCLUDED: Readonly<Partial<Record<DialbackCondition, Excluded>>> = {
  'policy-violation': 'claim without TLS',
  'not-authorized': 'dialback',
};

/** Each claim costs us a judgement or a call, so a stranger gets few in all. @spec RFC 6120 §13.12 */
function isCrowded(core: Core): boolean {
  const { limits } = core.with;
  if (core.pairs.size === 0 && core.claimed >= limits.claims) return true;
  return core.pairs.size + core.claims.size >= limits.pairs;
}

/**
 * What became of a claim; one that is not pending any more is dropped. A key that was good for the stream as it was
 * before a restart says nothing of the claim that is open now: the id must be the same. A stream that is closing proves nobody.
 * @spec XEP-0220 §2.2, §2.2.1
 */
export function takeVerdict(
  core: Core,
  told: StreamInput & { readonly kind: 'verdict' },
  now: number,
): StreamState {
  const { from, to, verdict } = told;
  const pair = pairKey(from, to);
  if (core.state === 'closing' || core.claims.get(pair)?.id !== told.id) return core.state;
  core.claims.delete(pair);
  if (verdict.type === 'valid') prove(core, from, to, 'dialback', now);
  return answerClaim(core, from, to, verdict);
}

function answerClaim(core: Core, from: DomainName, to: DomainName, verdict: Verdict): StreamState {
  const spoofed = verdict.type === 'invalid';
  const alone = core.pairs.size === 0;
  const said = spoofed && !alone ? error('forbidden') : verdict;
  write(core, resultAnswerText(to, from, said));
  if (spoofed && alone) return giveUp(core, INVALID);
  return core.pairs.size > 0 ? 'open' : core.state;
}

function error(condition: DialbackCondition): Verdict {
  return { type: 'error', condition };
}

const VALID: Verdict = { type: 'valid' };
const INVALID = {
  kind: 'ended',
  reason: 'dialback',
  text: 'The authoritative server did not confirm the dialback key of the peer.',
} as const;
