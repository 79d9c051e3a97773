// Changes of XMPP partners that let something in.
import { quoted } from '../finding.ts';
import type { Change } from './change.ts';
import { dropping, foreignEnds, isName, type Federated } from './federated.ts';

/** The partner without the domain that was asked about, or no longer a partner. */
export function lessPartner(situation: Federated, name: string): readonly Change[] {
  const list = situation.entry.xmppPartners ?? [];
  const at = list.findIndex(({ domain }) => isName(domain, name));
  const extra = foreignEnds(situation).flatMap(({ domain }) =>
    dropping(
      list[at]?.additionalDomains,
      ['xmppPartners', at, 'additionalDomains'],
      (text) => isName(text, domain),
      {
        kind: 'set-names',
        reach: 'some',
        text: `Take ${quoted(domain)} out of the XMPP partner ${quoted(name)} (additionalDomains).`,
      },
    ),
  );
  const whole = dropping(list, ['xmppPartners'], ({ domain }) => isName(domain, name), {
    kind: 'remove-partner',
    reach: 'some',
    text: `Remove the XMPP partner ${quoted(name)}.`,
  });
  return [...extra, ...whole];
}
