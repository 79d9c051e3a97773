// The INVITE, ACK and UPDATE requests of a session, and the record that goes with each. When one is sent is
// ../session.ts; BYE is ends.ts.
import { ackWithin, type Dialog, requestWithin } from '../dialog.ts';
import type { HeaderField } from '../message.ts';
import { bytesOf } from '../bytes.ts';
import { sending, waitsOf } from './ends.ts';
import { timerOfRequest } from './timer.ts';
import type { Session, SessionEnv, SessionInvite, SessionRequest, SessionStep } from './types.ts';

/**
 * The INVITE that is to begin a session, first or with a longer timer.
 * @spec RFC 3261 §13.2.1
 */
export function invite(
  s: Session,
  said: SessionInvite,
  until: number,
  env: SessionEnv,
): SessionStep {
  const { dialog, draft } = requestWithin(s.dialog, 'INVITE', {
    headers: [...ownFields(env), ...timerOfRequest(s, true), ...said.headers],
    contentType: SDP,
    body: bytesOf(said.offer),
  });
  const next: Session = {
    ...s,
    state: 'inviting',
    dialog,
    asking: dialog.localCseq,
    isUpdate: false,
    isOffering: true,
    answerBy: until,
    ...(s.interval > 0 && { invite: said }),
  };
  return { next, requests: [sending('invite', draft, dialog)], told: [] };
}

/**
 * Tells the peer anew where we are, and that we are: by UPDATE where it takes that, else by INVITE. An UPDATE that is
 * only to say so offers nothing.
 * @spec RFC 4028 §7.4
 * @spec RFC 3311 §5.1
 * @spec RFC 3261 §14.1
 */
export function refreshed(
  s: Session,
  now: number,
  env: SessionEnv,
  describes = false,
): SessionStep {
  const offer = !s.updates || describes ? env.describe() : undefined;
  const { dialog, draft } = requestWithin(s.dialog, s.updates ? 'UPDATE' : 'INVITE', {
    headers: [...ownFields(env), ...timerOfRequest(s, false)],
    ...(offer !== undefined && { contentType: SDP, body: offer }),
  });
  const { answerTime, ringTime } = waitsOf(env);
  const next: Session = {
    ...s,
    dialog,
    asking: dialog.localCseq,
    isUpdate: s.updates,
    isOffering: offer !== undefined,
    answerBy: now + (s.updates ? answerTime : ringTime),
    refreshAt: 0,
  };
  return { next, requests: [sending(s.updates ? 'update' : 'invite', draft, dialog)], told: [] };
}

/**
 * The ACK to a 2xx, with our answer where that was the offer.
 * @spec RFC 3261 §13.2.2.4
 */
export function acknowledging(dialog: Dialog, cseq: number, body?: Uint8Array): SessionRequest {
  const parts = body === undefined ? {} : { contentType: SDP, body };
  return sending('ack', ackWithin(dialog, cseq, parts), dialog);
}

/** What every request and answer says of us that may move a session. @spec RFC 3261 §13.2.1 */
export function ownFields({ contact, allow, supported }: SessionEnv): readonly HeaderField[] {
  return [
    { name: 'Contact', value: `<${contact}>` },
    { name: 'Allow', value: allow.join(', ') },
    { name: 'Supported', value: ['timer', ...supported].join(', ') },
  ];
}

/** The type of every session description. */
export const SDP = 'application/sdp';
