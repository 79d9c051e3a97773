// Whether a request within a session may cross: its people are those of the session, since From and To are rewritten by
// what lies between, but the connection proves its domain anew each time, and policy is asked anew.
import type { Flow, IncomingRequest, ResponseDraft } from '@interwork/sip';
import type { Traffic } from '@interwork/policy';
import type { Jid } from '@interwork/xmpp';
import { jidToSipUri } from '../address.ts';
import type { End } from '../crossing.ts';
import { pathOfRequest } from '../rules/path.ts';
import type { Key } from '../store/store.ts';
import { refused } from '../translation.ts';
import { type Admitted, type AdmitEnv, cameBy, type Denied, hops, judged, loop } from './admit.ts';
import { proofOfFlow } from './identity.ts';

/** Where a message within a session is from and where it goes, and what became of it is told to. */
export interface Within {
  /** The contact, with its device where that is known. */
  readonly from: End;
  /** The user, or the resource of his that is locked in. @spec RFC 6121 §5.1 */
  readonly to: Jid;
  readonly thread: string;
  /** Whether the user has shown that he knows chat states. */
  readonly signs?: boolean;
  /** Takes the answer in place of the request's transaction: it is an INVITE's, which brought the message along. */
  readonly settle?: ((now: number, answer: ResponseDraft) => void) | undefined;
  /** Whether that INVITE has been taken back: then nothing of it is carried. @spec RFC 3261 §9.2 */
  readonly isTakenBack?: (() => boolean) | undefined;
  /** Which message of an open session it is. */
  readonly asked?: AskedWithin | undefined;
}

/** A message of a session, and who is told what it was answered. */
export interface AskedWithin {
  readonly key: Key;
  /** The session, by our tag. */
  readonly tag: string;
  readonly cseq: number;
  readonly told: (now: number, asked: AskedWithin, answer: ResponseDraft) => void;
}

/** @spec RFC 5922 §7.4 */
export function admitWithin(
  r: IncomingRequest,
  flow: Flow,
  { from, to }: Pick<Within, 'from' | 'to'>,
  env: AdmitEnv,
  traffic: Traffic = 'message',
): Admitted | Denied {
  const path = pathOfRequest(r.request);
  const stop = hops(r.maxForwards) ?? loop(path, env);
  if (stop !== undefined) return { kind: 'denied', refusal: stop, by: [], proof: 'none' };
  const proof = proofWithin(flow, from.jid, env);
  if (proof === undefined)
    return { kind: 'denied', refusal: refused('identity-not-proved'), by: [], proof: 'none' };
  const user = { jid: to, sip: jidToSipUri(to) };
  return judged('sip', traffic, from, user, path, cameBy(flow, proof), env);
}

/** How a connection proves the contact's domain; `undefined`: it does not. */
export function proofWithin(flow: Flow, contact: Jid, env: AdmitEnv): string | undefined {
  const domain = contact.asciiDomain;
  return (
    env.innerProof?.(flow, domain) ?? proofOfFlow(flow, domain, env.policy, env.believesDatagrams)
  );
}
