// What the doctor looks at, as plain values: the certificates we show, the partners we federate
// with, what they showed us, and how they are known to judge. With PEM texts the whole of it is
// JSON. diagnose.ts and forecast.ts ask the questions.

import type { SignatureCheck } from '../algorithm.ts';
import { parseCertificate } from '../certificate.ts';
import type { Certificate } from '../certificate.ts';
import { fault, isFault } from '../fault.ts';
import type { Fault } from '../fault.ts';
import { readPem } from '../pem.ts';
import type { ChainPolicy } from '../policy.ts';
import type { RevocationFacts } from '../revocation.ts';
import type { Instant } from '../time.ts';
import type { Service, TlsRole } from '../usage.ts';

/** Certificates in the order they are shown, leaf first: one PEM text, or DER. */
export type PresentedChain = string | readonly Uint8Array[];

/** Everything that is to hold together. */
export interface Deployment {
  readonly credentials: readonly DoctorCredential[];
  readonly partners: readonly DoctorPartner[];
}

/** One certificate of ours and what it is for. */
export interface DoctorCredential {
  /** For people, such as the name of its file. */
  readonly name: string;
  readonly service: Service;
  /** The roles in TLS that we play with it. */
  readonly roles: readonly TlsRole[];
  /** The domains that it should prove. */
  readonly domains: readonly string[];
  readonly chain: PresentedChain;
  /**
   * The order is looked at in files only: a TLS library sorts what a socket showed before anybody
   * sees it.
   */
  readonly from: 'file' | 'socket';
  /** The host that our SRV records lead to. */
  readonly srvTarget?: string;
  /** The profile of its authority by name; without it the certificate is asked. */
  readonly authority?: string;
}

/** Somebody we federate with. What is not known is left out and not judged. */
export interface DoctorPartner {
  readonly domain: string;
  readonly service: Service;
  /** How it judges us; `unknown` when left out. */
  readonly habit?: HabitName;
  /** What it shows when we call it. */
  readonly asServer?: PresentedChain;
  /** What it shows when it calls us. */
  readonly asClient?: PresentedChain;
  /** The host that its SRV record leads to. */
  readonly srvTarget?: string;
  /** PEM of the authorities that it trusts; without it those that we trust. */
  readonly authorities?: string;
}

/** The world around a deployment. */
export interface DoctorFacts {
  /** Epoch milliseconds. */
  readonly now: Instant;
  readonly crypto: SignatureCheck;
  /** What we trust. */
  readonly anchors: readonly Certificate[];
  readonly policy?: Partial<ChainPolicy>;
  /** Without it revocation is not looked at. */
  readonly revocation?: RevocationFacts;
}

/** How a kind of server judges its peers. */
export interface PeerHabit {
  /** Whether a TLS client's certificate needs clientAuth; `perhaps`: nobody knows. */
  readonly clientUsage: 'required' | 'perhaps' | 'not-needed';
  /** A TLS client's certificate has to be one for servers, too. */
  readonly wantsServers: boolean;
  /** The name that it looks for: that of the domain, or of the host that SRV leads to. */
  readonly name: 'domain' | 'srv-target';
  /** The SRV target must be a host of the domain itself, one label longer. */
  readonly sameDomain: boolean;
  /** A wildcard does not do, whatever the protocol says. */
  readonly refusesWildcards: boolean;
}

/** The habits known by name. */
export type HabitName =
  | 'unknown'
  | 'server-usage-does'
  | 'client-usage-required'
  | 'prosody'
  | 'microsoft-edge'
  | 'aol';

const PLAIN: PeerHabit = {
  clientUsage: 'perhaps',
  wantsServers: false,
  name: 'domain',
  sameDomain: false,
  refusesWildcards: false,
};

/**
 * `server-usage-does` is how this package judges. `prosody`: its TLS library (LuaSec) is told to look for serverAuth
 * whoever calls; seen with 0.12 and a certificate for clients alone. `microsoft-edge`: Lync and Skype for Business,
 * which look for the FQDN of the edge that SRV leads to. `aol` is historic: the one provider whose
 * provisioning asked for clientAuth in so many words.
 */
export const PEER_HABITS: Readonly<Record<HabitName, PeerHabit>> = {
  unknown: PLAIN,
  'server-usage-does': { ...PLAIN, clientUsage: 'not-needed' },
  'client-usage-required': { ...PLAIN, clientUsage: 'required' },
  prosody: { ...PLAIN, clientUsage: 'not-needed', wantsServers: true },
  'microsoft-edge': { ...PLAIN, name: 'srv-target', sameDomain: true, refusesWildcards: true },
  aol: { ...PLAIN, clientUsage: 'required', name: 'srv-target', refusesWildcards: true },
};

/** The habit of a partner. */
export const habitOf = ({ habit = 'unknown' }: Pick<DoctorPartner, 'habit'>): PeerHabit =>
  PEER_HABITS[habit];

/** A chain that has been read. */
export interface ReadChain {
  readonly leaf: Certificate;
  readonly others: readonly Certificate[];
  /** What stands beside the leaf and cannot be read. */
  readonly faults: readonly Fault[];
}

/** Reads a chain; a fault when there is no leaf or it cannot be read. */
export function readChain(chain: PresentedChain): ReadChain | Fault {
  const list = typeof chain === 'string' ? readPem(chain) : chain;
  if (isFault(list)) return list;
  const [first, ...rest] = list;
  if (first === undefined)
    return fault('no-certificate', 'RFC 8446 §4.4.2', 'certificate', 'There is no certificate.');
  const leaf = parseCertificate(first);
  if (isFault(leaf)) return leaf;
  const others: Certificate[] = [];
  const faults: Fault[] = [];
  for (const der of rest.slice(0, MAX_OTHERS)) {
    const one = parseCertificate(der);
    if (isFault(one)) faults.push(one);
    else others.push(one);
  }
  return { leaf, others, faults };
}

// as many as a judge looks at, the leaf left out
const MAX_OTHERS = 63;
