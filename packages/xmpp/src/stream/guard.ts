// What a host is asked, asked so that its slip costs one answer and not the process: whatever throws has not accepted,
// excludes what rules can exclude, and does not serve the domain.
import type { Judge, Judgement, LinkRules } from '../server-link.ts';

/** A judge that throws has not accepted. @spec RFC 6120 §13.7.2 */
export function guardedJudge(judge: Judge): Judge {
  return (presented, peerRole, reference) => {
    try {
      return judge(presented, peerRole, reference);
    } catch {
      return UNJUDGED;
    }
  };
}

/** Rules that throw exclude all that rules can exclude. @spec RFC 6120 §13.9 */
export function guardedRules<Partner>(
  rules: (partner: Partner) => LinkRules,
): (partner: Partner) => LinkRules {
  return (partner) => {
    try {
      return rules(partner);
    } catch {
      return STRICTEST;
    }
  };
}

/** A domain of which the host throws is none of ours. @spec RFC 6120 §4.9.3.6 */
export function guardedHosts(hosts: (domain: string) => boolean): (domain: string) => boolean {
  return (domain) => {
    try {
      return hosts(domain);
    } catch {
      return false;
    }
  };
}

const UNJUDGED: Judgement = {
  accepted: false,
  proved: [],
  certificate: 'none',
  faults: [
    { code: 'judge-failed', field: 'certificate', text: 'The certificate could not be judged.' },
  ],
};
const STRICTEST: LinkRules = { tls: 'required', sasl: 'required', dialback: false };
