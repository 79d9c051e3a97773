// Public names of @interwork/certs/node: what needs Node itself.

export { loadCredentials, systemAnchors } from './credentials.ts';
export type { CredentialPaths, Credentials, Pkcs12Paths } from './credentials.ts';
export { nodeCrypto, signingKeyFrom } from './crypto.ts';
