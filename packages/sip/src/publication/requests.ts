// The PUBLISH requests of a publication, and the record that goes with each. RFC 3903 §4. When one is sent is
// ../publication.ts.
import { partyOf } from '../dialog.ts';
import type { HeaderField } from '../message.ts';
import type { Publication, PublicationEnv, PublicationStep, PublishOperation } from './types.ts';

/**
 * One PUBLISH: what names the published state goes with all but the first, the state with the first and with
 * changes.
 * @spec RFC 3903 §4.1
 */
export function ask(
  p: Publication,
  operation: PublishOperation,
  now: number,
  env: PublicationEnv,
): PublicationStep {
  const isTold = operation === 'initial' || operation === 'modify';
  const { etag, ...unnamed } = p;
  const named = operation === 'initial' || etag === undefined ? unnamed : p;
  const next: Publication = {
    ...named,
    state: operation === 'remove' ? 'removing' : 'publishing',
    operation,
    cseq: p.cseq + 1,
    answerBy: now + ANSWER_TIME,
    askAt: 0,
    isStale: isTold ? false : p.isStale,
  };
  const to = partyOf(p.resource, '');
  const request = {
    method: 'PUBLISH',
    uri: to.uri,
    from: partyOf(p.local, p.localTag),
    to,
    callId: p.callId,
    cseq: next.cseq,
    headers: headersOf(next, env),
    ...(isTold && env.document()),
  };
  return { next, request };
}

/** The state as it is: changed where there is one that still stands, and anew where there is none. */
export function askState(p: Publication, now: number, env: PublicationEnv): PublicationStep {
  return ask(p, stands(p, now) ? 'modify' : 'initial', now, env);
}

/** Whether what was published may still be there. */
export function stands(p: Publication, now: number): boolean {
  return p.etag !== undefined && p.expiresAt > now;
}

function headersOf({ operation, expires, etag }: Publication, env: PublicationEnv): HeaderField[] {
  const headers: HeaderField[] = [
    { name: 'Event', value: env.event },
    { name: 'Expires', value: operation === 'remove' ? '0' : String(expires) },
  ];
  if (etag !== undefined) headers.push({ name: 'SIP-If-Match', value: etag });
  return headers;
}

/** Twice Timer F: it only counts where the process that sent it is gone. */
const ANSWER_TIME = 64_000;
