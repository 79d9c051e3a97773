// What is said of users: policies, grants, sites, lists of their own.
import { describe } from 'vitest';
import { runs, quiet } from './check-rows.ts';

describe('users', () => {
  const access = (text: string) => `"externalAccess":{${text}}`;
  runs([
    [
      'XMPP without federation',
      [access('"global":{"enableXmppAccess":true}')],
      'warning idle-access',
      '/externalAccess/global/enableXmppAccess',
      2,
    ],
    [
      'calls with public providers without them',
      [access('"users":{"A":{\n"enablePublicCloudAudioVideoAccess":true}}')],
      'warning idle-access',
      '/externalAccess/users/A/enablePublicCloudAudioVideoAccess',
      3,
    ],
    [
      'sites of which nobody says who is there',
      [access('"users":{"A":{}},"granted":{},\n"sites":{"Oslo":{}}')],
      'warning idle-access',
      '/externalAccess/sites',
      3,
    ],
    [
      'policies of which nobody says who has them',
      [access('"sites":{"A":{}},"siteOf":{"ours.example":"A"},\n"users":{"B":{}}')],
      'warning idle-access',
      '/externalAccess/users',
      3,
    ],
    [
      'a grant that names no policy',
      [access('"users":{"Sales":{}},\n"granted":{"ann@ours.example":"sales"}')],
      'error unknown-policy',
      '/externalAccess/granted/ann@ours.example',
      3,
    ],
    [
      'a site without a policy',
      [access('"siteOf":{"ours.example":"Redmond"}')],
      'warning unknown-site',
      '/externalAccess/siteOf/ours.example',
      2,
    ],
    [
      'a grant to somebody else’s user',
      [access('"users":{"A":{}},"granted":{"ann@a.example":"A"}')],
      'warning not-local',
      '/externalAccess/granted/ann@a.example',
      2,
    ],
    [
      'a grant twice, in two spellings',
      [
        access(
          '"users":{"A":{},"B":{}},"granted":{"ann@ours.example":"A",\n"Ann@OURS.example":"B"}',
        ),
      ],
      'error duplicate-address',
      '/externalAccess/granted/Ann@OURS.example',
      3,
    ],
    [
      'a domain twice, in two spellings',
      [access('"sites":{"A":{}},"siteOf":{"ours.example":"A","OURS.example":"A"}')],
      'error duplicate-address',
      '/externalAccess/siteOf/OURS.example',
      2,
    ],
    [
      'what somebody else’s user has set',
      ['"recipients":{"ann@a.example":{}}'],
      'warning not-local',
      '/recipients/ann@a.example',
      2,
    ],
    [
      'what somebody has set twice',
      ['"recipients":{"ann@ours.example":{},"ANN@ours.example":{}}'],
      'error duplicate-address',
      '/recipients/ANN@ours.example',
      2,
    ],
  ]);
  quiet([
    [
      'policies, grants and sites that fit',
      [
        access(
          '"users":{"A":{"enableFederationAccess":true,"enableXmppAccess":true}},"sites":{"S":{"enablePublicCloudAccess":true,"enablePublicCloudAudioVideoAccess":true}},"granted":{"ann@ours.example":"A"},"siteOf":{"ours.example":"S","bob@OURS.example":"S"}',
        ),
      ],
    ],
  ]);
});
