// Public names of @interwork/certs/node: what needs Node itself.

export { nodeCrypto } from './crypto.ts';
