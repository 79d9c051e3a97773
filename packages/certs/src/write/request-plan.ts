// What an authority is asked for, as values. Written by request.ts; made from requirements by doctor/requirements.ts.

import type { KEY_PURPOSE } from '../usage.ts';

/** The names to write into subjectAltName. */
export interface PlannedNames {
  readonly dns?: readonly string[];
  readonly srv?: readonly string[];
  readonly xmppAddr?: readonly string[];
  readonly uri?: readonly string[];
  readonly ip?: readonly string[];
}

/** What to ask for. */
export interface RequestPlan {
  /** Absent: an empty subject, which RFC 5280 allows beside alternative names. */
  readonly subject?: RequestSubject;
  /** At least one, or a common name (the inside of an edge); no more than authorities take. */
  readonly names: PlannedNames;
  /** Extended key usages to ask for. Absent: the authority's profile decides. */
  readonly usages?: readonly (keyof typeof KEY_PURPOSE)[];
}

/** The attributes of a subject; what is absent is left out. */
export interface RequestSubject {
  /** Two letters. */
  readonly country?: string;
  readonly state?: string;
  readonly locality?: string;
  readonly organization?: string;
  readonly unit?: string;
  /** A host, for edges that look at nothing else; at most 64 characters. */
  readonly commonName?: string;
}
