// What a notifier agrees to with a watcher of the dialect `lync`.
import { type IncomingRequest, openNotifier } from '@interwork/sip';
import { LYNC } from '../src/dialect/lync.ts';

/** The type of the documents and the method of the notifications, where these types can be written. */
export function notifierOf(
  request: IncomingRequest,
  accept: readonly string[],
): { readonly type: string | undefined; readonly method: string | undefined } {
  const { unanswered, extend } = LYNC.traits.presence;
  const opening = openNotifier(NOW, request, 'active', {
    contact: 'sip:token@gw.test',
    event: 'presence',
    accept,
    options: { unanswered, extend },
    draw: () => 'drawn',
    minExpires: 60,
    maxExpires: 3600,
    interval: 5000,
    fetchHold: 2000,
    document: (_end, type = 'application/pidf+xml') => ({
      contentType: type,
      body: new Uint8Array(1),
    }),
  });
  const notify = opening.kind === 'opened' ? opening.step.notify : undefined;
  return { type: notify?.contentType, method: notify?.method };
}

const NOW = Date.UTC(2026, 1, 1);
