// What every store must do, as cases that any test runner can run: each throws when the store does not.
// A store that holds to these may be handed to a gateway; a third party runs them over its own.
import { DUE_CASES } from './conformance-due.ts';
import { KEYS_CASES } from './conformance-keys.ts';
import { RECORD_CASES } from './conformance-records.ts';
import type { StoreCase } from './conformance-case.ts';
import { SHARING_CASES } from './conformance-sharing.ts';

export type { MakeStore, StoreCase, StoreHandle } from './conformance-case.ts';
export { CLOSING_STORE_CASES } from './conformance-closing.ts';

/** The cases for every store, in the order of the port's methods. */
export const STORE_CASES: readonly StoreCase[] = [
  ...RECORD_CASES,
  ...DUE_CASES,
  ...KEYS_CASES,
  ...SHARING_CASES,
];
