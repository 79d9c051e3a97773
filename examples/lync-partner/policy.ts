// The policy: one Lync partner, proved by the certificate of its edge, and one domain of our own that speaks XMPP.
import { loadPolicy, type PolicySet } from '@interwork/policy';

export const CONTOSO = 'contoso.example';
export const FABRIKAM = 'fabrikam.example';

/** Calls are permitted, too: that nothing here carries them is not policy's to say. */
const TRAFFIC = ['message', 'chat', 'presence', 'composing', 'receipt', 'audio', 'video'] as const;

/** What an administrator would write as JSON. */
export const POLICY = {
  version: 1,
  default: 'deny',
  partners: {
    contoso: {
      domains: [CONTOSO],
      via: 'sip',
      dialect: 'lync',
      prove: 'certificate',
      certificateNames: [`sip.${CONTOSO}`],
    },
    fabrikam: { domains: [FABRIKAM], via: 'xmpp' },
  },
  rules: [
    {
      id: 'contoso-talks',
      effect: 'permit',
      from: [CONTOSO],
      to: [FABRIKAM],
      traffic: TRAFFIC,
    },
    {
      id: 'fabrikam-talks',
      effect: 'permit',
      from: [FABRIKAM],
      to: [CONTOSO],
      traffic: TRAFFIC,
    },
  ],
} as const;

/** The policy as the gateway asks it. */
export function policy(): PolicySet {
  const loaded = loadPolicy(JSON.stringify(POLICY));
  if (loaded.kind === 'policy') return loaded;
  throw new Error(loaded.findings.map(({ path, text }) => `${path}: ${text}`).join('\n'));
}
