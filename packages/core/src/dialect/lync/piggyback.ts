// Habit: piggyback
// They do: put the first notification into the 200 to the SUBSCRIBE, with its CSeq in ms-piggyback-cseq, where the subscriber
//   supports ms-piggyback-first-notify.
// Vectors: pres-04 D.
// We do: unfold such a 200 into itself and a NOTIFY, though we do not ask for it; write none, since our NOTIFY follows at once.
import {
  type HeaderField,
  headersOf,
  isFault,
  type IncomingRequest,
  type Request,
  type Response,
  routeTexts,
  writeUri,
} from '@interwork/sip';

/** Where the CSeq of the notification stands that a 200 brings along. */
export const PIGGYBACK_HEADER = 'ms-piggyback-cseq';

/** The NOTIFY that a response brings along; `undefined` where there is none. */
export function firstNotify(response: Response): IncomingRequest | undefined {
  const { status, headers } = response;
  const number = headers.text(PIGGYBACK_HEADER) ?? '';
  const { from, to, via, callId } = headers;
  if (status < 200 || status > 299 || !NUMBER.test(number)) return undefined;
  if (from === undefined || to === undefined || via === undefined || callId === undefined)
    return undefined;
  if (isFault(from) || isFault(to) || isFault(via) || isFault(callId)) return undefined;
  const [top] = via;
  if (top === undefined) return undefined;
  const cseq = { number: Number(number), method: METHOD };
  const request = requestOf(response, writeUri(from.uri));
  const parties = { from: to, to: from, uri: from.uri };
  return { request, method: METHOD, ...parties, callId, cseq, maxForwards: undefined, via: top };
}

/** Its sender is who answers, and the way it took is the way back. */
function requestOf({ headers, body }: Response, uri: string): Request {
  const kept = headers.fields().filter(({ name }) => OF_NOTIFY.test(name));
  const fields: readonly HeaderField[] = [...kept, ...routesOf(headers)];
  return { kind: 'request', method: METHOD, uri, headers: headersOf(fields), body };
}

/** As they were written: some are signed. */
function routesOf(headers: Response['headers']): readonly HeaderField[] {
  if (isFault(headers.recordRoute)) return [];
  return routeTexts(headers, 'Record-Route')
    .toReversed()
    .map((value) => ({ name: 'Record-Route', value }));
}

const METHOD = 'NOTIFY';
/** `m`, `c`, `e` and `o` are short for four of them. */
const OF_NOTIFY =
  /^(?:[mceo]|contact|event|subscription-state|content-(?:type|encoding|language)|expires)$/i;
const NUMBER = /^[0-9]{1,9}$/;
