// The audit of the Access Edge and of what holds for all that crosses it: who is let in unlisted, what is believed, what is
// kept, logged and encrypted.
import type { AccessEdgeEntry } from '../federation/document.ts';
import { filled, filledAccessEdge, type FilledAccessEdge } from '../federation/filled.ts';
import type { Audited, Check, Sight } from './check.ts';

/** The checks of the Access Edge and its surroundings. */
export const EDGE_CHECKS: readonly Check[] = [
  {
    code: 'clearing-house',
    severity: 'high',
    risk: 'Strangers may talk to each other through your edge, though neither of them is yours.',
    remedy: 'Set "beClearingHouse" to false unless connecting others is your business.',
    find: edgeWhere('beClearingHouse', (edge) => isDnsSrv(edge) && edge.beClearingHouse),
  },
  {
    code: 'discovered-believed',
    severity: 'high',
    risk: 'Anybody with a domain may name any sender in it, and your users see that sender as verified.',
    remedy: 'Set "discoveredPartnerVerificationLevel" to "useSourceVerification".',
    find: edgeWhere(
      'discoveredPartnerVerificationLevel',
      (edge) =>
        isDiscovering(edge) && edge.discoveredPartnerVerificationLevel === 'alwaysVerifiable',
    ),
  },
  {
    code: 'discovery-on',
    severity: 'medium',
    risk: 'Whoever has a domain, a record in DNS and a certificate may write to your users.',
    remedy: 'List the domains that you know as allowed, and set "enablePartnerDiscovery" to false.',
    find: edgeWhere('enablePartnerDiscovery', isDiscovering),
  },
  {
    code: 'discovered-unlimited',
    severity: 'medium',
    risk: 'A stranger may try addresses until all your users are known.',
    remedy: 'Set "enableDiscoveredPartnerContactsLimit" to true.',
    find: edgeWhere(
      'enableDiscoveredPartnerContactsLimit',
      (edge) => isDiscovering(edge) && !edge.enableDiscoveredPartnerContactsLimit,
    ),
  },
  {
    code: 'revoked-believed',
    severity: 'medium',
    risk: 'A certificate that was revoked, because its key was stolen, still proves a partner.',
    remedy: 'Set "keepCrlsUpToDateForPeers" to true.',
    find: edgeWhere('keepCrlsUpToDateForPeers', (edge) => !edge.keepCrlsUpToDateForPeers),
  },
  {
    code: 'message-bodies-logged',
    severity: 'high',
    risk: 'Whoever reads the log reads what your users write and are written.',
    remedy: 'Set "enableLoggingAllMessageBodies" to false once the fault is found.',
    *find({ document }) {
      const { xmppGateway } = document.federation ?? {};
      if (xmppGateway?.enableLoggingAllMessageBodies === true)
        yield seen(['xmppGateway', 'enableLoggingAllMessageBodies'], 'true');
    },
  },
  {
    code: 'media-in-clear',
    severity: 'medium',
    risk: 'A call may go without encryption, and whoever is on the way listens.',
    remedy: 'Set "mediaEncryption" to "requireEncryption".',
    *find({ document }) {
      const level = document.federation?.mediaEncryption ?? 'requireEncryption';
      if (level !== 'requireEncryption') yield seen(['mediaEncryption'], level);
    },
  },
  {
    code: 'archive-without-service',
    severity: 'medium',
    risk: 'External conversations look archived in the policy, and none of them is.',
    remedy: 'Set "enableArchiving" to "imOnly" or "imAndWebConf".',
    *find(audited) {
      const { archiveExternal, enableArchiving } = archivingOf(audited);
      if (archiveExternal && enableArchiving === 'none')
        yield seen(['archiving', 'archiveExternal'], 'true, but enableArchiving is none');
    },
  },
  {
    code: 'external-not-archived',
    severity: 'low',
    risk: 'What is said to the outside cannot be read up later, if somebody has to.',
    remedy: 'Set "archiveExternal" to true where your rules ask for it.',
    *find(audited) {
      const edge = edgeOf(audited);
      if (edge?.allowFederatedUsers === true && !archivingOf(audited).archiveExternal)
        yield seen(['accessEdge', 'allowFederatedUsers'], 'true, but archiveExternal is false');
    },
  },
];

/** The edge with its defaults; undefined where there is none. */
function edgeOf({ document }: Audited): FilledAccessEdge | undefined {
  return document.federation && filledAccessEdge(document.federation.accessEdge);
}

function archivingOf({ document }: Audited): ReturnType<typeof filled<'archiving'>> {
  return filled('archiving', document.federation?.archiving ?? {});
}

function isDnsSrv(
  edge: FilledAccessEdge,
): edge is Extract<FilledAccessEdge, { routing: 'useDnsSrvRouting' }> {
  return edge.routing === 'useDnsSrvRouting';
}

function isDiscovering(
  edge: FilledAccessEdge,
): edge is Extract<FilledAccessEdge, { routing: 'useDnsSrvRouting' }> {
  return isDnsSrv(edge) && edge.enablePartnerDiscovery;
}

type EdgeField = AccessEdgeEntry extends infer E ? (E extends unknown ? keyof E : never) : never;

/** Sees a field of the edge where the claim holds. */
function edgeWhere(field: EdgeField, holds: (edge: FilledAccessEdge) => boolean): Check['find'] {
  return function* find(audited) {
    const edge = edgeOf(audited);
    if (edge === undefined || !holds(edge)) return;
    const value = (edge as Readonly<Partial<Record<EdgeField, unknown>>>)[field];
    yield seen(['accessEdge', field], String(value));
  };
}

function seen(keys: readonly string[], value: string): Sight {
  return { at: ['federation', ...keys], evidence: `${keys.at(-1) ?? ''} is ${value}` };
}
