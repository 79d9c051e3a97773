// Changes of allowed and blocked domains.
import { quoted } from '../finding.ts';
import { removing, type Change, type About } from './change.ts';
import {
  adding,
  dropping,
  foreignEnds,
  isName,
  serversOf,
  setting,
  type Federated,
} from './federated.ts';
import { verifying } from './proposals-verification.ts';

/** Without the blocked domain. */
export function unblocking({ entry }: Federated, name: string): readonly Change[] {
  return dropping(entry.blockedDomains, ['blockedDomains'], ({ domain }) => isName(domain, name), {
    kind: 'remove-domain',
    reach: 'some',
    text: `Take ${quoted(name)} from the blocked domains.`,
  });
}

/** The foreign domains blocked. */
export function blocking(situation: Federated): readonly Change[] {
  return foreignEnds(situation).map(({ domain }) =>
    adding(
      situation,
      ['blockedDomains'],
      { domain },
      {
        kind: 'add-domain',
        reach: 'some',
        text: `Add ${quoted(domain)} to the blocked domains.`,
      },
    ),
  );
}

/** Without the allowed domain. */
export function lessAllowed({ entry }: Federated, name: string): readonly Change[] {
  return dropping(entry.allowedDomains, ['allowedDomains'], ({ domain }) => isName(domain, name), {
    kind: 'remove-domain',
    reach: 'some',
    text: `Take ${quoted(name)} from the allowed domains.`,
  });
}

/** The allowed domain by another server, by its SRV record, or believed otherwise. */
export function moreAllowed(situation: Federated, name: string): readonly Change[] {
  const at = (situation.entry.allowedDomains ?? []).findIndex(({ domain }) => isName(domain, name));
  if (at === -1) return [];
  const keys = ['allowedDomains', at];
  const whom = `the allowed domain ${quoted(name)}`;
  const servers = serversOf(situation, name).map((server) =>
    setting(
      situation,
      [...keys, 'proxyFqdn'],
      server,
      about(`Let ${server} be the server of ${whom} (proxyFqdn).`),
    ),
  );
  const proxy = situation.entry.allowedDomains?.[at]?.proxyFqdn;
  const bySrv: Change = {
    ...about(`Let the server of ${whom} be found by SRV, without proxyFqdn.`),
    patch: [removing(['federation', ...keys, 'proxyFqdn'])],
  };
  return [...servers, ...(proxy === undefined ? [] : [bySrv]), ...verifying(situation, keys, whom)];
}

const about = (text: string): About => ({
  kind: 'set-server',
  reach: 'some',
  text,
});
