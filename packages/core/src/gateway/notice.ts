// The message that tells a SIP user of a failure learned after the 202: from the recipient, in one sentence.
// It is held to the policy of the moment like any other: what a domain says that is no longer permitted is
// not repeated, and it goes only where policy trusts the way.
import type { RequestDraft } from '@interwork/sip';
import { encodeUtf8, type Jid, type Stanza, type StanzaError } from '@interwork/xmpp';
import { jidToAor } from '../address.ts';
import { printable } from '../error.ts';
import { pathHeaders } from '../rules/path.ts';
import { NOTHING } from '../translation.ts';
import { verdictOf, wayOf } from './admit.ts';
import type { GatewayEnv } from './env.ts';
import type { Outgoing } from './outgoing.ts';

/** @spec RFC 3428 §7 */
export function noticeOf(
  now: number,
  stanza: Stanza,
  error: StanzaError,
  from: Jid,
  to: Jid,
  env: GatewayEnv,
): Outgoing {
  const verdict = verdictOf('xmpp', 'message', from, to, undefined, env.policy);
  const why = verdict.effect === 'permit' ? (error.text?.text ?? error.condition) : error.condition;
  return {
    kind: 'notice',
    pair: `${from.bare} ${to.bare}`,
    at: now,
    from,
    to,
    stanza,
    draft: draftOf(from, to, why, env.instance),
    again: false,
    by: verdict.by,
    proof: 'seal',
    lost: NOTHING,
    way: wayOf(verdict, to, env.policy),
  };
}

function draftOf(from: Jid, to: Jid, why: string, instance: string): RequestDraft {
  const uri = jidToAor(to);
  const sentence = `Your message to ${printable(from.bare)} could not be delivered: ${printable(why)}`;
  return {
    method: 'MESSAGE',
    uri,
    to: { display: undefined, uri, params: [] },
    from: { display: undefined, uri: jidToAor(from), params: [] },
    contentType: 'text/plain;charset=UTF-8',
    body: encodeUtf8(sentence),
    headers: pathHeaders([instance]),
  };
}
