// What the two halves of a presence domain stand on: the way out to an endpoint, answers, alarms, and the
// list of what the other side did that the RFCs forbid. Types only; domain.ts provides it.
import type { DrawToken, FailedReason, Instant } from '../../endpoint/types.ts';
import type { RequestDraft, Response, ResponseDraft } from '../../message.ts';
import type { SipUri, Uri } from '../../uri.ts';

/** How a request of ours ended. */
export type Outcome =
  | { readonly response: Response; readonly failed?: undefined }
  | { readonly failed: FailedReason; readonly response?: undefined };

/** Something that will be done at an instant unless it is dropped. */
export interface Alarm {
  drop(): void;
}

/** What presentities and watchers are given. */
export interface Ground {
  readonly draw: DrawToken;
  /** A proxy of this domain that stays in the path of its dialogs, if there is one. */
  readonly proxy: Uri | undefined;
  /** Where requests within our dialogs are to be sent. */
  contactOf(name: string): SipUri;
  /** Sends a request to the next hop that a URI names. */
  send(draft: RequestDraft, hop: Uri, done: (now: Instant, outcome: Outcome) => void): void;
  /** Answers a request, at once or after so many milliseconds. */
  respond(id: string, draft: ResponseDraft, after?: number): void;
  alarm(at: Instant, run: (now: Instant) => void): Alarm;
  /** Does something with the instant at which the domain is next fed. */
  act(run: (now: Instant) => void): void;
  /** The other side did what it must not. */
  complain(about: string): void;
}
