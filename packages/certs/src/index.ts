// Public names of @interwork/certs.

export type { HashName, PublicKey, SignatureAlgorithm, SignatureCheck } from './algorithm.ts';
export { DEFAULT_LIMITS } from './budget.ts';
export type { CertLimits } from './budget.ts';
export { parseCertificate, parseCertificates } from './certificate.ts';
export type { Certificate } from './certificate.ts';
export { verifyChain } from './chain.ts';
export type { ChainRequest, ChainVerdict } from './chain.ts';
export type { ChainFault } from './chain-fault.ts';
export { readDer } from './der.ts';
export type { DerLimits, DerNode } from './der.ts';
export { diagnose } from './doctor.ts';
export type { DiagnosisFinding, DiagnosisRequest } from './doctor.ts';
export type { DistinguishedName } from './distinguished-name.ts';
export { normalizeDomain } from './domain.ts';
export type { BasicConstraints, Extensions, KeyUsage } from './extension.ts';
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
export { judgeFor, summaryOf } from './judge.ts';
export type {
  Judge,
  JudgeCrypto,
  JudgeOptions,
  Judgement,
  JudgementFault,
  TlsRole,
} from './judge.ts';
export type { NameConstraints, Subtree } from './name-constraints.ts';
export { presentedNames } from './names.ts';
export type { PresentedNames } from './names.ts';
export { readPem, writePem } from './pem.ts';
export { DEFAULT_POLICY, STRICT_POLICY } from './policy.ts';
export type { ChainPolicy, Leniency } from './policy.ts';
export type { Instant } from './time.ts';
export { KEY_PURPOSE } from './usage.ts';
export type { Purpose } from './usage.ts';
