// A certificate request (PKCS#10): what an authority is asked to certify, with every kind of name that federation uses.
// Names are checked before they are signed, so that no authority gets a request that it could only refuse. Which names a
// deployment needs is doctor/requirements.ts'.

import { hasControl } from '../bytes.ts';
import { EXTENSION } from '../extension.ts';
import { fault } from '../fault.ts';
import type { Fault } from '../fault.ts';
import { KEY_PURPOSE } from '../usage.ts';
import type { Asn1 } from 'node-forge';
import { bits, encode, integer, oid, sequence, set, tagged, written } from './asn1.ts';
import { algorithmOf, extension, generalNames, nameOf, usageBits } from './extension.ts';
import { nameFault } from './request-names.ts';
import type { RequestPlan, RequestSubject } from './request-plan.ts';
import type { SigningKey } from './signing.ts';

/**
 * The request as DER, signed by its key; `writePem(der, 'CERTIFICATE REQUEST')` makes the file. A name that no
 * certificate can carry, or none at all, is a fault.
 * @spec RFC 2986 §4.2
 */
export function writeRequest(plan: RequestPlan, key: SigningKey): Uint8Array | Fault {
  const { subject = {} } = plan;
  const wrong = subjectFault(subject) ?? nameFault(plan.names, subject.commonName);
  if (wrong !== undefined) return wrong;
  const info = sequence(
    integer(0),
    nameOf(attributesOf(subject)),
    written(key.spki),
    tagged(0, sequence(oid(EXTENSION_REQUEST), set(sequence(...extensionsOf(plan))))),
  );
  const signed = encode(info);
  const signature = key.sign(key.algorithm, signed);
  return encode(sequence(written(signed), algorithmOf(key.algorithm), bits(signature)));
}

function extensionsOf({ names, subject = {}, usages = [] }: RequestPlan): readonly Asn1[] {
  const isCritical = attributesOf(subject).length === 0;
  const list = [extension(EXTENSION.keyUsage, usageBits(['digitalSignature']), true)];
  const all = generalNames(names);
  if (all.length > 0) list.push(extension(EXTENSION.subjectAltName, sequence(...all), isCritical));
  if (usages.length > 0)
    list.push(
      extension(EXTENSION.extKeyUsage, sequence(...usages.map((usage) => oid(KEY_PURPOSE[usage])))),
    );
  return list;
}

function attributesOf(subject: RequestSubject): readonly (readonly [string, string])[] {
  return ATTRIBUTES.flatMap(([part, type]) => {
    const value = subject[part];
    return value === undefined || value === '' ? [] : [[type, value] as const];
  });
}

function subjectFault(subject: RequestSubject): Fault | undefined {
  for (const [part, , longest] of ATTRIBUTES) {
    const value = subject[part];
    if (value === undefined) continue;
    if (value.length <= longest && !hasControl(value) && (part !== 'country' || TWO.test(value)))
      continue;
    const text = `${part} is no text of at most ${longest} characters that a subject can have.`;
    return fault('bad-reference', 'RFC 5280 §4.1.2.6', `subject.${part}`, text);
  }
  return undefined;
}

/** In the order in which they are written, with the upper bounds of X.520. @spec RFC 5280 §4.1.2.4 */
const ATTRIBUTES: readonly (readonly [
  part: keyof RequestSubject,
  type: string,
  longest: number,
])[] = [
  ['country', '2.5.4.6', 2],
  ['state', '2.5.4.8', 128],
  ['locality', '2.5.4.7', 128],
  ['organization', '2.5.4.10', 64],
  ['unit', '2.5.4.11', 64],
  ['commonName', '2.5.4.3', 64],
];

/** @spec RFC 2985 §5.4.2 */
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const TWO = /^[A-Za-z]{2}$/;
