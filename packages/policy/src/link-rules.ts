// How the XMPP links with a partner may be made: what its entry says, what `prove` makes of the rest, and which
// of it excludes each other. A link whose rules leave no proof would never come about, so such an entry does not
// load. What each rule does to a stream belongs to whoever makes the streams.
import type { PartnerEntry, XmppEntry } from './document.ts';
import { error, warn, type Place, type Report } from './finding.ts';

/** What an XMPP link with one partner may and must use. */
export interface XmppLinkRules {
  readonly tls: 'required' | 'optional' | 'never';
  /** SASL EXTERNAL; `required` rules dialback out. @spec XEP-0178 §3 */
  readonly sasl: 'required' | 'optional' | 'never';
  /** Whether a domain may be proved by calling it back. @spec XEP-0220 §2.1 */
  readonly dialback: boolean;
  /** Whether stream management is offered and asked for; absent where policy says nothing. @spec XEP-0198 §2 */
  readonly management?: boolean;
  /** Whether one stream may carry both directions; absent where policy says nothing. @spec XEP-0288 §2.1 */
  readonly bidi?: boolean;
}

/** Where policy says nothing: TLS always, a certificate where it holds, dialback where it does not. */
export const DEFAULT_XMPP_LINK_RULES: XmppLinkRules = Object.freeze({
  tls: 'required',
  sasl: 'optional',
  dialback: true,
});

/**
 * The rules of a partner's links. What is written holds; what is not follows from `prove`: a domain that must be
 * proved by certificate gets EXTERNAL and no dialback. On a stream an address proves nothing, so there `address`
 * asks for a certificate too. `dialback` is met by a certificate as well and changes nothing.
 * @spec RFC 6120 §13.7.2; XEP-0178 §3
 */
export function linkRulesFrom({ prove, xmpp }: PartnerEntry): XmppLinkRules {
  const certified = prove === 'certificate' || prove === 'address';
  if (!certified && xmpp === undefined) return DEFAULT_XMPP_LINK_RULES;
  const { tls = 'required', sasl = impliedSasl(tls, certified, xmpp) } = xmpp ?? {};
  const implied = certified ? sasl === 'never' : sasl !== 'required';
  return { tls, sasl, dialback: xmpp?.dialback ?? implied, ...extrasOf(xmpp) };
}

/** What is only there when it is written: the streams know better what goes without saying. */
function extrasOf(xmpp: XmppEntry | undefined): Pick<XmppLinkRules, 'management' | 'bidi'> {
  const { management, bidi } = xmpp ?? {};
  return {
    ...(management === undefined ? {} : { management }),
    ...(bidi === undefined ? {} : { bidi }),
  };
}

function impliedSasl(
  tls: XmppLinkRules['tls'],
  certified: boolean,
  xmpp: XmppEntry | undefined,
): XmppLinkRules['sasl'] {
  if (tls === 'never') return 'never';
  return certified && xmpp?.dialback !== true ? 'required' : 'optional';
}

/** Reports what in a partner's entry excludes each other, at the field that would have to change. */
export function checkLinkRules(entry: PartnerEntry, parent: Place, report: Report): void {
  const { xmpp } = entry;
  if (xmpp === undefined) return;
  const place = { parent, key: 'xmpp' };
  for (const { key, holds, text } of CONTRADICTIONS) {
    if (!holds(xmpp, entry)) continue;
    error(report, 'link-contradiction', key === undefined ? place : { parent: place, key }, text);
    return;
  }
  if (xmpp.sasl === 'required' && xmpp.dialback === true)
    warn(report, 'dialback-ruled-out', { parent: place, key: 'dialback' }, RULED_OUT);
}

interface Contradiction {
  readonly key: keyof XmppEntry | undefined;
  readonly holds: (xmpp: XmppEntry, entry: PartnerEntry) => boolean;
  readonly text: string;
}

/** The first that holds is told: mending it may settle those after it. @spec RFC 6120 §13.9 */
const CONTRADICTIONS: readonly Contradiction[] = [
  {
    key: undefined,
    holds: (_xmpp, { via }) => via === 'sip',
    text: 'The partner is on the SIP side (via), so no XMPP link leads to it',
  },
  {
    key: 'sasl',
    holds: ({ tls, sasl }) => tls === 'never' && sasl === 'required',
    text: 'SASL EXTERNAL is required, but its certificate is shown in TLS, which is never used',
  },
  {
    key: 'tls',
    holds: ({ tls }, { prove }) =>
      tls === 'never' && (prove === 'certificate' || prove === 'address'),
    text: 'The domain must be proved by certificate, which is shown in TLS, and TLS is never used',
  },
  {
    key: 'dialback',
    holds: ({ dialback }, { prove }) => dialback === false && prove === 'dialback',
    text: 'The domain is to be proved by dialback, and dialback is false',
  },
  {
    key: 'dialback',
    holds: ({ tls, sasl, dialback }) => dialback === false && (tls === 'never' || sasl === 'never'),
    text: 'Without dialback and without SASL EXTERNAL nothing is left to prove the domain by',
  },
];

const RULED_OUT = 'SASL EXTERNAL is required, which rules dialback out';
