// Calls from XMPP, as far as they are known here: that somebody wants one, and with what. They are not carried; policy is
// asked all the same, so that a trace says whether they would be permitted. Who answers is gateway/on-the-spot.ts.
import { child, childrenOf, type Iq } from '@interwork/xmpp';

/**
 * What a session is to have of sound and pictures; both where it does not say, or has something else; `undefined` for what
 * begins no session.
 * @spec XEP-0166 §6.2
 */
export function mediaOfCall({ type, element }: Iq): readonly ('audio' | 'video')[] | undefined {
  const jingle = type === 'set' ? child(element, 'jingle', NS_JINGLE) : undefined;
  if (jingle?.attrs['action'] !== 'session-initiate') return undefined;
  const media = new Set<'audio' | 'video'>();
  for (const content of childrenOf(jingle, 'content', NS_JINGLE)) {
    const said = child(content, 'description', NS_RTP)?.attrs['media'];
    if (said === 'audio' || said === 'video') media.add(said);
  }
  return media.size === 0 ? BOTH : [...media].toSorted();
}

const BOTH = ['audio', 'video'] as const;
/** @spec XEP-0166 §6.2 */
const NS_JINGLE = 'urn:xmpp:jingle:1';
/** Of sessions with sound and pictures (XEP-0167). */
const NS_RTP = 'urn:xmpp:jingle:apps:rtp:1';
