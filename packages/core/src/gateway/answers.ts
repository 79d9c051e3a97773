// The SIP answers a sender gets: for a refusal of ours, for an error stanza, for a link that failed.
// The numbers come from the tables (translation.ts, error.ts); here they get the header fields that
// each status must have.
import { type HeaderField, parseUri, type ResponseDraft, writeUri } from '@interwork/sip';
import { Jid, type StanzaError, type XmppEvent } from '@interwork/xmpp';
import { jidToSipUri } from '../address.ts';
import { answerFor, printable } from '../error.ts';
import { warning } from '../rules/warning.ts';
import type { Refusal } from '../translation.ts';
import type { GatewayEnv } from './env.ts';

type SendFailed = Extract<XmppEvent, { readonly kind: 'fate' }>;

/** The methods this gateway carries. @spec RFC 3261 §20.5 */
export const ALLOWED = 'MESSAGE, OPTIONS';

/**
 * The answer to a refusal: its status, what that status must carry, and the sentence. A 500 and a 503 say for how many
 * milliseconds: without it a client would have to guess.
 * @spec RFC 3261 §21.5.1
 * @spec RFC 3261 §21.5.4
 */
export function answerOfRefusal(refusal: Refusal, retryAfter: number): ResponseDraft {
  const headers = [...(refusal.headers ?? []), warning(refusal.text, refusal.warning)];
  if (refusal.status === 503 || refusal.status === 500)
    headers.push({ name: 'Retry-After', value: String(Math.ceil(retryAfter / 1000)) });
  return { status: refusal.status, headers };
}

/** What an error says in words is not repeated past a host that looks. @spec RFC 7247 §7.1 */
export function answerOfError(
  error: StanzaError,
  about: 'full' | 'bare',
  { hooked }: Pick<GatewayEnv, 'hooked'>,
): ResponseDraft {
  const { status, address } = answerFor(error, about);
  const said = hooked ? undefined : error.text?.text;
  const text = said === undefined ? error.condition : printable(said);
  const headers = [warning(text)];
  if (status === 405) headers.push({ name: 'Allow', value: ALLOWED });
  if (status !== 301 && status !== 302) return { status, headers };
  const contact = contactOf(address);
  return contact === undefined
    ? { status: status === 301 ? 410 : 480, headers }
    : { status, headers: [...headers, contact] };
}

/** What a stanza that could not be handed over is to its SIP sender. */
export function answerOfFailure(event: SendFailed): {
  readonly draft: ResponseDraft;
  readonly reasons: readonly string[];
} {
  const reason = event.reason ?? 'closed';
  const faults = event.judgement?.faults ?? [];
  const field = faults[0] === undefined ? [] : [`${faults[0].code}:${faults[0].field}`];
  const text = event.text ?? reason;
  return {
    draft: { status: STATUS_OF_FAILURE[reason], headers: [warning(text)] },
    reasons: [reason, ...field],
  };
}

/**
 * A missing domain is not found; a link that cannot be proved in time is a server time-out, never a
 * 408, which a non-INVITE client could not use any more.
 * @spec RFC 4320 §4.2
 */
const STATUS_OF_FAILURE = {
  'not-found': 404,
  unreachable: 504,
  timeout: 504,
  certificate: 504,
  dialback: 504,
  policy: 403,
  'stream-error': 504,
  closed: 480,
  overload: 480,
  expired: 504,
  unacknowledged: 504,
} as const satisfies Record<NonNullable<SendFailed['reason']>, number>;

function contactOf(address: string | undefined): HeaderField | undefined {
  const uri = address === undefined ? undefined : sipAddress(address);
  return uri === undefined ? undefined : { name: 'Contact', value: `<${uri}>` };
}

function sipAddress(address: string): string | undefined {
  if (!address.startsWith('xmpp:')) {
    const uri = parseUri(address);
    return uri.kind === 'sip' ? writeUri(uri) : undefined;
  }
  const jid = Jid.parse(address.slice('xmpp:'.length).split('?', 1)[0] ?? '');
  return jid.kind === 'jid' ? writeUri(jidToSipUri(jid)) : undefined;
}
