// XEP-0085  Chat states: which one a message stanza says. What each means on the other side is not here.
import type { Message } from '@interwork/xmpp';

/** What somebody does with a conversation. @spec XEP-0085 §2 */
export type ChatState = 'active' | 'composing' | 'paused' | 'inactive' | 'gone';

/** The state that a message says, if it says one. @spec XEP-0085 §5.1 */
export function stateIn({ element }: Message): ChatState | undefined {
  for (const one of element.children)
    if (typeof one !== 'string' && one.ns === NS_CHAT_STATES && STATES.has(one.name))
      return one.name as ChatState;
  return undefined;
}

/** The namespace of chat states. */
export const NS_CHAT_STATES = 'http://jabber.org/protocol/chatstates';
const STATES: ReadonlySet<string> = new Set(['active', 'composing', 'paused', 'inactive', 'gone']);
