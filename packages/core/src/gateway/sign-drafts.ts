// Signs as they are written: requests with isComposing or IMDN, a message that asks what becomes of it, stanzas with a
// chat state or a notice. When each is sent is signs.ts.
import { type RequestDraft, type Uri, writeUri } from '@interwork/sip';
import { element, type Jid, messageElement, stampOf, type XmlElement } from '@interwork/xmpp';
import { type CpimHeader, NS_CPIM, writeCpim } from '../body/cpim.ts';
import {
  type Imdn,
  IMDN_TYPE,
  type ImdnRequest,
  writeImdn,
  writeImdnRequest,
} from '../body/imdn.ts';
import { IS_COMPOSING_TYPE, writeIsComposing } from '../body/is-composing.ts';
import type { PartDraft } from '../body/mime.ts';
import type { TypingForm } from '../dialect/types.ts';
import { type ChatState, NS_CHAT_STATES } from '../rules/chat-state.ts';
import { pathElements, pathHeaders } from '../rules/path.ts';
import type { Composing } from '../rules/typing.ts';

/** Who says it to whom, and which gateways it has passed. */
export interface SignEnds {
  readonly from: Uri;
  readonly to: Uri;
  readonly path: readonly string[];
}

/**
 * As the RFC has it, or in the form of the peer, which goes within a session.
 * @spec RFC 3994 §3.2
 */
export function composingDraft(
  ends: SignEnds,
  state: Composing,
  callId: string | undefined,
  form?: TypingForm,
): RequestDraft {
  if (form !== undefined) {
    const { method, contentType } = form;
    const body = form.write(state === 'idle' ? 'paused' : state);
    return { ...base(ends), method, contentType, body };
  }
  const said =
    state === 'composing'
      ? ({ state: 'active', refresh: REFRESH } as const)
      : { state: 'idle' as const };
  const body = writeIsComposing(said);
  return { ...base(ends), callId, contentType: IS_COMPOSING_TYPE, body };
}

/** The message that a notification tells of, and how it is named. */
export interface ToldOf extends Pick<Imdn, 'messageId' | 'sentAt' | 'kind' | 'status'> {
  /** Of the notification itself. */
  readonly id: string;
  readonly now: number;
}

/**
 * A notification asks for none itself.
 * @spec RFC 5438 §7.2.1
 */
export function imdnDraft(ends: SignEnds, told: ToldOf): RequestDraft {
  const { id, now, messageId, sentAt, kind, status } = told;
  const recipient = writeUri(ends.from);
  const content = partOf(IMDN_TYPE, writeImdn({ messageId, sentAt, kind, status, recipient }), [
    { name: 'Content-Disposition', value: 'notification' },
  ]);
  const headers = [...wrapper(ends, now), ...writeImdnRequest({ messageId: id, dispositions: [] })];
  return { ...base(ends), contentType: CPIM, body: writeCpim({ headers, content }) };
}

/**
 * The same request, which asks what becomes of it.
 * @spec RFC 5438 §7.1.1
 */
export function askingDraft(draft: RequestDraft, request: ImdnRequest, now: number): RequestDraft {
  const { contentType = 'text/plain;charset=UTF-8', body = NO_BODY } = draft;
  const ends = { from: draft.from.uri, to: draft.uri, path: [] };
  const headers = [...wrapper(ends, now), ...writeImdnRequest(request)];
  const wrapped = writeCpim({ headers, content: partOf(contentType, body) });
  return { ...draft, contentType: CPIM, body: wrapped };
}

/** What a stanza of a sign has beside it. */
export interface SignStanza {
  readonly from: Jid;
  readonly to: Jid;
  readonly id: string;
  readonly type: 'chat' | 'normal';
  readonly thread?: string | undefined;
  readonly path: readonly string[];
}

/** A message without words. @spec XEP-0085 §5.5 */
export function signElement(says: XmlElement, stanza: SignStanza): XmlElement {
  const { path, type, ...rest } = stanza;
  const extra = [says, ...pathElements(path)];
  return messageElement({ ...rest, ...(type === 'chat' && { type }), bodies: [], extra });
}

export function stateElement(state: ChatState): XmlElement {
  return element(state, NS_CHAT_STATES);
}

function base({ from, to, path }: SignEnds): RequestDraft {
  return {
    method: 'MESSAGE',
    uri: to,
    to: { display: undefined, uri: to, params: [] },
    from: { display: undefined, uri: from, params: [] },
    headers: pathHeaders(path),
  };
}

/** @spec RFC 3862 §4 */
function wrapper({ from, to }: SignEnds, now: number): readonly CpimHeader[] {
  return [
    header('From', `<${writeUri(from)}>`),
    header('To', `<${writeUri(to)}>`),
    header('DateTime', stampOf(now)),
  ];
}

function header(name: string, value: string): CpimHeader {
  return { ns: NS_CPIM, name, lang: undefined, value };
}

function partOf(type: string, content: Uint8Array, more: PartDraft['fields'] = []): PartDraft {
  const length = { name: 'Content-Length', value: String(content.length) };
  return { fields: [{ name: 'Content-Type', value: type }, ...more, length], content };
}

const CPIM = 'message/cpim';
/** Seconds: what a receiver takes who is told nothing. @spec RFC 3994 §3.3 */
const REFRESH = 120;
const NO_BODY = new Uint8Array();
