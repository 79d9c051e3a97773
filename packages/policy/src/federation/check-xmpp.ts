// XMPP partners by themselves and beside the gateway's bounds: a negotiation that can never succeed is an error, one that
// comes to something else than it says is a warning.
import { error, placeIn, warn, type FindingCode, type Place, type Report } from '../finding.ts';
import type { ReadFederation } from '../read.ts';
import type { XmppPartnerEntry } from './document.ts';
import { filled, type Filled } from './filled.ts';
import { negotiationOf, type NegotiationWarning } from './negotiation.ts';

/** Tells what the negotiation of each partner comes to, and limits that other limits take back. */
export function checkXmpp(federation: ReadFederation, parent: Place, report: Report): void {
  const { xmppPartners = [], xmppGateway = {} } = federation;
  const gateway = filled('xmppGateway', xmppGateway);
  for (const [key, entry] of xmppPartners.entries()) {
    const place = placeIn(parent, 'xmppPartners', key);
    checkNegotiation(entry, place, report);
    checkLimit(entry.connectionLimit, gateway, placeIn(place, 'connectionLimit'), report);
  }
  const place = placeIn(parent, 'xmppGateway', 'partnerConnectionLimit');
  checkLimit(xmppGateway.partnerConnectionLimit, gateway, place, report);
}

function checkNegotiation(entry: XmppPartnerEntry, place: Place, report: Report): void {
  const { tlsNegotiation, saslNegotiation, supportDialbackNegotiation } = filled(
    'xmppPartner',
    entry,
  );
  const verdict = negotiationOf(tlsNegotiation, saslNegotiation, supportDialbackNegotiation);
  if (!verdict.valid) error(report, 'no-negotiation', place, IMPOSSIBLE);
  for (const warning of verdict.warnings) {
    const { code, key, text } = WARNINGS[warning];
    warn(report, code, placeIn(place, key), text);
  }
}

const IMPOSSIBLE =
  'Nothing is left to prove the domain by: SASL needs TLS, and there is no dialback to fall back on';

interface Warning {
  readonly code: FindingCode;
  readonly key: keyof XmppPartnerEntry;
  readonly text: string;
}

const WARNINGS: Readonly<Record<NegotiationWarning, Warning>> = {
  'dialback-never-used': {
    code: 'dialback-ruled-out',
    key: 'supportDialbackNegotiation',
    text: 'TLS and SASL are required, so dialback is never used, and the partner needs a certificate',
  },
  'sasl-without-tls': {
    code: 'sasl-needs-tls',
    key: 'saslNegotiation',
    text: 'SASL shows a certificate in TLS, which is not supported: dialback alone proves the domain',
  },
  'sasl-only-with-tls': {
    code: 'sasl-needs-tls',
    key: 'tlsNegotiation',
    text: 'SASL shows a certificate in TLS, which is optional: without TLS there is no SASL either',
  },
};

function checkLimit(
  limit: number | undefined,
  { connectionLimit }: Filled<'xmppGateway'>,
  place: Place,
  report: Report,
): void {
  if (limit === undefined || limit <= connectionLimit) return;
  const text = `No more than ${connectionLimit} connections are open with all partners together`;
  warn(report, 'limit-above-limit', place, text);
}
