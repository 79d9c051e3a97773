// XEP-0085: which chat state a message says.
import {
  element,
  messageElement,
  parseStanza,
  writeStanza,
  type XmlElement,
} from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { NS_CHAT_STATES, stateIn } from '../src/rules/chat-state.ts';

function said(...extra: readonly XmlElement[]): ReturnType<typeof stateIn> {
  const draft = { from: 'a@b.example', to: 'c@d.example', bodies: [], extra };
  const stanza = parseStanza(writeStanza(messageElement(draft)));
  if (stanza.kind !== 'message') throw new Error(stanza.kind);
  return stateIn(stanza);
}

describe('XEP-0085 §2, §5.1', () => {
  it.each(['active', 'composing', 'paused', 'inactive', 'gone'])('XEP-0085 §2: %s', (state) => {
    expect(said(element(state, NS_CHAT_STATES))).toBe(state);
  });

  const none: readonly (readonly [string, readonly XmlElement[]])[] = [
    ['nothing', []],
    ['another namespace', [element('gone', 'urn:example')]],
    ['a word of no state', [element('constructor', NS_CHAT_STATES)]],
  ];
  it.each(none)('XEP-0085 §5.1: %s says none', (_name, extra) => {
    expect(said(...extra)).toBeUndefined();
  });
});
