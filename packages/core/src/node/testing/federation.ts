// `federation`, with Node's cryptography: everything else of the kit is pure and under src/testing.
import { nodeCrypto } from '@interwork/certs/node';
import { nodeDigest } from '@interwork/xmpp/node';
import { Federation } from '../../testing/kit/federation.ts';
import type { FederationCrypto, FederationOptions } from '../../testing/kit/options.ts';
import { mac } from '../mac.ts';

/**
 * Two or more companies and a gateway between them, in this process, on virtual time, sockets, names and certificates.
 * By default alice of `contoso.example`, which speaks SIP, and bob of `gtalk.example`, which speaks XMPP.
 */
export function federation(options: FederationOptions = {}): Federation {
  return new Federation(options, CRYPTO);
}

const CRYPTO: FederationCrypto = {
  certificates: nodeCrypto,
  digest: nodeDigest,
  mac,
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
};
