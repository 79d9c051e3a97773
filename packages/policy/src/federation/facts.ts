// What a verdict about Lync's objects needs from outside, asked for and answered by value. A fact that was not handed in
// makes a verdict more cautious, never more permitting, and is named in it.

/** How far a sender's own edge vouches for its user. */
export type Mark = 'verified' | 'unverified';

/**
 * Something that has to be known. `user` and `contact` are addresses (`user@domain`), normalised; a contact may be a domain
 * itself (`@domain`).
 */
export type PolicyQuestion =
  /** The hosts that `_sipfederationtls._tcp.<domain>` points to. */
  | { readonly kind: 'srv'; readonly domain: string }
  /** The external access policy granted to a user, and the user's site. */
  | { readonly kind: 'grant'; readonly user: string }
  /** Whether a user blocks, allows or has added somebody. */
  | { readonly kind: 'relation'; readonly user: string; readonly contact: string };

/** What a user has decided about somebody. `allowed`: by a rule of their own; `added`: on the contact list. */
export type Relation = 'blocked' | 'allowed' | 'added' | 'none';

/**
 * What is known. Where the document itself says who was granted what, or what recipients have set, it alone does, and such
 * facts are not looked at. Keys: a domain; an address; `user` and `contact` joined by a blank.
 */
export interface Facts {
  /** `undefined` as a value: asked, and DNS gave no answer. An empty list: there is no such record. */
  readonly srv?: ReadonlyMap<string, readonly string[] | undefined>;
  readonly grants?: ReadonlyMap<string, Grant>;
  readonly relations?: ReadonlyMap<string, Relation>;
}

/** What was granted. Names nobody has are as good as none. */
export interface Grant {
  readonly policy?: string;
  readonly site?: string;
}
