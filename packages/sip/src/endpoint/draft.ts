// What a host hands in to be sent, looked at before anything begins with it: a draft that cannot be written is
// refused while nothing has moved, so that the host may answer again, and an event of the network never meets it.
import { isFault, MisuseError } from '../fault.ts';
import { runEnd, TOKEN } from '../grammar.ts';
import {
  type ForwardDraft,
  type HeaderField,
  type NameAddr,
  type Param,
  param,
  type PassedResponse,
  type RequestDraft,
  type ResponseDraft,
} from '../message.ts';
import { parseUri } from '../uri.ts';
import { isInviteId } from './invite-id.ts';
import type { ForwardInput, RequestInput, RespondInput, SipInput } from './types.ts';

/** Throws `MisuseError` for a command that cannot be carried out, whatever state the endpoint is in. */
export function checkCommand(input: SipInput): void {
  if (input.kind === 'respond') checkAnswer(input);
  else if (input.kind === 'pass') checkPassed(input.passed);
  else if (input.kind === 'request' || input.kind === 'forward') checkSending(input);
}

/** Throws for a request that cannot be sent. */
export function checkSending(input: RequestInput | ForwardInput): void {
  if (!Array.isArray(input.targets)) throw new MisuseError('targets', 'targets must be a list');
  if (input.kind === 'request') checkRequestDraft(input.draft);
  else checkForward(input.forward);
}

/** What was received is well-formed; what is said in the draft must be. */
function checkForward({ request, maxForwards, uri, mark, headers, body }: ForwardDraft): void {
  checkForwarded(request.method);
  checkMaxForwards(maxForwards);
  if (uri !== undefined && isFault(parseUri(uri)))
    throw new MisuseError('uri', 'a Request-URI must be a URI');
  if (mark !== undefined && !isToken(mark)) throw new MisuseError('mark', 'a mark must be a token');
  checkFields(headers ?? []);
  checkBody(body);
}

/**
 * The same for a response that somebody else gave: only a final one comes here.
 * @spec RFC 4320 §4.2
 */
export function checkPassed({ response, status = response.status, headers }: PassedResponse): void {
  if (!Number.isInteger(status) || status < 200 || status > 699 || status === 408)
    throw new MisuseError('status', `${status} cannot be the answer to a non-INVITE request`);
  checkFields(headers ?? []);
}

/**
 * The answer to a non-INVITE: no provisional but 100 may be sent, and never 408. To an INVITE any status may.
 * @spec RFC 4320 §4.1
 * @spec RFC 4320 §4.2
 */
export function checkAnswer({ to, draft }: RespondInput): void {
  const { status } = draft;
  if (isInviteId(to)) checkStatus(status);
  else {
    const isFinal = Number.isInteger(status) && status >= 200 && status <= 699;
    if ((!isFinal || status === 408) && status !== 100) {
      throw new MisuseError('status', `${status} cannot be the answer to a non-INVITE request`);
    }
  }
  checkTag(draft.toTag);
  checkParts(draft);
}

function checkStatus(status: number): void {
  if (Number.isInteger(status) && status >= 100 && status <= 699) return;
  throw new MisuseError('status', `${status} is no status`);
}

/**
 * A refusal of which nothing is kept, so it cannot begin anything: no 1xx, no 2xx.
 * @spec RFC 3261 §8.2.1
 */
export function checkRefusal(draft: ResponseDraft): void {
  const { status } = draft;
  if (!Number.isInteger(status) || status < 300 || status > 699) {
    throw new MisuseError('status', `${status} does not decline a request`);
  }
  checkTag(draft.toTag);
  checkParts(draft);
}

function checkRequestDraft(draft: RequestDraft): void {
  checkMethod(draft.method);
  if (!isThing(draft.uri) || !isThing(draft.from?.uri) || !isThing(draft.to?.uri)) {
    throw new MisuseError('uri', 'uri, from and to must each have a URI');
  }
  checkTag(tagOf(draft.from));
  checkTag(tagOf(draft.to));
  if (draft.maxForwards !== undefined) checkMaxForwards(draft.maxForwards);
  checkCSeq(draft.cseq);
  checkAck(draft);
  checkParts(draft);
}

/** @spec RFC 3261 §20.22 */
function checkMaxForwards(hops: number): void {
  if (Number.isInteger(hops) && hops >= 0 && hops <= 255) return;
  throw new MisuseError('max-forwards', 'Max-Forwards must be an integer from 0 to 255');
}

/** @spec RFC 3261 §8.1.1.5 */
function checkCSeq(number: number | undefined): void {
  if (number === undefined || (Number.isInteger(number) && number >= 0 && number < 2 ** 31)) return;
  throw new MisuseError('cseq', 'a cseq must be an integer from 0 to 2^31 - 1');
}

/** An INVITE is not sent on, nor what belongs to it. */
function checkForwarded(method: string): void {
  if (method === 'INVITE' || method === 'ACK' || method === 'CANCEL') {
    throw new MisuseError('method', `${method} cannot be sent on`);
  }
  checkMethod(method);
}

function checkMethod(method: string): void {
  if (method === 'CANCEL') {
    throw new MisuseError('method', 'a CANCEL is sent for an INVITE, by `cancel`');
  }
  if (!isToken(method)) throw new MisuseError('method', 'a method must be a token');
}

/**
 * An ACK to a 2xx of the peer names what it acknowledges.
 * @spec RFC 3261 §13.2.2.4
 */
function checkAck({ method, cseq, callId, from }: RequestDraft): void {
  if (method !== 'ACK') return;
  if (cseq !== undefined && callId !== undefined && tagOf(from) !== undefined) return;
  throw new MisuseError('ack', 'an ACK has the cseq, the callId and the From tag of its INVITE');
}

/** What drafts of both kinds are made of, as untyped code may hand it in. */
interface Parts extends Readonly<Partial<Record<(typeof TEXTS)[number], unknown>>> {
  readonly headers?: readonly HeaderField[] | undefined;
  readonly body?: unknown;
}

function checkParts(parts: Parts): void {
  for (const name of TEXTS) {
    const text = parts[name];
    if (text === undefined || typeof text === 'string') continue;
    throw new MisuseError(name, `${name} must be a text`);
  }
  checkFields(parts.headers ?? []);
  checkBody(parts.body);
}

function checkBody(body: unknown): void {
  if (body === undefined || (ArrayBuffer.isView(body) && 'length' in body)) return;
  throw new MisuseError('body', 'a body must be octets');
}

function checkFields(fields: unknown): void {
  if (!Array.isArray(fields)) throw new MisuseError('headers', 'headers must be a list');
  for (const field of fields as readonly HeaderField[]) {
    if (!isToken(field.name)) throw new MisuseError('header-name', 'a header name must be a token');
    if (typeof field.value === 'string') continue;
    throw new MisuseError('header-value', `the value of ${field.name} must be a text`);
  }
}

/** @spec RFC 3261 §19.3 */
function checkTag(tag: unknown): void {
  if (tag === undefined || isToken(tag)) return;
  throw new MisuseError('tag', 'a tag must be a token');
}

function tagOf({ params }: NameAddr): string | undefined {
  return Array.isArray(params) ? param(params as readonly Param[], 'tag') : undefined;
}

function isToken(text: unknown): boolean {
  return (
    typeof text === 'string' && text !== '' && runEnd(text, 0, text.length, TOKEN) === text.length
  );
}

function isThing(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

const TEXTS = ['reason', 'contentType', 'language', 'subject', 'callId', 'branch'] as const;
