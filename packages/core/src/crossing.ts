// What every rule is given beside the message itself: both addresses in both forms, and what the
// message may be on the other side. A rule reaches for nothing else.
import type { Uri } from '@interwork/sip';
import type { Jid } from '@interwork/xmpp';

/** One end of a crossing, in both protocols' forms. */
export interface End {
  readonly jid: Jid;
  readonly sip: Uri;
}

/** Sender and recipient of something that crosses. */
export interface Crossing {
  readonly kind: 'crossing';
  readonly from: End;
  readonly to: End;
  /** Identifier of what is written on the other side: a stanza id, or a Via branch without its cookie. */
  readonly id: string;
  /** Wall-clock instant at which the message arrived (epoch ms). */
  readonly now: number;
  /** Opaque names of the gateways it has passed, this one last; empty where no gateway is. */
  readonly path: readonly string[];
  /**
   * Octets a SIP request may have in all, or `Infinity` where no hop is congestion-unsafe.
   * @spec RFC 3428 §8
   */
  readonly maxPagerOctets: number;
  /**
   * There where the next hop is known to read text and HTML as alternatives. What divides them must be drawn by
   * chance, so that no text holds it.
   */
  readonly html?: { readonly boundary: string } | undefined;
  /** Namespaces of what is carried beside the words of a message, and so is not lost. */
  readonly apart?: ReadonlySet<string> | undefined;
  /** Whether what a SIP sender asks to be told of a message is asked of its reader. */
  readonly asks?: boolean | undefined;
  /** How the sender's bodies are read, where its kind of peer has habits. */
  readonly reading?: Reading | undefined;
  /** Namespaces of elements that say nothing to the other side, so that they are no loss. */
  readonly silent?: ReadonlySet<string> | undefined;
}

/** What is to be known of a kind of peer to read the bodies of its messages. */
export interface Reading {
  /** Content types of messages that are read from it: those that everybody may send, and more. */
  readonly acceptTypes: readonly string[];
  /** What line ends within text/html are: white space as HTML has it, or nothing at all. */
  readonly htmlLineEnds: 'blank' | 'nothing';
  /** Whether the line end behind the text of a part says anything. */
  readonly lastLineEnd: 'content' | 'nothing';
  /** The parameter of text/plain that tells how the text looked, which is lost. */
  readonly styleParam: string | undefined;
}

/** What a crossing needs beside its two ends; without `maxPagerOctets` it may go by any transport, without
 * `html` as text alone. */
export type CrossingFacts = Pick<Crossing, 'id' | 'now'> &
  Partial<Pick<Crossing, 'maxPagerOctets' | 'html' | 'reading' | 'silent'>>;

/** Octets of a MESSAGE over a transport that may lose it. @spec RFC 3428 §8 */
export const MAX_PAGER_OCTETS = 1300;
