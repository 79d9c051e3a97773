// Our own keys and certificates: which of them is shown to whom, and whether one is fit to be shown at all. Choosing looks
// at names and roles alone, so that the same question always has the same answer; time is looked at once, when a host takes
// credentials into use. How peers will judge them, name by name, is the doctor's to say (doctor/diagnose.ts); files are
// read in node/credentials.ts.

import { DEFAULT_LIMITS, openBudget } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { ranked } from './chain-fault.ts';
import type { ChainFault } from './chain-fault.ts';
import { normalizeDomain } from './domain.ts';
import { checkLeaf } from './path-rules.ts';
import { DEFAULT_POLICY } from './policy.ts';
import type { ChainPolicy } from './policy.ts';
import type { Instant } from './time.ts';
import { JUDGED_FOR } from './usage.ts';
import type { Service, TlsRole } from './usage.ts';

/** What a credential is for: one role as a rule, as authorities issue them. What is left out is not asked for. */
export interface CredentialUse {
  /** Our role in TLS; that it is for `both` has to be said. */
  readonly role: TlsRole | 'both';
  /** Our own names, A-labels in lower case; `*.x` stands for one label. Default: any. */
  readonly domains?: readonly string[];
  /** Peers, A-labels in lower case. Default: any. */
  readonly partners?: readonly string[];
}

/** A key with its chain, and what it is for. */
export interface Credential extends CredentialUse {
  /** How people and traces call it: a name, never a key. */
  readonly name: string;
  /** PEM. Secret. */
  readonly key: string;
  /** PEM, the leaf first, then its intermediates. */
  readonly cert: string;
}

/** One handshake, as far as we know before it begins. */
export interface Occasion {
  /** Ours. */
  readonly role: TlsRole;
  /** The name under which we are called, or in whose name we call. */
  readonly local?: string | undefined;
  /** Who is called. A peer that calls is not known yet. */
  readonly peer?: string | undefined;
}

/**
 * The credential for an occasion: of those that fit the one that says most about it, the peer before our name before the
 * role, and of equals the first. `undefined` when none fits. One that names domains or partners fits nobody else.
 * @spec RFC 6066 §3, RFC 6120 §5.4.3.1
 */
export function chooseCredential<One extends CredentialUse>(
  credentials: readonly One[],
  occasion: Occasion,
): One | undefined {
  const local = nameOf(occasion.local);
  const peer = nameOf(occasion.peer);
  let best: One | undefined;
  let most = -1;
  for (const one of credentials) {
    const { role, domains, partners } = one;
    if (role !== 'both' && role !== occasion.role) continue;
    if (partners !== undefined && !stands(partners, peer)) continue;
    if (domains !== undefined && !stands(domains, local)) continue;
    const said =
      (partners === undefined ? 0 : 4) +
      (domains === undefined ? 0 : 2) +
      (role === 'both' ? 0 : 1);
    if (said <= most) continue;
    best = one;
    most = said;
  }
  return best;
}

/**
 * What forbids showing a certificate in a role at this instant: it has expired or is not valid yet, may not be used so, or
 * has a key that is too weak. The most telling first; empty when it is fit.
 * @spec RFC 5280 §4.1.2.5, RFC 5280 §4.2.1.12
 */
export function credentialFaults(
  leaf: Certificate,
  {
    service,
    role,
    now,
    policy,
  }: {
    readonly service: Service;
    readonly role: TlsRole;
    readonly now: Instant;
    readonly policy?: Partial<ChainPolicy>;
  },
): readonly ChainFault[] {
  const faults: ChainFault[] = [];
  checkLeaf(
    {
      // what its form is worth is for those to say who are to trust it
      anchors: [leaf],
      now,
      purpose: JUDGED_FOR[service][role],
      limits: DEFAULT_LIMITS,
      policy: { ...DEFAULT_POLICY, ...policy },
      budget: openBudget(DEFAULT_LIMITS),
      faults,
    },
    leaf,
  );
  return ranked(faults);
}

function nameOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : normalizeDomain(text);
}

function stands(names: readonly string[], name: string | undefined): boolean {
  if (name === undefined) return false;
  return names.includes(name) || names.includes(`*${name.slice(name.indexOf('.'))}`);
}
