// What a gateway must still know after a restart: its name, the secret by which it recognises the ids of its
// stanzas (so that an error that comes late still reaches its sender), and the dialback secret. Kept as one
// versioned record; processes that share a store share it, whichever of them made it.
import type { Store, StoredRecord } from '../../store/store.ts';

/** A gateway's own identity. */
export interface Identity {
  readonly instance: string;
  readonly secret: string;
  readonly dialback: string;
}

/**
 * The identity in a store; a new one if there is none. A sentence when what is there cannot be used: it is
 * never replaced.
 */
export async function identityIn(
  store: Store,
  drawToken: () => string,
): Promise<Identity | string> {
  const fresh = {
    version: VERSION,
    instance: drawToken(),
    secret: drawToken(),
    dialback: drawToken(),
  };
  const written = await store.write(KEY, { record: fresh, wakeAt: Infinity }, undefined);
  if (written === 'full') return 'There is no room for the identity.';
  const stored = await store.read(KEY);
  return stored === undefined
    ? 'Somebody has taken the identity away.'
    : readIdentity(stored.record);
}

function readIdentity(record: StoredRecord): Identity | string {
  if (record.version !== VERSION)
    return `The identity is of version ${record.version}; this program knows version ${VERSION}.`;
  const { instance, secret, dialback } = record;
  if (typeof instance !== 'string' || typeof secret !== 'string' || typeof dialback !== 'string')
    return 'The identity is not whole.';
  return { instance, secret, dialback };
}

const KEY = 'gateway/identity';
const VERSION = 1;
