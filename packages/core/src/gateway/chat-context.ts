// What a step of the chat ledger is given beside the record: whose it is, how sessions with this contact are described, what
// is known of the one that is open here.
import type { Transport } from '@interwork/sip';
import { dialectOf } from '../dialect/dialect-of.ts';
import type { ChatContext } from '../ledger/chat-types.ts';
import type { People } from '../ledger/people.ts';
import { SESSION_METHODS } from '../rules/unsupported-request.ts';
import type { Key } from '../store/store.ts';
import type { ChatFloor } from './chat-floor.ts';
import { formOf } from './chat-form.ts';
import { knownOf } from './chat-known.ts';
import { contactToken } from './contact-token.ts';
import { contactUri } from './presence-contact.ts';

/** The word in the Contact of our sessions. */
export const CHAT_WORD = 'chat';

/** The context of a record; `transport`: what the contact's server came by. */
export function contextOf(
  { env, settings, table }: Pick<ChatFloor, 'env' | 'settings' | 'table'>,
  by: string,
  key: Key,
  people: People,
  transport: Transport | undefined,
): ChatContext {
  const { limits, waits, jitter } = settings;
  const { options } = env;
  const domain = people.contact.asciiDomain;
  const chat = table.byKey(key);
  const dialect = dialectOf(env, domain);
  const [target] = chat?.targets ?? options.routes?.[domain] ?? [];
  const token = chat?.token ?? contactToken({ word: CHAT_WORD, key }, options);
  return {
    people,
    by,
    contact: contactUri(settings, transport ?? target?.transport, token),
    draw: options.drawToken,
    jitter,
    form: formOf(dialect, settings, people),
    mayPage: dialect.traits.pager,
    allow: ALLOW,
    waits,
    limits,
    known: knownOf(chat),
  };
}

/** @spec RFC 3261 §20.5 */
const ALLOW: readonly string[] = [...SESSION_METHODS, 'MESSAGE', 'OPTIONS'];
