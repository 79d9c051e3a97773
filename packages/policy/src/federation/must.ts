// What Lync's objects ask for where they permit, or where anything permits what crosses our border: the certificate's name,
// marks, decorated names, archive, filter, encryption, counting, and what waits until somebody is added.
import { obligations } from '../obligation.ts';
import type { FederationObligation, Obligation } from '../query.ts';
import { isForeign, sideOf, type Case, type Standing } from './case.ts';
import { relationOf } from './recipients.ts';
import { userAt } from './users.ts';

/** Everything asked of a crossing that is permitted. */
export function mustOf(c: Case): readonly Obligation[] {
  const must: Obligation[] = c.heard.must === 0 ? [] : [...obligations(c.heard.must)];
  if (c.sender !== undefined) askOfSender(c, c.sender, must);
  if (c.recipient !== undefined) askOfRecipient(c, c.recipient, must);
  askOfContent(c, must);
  return must;
}

function askOfSender(c: Case, sender: Standing, must: Obligation[]): void {
  const domain = c.heard.from;
  if (sideOf(c, 'from') === 'sip') {
    const user = c.verification === 'verified' ? 'verified' : 'unverified';
    const { source, network } = sender;
    must.push(STRIP, { kind: 'mark', source, network, user });
    if (waitsUnasked(c)) must.push(ADDED_FIRST);
    if (sender.provider?.routingDomain === domain) must.push(readBack(c, sender.provider));
  } else if (isHeld(c, domain)) must.push(ADDED_FIRST);
  if (!c.byObjects) return;
  if (sender.servers.length > 0) {
    must.push({ kind: 'peer-name', end: 'from', names: sender.servers });
  }
  const rate = sender.isDiscovered ? 'discovered' : 'partner';
  must.push({ kind: 'rate', class: rate, domain: sender.countedAs });
}

function askOfRecipient(c: Case, recipient: Standing, must: Obligation[]): void {
  const { edge, xmppPartners } = c.federation;
  if (sideOf(c, 'to') === 'xmpp') {
    const type = xmppPartners.get(c.heard.to)?.partnerType ?? 'federated';
    if (type !== 'federated' && c.query.traffic === 'presence') must.push(NO_NOTES);
    return;
  }
  must.push(edge.markSourceVerifiableOnOutgoingMessages ? VERIFIED : UNVERIFIED);
  if (edge.enableArchivingDisclaimer && recipient.peers !== 'public') must.push(DISCLAIMER);
  if (recipient.provider !== undefined) {
    const { routingDomain, excluded } = recipient.provider;
    if (routingDomain !== undefined && !excluded.includes(c.heard.to)) {
      must.push({ kind: 'decorate', end: 'to', domain: routingDomain, except: excluded });
    }
  }
  if (c.byObjects && recipient.servers.length > 0) {
    must.push({ kind: 'peer-name', end: 'to', names: recipient.servers });
  }
}

/** What happens to the content itself. */
function askOfContent({ federation, query }: Case, must: Obligation[]): void {
  const { archiving, imFilter, mediaEncryption } = federation;
  const { traffic } = query;
  if (traffic === 'audio' || traffic === 'video') {
    must.push({ kind: 'encrypt-media', level: mediaEncryption });
  }
  if (traffic !== 'message' && traffic !== 'chat') return;
  if (archiving?.archiveExternal === true && archiving.enableArchiving !== 'none') {
    must.push(archiving.blockOnArchiveFailure ? ARCHIVED : ARCHIVE);
  }
  if (imFilter?.enabled === true) {
    const { action, prefixes, allowMessage = '', warnMessage = '' } = imFilter;
    const text = { allow: allowMessage, block: '', warn: warnMessage }[action];
    must.push({ kind: 'filter', action, prefixes, text });
  }
}

/** Names are never read back into what is not decorated, nor into domains of ours. */
function readBack(
  { federation }: Case,
  { routingDomain = '', excluded }: NonNullable<Standing['provider']>,
): FederationObligation {
  const except = [...new Set([...excluded, ...federation.localDomains])];
  return { kind: 'decorate', end: 'from', domain: routingDomain, except };
}

/** A sender that is not verified, where users were not told: the contact list could not be asked. */
function waitsUnasked(c: Case): boolean {
  if (c.verification !== 'unverified' || c.course === 'through') return false;
  return userAt(c, 'to') === undefined || userAt(c, 'from') === undefined;
}

/** A public partner that does not vouch for its users: they wait until they are added, or allowed. */
function isHeld(c: Case, domain: string): boolean {
  const partner = c.federation.xmppPartners.get(domain);
  if (partner?.partnerType !== 'publicUnverified' || !isForeign(c, 'from')) return false;
  const user = userAt(c, 'to');
  const contact = userAt(c, 'from');
  if (user === undefined || contact === undefined) return true;
  const relation = relationOf(c, { user, contact });
  return relation !== 'added' && relation !== 'allowed';
}

const STRIP: Obligation = { kind: 'strip-trust' };
const ADDED_FIRST: Obligation = { kind: 'added-first' };
const NO_NOTES: Obligation = { kind: 'no-notes' };
const DISCLAIMER: Obligation = { kind: 'disclaimer' };
const VERIFIED: Obligation = { kind: 'mark-outgoing', user: 'verified' };
const UNVERIFIED: Obligation = { kind: 'mark-outgoing', user: 'unverified' };
const ARCHIVE: Obligation = { kind: 'archive', stopOnFailure: false };
const ARCHIVED: Obligation = { kind: 'archive', stopOnFailure: true };
