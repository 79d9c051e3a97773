// The rules of the XMPP link that a crossing takes, in a sentence, where they are not those of everybody.
import { DEFAULT_XMPP_LINK_RULES } from '../link-rules.ts';
import { linkRulesOf, partnerOf, xmppPartnerOf, type PolicySet } from '../policy-set.ts';
import type { Query, Verdict } from '../query.ts';

/** The sentence, or none. */
export function linkSentences(set: PolicySet, query: Query, verdict: Verdict): readonly string[] {
  const domain = query.via === 'xmpp' ? query.from : query.to;
  const links = linkRulesOf(set, domain);
  const whom = xmppPartnerOf(set, domain)?.domain ?? partnerOf(set, domain)?.id;
  if (verdict.effect === 'forbid' || whom === undefined) return [];
  if (links === DEFAULT_XMPP_LINK_RULES) return [];
  const { tls, sasl, dialback, management, bidi } = links;
  const calls = dialback ? 'allowed' : 'not allowed';
  const unmanaged = management === false ? ', no stream management' : '';
  const single = bidi === false ? ', a stream for each direction' : '';
  return [
    `XMPP links with partner ${whom}: TLS ${tls}, SASL EXTERNAL ${sasl}, dialback ${calls}${unmanaged}${single}.`,
  ];
}
