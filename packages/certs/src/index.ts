// Public names of @interwork/certs.

export type { HashName, PublicKey, SignatureAlgorithm, SignatureCheck } from './algorithm.ts';
export { DEFAULT_LIMITS, MOST_KEY_ROUNDS } from './budget.ts';
export type { CertLimits } from './budget.ts';
export { parseCertificate, parseCertificates } from './certificate.ts';
export type { Certificate } from './certificate.ts';
export { verifyChain } from './chain.ts';
export type { ChainRequest, ChainVerdict } from './chain.ts';
export type { ChainFault } from './chain-fault.ts';
export { chooseCredential, credentialFaults } from './credential.ts';
export type { Credential, CredentialUse, Occasion } from './credential.ts';
export type { DerLimits } from './der.ts';
export { readDer } from './der-node.ts';
export type { DerNode } from './der-node.ts';
export type { DistinguishedName } from './distinguished-name.ts';
export { normalizeDomain } from './domain.ts';
export { AUTHORITY_PROFILES, PROFILES_AS_OF } from './doctor/authority-profile.ts';
export type { AuthorityProfile, ProfileStep } from './doctor/authority-profile.ts';
export { PEER_HABITS } from './doctor/deployment.ts';
export type {
  Deployment,
  DoctorCredential,
  DoctorFacts,
  DoctorPartner,
  HabitName,
  PeerHabit,
  PresentedChain,
} from './doctor/deployment.ts';
export { diagnose } from './doctor/diagnose.ts';
export type { Finding, FindingCode } from './doctor/finding.ts';
export { forecast } from './doctor/forecast.ts';
export type { ForecastEntry } from './doctor/forecast.ts';
export { compareRequirements, requestFor, requirements } from './doctor/requirements.ts';
export type { DeploymentNames, Requirement, RequirementCheck } from './doctor/requirements.ts';
export type { Extensions, KeyUsage } from './extension.ts';
export type { AccessPlace, BasicConstraints } from './extension-value.ts';
export { MisuseError, isFault } from './fault.ts';
export type { Fault, FaultCode } from './fault.ts';
export type { GeneralName, GeneralNameKind, TextNameKind } from './general-name.ts';
export { identitiesOf, matchIdentity } from './identity.ts';
export type {
  IdentifierType,
  IdentityPurpose,
  IdentityReference,
  IdentityVerdict,
} from './identity.ts';
export { judgeFor } from './judge.ts';
export type {
  Judge,
  JudgeCrypto,
  JudgeOptions,
  Judgement,
  JudgementFault,
} from './judge.ts';
export type { NameConstraints, Subtree } from './name-constraints.ts';
export { presentedNames } from './names.ts';
export type { PresentedNames } from './names.ts';
export { readPem, writePem } from './pem.ts';
export { keyPrint } from './pins.ts';
export type { KeyPin } from './pins.ts';
export { DEFAULT_POLICY, STRICT_POLICY } from './policy.ts';
export type { ChainPolicy, Leniency } from './policy.ts';
export { parseRevocationList, parseRevocationLists } from './revocation-list.ts';
export type { ListScope, RevocationList } from './revocation-list.ts';
export { listTitle } from './revocation.ts';
export type { Revocation, RevocationFacts, RevocationRule } from './revocation.ts';
export { summaryOf } from './summary.ts';
export type { Instant } from './time.ts';
export { KEY_PURPOSE } from './usage.ts';
export type { Purpose, Service, TlsRole } from './usage.ts';
export type { PlannedNames, RequestPlan, RequestSubject } from './write/request-plan.ts';
export { remedyOf } from './remedies.ts';
