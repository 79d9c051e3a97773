// The codes of the audit, one for each check.

/** What the audit looks for. Codes are never renamed. */
export type AuditCode =
  | 'default-permit'
  | 'permit-everybody'
  | 'permit-whole-zone' // *.example: below a name of one label
  | 'permit-below' // *.x
  | 'permit-never-decides'
  | 'forbid-twice'
  | 'partner-without-proof'
  | 'proof-by-address'
  | 'tls-never'
  | 'tls-optional'
  | 'dialback-alone'
  | 'no-limits'
  | 'clearing-house'
  | 'discovery-on'
  | 'discovered-believed'
  | 'discovered-unlimited'
  | 'revoked-believed'
  | 'message-bodies-logged'
  | 'media-in-clear'
  | 'archive-without-service'
  | 'external-not-archived'
  | 'look-alike'
  | 'believes-everybody'
  | 'hosting-believed'
  | 'shared-address-space'
  | 'retired-provider'
  | 'allowed-below'
  | 'allowed-but-blocked'
  | 'blocked-twice'
  | 'stricter-than-discovered'
  | 'one-server-alone'
  | 'global-grants-all'
  | 'users-undecided'
  | 'public-service-vouched-for';
