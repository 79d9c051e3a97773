// Both ends of a session as tests write them: a record that goes through JSON between any two steps, the messages of a
// peer that is only text, and two sessions that talk to each other with each message in the test's hand.
import {
  checkRequest,
  type IncomingRequest,
  openSession,
  type RequestDraft,
  type Response,
  type ResponseDraft,
  type Session,
  type SessionEnv,
  type SessionEvent,
  type SessionInput,
  type SessionRequest,
  type SessionStep,
  sessionWakeAt,
  type SessionWish,
  startSession,
  stepSession,
  writeMessage,
} from '@interwork/sip';
import { good, message, requestIn, responseIn, utf8 } from './message-text.ts';
import { T0 } from './subscriptions.ts';
import { tokens } from './virtual.ts';

export const ANN = 'sip:ann@a.example';
export const BOB = 'sip:bob@b.example';
export const OFFER =
  'v=0\r\no=- 0 0 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=message 5061 sip null\r\n';
export const ALLOW = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'UPDATE', 'OPTIONS', 'MESSAGE', 'INFO'];
/** A peer that does not know UPDATE. */
export const OLD = ALLOW.filter((method) => method !== 'UPDATE');

export function sessionEnv(name: string, but: Partial<SessionEnv> = {}): SessionEnv {
  return {
    contact: `sip:${name}@gw.${name}.example`,
    draw: tokens(name),
    jitter: () => 0.5,
    allow: ALLOW,
    supported: [],
    describe: () => utf8(OFFER),
    ...but,
  };
}

/** One end, on a table: what it sends, answers and tells, one step after the other. */
export class End {
  readonly env: SessionEnv;
  now = T0;
  s: Session | undefined;
  readonly told: SessionEvent[] = [];

  constructor(name: string, but: Partial<SessionEnv> = {}) {
    this.env = sessionEnv(name, but);
  }

  get record(): Session {
    return good(this.s);
  }

  get state(): string {
    return this.s?.state ?? 'over';
  }

  get wakeAt(): number {
    return sessionWakeAt(this.record);
  }

  /** What was told, as words. */
  get words(): readonly string[] {
    return this.told.map((event) => (event.kind === 'ended' ? `ended by ${event.by}` : event.kind));
  }

  start(wish: Partial<SessionWish> = {}): SessionStep {
    const all = { local: ANN, remote: BOB, offer: utf8(OFFER), ...wish };
    return this.#keep(startSession(this.now, all, this.env));
  }

  /** A refusal comes as a step that keeps nothing. */
  open(request: IncomingRequest): SessionStep {
    const opening = openSession(this.now, request, this.env);
    if (opening.kind === 'opened') return this.#keep(opening.step);
    return { next: undefined, requests: [], told: [], answer: opening.answer };
  }

  step(input: SessionInput): SessionStep {
    return this.#keep(stepSession(this.record, this.now, input, this.env));
  }

  wake(at = this.wakeAt): SessionStep {
    this.now = at;
    return this.step({ kind: 'wake' });
  }

  #keep(step: SessionStep): SessionStep {
    this.told.push(...step.told);
    this.s =
      step.next === undefined ? undefined : (JSON.parse(JSON.stringify(step.next)) as Session);
    return step;
  }
}

/** A request as the other end reads it. */
export function wired(draft: RequestDraft): IncomingRequest {
  const { method, uri, from, to, callId, cseq, headers = [], contentType, body } = draft;
  const bytes = writeMessage({
    kind: 'wire-request',
    method,
    uri,
    via: ['SIP/2.0/TLS gw.example;branch=z9hG4bKw'],
    from,
    to,
    callId: good(callId),
    cseq: { number: good(cseq), method },
    maxForwards: 70,
    headers:
      contentType === undefined
        ? headers
        : [...headers, { name: 'Content-Type', value: contentType }],
    body: body ?? new Uint8Array(),
  });
  return good(checkRequest(requestIn(bytes)));
}

/** A response as the end that asked reads it. */
export function answeredBy({ request }: IncomingRequest, draft: ResponseDraft): Response {
  const { status, toTag, headers = [], contentType, body = new Uint8Array() } = draft;
  const to = request.headers.text('To') ?? '';
  const isTagged = to.includes(';tag=') || toTag === undefined;
  return responseIn(
    writeMessage({
      kind: 'wire-response',
      status,
      reason: 'X',
      via: request.headers.all('Via'),
      from: request.headers.text('From'),
      to: isTagged ? to : `${to};tag=${toTag}`,
      callId: request.headers.text('Call-ID'),
      cseq: request.headers.text('CSeq'),
      headers:
        contentType === undefined
          ? headers
          : [...headers, { name: 'Content-Type', value: contentType }],
      body,
    }),
  );
}

export interface PeerParts {
  readonly cseq?: number;
  readonly tag?: string;
  readonly contact?: string;
  readonly allow?: readonly string[];
  readonly lines?: readonly string[];
  readonly type?: string;
  readonly body?: string;
}

/** A response of a peer that is only text to what a draft became. */
export function peerResponse(draft: RequestDraft, status: number, parts: PeerParts = {}): Response {
  const { tag = 'peer', contact = '<sip:bob@192.0.2.9:5061;transport=tls>' } = parts;
  const { allow = ALLOW, lines = [], body = '' } = parts;
  const { request } = wired(draft);
  const { headers } = request;
  const to = headers.text('To') ?? '';
  return responseIn(
    message(
      [
        `SIP/2.0 ${status} X`,
        `Via: ${headers.text('Via')}`,
        `From: ${headers.text('From')}`,
        `To: ${to.includes(';tag=') || tag === '' ? to : `${to};tag=${tag}`}`,
        `Call-ID: ${headers.text('Call-ID')}`,
        `CSeq: ${headers.text('CSeq')}`,
        ...(contact === '' ? [] : [`Contact: ${contact}`]),
        `Allow: ${allow.join(', ')}`,
        ...lines,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
      ],
      body,
    ),
  );
}

/** A request of a peer that is only text within a session. */
export function peerRequest(
  { dialog }: Session,
  method: string,
  cseq: number,
  parts: PeerParts = {},
): IncomingRequest {
  const { tag = dialog.remoteTag, contact = '', lines = [], body = '' } = parts;
  const { type = 'application/sdp' } = parts;
  const bytes = message(
    [
      `${method} sip:us@gw.example SIP/2.0`,
      'Via: SIP/2.0/TLS peer.example;branch=z9hG4bKp',
      `From: <${dialog.remote}>;tag=${tag}`,
      `To: <${dialog.local}>;tag=${dialog.localTag}`,
      `Call-ID: ${dialog.callId}`,
      `CSeq: ${cseq} ${method}`,
      ...(contact === '' ? [] : [`Contact: ${contact}`]),
      ...lines,
      ...(body === '' ? [] : [`Content-Type: ${type}`]),
      `Content-Length: ${body.length}`,
    ],
    body,
  );
  return good(checkRequest(requestIn(bytes)));
}

/** An INVITE of a peer that is only text. */
export function peerInvite(parts: PeerParts = {}): IncomingRequest {
  const { tag = 'ann', contact = '<sip:ann@192.0.2.1:5061;transport=tls>' } = parts;
  const { cseq = 1, allow = ALLOW, lines = [], body = OFFER } = parts;
  const bytes = message(
    [
      `INVITE ${BOB} SIP/2.0`,
      'Via: SIP/2.0/TLS a.example;branch=z9hG4bKi',
      `From: <${ANN}>;tag=${tag}`,
      `To: <${BOB}>`,
      'Call-ID: call-1',
      `CSeq: ${cseq} INVITE`,
      ...(contact === '' ? [] : [`Contact: ${contact}`]),
      `Allow: ${allow.join(', ')}`,
      ...lines,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
    ],
    body,
  );
  return good(checkRequest(requestIn(bytes)));
}

export const tagsOf = ({ requests }: SessionStep): readonly string[] =>
  requests.map(({ tag, draft }) => `${tag} ${draft.cseq}`);

export const draftOf = (step: SessionStep, tag: SessionRequest['tag']): RequestDraft =>
  good(step.requests.find((request) => request.tag === tag)?.draft);

export const fieldOf = (
  draft: RequestDraft | ResponseDraft | undefined,
  name: string,
): string | undefined => draft?.headers?.find((field) => field.name === name)?.value;
