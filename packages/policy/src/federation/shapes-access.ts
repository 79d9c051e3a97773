// The fields of external access policies, as New-CsExternalAccessPolicy has them, and who has which. Tables are read
// into Maps: names of policies, sites and users are the writer's words.
import { defaulting, type FieldsOf, type Shape } from '../shape.ts';
import { LYNC_DEFAULTS } from './defaults.ts';
import type { ExternalAccessEntry, ExternalAccessPolicyEntry } from './document.ts';
import { ADDRESS, ADDRESS_OR_DOMAIN, NAME } from './words.ts';

const FLAG: Shape = { kind: 'flag' };

const POLICY_FIELDS: FieldsOf<ExternalAccessPolicyEntry> = {
  enableFederationAccess: {
    shape: FLAG,
    about: 'Whether its users may talk to SIP partners and hosted domains.',
  },
  enableXmppAccess: {
    shape: FLAG,
    about: 'Whether its users may talk to XMPP partners; holds only with enableFederationAccess.',
  },
  enablePublicCloudAccess: {
    shape: FLAG,
    about: 'Whether its users may talk to users of public providers.',
  },
  enablePublicCloudAudioVideoAccess: {
    shape: FLAG,
    about: 'Whether they may also call them; holds only with enablePublicCloudAccess.',
  },
  enableOutsideAccess: {
    shape: FLAG,
    about: 'Whether its users may log on from outside; no federation.',
  },
  description: { shape: { kind: 'text', max: 2000 }, about: 'For people: whom it is meant for.' },
};

const POLICY: Shape = {
  kind: 'object',
  fields: defaulting(POLICY_FIELDS, LYNC_DEFAULTS.externalAccessPolicy),
};
const POLICIES: Shape = { kind: 'table', of: POLICY, names: NAME };
const NAMED: Shape = { kind: 'words', ...NAME };

const FIELDS: FieldsOf<ExternalAccessEntry> = {
  global: { shape: POLICY, about: 'The policy of whoever has no other.' },
  sites: { shape: POLICIES, about: 'Policies of sites, by the name of the site.' },
  users: { shape: POLICIES, about: 'Policies that are granted to users, by their name.' },
  granted: {
    shape: { kind: 'table', of: NAMED, names: ADDRESS },
    about: 'Which of the policies in users somebody has, by address.',
  },
  siteOf: {
    shape: { kind: 'table', of: NAMED, names: ADDRESS_OR_DOMAIN },
    about: 'Where somebody is, by address or by domain: the name of the site.',
  },
};

/** The policies of users, and who has which. */
export const EXTERNAL_ACCESS: Shape = { kind: 'object', fields: FIELDS };
