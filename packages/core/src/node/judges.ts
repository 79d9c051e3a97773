// The judges both edges need, made of @interwork/certs with Node's cryptography and the time of day.
import {
  type Judge,
  judgeFor,
  type JudgeOptions,
  type KeyPin,
  type Revocation,
} from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';

/** A judge for each side. */
export interface Judges {
  readonly sip: Judge;
  readonly xmpp: Judge;
}

/**
 * Judges that trust the given authorities (PEM or DER) and nobody else, refuse what has been revoked, and take for a domain
 * with pins no other key.
 */
export function judgesFor(
  anchors: JudgeOptions['anchors'],
  revocation?: Revocation,
  pins: readonly KeyPin[] = [],
): Judges {
  const known = revocation === undefined ? {} : { revocation };
  const shared = { anchors, clock: () => Date.now(), crypto: nodeCrypto, pins, ...known };
  return {
    sip: judgeFor({ service: 'sip', ...shared }),
    xmpp: judgeFor({ service: 'xmpp-server', ...shared }),
  };
}
