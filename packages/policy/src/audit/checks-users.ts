// The audit of what users may do: external access policies, and what public XMPP services are taken for.
import { filled } from '../federation/filled.ts';
import type { ExternalAccessPolicyEntry } from '../federation/document.ts';
import type { Check } from './check.ts';

/** The checks of users' policies. */
export const USER_CHECKS: readonly Check[] = [
  {
    code: 'global-grants-all',
    severity: 'medium',
    risk: 'Every user may talk to every partner, also those who were given an account yesterday.',
    remedy: 'Grant a policy to those who need it, and set the global one to false.',
    *find({ document }) {
      const global = document.federation?.externalAccess?.global ?? {};
      if (GRANTS.every((field) => global[field] === true))
        yield {
          at: ['federation', 'externalAccess', 'global'],
          evidence: `the global policy has ${GRANTS.join(', ')}`,
        };
    },
  },
  {
    code: 'users-undecided',
    severity: 'low',
    risk: 'Nothing is decided for users: what a domain may, every user may with it.',
    remedy: 'Write "externalAccess", and grant policies to those who need them.',
    *find({ document }) {
      const { federation } = document;
      if (
        federation?.accessEdge.allowFederatedUsers === true &&
        federation.externalAccess === undefined
      )
        yield { at: ['federation'], evidence: 'there is no externalAccess' };
    },
  },
  {
    code: 'public-service-vouched-for',
    severity: 'medium',
    risk: 'Anybody with an account there sees presence and writes to your users before they have agreed.',
    remedy: 'Set "partnerType" to "publicUnverified".',
    *find({ document }) {
      for (const [key, entry] of (document.federation?.xmppPartners ?? []).entries()) {
        const { partnerType, domain } = filled('xmppPartner', entry);
        if (partnerType === 'publicVerified')
          yield {
            at: ['federation', 'xmppPartners', key],
            evidence: `XMPP partner ${domain} is publicVerified`,
          };
      }
    },
  },
];

const GRANTS = [
  'enableFederationAccess',
  'enableXmppAccess',
  'enablePublicCloudAccess',
] as const satisfies readonly (keyof ExternalAccessPolicyEntry)[];
