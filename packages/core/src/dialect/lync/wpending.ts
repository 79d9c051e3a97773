// Habit: wpending
// They do: tell a user by the event package presence.wpending who asks to see him; that is between him and his own server.
// Vectors: pres-13 O.
// We do: let none cross: a subscription to it is refused by name, a notification of it belongs to nothing.
import { isFault, type IncomingRequest } from '@interwork/sip';
import { type Refusal, refused } from '../../translation.ts';

/** Why a request about such watchers is not taken; `undefined` for any other request. */
export function wpendingRefusal({ request: { headers } }: IncomingRequest): Refusal | undefined {
  const { event } = headers;
  if (event === undefined || isFault(event)) return undefined;
  if (event.value.toLowerCase() !== WPENDING) return undefined;
  return refused('event-package', WPENDING, [{ name: 'Allow-Events', value: 'presence' }]);
}

const WPENDING = 'presence.wpending';
