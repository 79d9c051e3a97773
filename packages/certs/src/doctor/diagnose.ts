// Will federation hold? For each certificate of ours and each partner, in each role of TLS: will it
// verify us, will we verify it, and what stands in the way. Time, trust and cryptography are handed
// in; nothing is contacted, nothing here decides anything.

import type { Certificate } from '../certificate.ts';
import { parseCertificates } from '../certificate.ts';
import { verifyChain } from '../chain.ts';
import type { ChainVerdict } from '../chain.ts';
import { sameName } from '../distinguished-name.ts';
import { normalizeDomain } from '../domain.ts';
import { isFault } from '../fault.ts';
import type { Fault } from '../fault.ts';
import { identitiesOf, matchIdentity } from '../identity.ts';
import { presentedNames } from '../names.ts';
import { shown } from '../shown.ts';
import { isoOf } from '../time.ts';
import { JUDGED_FOR, KEY_PURPOSE, usageNames } from '../usage.ts';
import type { Purpose, Service, TlsRole } from '../usage.ts';
import { PEER_HABITS, habitOf, readChain } from './deployment.ts';
import type {
  Deployment,
  DoctorCredential,
  DoctorFacts,
  DoctorPartner,
  PeerHabit,
  PresentedChain,
  ReadChain,
} from './deployment.ts';
import { adviceOf, merged } from './finding.ts';
import type { Finding, FindingCode } from './finding.ts';
import { renewalAt } from './renewal.ts';

/**
 * What stands in the way of this deployment: errors first, those that differ only in whom they
 * concern told once. An empty list is good health.
 */
export function diagnose(deployment: Deployment, facts: DoctorFacts): readonly Finding[] {
  const found: Finding[] = [];
  for (const credential of deployment.credentials)
    found.push(...ourFindings(credential, deployment.partners, facts));
  for (const partner of deployment.partners) found.push(...theirFindings(partner, facts));
  return merged(found);
}

/** What one finding is about, before it is known what was found. */
interface About {
  readonly holder: Finding['holder'];
  readonly certificate: string;
  readonly service: Service;
  readonly role: Finding['role'];
  readonly peers: readonly string[];
}

function ourFindings(
  credential: DoctorCredential,
  partners: readonly DoctorPartner[],
  facts: DoctorFacts,
): readonly Finding[] {
  const { name, service, roles } = credential;
  const [only] = roles;
  const role = roles.length === 1 && only !== undefined ? only : 'both';
  const about: About = { holder: 'us', certificate: name, service, role, peers: [] };
  const chain = readChain(credential.chain);
  if (isFault(chain)) return [ofFault(about, chain)];
  const found = [...readingFindings(about, chain), ...soonFindings(about, chain.leaf, facts)];
  if (credential.from === 'file') found.push(...orderFindings(about, chain));
  const judges = partners.filter((partner) => partner.service === service);
  for (const one of roles) {
    if (judges.length === 0) found.push(...judgedBy(credential, chain, one, undefined, facts));
    for (const partner of judges) found.push(...judgedBy(credential, chain, one, partner, facts));
  }
  return found;
}

/** How a partner, or anybody when there is none, judges us in one role. */
function judgedBy(
  credential: DoctorCredential,
  chain: ReadChain,
  role: TlsRole,
  partner: DoctorPartner | undefined,
  facts: DoctorFacts,
): readonly Finding[] {
  const { name, service } = credential;
  const habit = partner === undefined ? PEER_HABITS.unknown : habitOf(partner);
  const peers = partner === undefined ? [] : [partner.domain];
  const about: About = { holder: 'us', certificate: name, service, role, peers };
  const purpose = purposeFor(habit, role) ?? JUDGED_FOR[service][role];
  const trusted = trustOf(partner, facts.anchors);
  if (isFault(trusted)) return [ofFault(about, { ...trusted, at: 'authorities' })];
  const found = [...chainFindings(about, chain, purpose, { ...facts, anchors: trusted })];
  if (role === 'client' && habit.clientUsage === 'perhaps')
    found.push(...clientUsageFindings(about, chain.leaf));
  for (const wanted of namesWanted(credential, habit))
    found.push(...nameFindings(about, chain.leaf, wanted, habit));
  if (habit.sameDomain) {
    for (const domain of credential.domains)
      found.push(...srvFindings(about, domain, credential.srvTarget));
  }
  return found;
}

/** The names that such a peer looks for: the edge's own where it goes by SRV and we know it. */
function namesWanted(credential: DoctorCredential, { name }: PeerHabit): readonly string[] {
  if (name === 'domain' || credential.srvTarget === undefined) return credential.domains;
  return [credential.srvTarget];
}

function trustOf(
  partner: DoctorPartner | undefined,
  ours: readonly Certificate[],
): readonly Certificate[] | Fault {
  return partner?.authorities === undefined ? ours : parseCertificates(partner.authorities);
}

function theirFindings(partner: DoctorPartner, facts: DoctorFacts): readonly Finding[] {
  const { asServer, asClient } = partner;
  const found: Finding[] = [];
  if (asServer !== undefined) found.push(...theirChain(partner, 'server', asServer, facts));
  if (asClient !== undefined) found.push(...theirChain(partner, 'client', asClient, facts));
  if (habitOf(partner).sameDomain) {
    const about = aboutPartner(partner, 'server');
    found.push(...srvFindings(about, partner.domain, partner.srvTarget));
  }
  return found;
}

function theirChain(
  partner: DoctorPartner,
  role: TlsRole,
  presented: PresentedChain,
  facts: DoctorFacts,
): readonly Finding[] {
  const about = aboutPartner(partner, role);
  const chain = readChain(presented);
  if (isFault(chain)) return [ofFault(about, chain)];
  return [
    ...readingFindings(about, chain),
    ...chainFindings(about, chain, JUDGED_FOR[partner.service][role], facts),
    ...theirName(about, chain.leaf, partner),
    ...soonFindings(about, chain.leaf, facts),
  ];
}

const aboutPartner = ({ domain, service }: DoctorPartner, role: TlsRole): About => ({
  holder: 'partner',
  certificate: domain,
  service,
  role,
  peers: [domain],
});

// We look for the domain; a Microsoft edge shows the name of its host, which may be configured.
function theirName(about: About, leaf: Certificate, partner: DoctorPartner): readonly Finding[] {
  const { domain, service, srvTarget } = partner;
  const byTarget = habitOf(partner).name === 'srv-target' && srvTarget !== undefined;
  const found = nameFindings(about, leaf, domain, PEER_HABITS.unknown);
  if (found.length === 0 || !byTarget) return found;
  if (!matchIdentity(leaf, { service, domain: srvTarget }).match) return found;
  const what = `It speaks for the host ${shown(srvTarget)}, not for ${shown(domain)}.`;
  return [warning(about, 'named-by-srv-target', 'subjectAltName', what, listOf(leaf))];
}

function readingFindings(about: About, { leaf, faults }: ReadChain): readonly Finding[] {
  return [...faults, ...presentedNames(leaf).faults].map((one) => ofFault(about, one));
}

function chainFindings(
  about: About,
  chain: ReadChain,
  purpose: Purpose,
  facts: DoctorFacts,
): readonly Finding[] {
  const verdict = verify(chain, purpose, facts);
  if (verdict.accepted) return endingFindings(about, chain.leaf, verdict.path);
  return verdict.faults.map(({ code, field, text, subject, limit }) => {
    const seen = limit === undefined ? subject : `${subject} (${limit})`;
    const alone = code === 'unknown-issuer' && chain.others.length === 0;
    const evidence = seen + publishedAt(chain.leaf, alone ? 'missing-intermediate' : code);
    return error(about, alone ? 'missing-intermediate' : code, field, text, evidence);
  });
}

/** Where people find what is missing, by what the certificate says. */
function publishedAt({ extensions }: Certificate, code: FindingCode): string {
  if (code === 'revocation-unknown') return placesOf('lists', extensions.listUris ?? []);
  if (code !== 'missing-intermediate') return '';
  const issuers = (extensions.authorityAccess ?? []).flatMap(({ method, location }) =>
    method === 'ca-issuers' && location.kind === 'uri' ? [location.text] : [],
  );
  return placesOf('issuer', issuers);
}

const placesOf = (what: string, [place]: readonly string[]): string =>
  place === undefined ? '' : `; its ${what} at ${shown(place)}`;

function verify({ leaf, others }: ReadChain, purpose: Purpose, facts: DoctorFacts): ChainVerdict {
  return verifyChain({ ...facts, leaf, intermediates: others, purpose });
}

function endingFindings(
  about: About,
  leaf: Certificate,
  path: readonly Certificate[],
): readonly Finding[] {
  const first = path.slice(1).find(({ notAfter }) => notAfter < leaf.notAfter);
  if (first === undefined) return [];
  const what = `Its authority ${first.subject.text} ends at ${isoOf(first.notAfter)}, before it does.`;
  const evidence = `leaf until ${isoOf(leaf.notAfter)}`;
  return [warning(about, 'authority-expires-first', 'validity.notAfter', what, evidence)];
}

function soonFindings(about: About, leaf: Certificate, { now }: DoctorFacts): readonly Finding[] {
  if (now > leaf.notAfter || now < renewalAt(leaf)) return [];
  const days = Math.floor((leaf.notAfter - now) / DAY);
  const what = `It expires at ${isoOf(leaf.notAfter)}.`;
  return [warning(about, 'expires-soon', 'validity.notAfter', what, `${days} days are left`)];
}

/** Each certificate in a file is followed by its issuer. @spec RFC 8446 §4.4.2 */
function orderFindings(about: About, { leaf, others }: ReadChain): readonly Finding[] {
  const list = [leaf, ...others];
  const at = list.findIndex((one, i) => {
    const next = list[i + 1];
    return next !== undefined && !sameName(one.issuer, next.subject);
  });
  const wrong = list[at];
  if (wrong === undefined) return [];
  const what = `Certificate ${at + 1} in the file is not followed by its issuer ${wrong.issuer.text}.`;
  const evidence = list.map(({ subject }) => subject.text || '(no subject)').join(' / ');
  return [warning(about, 'chain-order', 'certificate', what, evidence)];
}

/** What a habit asks of those who call, beyond what this package does. */
function purposeFor(habit: PeerHabit, role: TlsRole): 'client' | 'server' | undefined {
  if (role === 'server') return undefined;
  if (habit.wantsServers) return 'server';
  return habit.clientUsage === 'required' ? 'client' : undefined;
}

function clientUsageFindings(about: About, leaf: Certificate): readonly Finding[] {
  const usages = leaf.extensions.extKeyUsage;
  if (usages === undefined || mayBeClient(usages)) return [];
  const what = 'It lacks clientAuth.';
  return [warning(about, 'no-client-usage', 'extKeyUsage', what, usageNames(usages))];
}

const mayBeClient = (usages: readonly string[]): boolean =>
  usages.includes(KEY_PURPOSE.clientAuth) || usages.includes(KEY_PURPOSE.any);

function nameFindings(
  about: About,
  leaf: Certificate,
  domain: string,
  habit: PeerHabit,
): readonly Finding[] {
  const { service } = about;
  const {
    match,
    field = 'subjectAltName',
    text,
    presented,
  } = matchIdentity(leaf, { service, domain });
  const wild = byWildcard(leaf, domain);
  if (match && !(wild && habit.refusesWildcards)) return [];
  if (wild) {
    const what = `Only a wildcard speaks for ${shown(domain)}.`;
    return [error(about, 'wildcard-refused', 'subjectAltName', what, listOf(leaf))];
  }
  const code =
    field === 'reference' ? 'bad-reference' : presented.length === 0 ? 'no-name' : 'name-mismatch';
  return [error(about, code, field, text, listOf(leaf))];
}

/** Whether a wildcard, and no name in full, speaks for a domain by the rules that know wildcards. */
function byWildcard(leaf: Certificate, domain: string): boolean {
  const normal = normalizeDomain(domain);
  if (normal === undefined || identitiesOf(leaf, 'xmpp-server').includes(normal)) return false;
  return matchIdentity(leaf, { service: 'xmpp-server', domain }).by === 'DNS-ID';
}

function srvFindings(about: About, domain: string, target: string | undefined): readonly Finding[] {
  if (target === undefined) return [];
  const host = normalizeDomain(target);
  const below = host?.slice(host.indexOf('.') + 1);
  if (below !== undefined && below === normalizeDomain(domain)) return [];
  const what = `The SRV record of ${shown(domain)} leads to ${shown(target)}, which is no host of it.`;
  return [{ ...error(about, 'srv-target-outside', 'SRV', what, shown(target)), role: 'server' }];
}

function listOf(leaf: Certificate): string {
  const { dns, srv, xmppAddr, uri, ip, commonName } = presentedNames(leaf);
  const names = [...dns, ...srv, ...xmppAddr, ...uri, ...ip].slice(0, SHOWN).map(shown);
  const subject = commonName === undefined ? '' : ` (subject ${shown(commonName)})`;
  return (names.length === 0 ? 'no alternative name' : names.join(', ')) + subject;
}

const ofFault = (about: About, { code, at = 'certificate', text }: Fault): Finding =>
  error(about, code, at, text, at);

function error(
  about: About,
  code: FindingCode,
  field: string,
  what: string,
  evidence: string,
): Finding {
  const { holder, certificate, role, peers } = about;
  return {
    level: 'error',
    code,
    holder,
    certificate,
    role,
    peers,
    field,
    what,
    evidence,
    ...adviceOf(code),
  };
}

function warning(...about: Parameters<typeof error>): Finding {
  return { ...error(...about), level: 'warning' };
}

const DAY = 86_400_000;
// names in one line of evidence
const SHOWN = 8;
