// What is relayed, by method: as which traffic policy is asked, and whether the dialog that it makes is to come back by us.
// What has no row is not relayed, and is refused by name: a border carries what its policy has words for.
import type { IncomingRequest, Request } from '@interwork/sip';
import type { Traffic } from '@interwork/policy';
import { isHomeEvent } from '../dialect/lync/home-server.ts';
import type { RefusalCode } from '../translation.ts';

/** One method that is relayed. */
export interface MethodRow {
  readonly traffic: Traffic;
  /** `begins`: makes a dialog; `confirms`: belongs to one and makes it for its recipient; `none`. */
  readonly dialog: 'begins' | 'confirms' | 'none';
  /** Whether its sender waits for an answer. */
  readonly answered: boolean;
  /** Whether people's words are in it. */
  readonly hasWords: boolean;
}

/** The methods that are relayed. @spec RFC 3261 §16.3 */
const RELAYED: Readonly<Record<string, MethodRow>> = {
  MESSAGE: row('message', 'none', { hasWords: true }), // RFC 3428
  OPTIONS: row('message', 'none'), //                     RFC 3261 §11
  INFO: row('composing', 'none'), //                      RFC 6086
  SUBSCRIBE: row('presence', 'begins'), //                RFC 6665 §4.3
  NOTIFY: row('presence', 'confirms'),
  BENOTIFY: row('presence', 'confirms', { answered: false }), // [MS-SIP] 3: a NOTIFY without an answer
};

/** OPTIONS with words in it are as good as a message. */
const SAYING: MethodRow = row('message', 'none', { hasWords: true });

/** Why others are not. */
const REFUSED: Readonly<Record<string, RefusalCode>> = {
  INVITE: 'call',
  UPDATE: 'call',
  PRACK: 'call',
  REFER: 'call',
  BYE: 'call',
};

/** What an endpoint of an edge must take. */
export const EDGE_METHODS: readonly string[] = Object.keys(RELAYED);

/** Those that are never answered. */
export const EDGE_UNANSWERED: readonly string[] = EDGE_METHODS.filter(
  (method) => RELAYED[method]?.answered === false,
);

/** As which traffic policy is asked about a method, in lower case as in traces. */
export const EDGE_TRAFFIC: Readonly<Record<string, Traffic>> = Object.fromEntries(
  Object.entries(RELAYED).map(([method, { traffic }]) => [method.toLowerCase(), traffic]),
);

/** The row of a request, or why it is not relayed. */
export function methodOf({ method, request }: IncomingRequest): MethodRow | RefusalCode {
  if (!Object.hasOwn(RELAYED, method))
    return (Object.hasOwn(REFUSED, method) ? REFUSED[method] : undefined) ?? 'not-routable';
  const { event } = request.headers;
  const isHome = event !== undefined && 'value' in event && isHomeEvent(event.value);
  if (isHome) return 'not-routable';
  return method === 'OPTIONS' && !isSilent(request) ? SAYING : (RELAYED[method] as MethodRow);
}

/** Whether it has neither a body nor a subject. */
export function isSilent({ body, headers }: Pick<Request, 'body' | 'headers'>): boolean {
  return body.length === 0 && headers.text('subject') === undefined;
}

function row(
  traffic: Traffic,
  dialog: MethodRow['dialog'],
  { answered = true, hasWords = false }: Partial<MethodRow> = {},
): MethodRow {
  return { traffic, dialog, answered, hasWords };
}
