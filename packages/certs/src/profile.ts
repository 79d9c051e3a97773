// The form that RFC 5280 §4.2 asks of certificates where a path would hold without it: key
// identifiers, criticality, no authority as a leaf. Each departure that may be let pass has a name
// in policy.ts.

import type { Certificate } from './certificate.ts';
import { chainFault } from './chain-fault.ts';
import type { ChainFault } from './chain-fault.ts';
import { EXTENSION } from './extension.ts';
import type { ChainPolicy, Leniency } from './policy.ts';

/**
 * What is wrong with the form of a leaf. One that is trusted itself may be an authority and needs
 * no key identifier.
 */
export function leafForm(
  leaf: Certificate,
  policy: ChainPolicy,
  isTrusted: boolean,
): ChainFault | undefined {
  const { basicConstraints, keyUsage } = leaf.extensions;
  if (isTrusted) return undefined;
  if (basicConstraints?.ca === true) {
    return chainFault(
      'ca-as-leaf',
      leaf,
      'basicConstraints',
      'An authority presents itself as a peer',
    );
  }
  if (keyUsage?.includes('keyCertSign') === true) {
    return chainFault(
      'ca-as-leaf',
      leaf,
      'keyUsage',
      'Its key may sign certificates, and it is no authority',
    );
  }
  return missingKeyId(leaf, policy);
}

/** What is wrong with the form of an intermediate. @spec RFC 5280 §4.2.1.1, §4.2.1.10 */
export function authorityForm(authority: Certificate, policy: ChainPolicy): ChainFault | undefined {
  return missingKeyId(authority, policy) ?? looseConstraints(authority, policy);
}

/** What is wrong with the form of a root that is trusted. @spec RFC 5280 §4.2.1.1, §4.2.1.9 */
export function rootForm(root: Certificate, policy: ChainPolicy): ChainFault | undefined {
  const { extensions, version } = root;
  const { authorityKeyId, subjectKeyId } = extensions;
  if (!strict(policy, 'root-form')) return looseConstraints(root, policy);
  if (version === 3 && !extensions.critical.includes(EXTENSION.basicConstraints)) {
    return chainFault('bad-profile', root, 'basicConstraints', 'It is not critical');
  }
  if (extensions.namesIssuerSerial) {
    return chainFault(
      'bad-profile',
      root,
      'authorityKeyIdentifier',
      'A root names an issuer of its own',
    );
  }
  if (root.selfIssued && authorityKeyId !== undefined && authorityKeyId !== subjectKeyId) {
    return chainFault(
      'bad-profile',
      root,
      'authorityKeyIdentifier',
      'It is not its subjectKeyIdentifier',
    );
  }
  return looseConstraints(root, policy);
}

function missingKeyId(one: Certificate, policy: ChainPolicy): ChainFault | undefined {
  if (one.selfIssued || one.extensions.authorityKeyId !== undefined) return undefined;
  if (!strict(policy, 'no-authority-key-id')) return undefined;
  return chainFault(
    'bad-profile',
    one,
    'authorityKeyIdentifier',
    "It does not name its issuer's key",
  );
}

function looseConstraints(one: Certificate, policy: ChainPolicy): ChainFault | undefined {
  const { nameConstraints, critical } = one.extensions;
  if (nameConstraints === undefined || critical.includes(EXTENSION.nameConstraints))
    return undefined;
  if (!strict(policy, 'name-constraints-not-critical')) return undefined;
  return chainFault('bad-profile', one, 'nameConstraints', 'They are not critical');
}

const strict = (policy: ChainPolicy, leniency: Leniency): boolean =>
  !policy.lenient.includes(leniency);
