// How much a domain in memory keeps because others make it: bounds with their reasons.

/** How much the model keeps that others make it keep. */
export interface ModelLimits {
  /** Requests that one user has not answered; further ones are answered with `resource-constraint`. */
  readonly requests: number;
  /** Addresses whose last presence one client remembers; the longest unchanged goes first. */
  readonly view: number;
  /** Presence that one client was given, in order; the oldest goes first. */
  readonly heard: number;
}

/** The defaults: far above what a scene needs, small enough for ten thousand users. */
export const DEFAULT_MODEL_LIMITS: ModelLimits = { requests: 100, view: 1_000, heard: 1_000 };
