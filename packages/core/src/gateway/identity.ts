// Who the peer has proved to be, on this very connection. By default a SIP domain is proved by a
// certificate that speaks for the domain itself; another name of the peer, or its address, counts only
// where a partner's policy says so. What the peer merely says proves nothing.
import type { Flow } from '@interwork/sip';
import { addressIn, partnerOf, type PolicySet, type Verdict } from '@interwork/policy';

/**
 * How a SIP connection proves a sender's domain, or `undefined` when it does not. The source of a datagram
 * is something its sender merely says, so an address counts on a connection only, unless the host
 * believes datagrams too.
 * @spec RFC 5922 §7.4
 */
export function proofOfFlow(
  flow: Flow,
  domain: string,
  policy: PolicySet,
  believesDatagrams: boolean,
): 'certificate' | 'address' | undefined {
  if (flow.proved.includes(domain)) return 'certificate';
  const partner = partnerOf(policy, domain);
  if (partner === undefined) return undefined;
  if (partner.certificateNames.some((name) => flow.proved.includes(name))) return 'certificate';
  if (partner.prove !== 'address' || (flow.transport === 'udp' && !believesDatagrams))
    return undefined;
  return addressIn(partner.addresses, flow.remote.address) ? 'address' : undefined;
}

/** What is known of the connection a message came by. */
export interface ConnectionFacts {
  readonly proof: string;
  readonly tls: boolean;
}

/** The obligation of the sender's end that the connection does not meet, in a word; else `undefined`. */
export function unmet(verdict: Verdict, facts: ConnectionFacts): string | undefined {
  if (verdict.must.length === 0) return undefined;
  for (const duty of verdict.must) {
    if (!('end' in duty) || duty.end !== 'from') continue;
    if (duty.kind === 'tls' && !facts.tls) return 'no-tls';
    if (duty.kind === 'prove' && !proves(facts.proof, duty.by)) return `not-by-${duty.by}`;
  }
  return undefined;
}

/** A certificate proves at least as much as anything that may be asked for. */
function proves(proof: string, wanted: string): boolean {
  return proof === 'certificate' || proof === wanted;
}
