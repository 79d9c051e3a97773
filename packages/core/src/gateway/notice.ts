// The message that tells a SIP user of a failure learned after the 202: from the recipient, in one sentence.
// It is held to the policy of the moment like any other: what a domain says that is no longer permitted is
// not repeated, nor past a host that looks at what is said, and it goes only where policy trusts the way.
import type { RequestDraft } from '@interwork/sip';
import { encodeUtf8, type Jid, type StanzaError } from '@interwork/xmpp';
import { jidToAor } from '../address.ts';
import { printable } from '../error.ts';
import { pathHeaders } from '../rules/path.ts';
import { NOTHING } from '../translation.ts';
import { ANY_CONNECTION, verdictOf, wayOf } from './admit.ts';
import type { GatewayEnv } from './env.ts';
import type { Outgoing } from './outgoing.ts';
import { type FaultTrace, IN_DOUBT } from './trace.ts';

/** A failure learned after its sender was answered 202. */
export interface LateFailure {
  /** Of the stanza. */
  readonly id: string;
  /** The SIP user whose message it was. */
  readonly sender: Jid;
  /** Whom it was for; where an error has come back, whoever sent that. */
  readonly recipient: Jid;
  /** Stable words, for the trace. */
  readonly reasons: readonly string[];
  /** The error that came back; without one, its link broke and it may or may not have arrived. */
  readonly error: StanzaError | undefined;
}

/**
 * `asked` is the notification that its sender has asked for; it says so in its own words.
 * @spec RFC 3428 §7
 */
export function noticeOf(
  now: number,
  failure: LateFailure,
  env: GatewayEnv,
  asked?: RequestDraft,
): Outgoing {
  const { recipient: from, sender: to, error } = failure;
  const verdict = verdictOf('xmpp', 'message', from, to, ANY_CONNECTION, env);
  const repeats = verdict.effect === 'permit' && !env.hooked;
  return {
    kind: 'notice',
    pair: `${from.bare} ${to.bare}`,
    at: now,
    from,
    to,
    stanza: undefined,
    why: failure.reasons,
    draft: asked ?? draftOf(from, to, sentenceOf(from, error, repeats), env.instance),
    again: false,
    by: verdict.by,
    proof: 'seal',
    lost: NOTHING,
    way: wayOf(verdict, to, env.policy),
    must: NONE,
  };
}

function sentenceOf(from: Jid, error: StanzaError | undefined, repeats: boolean): string {
  const whom = printable(from.bare);
  if (error === undefined) return `Your message to ${whom} ${DOUBT}`;
  const why = repeats ? (error.text?.text ?? error.condition) : error.condition;
  return `Your message to ${whom} could not be delivered: ${printable(why)}`;
}

const NONE: readonly never[] = Object.freeze([]);
const DOUBT = 'may not have arrived: the link ended before it was known to be read';

function draftOf(from: Jid, to: Jid, sentence: string, instance: string): RequestDraft {
  const uri = jidToAor(to);
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

/** What was answered 202 and is not known to be read is at least said to the operator. @spec RFC 3428 §7 */
export function doubtOf(count: number): Pick<FaultTrace, 'code' | 'spec' | 'text' | 'count'> {
  const text = `${count} answered 202 are not known to have been read.`;
  return { code: IN_DOUBT, spec: 'RFC 3428 §7', text, count };
}
