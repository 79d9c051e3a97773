// Public names of @interwork/certs/request: asking an authority for a certificate. Apart, since what writes takes a while
// to load.

export type { PlannedNames } from './request-plan.ts';
export { writeRequest } from './request.ts';
export type { RequestPlan, RequestSubject } from './request-plan.ts';
export type { KeyKind, SigningKey } from './signing.ts';
