// The descriptor of the federation part of a document: which objects there are. Its types are document.ts, the
// fields of each object stand in the files beside this one, and what objects mean beside each other is check.ts.
import { defaulting, type FieldsOf, type Shape } from '../shape.ts';
import { LYNC_DEFAULTS } from './defaults.ts';
import { EXTERNAL_ACCESS } from './shapes-access.ts';
import { ALLOWED_DOMAIN, BLOCKED_DOMAIN } from './shapes-domains.ts';
import type { FederationEntry } from './document.ts';
import { ACCESS_EDGE } from './shapes-edge.ts';
import { ARCHIVING, IM_FILTER, RECIPIENT } from './shapes-messages.ts';
import { HOSTING_PROVIDER, PUBLIC_PROVIDER } from './shapes-providers.ts';
import { XMPP_GATEWAY, XMPP_PARTNER } from './shapes-xmpp.ts';
import { ADDRESS, DOMAIN } from './words.ts';

const FIELDS: FieldsOf<FederationEntry> = {
  localDomains: {
    shape: { kind: 'list', of: DOMAIN },
    required: true,
    about: 'Our own SIP domains; whoever has one of them is no federated user.',
  },
  accessEdge: { shape: ACCESS_EDGE, required: true, about: 'The Access Edge, by how it routes.' },
  allowedDomains: {
    shape: { kind: 'list', of: ALLOWED_DOMAIN },
    about: 'SIP domains that may federate.',
  },
  blockedDomains: {
    shape: { kind: 'list', of: BLOCKED_DOMAIN },
    about: 'Domains that may not, with everything below them.',
  },
  publicProviders: {
    shape: { kind: 'list', of: PUBLIC_PROVIDER },
    about: 'Public instant messaging providers, known by their servers.',
  },
  hostingProviders: {
    shape: { kind: 'list', of: HOSTING_PROVIDER },
    about: 'Providers that host SIP domains, or part of ours.',
  },
  externalAccess: {
    shape: EXTERNAL_ACCESS,
    about: 'What our users may do outside; absent, nothing is decided for users.',
  },
  xmppPartners: {
    shape: { kind: 'list', of: XMPP_PARTNER },
    about: 'XMPP domains that may federate.',
  },
  xmppGateway: { shape: XMPP_GATEWAY, about: 'What holds for all XMPP partners.' },
  archiving: { shape: ARCHIVING, about: 'What is archived, and what happens when it cannot be.' },
  imFilter: { shape: IM_FILTER, about: 'What happens to messages with links.' },
  mediaEncryption: {
    shape: {
      kind: 'choice',
      of: ['requireEncryption', 'supportEncryption', 'doNotSupportEncryption'],
    },
    about: 'Encryption of media with public providers and others.',
  },
  recipients: {
    shape: { kind: 'table', of: RECIPIENT, names: ADDRESS },
    about: 'What users have set for themselves, by address.',
  },
};

/** Lync's objects in a policy document. */
export const FEDERATION: Shape = {
  kind: 'object',
  fields: defaulting(FIELDS, LYNC_DEFAULTS.federation),
};
