// The rules of XMPP links by the policy of the moment: what `listenXmpp` and `XmppEndpoint` take as `rules`.
import { linkRulesOf, type PolicySet } from '@interwork/policy';
import type { LinkRules } from '@interwork/xmpp';

/**
 * Rules for the XMPP edge that follow a policy. `current` is asked each time, so that a policy that replaces
 * another one holds for the next stream at once; streams that stand are left alone.
 * @spec RFC 6120 §13.9
 */
export function linkRulesBy(current: () => PolicySet): (partner: string) => LinkRules {
  return (partner) => linkRulesOf(current(), partner);
}
