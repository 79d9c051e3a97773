// Changes that list a foreign domain: as an allowed domain with or without its server, as an XMPP partner, with the domain
// above it; or that let it be discovered.
import { quoted } from '../finding.ts';
import type { Change } from './change.ts';
import {
  adding,
  foreignEnds,
  isName,
  serversOf,
  setting,
  type Federated,
  type Foreign,
} from './federated.ts';
import { discovering } from './proposals-edge.ts';

/** Every way to list the foreign ends. */
export function listing(situation: Federated): readonly Change[] {
  const ends = foreignEnds(situation);
  const listed = ends.flatMap((end) =>
    end.side === 'xmpp' ? asPartner(situation, end) : asAllowed(situation, end),
  );
  return ends.some(({ side }) => side === 'sip') ? [...listed, ...discovering(situation)] : listed;
}

function asAllowed(situation: Federated, { domain }: Foreign): readonly Change[] {
  const add = (entry: object, text: string): Change =>
    adding(situation, ['allowedDomains'], entry, { kind: 'add-domain', reach: 'some', text });
  const servers = serversOf(situation, domain).map((proxyFqdn) =>
    add(
      { domain, proxyFqdn },
      `Add ${quoted(domain)} to the allowed domains, with the server ${proxyFqdn} (proxyFqdn).`,
    ),
  );
  const plain = add({ domain }, `Add ${quoted(domain)} to the allowed domains.`);
  return [plain, ...servers, ...withAbove(situation, domain)];
}

/** The allowed domain above it, with everything below. */
function withAbove(situation: Federated, domain: string): readonly Change[] {
  const list = situation.entry.allowedDomains ?? [];
  const above = parentOf(domain);
  const at = list.findIndex((entry) => isName(entry.domain, above));
  if (at === -1) return [];
  return [
    setting(situation, ['allowedDomains', at, 'includeSubdomains'], true, {
      kind: 'set-flag',
      reach: 'some',
      text: `Let the allowed domain ${quoted(above)} include what lies below it (includeSubdomains).`,
    }),
  ];
}

function asPartner(situation: Federated, { domain }: Foreign): readonly Change[] {
  const list = situation.entry.xmppPartners ?? [];
  const at = list.findIndex((entry) => isName(entry.domain, parentOf(domain)));
  const whole = adding(
    situation,
    ['xmppPartners'],
    { domain },
    {
      kind: 'add-partner',
      reach: 'some',
      text: `Add ${quoted(domain)} to the XMPP partners.`,
    },
  );
  if (at === -1) return [whole];
  return [
    adding(situation, ['xmppPartners', at, 'additionalDomains'], domain, {
      kind: 'set-names',
      reach: 'some',
      text: `Add ${quoted(domain)} to the XMPP partner ${quoted(list[at]?.domain ?? '')} (additionalDomains).`,
    }),
    whole,
  ];
}

function parentOf(domain: string): string {
  return domain.slice(domain.indexOf('.') + 1);
}
