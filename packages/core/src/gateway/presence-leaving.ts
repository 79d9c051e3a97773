// What the presence ledger has decided, on its way to the edges: answers and stanzas at once, requests when their route is
// known (routed.ts). Policy is asked again for each, since what leaves now was perhaps permitted long ago; only what takes
// back what was said may leave whatever it says.
import { type FailedReason, param, type RequestDraft, type Target } from '@interwork/sip';
import type { Verdict } from '@interwork/policy';
import { Jid, type PresenceDraft, presenceElement } from '@interwork/xmpp';
import type { People } from '../ledger/people.ts';
import type { Half, PresenceEffect, StanzaDraft } from '../ledger/presence-types.ts';
import { pathElements } from '../rules/path.ts';
import { presenceBetween } from '../rules/presence-authorization.ts';
import { resourceToPresence } from '../rules/presence-resource.ts';
import type { Key } from '../store/store.ts';
import { ANY_CONNECTION, needOf, unknownOf, verdictOf, wayOf } from './admit.ts';
import { hasDuty } from './duties.ts';
import type { GatewayEnv } from './env.ts';
import type { Again } from './inquiry.ts';
import { UNANSWERED } from './presence-entry.ts';
import { Routed } from './routed.ts';

/** What rides with a request or a stanza to an edge and comes back. */
export interface PresenceRide {
  readonly kind: 'presence';
  readonly key: Key;
  readonly half: Half;
  readonly tag: string;
  /** What a stanza ends: a resource, or with none the authorization. */
  readonly end?: string | undefined;
}

/** A context that has come back, if it is one of presence. */
export function rideIn(context: unknown): PresenceRide | undefined {
  const ride = context as PresenceRide | null | undefined;
  return ride?.kind === 'presence' ? ride : undefined;
}

/** Says that a request has gone nowhere. */
type Failing = (now: number, ride: PresenceRide, reason: FailedReason) => void;

/** The way out of presence. */
export class PresenceLeaving {
  readonly #env: GatewayEnv;
  readonly #routed: Routed<PresenceRide>;

  constructor(env: GatewayEnv, fail: Failing) {
    this.#env = env;
    this.#routed = new Routed(env, { traffic: 'presence', isEnd, fail });
  }

  /** Requests that wait for a route. */
  get size(): number {
    return this.#routed.size;
  }

  get wakeAt(): number {
    return this.#routed.wakeAt;
  }

  /** Requests that the SIP edge has and that have no end yet. */
  get unanswered(): number {
    return this.#routed.unanswered;
  }

  /** A request that the SIP edge had has ended. */
  ended(): void {
    this.#routed.ended();
  }

  /** Lets one effect out. */
  perform(now: number, key: Key, people: People, effect: PresenceEffect): void {
    if (effect.kind === 'answer') {
      const { to, draft } = effect;
      if (to === UNANSWERED) return;
      this.#env.out.push({ kind: 'sip', input: { kind: 'respond', to, draft } });
    } else if (effect.kind === 'request') {
      const { half, tag, draft } = effect;
      this.#routed.leave(now, { ride: { kind: 'presence', key, half, tag }, draft, people });
    } else if (effect.kind === 'stanza') this.#say(now, key, people, effect.draft);
  }

  /** The host has answered a question. */
  answer(now: number, ask: string, targets: readonly Target[]): void {
    this.#routed.answer(now, ask, targets);
  }

  /** Ends what has waited too long for an answer. */
  tick(now: number): void {
    this.#routed.tick(now);
  }

  #say(now: number, key: Key, people: People, said: StanzaDraft): void {
    const { policy, instance, out } = this.#env;
    const [from, to] = [people.contact, people.user];
    const verdict = verdictOf('sip', 'presence', from, to, ANY_CONNECTION, this.#env);
    const again = (then: number): void => this.#say(then, key, people, said);
    if (isLater(this.#env, now, verdict, from, again)) return;
    if (verdict.effect === 'forbid' && !TAKES_BACK.has(said.type)) return;
    const draft = draftOf(people, hasDuty(verdict.must, 'no-notes') ? noteless(said) : said, now);
    const written = presenceElement(draft);
    const children = [...written.children, ...pathElements([instance])];
    const context: PresenceRide = {
      kind: 'presence',
      key,
      half: 'watched',
      tag: '',
      end: endIn(said),
    };
    const need = needOf(wayOf(verdict, to, policy));
    const input = {
      kind: 'stanza',
      element: { ...written, children },
      from: draft.from,
      to: draft.to,
      context,
    } as const;
    out.push({ kind: 'xmpp', input: need === undefined ? input : { ...input, need } });
  }
}

/** Whether policy has to be told something first: then whatever is said later waits behind it, and keeps its order. */
function isLater(env: GatewayEnv, now: number, verdict: Verdict, from: Jid, again: Again): boolean {
  return env.inquiry.wait(now, unknownOf(verdict, from), again) === 'waiting';
}

/** The same without what its person has written: some partners see whether somebody is there, and no more. */
function noteless(said: StanzaDraft): StanzaDraft {
  if (said.type !== 'available' || said.state.statuses === undefined) return said;
  const { statuses: _, ...state } = said.state;
  return { ...said, state };
}

/** What a stanza ends for the XMPP person, when it does: the sight of a resource, or of all. */
function endIn({ type, resource }: StanzaDraft): string | undefined {
  if (type === 'unsubscribed') return '';
  return type === 'unavailable' && resource !== '' ? resource : undefined;
}

/**
 * The end of a dialog shows nothing and takes back what was shown, so it leaves even where policy has changed its mind.
 * Ours as subscriber is a SUBSCRIBE within the dialog, ours as notifier a notification without a document.
 */
function isEnd({ method, to, headers = [], body }: RequestDraft): boolean {
  const valueOf = (name: string): string =>
    headers.find((field) => field.name.toLowerCase() === name)?.value ?? '';
  if (method !== 'SUBSCRIBE')
    return body === undefined && valueOf('subscription-state').startsWith('terminated');
  return param(to.params, 'tag') !== undefined && valueOf('expires') === '0';
}

/** The same of stanzas. */
const TAKES_BACK: ReadonlySet<StanzaDraft['type']> = new Set(['unavailable', 'unsubscribed']);

/** A stanza from the SIP person to the XMPP person. */
function draftOf({ contact, user }: People, said: StanzaDraft, now: number): PresenceDraft {
  const to = said.to === '' ? user : within(user, said.to);
  if (said.type === 'available') return resourceToPresence(said.state, contact, to, now);
  if (said.type === 'unavailable')
    return resourceToPresence({ gone: said.resource }, contact, to, now);
  return presenceBetween(contact, to, said.type);
}

function within(user: Jid, resource: string): Jid {
  const jid = Jid.of(user.local, user.domain, resource);
  return jid.kind === 'jid' ? jid : user;
}
