// What the policy says of XMPP partners and of the gateway that talks to them, as the XMPP side of a daemon has it: their
// servers, bounds and times, where the configuration says nothing else; and what it says that nothing here carries out, as
// findings. Bounds and times are looked at when the daemon starts, servers each time.
import { type PolicySet, xmppPartnerOf } from '@interwork/policy';
import type { XmppTarget, XmppLimits, XmppTimers } from '@interwork/xmpp';
import type { DaemonFinding } from './finding.ts';

/** The server of a partner that is not to be looked up by SRV. @spec RFC 6120 §14.7 */
export function serverOf(policy: PolicySet, domain: string): readonly XmppTarget[] | undefined {
  const proxy = xmppPartnerOf(policy, domain)?.proxyFqdn;
  return proxy === undefined ? undefined : [{ address: proxy, port: PORT, direct: false }];
}

/** Bounds of the XMPP side, as Set-CsXmppGatewayConfiguration has them. */
export function limitsBy({ federation }: PolicySet): Partial<XmppLimits> {
  if (federation === undefined) return {};
  const { connectionLimit, partnerConnectionLimit } = federation.xmppGateway;
  const links = connectionLimit;
  return { links, inbound: connectionLimit, inboundPerDomain: partnerConnectionLimit };
}

/**
 * Times of the same, in milliseconds. A blank leaves three times in the interval in which a partner must be heard; that
 * a partner is not heard ends a stream only where each of them is to be.
 */
export function timersBy({ federation }: PolicySet): Partial<XmppTimers> {
  if (federation === undefined) return {};
  const { keepAliveInterval, streamEstablishmentTimeout, streamInactivityTimeout } =
    federation.xmppGateway;
  const partners = [...federation.xmppPartners.values()];
  const areAllHeard = partners.length > 0 && partners.every((one) => one.enableKeepAlive);
  return {
    negotiation: streamEstablishmentTimeout * 1000,
    idle: streamInactivityTimeout * 1000,
    keepAlive: Math.ceil((keepAliveInterval * 1000) / 3),
    ...(areAllHeard ? { silence: keepAliveInterval * 1000 } : {}),
  };
}

/** What a policy asks for and this program has not. */
export function uncarried(
  { federation, partners }: PolicySet,
  file: string,
): readonly DaemonFinding[] {
  const told: DaemonFinding[] = [];
  const tell = (path: string, text: string): void =>
    void told.push({ severity: 'warning', code: 'not-carried', file, path, text });
  for (const { id, limits } of partners.values())
    if (limits?.connections !== undefined)
      tell(
        `/partners/${id}/limits/connections`,
        'Connections are not counted by partner; limits.sip and limits.xmpp of the configuration bound them',
      );
  if (federation === undefined) return told;
  const { archiving, edge, xmppGateway, xmppPartners } = federation;
  if (archiving?.archiveExternal === true && archiving.enableArchiving !== 'none')
    tell('/federation/archiving', 'Nothing here archives, so every message is refused');
  if (edge.enableArchivingDisclaimer)
    tell(
      '/federation/accessEdge/enableArchivingDisclaimer',
      'Nothing here adds a disclaimer, so messages to SIP partners are refused',
    );
  if (xmppGateway.enableLoggingAllMessageBodies)
    tell('/federation/xmppGateway/enableLoggingAllMessageBodies', 'Bodies are never logged');
  for (const { domain, connectionLimit } of new Set(xmppPartners.values()))
    if (connectionLimit !== xmppGateway.partnerConnectionLimit)
      tell(
        '/federation/xmppPartners',
        `${domain} has a connectionLimit of its own; all partners have the gateway's`,
      );
  return told;
}

/** @spec RFC 6120 §14.7 */
const PORT = 5269;
