// Which transaction a message belongs to, as one string. The parts come from header values, which
// hold no line break, so a line break keeps them apart. Branches are compared as they are written:
// peers count in base 62, and a retransmission repeats its octets.

/** What starts every branch that is unique by itself. */
export const COOKIE = 'z9hG4bK';

/** The parts of a request that say which transaction it is. Header values as text. */
export interface RequestKeyParts {
  readonly method: string;
  readonly branch: string | undefined;
  /** host and port of the topmost Via, as written, lower case */
  readonly sentBy: string;
  readonly uri: string;
  readonly toTag: string | undefined;
  readonly fromTag: string | undefined;
  readonly callId: string;
  readonly cseq: number;
  /** the whole topmost Via */
  readonly via: string;
}

/**
 * The key of a client transaction: the branch we drew and the method we asked for.
 * @spec RFC 3261 §17.1.3
 */
export function clientKey(branch: string, cseqMethod: string): string {
  return `${branch}\n${cseqMethod}`;
}

/**
 * The key of a server transaction. A branch without the cookie is not unique, and the whole of what
 * RFC 2543 compared stands in for it. `scope` keeps the transactions of one stream's peer from those
 * of another, who could otherwise answer for them by taking their key first.
 * @spec RFC 3261 §17.2.3
 */
export function serverKey(parts: RequestKeyParts, scope = ''): string {
  const method = parts.method === 'ACK' ? 'INVITE' : parts.method;
  if (parts.branch !== undefined && hasCookie(parts.branch)) {
    return owned(`${scope}\n${parts.branch}\n${parts.sentBy}\n${method}`);
  }
  return owned(
    `${scope}\n\n${parts.uri}\n${parts.toTag ?? ''}\n${parts.fromTag ?? ''}\n${parts.callId}\n${parts.cseq}\n${method}\n${parts.via}`,
  );
}

/**
 * What two copies of one request share that came by different ways: the caller looks for another
 * transaction with the same, and only for requests without a To tag.
 * @spec RFC 3261 §8.2.2.2
 */
export function mergeKey(parts: RequestKeyParts): string {
  return owned(`${parts.fromTag ?? ''}\n${parts.callId}\n${parts.cseq}\n${parts.method}`);
}

/** A bare cookie identifies nothing: it is treated as no branch. */
function hasCookie(branch: string): boolean {
  return branch.length > COOKIE.length && branch.startsWith(COOKIE);
}

/** A copy of its own: a key outlives the message, and a slice would keep all of that alive. */
function owned(text: string): string {
  return ` ${text}`.slice(1);
}
