// The SUBSCRIBE requests of a subscriber, and the record that goes with each. When one is sent is
// ../subscriber.ts.
import { type Dialog, partyOf, requestWithin } from '../dialog.ts';
import type { HeaderField, RequestDraft } from '../message.ts';
import { waitsOf } from './times.ts';
import type { Subscriber, SubscriberEnv, SubscriberOptions, SubscriberState } from './types.ts';

/** A record with the request it is to send. */
export interface Asking {
  readonly next: Subscriber;
  readonly request: RequestDraft;
}

/** What stays from one subscription to the next. */
export type Lasting = Pick<
  Subscriber,
  | 'state'
  | 'callId'
  | 'localTag'
  | 'local'
  | 'remote'
  | 'expires'
  | 'failures'
  | 'briefs'
  | 'cseq'
  | 'isPlain'
>;

/**
 * A SUBSCRIBE that belongs to no dialog yet.
 * @spec RFC 6665 §4.1.2.1
 */
export function askAnew(lasting: Lasting, now: number, env: SubscriberEnv): Asking {
  const cseq = lasting.cseq + 1;
  const next: Subscriber = {
    state: lasting.state,
    callId: lasting.callId,
    localTag: lasting.localTag,
    local: lasting.local,
    remote: lasting.remote,
    expires: lasting.expires,
    granted: lasting.expires,
    cseq,
    isAsking: true,
    isTold: false,
    notifyBy: now + waitsOf(env).notifyTime,
    expiresAt: 0,
    askAt: 0,
    since: 0,
    failures: lasting.failures,
    misses: 0,
    briefs: lasting.briefs,
    ...(lasting.isPlain && { isPlain: true }),
  };
  const to = partyOf(next.remote, '');
  const request: RequestDraft = {
    method: 'SUBSCRIBE',
    uri: to.uri,
    from: partyOf(next.local, next.localTag),
    to,
    callId: next.callId,
    cseq,
    headers: headersOf(next, next.expires, env),
  };
  return { next, request };
}

/** The same with a fresh Call-ID and tag: nothing of an earlier subscription holds for it. */
export function askAfresh(s: Lasting, failures: number, now: number, env: SubscriberEnv): Asking {
  const state: SubscriberState = s.state === 'fetching' ? 'fetching' : 'notify-wait';
  const [callId, localTag] = [env.draw(), env.draw()];
  return askAnew({ ...s, state, callId, localTag, failures, briefs: 0, cseq: 0 }, now, env);
}

/**
 * A SUBSCRIBE within the dialog; 0 seconds end the subscription.
 * @spec RFC 6665 §4.1.2.2
 * @spec RFC 6665 §4.1.2.3
 */
export function askWithin(
  s: Subscriber,
  before: Dialog,
  expires: number,
  now: number,
  env: SubscriberEnv,
): Asking {
  const headers = headersOf(s, expires, env);
  const { dialog, draft } = requestWithin(before, 'SUBSCRIBE', { headers });
  const next: Subscriber = {
    ...s,
    dialog,
    cseq: dialog.localCseq,
    granted: expires,
    isAsking: true,
    isTold: false,
    notifyBy: now + waitsOf(env).notifyTime,
    askAt: 0,
  };
  return { next, request: draft };
}

function headersOf(
  { isPlain }: Pick<Subscriber, 'isPlain'>,
  expires: number,
  env: SubscriberEnv,
): readonly HeaderField[] {
  return [
    { name: 'Contact', value: `<${env.contact}>` },
    { name: 'Event', value: env.event },
    { name: 'Expires', value: String(expires) },
    { name: 'Accept', value: env.accept.join(', ') },
    ...(isPlain || env.options === undefined ? [] : offer(env.options)),
  ];
}

function offer({ supported, proxyRequire = [] }: SubscriberOptions): readonly HeaderField[] {
  const of = (name: string, tags: readonly string[]): readonly HeaderField[] =>
    tags.length === 0 ? [] : [{ name, value: tags.join(', ') }];
  return [...of('Supported', supported), ...of('Proxy-Require', proxyRequire)];
}
