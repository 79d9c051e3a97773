// How a user of a presence domain behaves toward the other side: decent by default, and every way in which
// presence servers and phones have been seen to be difficult. Data only.

/** What a user lets watchers see who were not decided about. */
export type Policy = 'ask' | 'allow' | 'deny' | 'polite';

/** How a presentity behaves. */
export interface PresentityManners {
  /** Of watchers nobody has decided about. Default `ask`: pending until `allow` or `deny`. */
  readonly policy: Policy;
  /** How watchers who were denied are told: by 403, or by a 200 and a NOTIFY that ends it. Default `status`. */
  readonly denial: 'status' | 'notify';
  /** Every SUBSCRIBE that begins a dialog is answered so. */
  readonly refusal: { readonly status: number; readonly retryAfter?: number } | undefined;
  /** 200, or the 202 of RFC 3265. Default 200. */
  readonly accepted: 200 | 202;
  /** Seconds granted at most. Default 3600. */
  readonly longest: number;
  /** Seconds below which a SUBSCRIBE gets 423; default 0, none does. */
  readonly shortest: number;
  /** Milliseconds between the first NOTIFY and the 2xx that it overtakes; default 0, the 2xx goes first. */
  readonly lateAnswer: number;
  /** Further dialogs that notify of one SUBSCRIBE, as if it had been forked. Default 0. */
  readonly forks: number;
  /** Whether there is a NOTIFY at all. Default true. */
  readonly notifies: boolean;
}

/** The manners of a decent presentity. */
export const DECENT: PresentityManners = {
  policy: 'ask',
  denial: 'status',
  refusal: undefined,
  accepted: 200,
  longest: 3600,
  shortest: 0,
  lateAnswer: 0,
  forks: 0,
  notifies: true,
};
