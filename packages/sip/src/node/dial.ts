// One connect until it stands or has failed, within a time. It ends once, either way.
import type { Socket } from 'node:net';
import type { ConnectFailure } from '../endpoint/types.ts';

export interface Dialled<S extends Socket> {
  stands(socket: S): void;
  fails(reason: ConnectFailure, text: string): void;
}

export function dial<S extends Socket>(
  socket: S,
  ready: 'connect' | 'secureConnect',
  time: number,
  outcome: Dialled<S>,
): void {
  let hasTcp = false;
  const fail = (reason: ConnectFailure, text: string): void => {
    settle();
    socket.destroy();
    outcome.fails(reason, text);
  };
  const onReady = (): void => {
    settle();
    outcome.stands(socket);
  };
  const onConnect = (): void => {
    hasTcp = true;
  };
  const onError = (error: NodeJS.ErrnoException): void => {
    fail(hasTcp ? 'tls' : failureOf(error), wordsOf(error));
  };
  const onClose = (): void => fail(hasTcp ? 'tls' : 'unreachable', 'The connection closed.');
  const timer = setTimeout(() => fail('timeout', `No connection within ${time} ms.`), time);
  const settle = (): void => {
    clearTimeout(timer);
    socket
      .off('connect', onConnect)
      .off(ready, onReady)
      .off('error', onError)
      .off('close', onClose);
  };
  socket.on('connect', onConnect).on(ready, onReady).on('error', onError).on('close', onClose);
}

/** What went wrong; of a name with several addresses at each of them, which Node tells without a word of its own. */
function wordsOf(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  const each = (error.errors as readonly Error[]).map(({ message }) => message);
  return [...new Set(each)].join('; ');
}

/** What a socket error before the connection stood means. */
function failureOf(error: NodeJS.ErrnoException): ConnectFailure {
  if (error.code === 'ECONNREFUSED') return 'refused';
  return error.code === 'ETIMEDOUT' ? 'timeout' : 'unreachable';
}
