// A revocation list as DER, from a plan: whatever the plan says is written, right or wrong.

import type { Asn1 } from 'node-forge';
import type { Instant } from '../time.ts';
import type { SigningKey } from '../write/signing.ts';
import {
  bits,
  encode,
  integer,
  octets,
  oid,
  sequence,
  set,
  tagged,
  time,
  utf8,
  written,
  yes,
} from '../write/asn1.ts';
import type { PlannedExtension } from './write-certificate.ts';

/** Everything that a revocation list says. */
export interface RevocationPlan {
  readonly issuer: string;
  readonly issuerKey: SigningKey;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | undefined;
  readonly revoked: readonly {
    readonly serial: number;
    readonly more?: readonly PlannedExtension[];
  }[];
  readonly more?: readonly PlannedExtension[];
}

/** Writes and signs, ECDSA with SHA-256. @spec RFC 5280 §5.1 */
export function writeRevocationList(plan: RevocationPlan): Uint8Array {
  const { issuer, issuerKey, thisUpdate, nextUpdate, revoked, more = [] } = plan;
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const entries = revoked.map((one) =>
    sequence(integer(one.serial), time(thisUpdate), ...listed(one.more ?? [])),
  );
  const tbs = encode(
    sequence(
      integer(1),
      algorithm,
      sequence(set(sequence(oid('2.5.4.3'), utf8(issuer)))),
      time(thisUpdate),
      ...(nextUpdate === undefined ? [] : [time(nextUpdate)]),
      ...(entries.length === 0 ? [] : [sequence(...entries)]),
      ...(more.length === 0 ? [] : [tagged(0, ...listed(more))]),
    ),
  );
  const signature = issuerKey.sign({ name: 'ecdsa', hash: 'sha256' }, tbs);
  return encode(sequence(written(tbs), algorithm, bits(signature)));
}

function listed(extensions: readonly PlannedExtension[]): readonly Asn1[] {
  if (extensions.length === 0) return [];
  const list = extensions.map(({ type, value, critical = false }) =>
    sequence(oid(type), ...(critical ? [yes()] : []), octets(value)),
  );
  return [sequence(...list)];
}
