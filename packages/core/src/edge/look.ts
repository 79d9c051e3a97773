// What the host looks at of what goes from SIP to SIP: the words of messages, signs, who asks to see whom, documents. It passes
// octet for octet, so only words may be others, and everything that a person could read in it is asked about; recipients are
// not replaced here.
import { type IncomingRequest, param, type Response } from '@interwork/sip';
import { isBare } from '../body/bare-document.ts';
import type { DialectEnv } from '../dialect/dialect-of.ts';
import { bareKeyboardActivity, KEYBOARD_ACTIVITY as KEYS } from '../dialect/lync/typing.ts';
import type { TypingState } from '../dialect/types.ts';
import type { GatewayEnv } from '../gateway/env.ts';
import type { AskedCrossing } from '../gateway/event.ts';
import {
  look,
  type LookEnd,
  type Looked,
  NO_CHANGES,
  NO_WORDS,
  refusedWithin,
  WORDS_CHANGES,
} from '../gateway/look.ts';
import { lookOfPresence } from '../gateway/presence-look.ts';
import type { Ends } from '../gateway/words.ts';
import { isBareSign, isOf } from '../rules/bare-sign.ts';
import { noticeOfImdn } from '../rules/receipt.ts';
import { signIn } from '../rules/sign-in.ts';
import { type Refusal, refused } from '../translation.ts';
import { isSilent } from './methods.ts';
import type { Passage } from './passage.ts';
import { type Texts, textsIn } from './readable.ts';
import type { Relay } from './relays.ts';
import { isPlain, type OtherWords, peopleIn, wordsOf } from './words.ts';

/**
 * What is looked at, of whom; where there is nothing to look at, whose line it stands in, if they have one; or why that
 * cannot be.
 */
export function lookOf(
  now: number,
  relay: Relay,
  passage: Passage,
  env: DialectEnv,
): { readonly ends: Ends; readonly looked: Looked | undefined } | Refusal | undefined {
  const ends = peopleIn(passage);
  const sign = signOf(relay);
  if ('kind' in ends) return sign === 'nothing' ? undefined : ends;
  if (sign === 'unread') return unread(relay);
  const told = { ...ends, by: passage.verdict.by, proof: passage.proof };
  if (sign === 'nothing') return { ends, looked: undefined };
  if (sign !== undefined)
    return { ends, looked: { ...told, ...sign, words: NO_WORDS, mayChange: NO_CHANGES } };
  if (!passage.row.hasWords) {
    const looked = presenceOf(now, relay, ends, told, env);
    return looked !== undefined && 'kind' in looked ? looked : { ends, looked };
  }
  const words = wordsOf(relay);
  if ('kind' in words) return words;
  const message = { traffic: 'message', what: 'message', mayChange: WORDS_CHANGES } as const;
  return { ends, looked: { ...told, ...message, words } };
}

/**
 * The host looks at the document that an answer brings along, as at a NOTIFY of whoever answers: what he shows, by the rules
 * that permit it. The refusal, if there is one, is of that and not of the answer.
 */
export function lookAtAnswer(
  env: GatewayEnv,
  now: number,
  { headers, body }: Response,
  { id, request: asked }: Relay,
  passage: Passage,
  by: readonly string[],
  then: (now: number, refusal: Refusal | undefined) => void,
): void {
  const people = peopleIn(passage);
  if ('kind' in people) return then(now, people);
  const ends = { ...people, from: people.to, to: people.from };
  const method = 'NOTIFY';
  const request = { ...asked, method, request: { ...asked.request, method, headers, body } };
  const looked = presenceOf(now, { id, request }, ends, { ...ends, by, proof: 'response' }, env);
  if (looked === undefined || 'kind' in looked) return then(now, looked);
  look(env, now, looked, (later, end) =>
    then(later, end.kind === 'stop' ? end.refusal : undefined),
  );
}

/** The words that go on in place of those that came: others, or where more came than was looked at, those that were. */
export function wordsAfter(
  { request }: Relay,
  looked: Looked | undefined,
  { text, subject }: Pick<Extract<LookEnd, { readonly kind: 'go' }>, 'text' | 'subject'>,
): OtherWords | undefined {
  if (looked?.what !== 'message') return undefined;
  const isSame = text === undefined && subject === undefined && isPlain(request.request.headers);
  return isSame ? undefined : { text: text ?? looked.words.text, subject };
}

/** What the host has refused: what belongs to a dialog gets an answer that leaves it. */
export function refusalOf({ request }: Relay, { row }: Passage, refusal: Refusal): Refusal {
  const isWithin = row.dialog === 'confirms' || param(request.to.params, 'tag') !== undefined;
  return isWithin ? refusedWithin(refusal) : refusal;
}

/**
 * That somebody composes, or what became of a message; `unread` where anything is said beside it, which is people's words
 * then. Who composes no more takes something back.
 * @spec RFC 3994 §3.4
 */
function signOf({
  request,
}: Relay): Pick<AskedCrossing, 'traffic' | 'what'> | 'nothing' | 'unread' | undefined {
  if (request.method === 'OPTIONS') return isSilent(request.request) ? 'nothing' : undefined;
  if (request.method === 'INFO') return ASKED_OF[typingIn(request) ?? 'unread'];
  const sign = request.method === 'MESSAGE' ? signIn(request.request) : undefined;
  if (sign === undefined) return undefined;
  if (sign.kind === 'malformed' || !isBareSign(request.request)) return 'unread';
  if (sign.kind === 'composing') return sign.state === 'idle' ? 'nothing' : COMPOSING;
  const what = noticeOfImdn(sign.imdn);
  return what === 'nothing' ? what : { traffic: 'receipt', what };
}

/** What an INFO says of typing, if it says nothing else. */
function typingIn(r: IncomingRequest): TypingState | undefined {
  const { headers, body } = r.request;
  const isAlone = headers.text('subject') === undefined && isOf(headers, KEYS.contentType);
  return isAlone && isBare(body, BARE_KEYS) ? KEYS.read(r) : undefined;
}

/** An INFO that is no sign of typing may say anything, and so may a sign with something beside it. */
function unread({ request: { method, request } }: Relay): Refusal {
  const { contentType: accepted } = KEYS;
  const type = request.headers.contentType;
  const what = request.headers.text('content-type') ?? 'no Content-Type';
  const isKeys =
    type !== undefined && 'type' in type && `${type.type}/${type.subtype}` === accepted;
  if (isKeys || method !== 'INFO') return refused('malformed-body', what);
  return refused('content-type', what, [{ name: 'Accept', value: accepted }]);
}

/**
 * Who asks to see whom, and how somebody shows himself, with everything that can be read in it: it goes by as it is, whether
 * it is a document that we could read or not. What says something is asked about even where it takes back.
 */
function presenceOf(
  now: number,
  { id: to, request }: Pick<Relay, 'id' | 'request'>,
  ends: Ends,
  told: Ends & Pick<AskedCrossing, 'by' | 'proof'>,
  env: DialectEnv,
): Looked | Refusal | undefined {
  const texts = textsIn(request.request);
  if ('kind' in texts) return texts;
  const isAsked = request.method === 'SUBSCRIBE';
  const event = isAsked
    ? ({ half: 'watched', input: { kind: 'watch', request, to } } as const)
    : ({ half: 'watching', input: { kind: 'notify', request, to } } as const);
  const looked = lookOfPresence(now, { event, ends, by: told.by, proof: told.proof }, env);
  if (looked === undefined && isSilent(request.request)) return undefined;
  const isDocument = !isAsked && request.request.body.length > 0;
  const what = isDocument ? 'document' : (looked?.what ?? (isAsked ? 'request' : 'document'));
  const text = allOf(looked?.words.text ?? '', texts);
  const words = { text, subject: request.request.headers.text('subject') };
  return { ...told, traffic: 'presence', what, words, mayChange: NO_CHANGES };
}

/** Notes, and behind them what else can be read. */
function allOf(notes: string, texts: Texts): string {
  const said = new Set(notes === '' ? [] : notes.split('\n'));
  return [...said, ...[...texts].filter((one) => !said.has(one) && one !== notes)].join('\n');
}

const BARE_KEYS = bareKeyboardActivity();
const COMPOSING = { traffic: 'composing', what: 'composing' } as const;
/** What an INFO is asked about as, by what it says of typing. */
const ASKED_OF = { composing: COMPOSING, paused: 'nothing', unread: 'unread' } as const;
