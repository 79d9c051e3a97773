// Public names of @interwork/certs/testing: an authority in memory, for good and deliberately wrong
// certificates.

export { VARIETIES, makeAuthority } from './authority.ts';
export type { Authority, AuthorityOptions, Issued, IssueOptions, Variety } from './authority.ts';
export type { AuthorityCrypto, KeyKind, SigningKey } from '../write/signing.ts';
export type { PlannedExtension } from './write-certificate.ts';
export type { PlannedNames } from '../write/request-plan.ts';
export type { RevocationPlan } from './write-revocation-list.ts';
