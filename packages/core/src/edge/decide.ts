// Whether a request from SIP may go on to SIP, as a visible sequence (docs/design/03-the-sip-edge.md): each step refuses by
// name or leaves it to the next, and nothing passes by falling through. Pure: the answer depends on the request, the
// facts of its connection, and the environment handed in. Whoever lacks a fact is told which, and decides anew with it.
import { type Flow, type IncomingRequest, isFault, param } from '@interwork/sip';
import { evaluate, partnerOf, type Traffic, type Verdict } from '@interwork/policy';
import { proofOfFlow, unmet } from '../gateway/identity.ts';
import { trafficOfSession } from '../body/session-traffic.ts';
import { type Refusal, type RefusalCode, refused } from '../translation.ts';
import { undecorated } from './decorated-name.ts';
import { type DialogToken, writeToken } from './dialog-token.ts';
import { hasLooped, loopMark } from './loop.ts';
import { methodOf, type MethodRow } from './methods.ts';
import { decorationAt, unmetDuty } from './obligations.ts';
import type { EdgeSettings, Leg } from './options.ts';
import type { Draft, EdgeEnv, Passage, Walk } from './passage.ts';
import { assertsAnother, type Person, personOf, plainUser } from './people.ts';
import { type Routed, routedBy } from './route.ts';
import { type Stop, stop } from './stop.ts';
import { markIn } from '../dialect/lync/trust.ts';

/** @spec RFC 3261 §16.3 */
export function decideRelay(
  request: IncomingRequest,
  flow: Flow,
  settings: EdgeSettings,
  env: EdgeEnv,
): Passage | Stop {
  const walk: Walk = { request, flow, settings, env };
  const row = methodOf(request);
  if (row === 'call') return stopOfCall(request, flow, settings, env);
  if (typeof row === 'string') return stop(walk, row);
  const mark = loopMark(request, env.instance);
  const early = scheme(walk) ?? hops(request) ?? loop(request, mark);
  if (early !== undefined) return stop(walk, early);
  const routed = routedBy(request, settings.fqdn, env.options);
  if (typeof routed === 'string') return stop(walk, routed);
  const people = peopleOf(walk, row, routed);
  if (typeof people === 'string') return stop(walk, people);
  const back = recordRouteOf(walk, row, people.token);
  if (typeof back === 'string') return stop(walk, back);
  return judged(walk, { row, mark, routed, ...people, ...back, ...legsOf(walk, people) });
}

/**
 * Why a call is not carried: because no call is, and what policy would say of it is told beside that.
 * @spec RFC 3261 §21.4.26
 */
export function stopOfCall(
  request: IncomingRequest,
  flow: Flow,
  settings: EdgeSettings,
  env: EdgeEnv,
): Stop {
  const walk: Walk = { request, flow, settings, env };
  const [from, to] = [personOf(request.from.uri), personOf(request.uri)];
  if (from === undefined || to === undefined) return stop(walk, 'malformed-address');
  const { cameBy } = legsOf(walk, { to });
  // for the domains alone: nobody is asked about users for what is refused anyway
  const asked = { to: { ...to, user: undefined }, cameBy, traffic: trafficOfSession(request) };
  const verdict = verdictOn(walk, asked, { ...from, user: undefined });
  return stop(walk, 'call', { draft: { from, to }, verdict });
}

/** Policy, and the proof that it wants. */
function judged(walk: Walk, draft: Draft): Passage | Stop {
  const { row, from, cameBy } = draft;
  const wrong = wrongLeg(draft, walk) ?? extensions(walk, draft);
  if (wrong !== undefined) return stop(walk, wrong, { draft });
  const verdict = verdictOn(walk, { ...draft, traffic: row.traffic }, from);
  if (verdict.effect === 'forbid') return stop(walk, 'policy', { draft, verdict });
  const proof = proofOf(walk, draft, verdict);
  const missing =
    proof === undefined ? 'none' : unmet(verdict, { proof, tls: walk.flow.transport === 'tls' });
  if (proof === undefined || missing !== undefined)
    return stop(walk, 'identity-not-proved', { draft, verdict, proof: missing ?? 'none' });
  if (cameBy === 'outer' && walk.settings.own.has(from.domain) && !isByObjects(verdict))
    return stop(walk, 'own-domain-from-outside', { draft, verdict, proof });
  return settled(walk, draft, verdict, proof);
}

/** What is left once it is permitted: the name behind a name, and whether all that is asked can be done. */
function settled(walk: Walk, draft: Draft, verdict: Verdict, proof: string): Passage | Stop {
  const behind = behindName(walk, draft, verdict);
  if (behind?.effect === 'forbid') return stop(walk, 'policy', { draft, verdict: behind, proof });
  const isAgreed = draft.row.answered || speaksLync(draft, walk.env);
  if (!isAgreed) return stop(walk, 'best-effort', { draft, verdict, proof });
  const unmetOne = unmetDuty(verdict, draft.row, walk.env.duties);
  if (unmetOne !== undefined) return stop(walk, unmetOne, { draft, verdict, proof });
  return { kind: 'passage', ...draft, verdict, proof, decoration: decorationAt(verdict) };
}

/** @spec RFC 3261 §16.3 */
function scheme({ request, env }: Walk): RefusalCode | Refusal | undefined {
  const { scheme: said } = request.uri;
  if (said === 'sip' || said === 'im' || said === 'pres') return undefined;
  return said === 'sips' && env.allowSips ? undefined : 'secure-scheme';
}

/** @spec RFC 3261 §16.3 */
function hops({ maxForwards }: IncomingRequest): RefusalCode | undefined {
  return maxForwards === 0 ? 'too-many-hops' : undefined;
}

/** @spec RFC 3261 §16.3 */
function loop(request: IncomingRequest, mark: string): RefusalCode | undefined {
  return hasLooped(request, mark) ? 'loop' : undefined;
}

/** Within a dialog those of its token, and the tags say which of them speaks; else those the request names. */
function peopleOf(
  { request }: Walk,
  row: MethodRow,
  { token, uri }: Routed,
): Pick<Draft, 'from' | 'to' | 'token'> | RefusalCode {
  const fromTag = param(request.from.params, 'tag');
  if (token !== undefined) {
    const { caller, callee, tag } = token;
    if (fromTag === tag) return { from: caller, to: callee, token };
    const isBack = param(request.to.params, 'tag') === tag;
    return isBack ? { from: callee, to: caller, token } : 'stale-route';
  }
  if (row.dialog === 'confirms') return 'stale-route';
  const [from, to] = [personOf(request.from.uri), personOf(uri)];
  if (from === undefined || to === undefined) return 'malformed-address';
  if (assertsAnother(request.request.headers, from)) return 'asserted-elsewhere';
  const begins = row.dialog === 'begins' && param(request.to.params, 'tag') === undefined;
  if (!begins || fromTag === undefined) return { from, to, token: undefined };
  return { from, to, token: { caller: from, callee: to, tag: fromTag } };
}

/** What will lead the dialog back to us; the two may be too long for it. */
function recordRouteOf(
  { env }: Walk,
  row: MethodRow,
  token: DialogToken | undefined,
): { readonly recordRoute: string | undefined } | RefusalCode {
  if (row.dialog === 'none' || token === undefined) return { recordRoute: undefined };
  const recordRoute = writeToken(token, env.options);
  return recordRoute === undefined ? 'malformed-address' : { recordRoute };
}

function legsOf(
  { flow, settings, env }: Walk,
  { to }: Pick<Draft, 'to'>,
): Pick<Draft, 'cameBy' | 'goesBy' | 'heading'> {
  const cameBy = settings.legOf(flow, env.believesDatagrams);
  const goesBy: Leg = settings.own.has(to.domain) && cameBy === 'outer' ? 'inner' : 'outer';
  const heading = cameBy === 'inner' ? 'outward' : goesBy === 'inner' ? 'inward' : 'past';
  return { cameBy, goesBy, heading };
}

/** Who has one of our domains is no federated user; who has none is not behind our inner hops. */
function wrongLeg({ from, to, cameBy }: Draft, { settings, env }: Walk): RefusalCode | undefined {
  const [ownFrom, ownTo] = [settings.own.has(from.domain), settings.own.has(to.domain)];
  if (cameBy === 'inner' && !ownFrom) return 'unknown-sender';
  if (cameBy === 'outer' && ownFrom && !ownTo) return 'own-domain-from-outside';
  const isPast = !ownFrom && !ownTo;
  return isPast && env.policy.federation === undefined ? 'unknown-domain' : undefined;
}

/** @spec RFC 3261 §16.3 */
function extensions({ request, env }: Walk, draft: Draft): Refusal | undefined {
  const { proxyRequire } = request.request.headers;
  if (proxyRequire === undefined || isFault(proxyRequire)) return undefined;
  const known = speaksLync(draft, env) ? BENOTIFY : NONE;
  const unknown = proxyRequire.filter((tag) => !known.includes(tag));
  if (unknown.length === 0) return undefined;
  return refused('extension', undefined, [{ name: 'Unsupported', value: unknown.join(', ') }]);
}

/** Whether the foreign end is known to speak as Microsoft's servers do: by its partner entry, or by Lync's own objects. */
function speaksLync({ from, to, cameBy }: Draft, { policy }: EdgeEnv): boolean {
  const foreign = cameBy === 'inner' ? to : from;
  return policy.federation !== undefined || partnerOf(policy, foreign.domain)?.dialect === 'lync';
}

function verdictOn(
  { request, flow, settings, env }: Walk,
  { to, cameBy, traffic }: Pick<Draft, 'to' | 'cameBy'> & { readonly traffic: Traffic },
  from: Person,
): Verdict {
  const [fromUser = '', toUser] = [plainUser(from), plainUser(to)];
  const isOuter = cameBy === 'outer';
  const mark = isOuter ? markIn(request.request.headers, settings.markHeader) : undefined;
  return evaluate(
    env.policy,
    {
      from: from.domain,
      to: to.domain,
      via: 'sip',
      toward: 'sip',
      traffic,
      fromUser,
      ...(toUser === undefined ? {} : { toUser }),
      ...(isOuter ? { address: flow.remote.address, peerNames: flow.proved } : {}),
      ...(mark === undefined ? {} : { mark }),
    },
    env.facts,
  );
}

/** By the inner hop, by a certificate that speaks for the domain, or by a server that Lync's objects have recognised. */
function proofOf(
  { flow, env }: Walk,
  { from, cameBy }: Draft,
  verdict: Verdict,
): string | undefined {
  if (cameBy === 'inner') return flow.transport === 'tls' ? 'certificate' : 'address';
  if (isByObjects(verdict)) return 'certificate';
  return proofOfFlow(flow, from.domain, env.policy, env.believesDatagrams);
}

/** Only what Lync's objects let in, by the server it came from, is counted against a class of theirs. */
function isByObjects({ must }: Verdict): boolean {
  return must.some(({ kind }) => kind === 'rate');
}

/** Behind a name that a provider has written stands another domain, which policy is asked about as well. */
function behindName(walk: Walk, draft: Draft, verdict: Verdict): Verdict | undefined {
  const decoration = decorationAt(verdict);
  if (decoration?.end !== 'from') return undefined;
  const real = undecorated(draft.from, decoration);
  const asked = { ...draft, traffic: draft.row.traffic };
  return real === draft.from ? undefined : verdictOn(walk, asked, real);
}

const BENOTIFY: readonly string[] = ['ms-benotify'];
const NONE: readonly never[] = Object.freeze([]);
