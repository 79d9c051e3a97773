// What all requests of ours within one session have in common: addresses, Call-ID, routes, and where they go. Reading them out
// of a record costs more than everything else that a message does, so those of late are remembered. Nothing depends on it:
// what is forgotten is made of the session again.
import { type RequestDraft, requestInSession, type Session, type Target } from '@interwork/sip';
import type { KnownChat } from './chat-table.ts';
import type { Outgoing } from './outgoing.ts';
import { presenceTargets } from './presence-route.ts';

interface Base {
  readonly session: Session;
  readonly draft: RequestDraft;
  /** The route of the domain, and where of it the session leads. */
  readonly route: readonly Target[];
  readonly hops: readonly Target[];
}

/** A request, and where it goes. */
export interface WithinSession {
  readonly draft: RequestDraft;
  readonly hops: readonly Target[];
}

/** The requests of sessions. */
export class ChatBases {
  readonly #known = new Map<KnownChat, Base>();

  /** What a message is within the session, with the next CSeq. @spec RFC 3261 §12.2.1.1 */
  request(
    chat: KnownChat,
    session: Session,
    said: Outgoing,
    route: readonly Target[],
  ): WithinSession {
    const { draft: base, hops } = this.#of(chat, session, route);
    const { branch, body, contentType, headers = NONE, language, method, subject } = said.draft;
    const routes = base.headers ?? NONE;
    chat.cseq += 1;
    const draft: RequestDraft = {
      method,
      uri: base.uri,
      from: base.from,
      to: base.to,
      callId: base.callId,
      cseq: chat.cseq,
      branch,
      contentType,
      language,
      subject,
      body,
      headers: routes.length === 0 ? headers : [...routes, ...headers],
    };
    return { draft, hops };
  }

  clear(): void {
    this.#known.clear();
  }

  #of(chat: KnownChat, session: Session, route: readonly Target[]): Base {
    const known = this.#known.get(chat);
    if (known?.session === session && known.route === route) return known;
    const { draft } = requestInSession(session, 'MESSAGE');
    const fresh = { session, draft, route, hops: presenceTargets(draft, route) };
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(chat, fresh);
    return fresh;
  }
}

const NONE: readonly never[] = Object.freeze([]);
/** Sessions that are remembered, in a megabyte or two: more than people type in at once. */
const MOST_KNOWN = 2048;
