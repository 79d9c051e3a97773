// @interwork/core/testing/vitest: matchers for `expect.extend` of vitest, and of jest, which asks the same of one. It
// imports neither.
import {
  checkAskedBy,
  checkDelivered,
  checkLost,
  checkReceives,
  checkRefusedBy,
  checkSees,
} from './kit/checks.ts';
import type { Shown, Someone } from './kit/user.ts';

export type { Check } from './kit/checks.ts';

/** The matchers: `expect.extend(matchers)`, once. */
export const matchers: FederationChecks = {
  toBeDelivered: checkDelivered,
  toBeRefusedBy: checkRefusedBy,
  toHaveLost: checkLost,
  toReceive: checkReceives,
  toBeAskedBy: checkAskedBy,
  toSee: checkSees,
};

/** The checks behind the matchers, as `expect.extend` takes them. */
export type FederationChecks = {
  /** `expect(await alice.sends(bob, 'Hello')).toBeDelivered()` */
  readonly toBeDelivered: typeof checkDelivered;
  /** `expect(await mallory.sends(bob, 'Buy')).toBeRefusedBy('no-spam')` */
  readonly toBeRefusedBy: typeof checkRefusedBy;
  /** `expect(await alice.sends(bob, 'Hello')).toHaveLost('type')` */
  readonly toHaveLost: typeof checkLost;
  /** `await expect(bob).toReceive('Hello')` */
  readonly toReceive: typeof checkReceives;
  /** `await expect(bob).toBeAskedBy(alice)` */
  readonly toBeAskedBy: typeof checkAskedBy;
  /** `await expect(bob).toSee(alice, 'away')` */
  readonly toSee: typeof checkSees;
};

/**
 * What the matchers look like behind `expect(…)`. TypeScript learns of them by
 * `declare module 'vitest' { interface Matchers<T> extends FederationMatchers {} }`.
 */
export interface FederationMatchers {
  /** The recipient has the message once, and the sender was not told otherwise. */
  toBeDelivered(): void;
  /** The gateway refused the message for a policy rule with this id, or a reason with this name. */
  toBeRefusedBy(why: string): void;
  /** The message arrived without this, and the gateway has declared so. */
  toHaveLost(what: string): void;
  /** A message with this text comes within two minutes of virtual time. */
  toReceive(text: string): Promise<void>;
  /** Somebody asks to see the user within two minutes of virtual time. */
  toBeAskedBy(contact: Someone): Promise<void>;
  /** A contact comes to be seen like this within two minutes of virtual time. */
  toSee(contact: Someone, show: Shown, note?: string): Promise<void>;
}
