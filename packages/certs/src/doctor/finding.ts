// One thing that the doctor found, and what is said about it: why it matters and what to do, by
// code. Values only; diagnose.ts finds them.

import type { FaultCode } from '../fault.ts';
import type { TlsRole } from '../usage.ts';

/** What the doctor tells apart beyond the faults of a certificate. */
export type FindingCode =
  | FaultCode
  | 'expires-soon'
  | 'authority-expires-first'
  | 'no-client-usage'
  | 'missing-intermediate'
  | 'chain-order'
  | 'wildcard-refused'
  | 'srv-target-outside'
  | 'named-by-srv-target';

/** One thing found; JSON. An `error` stands in somebody's way now, a `warning` may. */
export interface Finding {
  readonly level: 'error' | 'warning';
  readonly code: FindingCode;
  /** Whose certificate it is about. */
  readonly holder: 'us' | 'partner';
  /** The name of a credential, or the domain of a partner. */
  readonly certificate: string;
  /** The role that the holder plays in TLS. */
  readonly role: TlsRole | 'both';
  /** The domains of the partners concerned; empty: everybody. */
  readonly peers: readonly string[];
  readonly field: string;
  /** What is wrong, one English sentence. */
  readonly what: string;
  /** Why it matters, one English sentence. */
  readonly why: string;
  /** What was seen. */
  readonly evidence: string;
  /** What to do, one English sentence. */
  readonly remedy: string;
}

/** What is said about a code wherever it is found. */
export interface Advice {
  readonly why: string;
  readonly remedy: string;
}

/** Why a code matters and what to do about it. */
export function adviceOf(code: FindingCode): Advice {
  return ADVICE[code] ?? MALFORMED;
}

/** Findings that differ only in whom they concern become one; errors first, else in order. */
export function merged(findings: readonly Finding[]): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const one of findings) {
    const key = [one.level, one.code, one.holder, one.certificate, one.field, one.what].join('\n');
    const before = found.get(key);
    found.set(key, before === undefined ? one : joined(before, one));
  }
  return [...found.values()].toSorted((a, b) => rankOf(a) - rankOf(b));
}

function joined(a: Finding, b: Finding): Finding {
  const everybody = a.peers.length === 0 || b.peers.length === 0;
  return {
    ...a,
    role: a.role === b.role ? a.role : 'both',
    peers: everybody ? [] : [...new Set([...a.peers, ...b.peers])],
  };
}

const rankOf = ({ level }: Finding): number => (level === 'error' ? 0 : 1);

const MALFORMED: Advice = {
  why: 'A strict peer refuses a certificate that is not well formed.',
  remedy: 'Have the certificate issued again by an authority that keeps to RFC 5280.',
};
const WEAK: Advice = {
  why: 'Weak keys and signatures prove nothing, and TLS libraries refuse them by default.',
  remedy: 'Have it issued again with SHA-256 and an RSA key of at least 2048 bits or a P-256 key.',
};
const UNTRUSTED: Advice = {
  why: 'A peer accepts only what an authority that it trusts has signed.',
  remedy:
    'Get a certificate from an authority that the other side trusts, or have it trust this one.',
};
const UNSENT: Advice = {
  why: 'Servers do not fetch intermediate certificates: what is not sent along does not exist.',
  remedy: 'Put the intermediate certificates behind the leaf, in the file that the server sends.',
};
const UNFIT_AUTHORITY: Advice = {
  why: 'What such a certificate has issued is refused, whatever else is right.',
  remedy: 'Send the right intermediate certificates, or use another authority.',
};
const NAMELESS: Advice = {
  why: 'A peer looks for the name in subjectAltName and nowhere else; the subject does not count.',
  remedy: 'Have it issued again with this name in subjectAltName.',
};

const ADVICE: Readonly<Partial<Record<FindingCode, Advice>>> = {
  expired: {
    why: 'Every peer refuses an expired certificate, in both roles.',
    remedy: 'Renew the certificate.',
  },
  revoked: {
    why: 'Its authority has taken it back: peers that look will refuse it.',
    remedy: 'Find out why, make a new key, and have a new certificate issued.',
  },
  'revocation-unknown': {
    why: 'A revocation list that does not hold hides what has been revoked.',
    remedy: 'Get the present list of its issuer.',
  },
  'not-yet-valid': {
    why: 'Every peer refuses a certificate whose time has not come.',
    remedy: 'Wait, or set the clock right.',
  },
  'expires-soon': {
    why: 'From that instant on every peer refuses it.',
    remedy: 'Renew the certificate.',
  },
  'authority-expires-first': {
    why: 'A chain holds only as long as each certificate in it.',
    remedy: 'Send the newer certificate of that authority, or renew before it ends.',
  },
  'no-certificate': {
    why: 'Without a certificate nothing is proved, and mutual TLS fails.',
    remedy: 'Configure a certificate.',
  },
  'self-signed': UNTRUSTED,
  'untrusted-root': UNTRUSTED,
  'unknown-issuer': UNTRUSTED,
  'missing-intermediate': UNSENT,
  'chain-order': {
    why: 'TLS 1.2 asks that each certificate signs the one before it, and some peers insist.',
    remedy: 'Write the leaf first, then its issuer, then the issuer of that one.',
  },
  'bad-signature': {
    why: 'A signature that does not fit is what a forged certificate looks like.',
    remedy: 'Check that the chain belongs to this certificate: authorities may share a name.',
  },
  'weak-key': WEAK,
  'weak-signature': WEAK,
  'unknown-algorithm': WEAK,
  'wrong-purpose': {
    why: 'A peer refuses a certificate that is not made for the role it is used in.',
    remedy:
      'Have it issued with serverAuth; where clientAuth is needed use an authority of your own, since public ones no longer put it in.',
  },
  'wrong-key-usage': {
    why: 'TLS libraries refuse a key that its certificate forbids to sign.',
    remedy: 'Have it issued again with digitalSignature.',
  },
  'no-client-usage': {
    why: 'A peer that insists on clientAuth refuses the connections that we open.',
    remedy:
      'Ask the partner; if it insists, use a client certificate of a private authority that it trusts, dialback (XMPP), or connections that it opens.',
  },
  'not-a-ca': UNFIT_AUTHORITY,
  'path-too-long': UNFIT_AUTHORITY,
  'name-not-permitted': UNFIT_AUTHORITY,
  'ca-as-leaf': {
    why: 'The key of an authority does not belong on a server, and strict peers refuse it.',
    remedy: 'Issue a certificate without cA for the server.',
  },
  'name-mismatch': NAMELESS,
  'no-name': NAMELESS,
  'bad-reference': {
    why: 'What is no domain can be proved by no certificate.',
    remedy: 'Correct the name in the configuration.',
  },
  'wildcard-refused': {
    why: 'SIP knows no wildcards (RFC 5922), nor do the edges of Lync and Skype for Business.',
    remedy: 'Have it issued with the full name in subjectAltName.',
  },
  'srv-target-outside': {
    why: 'Such a peer follows an SRV record only to a host of the very domain, one label longer.',
    remedy: 'Let the SRV record lead to a host in the domain, or be entered with its FQDN.',
  },
  'named-by-srv-target': {
    why: 'DNS is not proof: the name of a host that SRV leads to counts only where it is configured.',
    remedy: "Name that host among the partner's certificateNames in the policy.",
  },
  'budget-exceeded': {
    why: 'A chain that costs too much to check is refused.',
    remedy: 'Send fewer certificates.',
  },
};
