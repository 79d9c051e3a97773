// What the certificates of a deployment should say, before anybody asks an authority for them; and
// how one that is there compares. The rules are those of edges in the field: the host's full name in
// subject and alternative names, `sip.` names, bare domains for XMPP, usages per role.

import type { Certificate } from '../certificate.ts';
import { identitiesOf } from '../identity.ts';
import { presentedNames } from '../names.ts';
import { shown } from '../shown.ts';
import { KEY_PURPOSE, usageNames } from '../usage.ts';
import type { TlsRole } from '../usage.ts';
import { normalizeDomain } from '../domain.ts';
import type { RequestPlan } from '../write/request-plan.ts';
import { habitOf } from './deployment.ts';
import type { DoctorPartner } from './deployment.ts';

/** The names of a deployment. */
export interface DeploymentNames {
  /** The full name of the host that SRV records lead to. */
  readonly edge: string;
  readonly sipDomains: readonly string[];
  readonly xmppDomains: readonly string[];
  /** The full name of the host on the inside, where it has a certificate of its own. */
  readonly internal?: string;
}

/** One thing that a certificate should say. */
export interface Requirement {
  /** The certificate of which side. */
  readonly side: 'external' | 'internal';
  readonly part: 'subject' | 'subjectAltName' | 'extKeyUsage';
  /** A domain, or the name of a usage; empty: nothing at all should stand there. */
  readonly value: string;
  /** `should`: some peers do without. */
  readonly level: 'must' | 'should';
  readonly why: string;
  /** The partners that ask for it; empty: all. */
  readonly peers: readonly string[];
}

/** A requirement and what a certificate says to it. */
export interface RequirementCheck {
  readonly requirement: Requirement;
  readonly met: boolean;
  /** What stands there. */
  readonly found: string;
}

/**
 * What a certificate for these names should say to satisfy these partners. One for each role is the rule, asked for one
 * by one; `['server', 'client']` is one that has to do for both.
 */
export function requirements(
  names: DeploymentNames,
  roles: readonly TlsRole[],
  partners: readonly Pick<DoctorPartner, 'domain' | 'service' | 'habit'>[],
): readonly Requirement[] {
  return [
    ...edgeRequirements(names, partners),
    ...domainRequirements(names),
    ...usageRequirements(roles, partners),
    ...internalRequirements(names),
  ];
}

/** Holds a certificate against the requirements of its side. */
export function compareRequirements(
  wanted: readonly Requirement[],
  certificate: Certificate,
  side: Requirement['side'] = 'external',
): readonly RequirementCheck[] {
  const ofSide = wanted.filter((one) => one.side === side);
  return ofSide.map((requirement) => ({
    requirement,
    ...CHECKS[requirement.part](certificate, requirement),
  }));
}

/**
 * What to ask an authority for, so that the certificate of a side says all of it: `must` and `should` alike. The usages
 * are left to the authority unless a partner needs one that it would not give by itself.
 */
export function requestFor(
  wanted: readonly Requirement[],
  side: Requirement['side'] = 'external',
): RequestPlan {
  const ofSide = wanted.filter((one) => one.side === side && one.value !== '');
  const values = (part: Requirement['part']): readonly string[] =>
    ofSide.filter((one) => one.part === part).map(({ value }) => value);
  const [commonName] = values('subject');
  const usages = USAGES.filter((usage) => values('extKeyUsage').includes(usage));
  const dns = values('subjectAltName').map((name) => normalizeDomain(name) ?? name);
  return {
    ...(commonName === undefined ? {} : { subject: { commonName } }),
    names: { dns },
    ...(usages.includes('clientAuth') ? { usages } : {}),
  };
}

const USAGES = ['serverAuth', 'clientAuth'] as const;

type Partners = Parameters<typeof requirements>[2];

function edgeRequirements(
  { edge, sipDomains }: DeploymentNames,
  partners: Partners,
): readonly Requirement[] {
  if (sipDomains.length === 0) return [];
  const byTarget = partners.filter((one) => habitOf(one).name === 'srv-target');
  const peers = byTarget.map(({ domain }) => domain);
  return [
    must('subjectAltName', edge, 'Peers that follow SRV to this host look for its name.', peers),
    {
      ...must('subject', edge, 'Old edges (OCS 2007) compare the subject and nothing else.', peers),
      level: 'should',
    },
  ];
}

function domainRequirements({ sipDomains, xmppDomains }: DeploymentNames): readonly Requirement[] {
  const found: Requirement[] = [];
  for (const domain of sipDomains) {
    found.push(
      must('subjectAltName', domain, 'RFC 5922: a SIP certificate proves the bare domain.'),
      {
        ...must('subjectAltName', `sip.${domain}`, 'Edges of Lync and their clients look for it.'),
        level: 'should',
      },
    );
  }
  for (const domain of xmppDomains)
    found.push(must('subjectAltName', domain, 'RFC 6120: a server proves the bare domain.'));
  return found.filter((one, i) => found.findIndex(({ value }) => value === one.value) === i);
}

function usageRequirements(roles: readonly TlsRole[], partners: Partners): readonly Requirement[] {
  const server = must('extKeyUsage', 'serverAuth', 'Whoever calls us asks for it.');
  const asServer = roles.includes('server') ? [server] : serverUsageOfClients(partners);
  if (!roles.includes('client')) return asServer;
  const insist = partners.filter((one) => habitOf(one).clientUsage === 'required');
  const perhaps = partners.filter((one) => habitOf(one).clientUsage === 'perhaps');
  const why = 'A peer that insists on it refuses our connections; public authorities dropped it.';
  const domains = (list: Partners): readonly string[] => list.map(({ domain }) => domain);
  if (insist.length > 0)
    return [...asServer, must('extKeyUsage', 'clientAuth', why, domains(insist))];
  // one for clients alone says so whoever asks for it: it is good for nothing else
  if (perhaps.length === 0 && asServer.length > 0) return asServer;
  const client = must('extKeyUsage', 'clientAuth', why, domains(perhaps));
  return [...asServer, { ...client, level: 'should' }];
}

/** Some take one for servers alone, from those who call them, too. */
function serverUsageOfClients(partners: Partners): readonly Requirement[] {
  const peers = partners.filter((one) => habitOf(one).wantsServers).map(({ domain }) => domain);
  const why = 'A peer whose TLS library looks for it in every certificate refuses one for clients.';
  return peers.length === 0 ? [] : [must('extKeyUsage', 'serverAuth', why, peers)];
}

function internalRequirements({ internal }: DeploymentNames): readonly Requirement[] {
  if (internal === undefined) return [];
  const why = 'On the inside the subject is the name; alternative names would hide it.';
  return [
    { ...must('subject', internal, why), side: 'internal' },
    { ...must('subjectAltName', '', why), side: 'internal', level: 'should' },
    { ...must('extKeyUsage', 'serverAuth', 'Whoever calls us asks for it.'), side: 'internal' },
  ];
}

const must = (
  part: Requirement['part'],
  value: string,
  why: string,
  peers: readonly string[] = [],
): Requirement => ({ side: 'external', part, value, level: 'must', why, peers });

type Check = (
  certificate: Certificate,
  requirement: Requirement,
) => Omit<RequirementCheck, 'requirement'>;

const CHECKS: Readonly<Record<Requirement['part'], Check>> = {
  subject: ({ subject }, { value, side }) => {
    const names = subject.commonNames;
    const met = names.some(
      (name) => same(name, value) || (side === 'internal' && covers(name, value)),
    );
    return { met, found: names.map(shown).join(', ') };
  },
  subjectAltName: (certificate, { value }) => {
    const { dns, srv, xmppAddr, uri, ip } = presentedNames(certificate);
    const names = [...dns, ...srv, ...xmppAddr, ...uri, ...ip];
    const found = names.slice(0, SHOWN).map(shown).join(', ');
    if (value === '') return { met: names.length === 0, found };
    const spoken = [
      ...identitiesOf(certificate, 'xmpp-server'),
      ...identitiesOf(certificate, 'sip'),
    ];
    return { met: spoken.some((name) => same(name, value)), found };
  },
  extKeyUsage: ({ extensions }, { value }) => {
    const usages = extensions.extKeyUsage;
    if (usages === undefined) return { met: true, found: 'any' };
    const oid = value === 'clientAuth' ? KEY_PURPOSE.clientAuth : KEY_PURPOSE.serverAuth;
    return {
      met: usages.includes(oid) || usages.includes(KEY_PURPOSE.any),
      found: usageNames(usages),
    };
  },
};

function same(a: string, b: string): boolean {
  const normal = normalizeDomain(a);
  return normal !== undefined && normal === normalizeDomain(b);
}

// wildcards are for the inside only
const covers = (pattern: string, name: string): boolean =>
  pattern.startsWith('*.') && same(pattern.slice(2), name.slice(name.indexOf('.') + 1));

// names in one line
const SHOWN = 16;
