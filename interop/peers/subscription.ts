// A subscription as its watcher sees it: made by a first SUBSCRIBE, refreshed and ended within the dialog by the routes that
// the servers on the way have recorded. RFC 6665 §4.1, RFC 3261 §12.1.2.
import { type SipMessage, statusOf } from '../src/agents/sip-message.ts';
import type { Draft, Users } from './user.ts';

/** One that stands. */
export interface Subscription {
  /** How many servers are on its way. */
  readonly hops: number;
  /** Asks anew within the dialog, for so many seconds; the status. */
  refresh(expires: number): Promise<number>;
  /** The NOTIFY with this state, now or later; its document. */
  notified(state: string): Promise<string>;
}

/** Who watches whom, and by which server. */
export interface Watching {
  readonly server: string;
  readonly watcher: string;
  readonly contact: string;
}

/** Subscribes; the final response where it is no success. */
export async function subscribe(
  users: Users,
  { server, watcher, contact }: Watching,
): Promise<Subscription | number> {
  const id = `sub-${watcher.replace('@', '-')}`;
  const own = `From: <sip:${watcher}>;tag=${id}`;
  const draft = (cseq: number, uri: string, lines: readonly string[]): Draft => ({
    start: `SUBSCRIBE ${uri}`,
    headers: [
      own,
      `Call-ID: ${id}`,
      `CSeq: ${cseq} SUBSCRIBE`,
      'Event: presence',
      `Contact: <sip:${users.contact}>`,
      'Accept: application/pidf+xml',
      ...lines,
    ],
  });
  const to = `sip:${contact}`;
  const first = await users.send(server, draft(1, to, [`To: <${to}>`, 'Expires: 600']));
  if (statusOf(first) >= 300) return statusOf(first);
  const routes = listOf(first, 'record-route').toReversed();
  const target = /<([^>]*)>/.exec(first.headers.get('contact') ?? '')?.[1] ?? to;
  let cseq = 1;
  return {
    hops: routes.length,
    refresh: async (expires) => {
      const lines = [`To: ${first.headers.get('to') ?? ''}`, `Expires: ${expires}`];
      const route = routes.map((one) => `Route: ${one}`);
      return statusOf(await users.send(server, draft(++cseq, target, [...lines, ...route])));
    },
    notified: async (state) => {
      const isIt = ({ start, headers }: SipMessage): boolean =>
        start.startsWith('NOTIFY') &&
        headers.get('call-id') === id &&
        headers.get('subscription-state')?.startsWith(state) === true;
      return (await users.asked(`a NOTIFY that says ${state}`, isIt)).body;
    },
  };
}

/** The entries of a header; no comma stands in an address here. */
function listOf({ headers }: SipMessage, name: string): readonly string[] {
  const text = headers.get(name) ?? '';
  return text === '' ? [] : text.split(',').map((entry) => entry.trim());
}
