// The fields of an allowed and of a blocked domain, as New-CsAllowedDomain and New-CsBlockedDomain have them. Domain
// and identity are one value there, and one field here.
import { defaulting, type FieldsOf, type Shape } from '../shape.ts';
import { LYNC_DEFAULTS } from './defaults.ts';
import type { AllowedDomainEntry, BlockedDomainEntry } from './document.ts';
import { VERIFICATION_LEVEL } from './shapes-edge.ts';
import { DOMAIN, FQDN } from './words.ts';

const COMMENT: Shape = { kind: 'text', max: 2000 };

const ALLOWED: FieldsOf<AllowedDomainEntry> = {
  domain: { shape: DOMAIN, required: true, about: 'The SIP domain that may federate.' },
  proxyFqdn: {
    shape: FQDN,
    about: "The partner's server: connected to without SRV, and its certificate carries this name.",
  },
  verificationLevel: {
    shape: VERIFICATION_LEVEL,
    about: 'How far the domain vouches for its users.',
  },
  markForMonitoring: { shape: { kind: 'flag' }, about: 'Whether the partner is to be monitored.' },
  includeSubdomains: {
    shape: { kind: 'flag' },
    about: 'Whether what lies below the domain is allowed too; our own addition.',
  },
  comment: { shape: COMMENT, about: 'For people: why it is allowed.' },
};

const BLOCKED: FieldsOf<BlockedDomainEntry> = {
  domain: {
    shape: DOMAIN,
    required: true,
    about: 'The domain that may not federate, nor what lies below it.',
  },
  comment: { shape: COMMENT, about: 'For people: why it is blocked.' },
};

/** A SIP domain that may federate. */
export const ALLOWED_DOMAIN: Shape = {
  kind: 'object',
  fields: defaulting(ALLOWED, LYNC_DEFAULTS.allowedDomain),
};
/** A domain that may not. */
export const BLOCKED_DOMAIN: Shape = { kind: 'object', fields: BLOCKED };
