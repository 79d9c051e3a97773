// Opens what a daemon stands on, one thing after the other: its state, the health endpoint, both edges. When
// one cannot be opened, those before it are closed again and the finding says which field it was.
import { type ProxyOptions, proxiesBy } from '../../edge/proxies.ts';
import type { Store } from '../../store/store.ts';
import type { Judges } from '../judges.ts';
import { mac } from '../mac.ts';
import { drawToken } from '../random.ts';
import type { Configuration } from './configuration.ts';
import { contactHost } from './configuration-checks.ts';
import { type EdgeParts, type OpenEdges, openEdges } from './edges.ts';
import type { DaemonFinding } from './finding.ts';
import { type HealthEnd, type HealthSource, serveHealth } from './health.ts';
import { type Identity, identityIn } from './identity.ts';
import { type ReadConfiguration, textOf } from './load-configuration.ts';
import type { Materials } from './materials.ts';
import { sipEdgeOf } from './sip-edge.ts';
import { type OpenRedis, type OpenState, openState } from './state.ts';

/** Everything that is open. */
export interface Opened {
  readonly identity: Identity;
  readonly health: HealthEnd | undefined;
  readonly edges: OpenEdges;
  readonly store: Store;
  /** Lets go of the state. */
  readonly closeState: () => Promise<void>;
}

/** What it is opened with. */
export interface OpenParts {
  readonly read: ReadConfiguration;
  readonly configuration: Configuration;
  readonly materials: Materials;
  readonly judges: Judges;
  readonly rules: EdgeParts['rules'];
  readonly policy: EdgeParts['policy'];
  readonly decline: EdgeParts['decline'];
  readonly describe: EdgeParts['describe'];
  readonly health: HealthSource;
  readonly openRedis: OpenRedis | undefined;
}

/** Opens everything, or nothing. */
export async function openAll(parts: OpenParts): Promise<Opened | DaemonFinding> {
  const { read, configuration, openRedis } = parts;
  try {
    const state = await openState(configuration, read.file, openRedis);
    const identity = await identityIn(state.store, drawToken);
    const opened =
      typeof identity === 'string'
        ? read.at('/state', 'cannot-open-state', identity)
        : await openSockets(parts, identity, state);
    if ('severity' in opened) await state.close();
    return opened;
  } catch (error) {
    return read.at('/state', 'cannot-open-state', textOf(error));
  }
}

async function openSockets(
  parts: OpenParts,
  identity: Identity,
  { store, close: closeState }: OpenState,
): Promise<Opened | DaemonFinding> {
  const { read, configuration, materials, judges, rules, policy, decline, describe } = parts;
  const health = await openHealth(parts);
  if (health !== undefined && 'severity' in health) return health;
  const secret = materials.secret ?? identity.dialback;
  const { sip, xmpp } = materials;
  const proxies = proxiesBy(relayed(configuration, identity));
  const made = { judges, rules, policy, sip, xmpp, secret, proxies, decline, describe };
  const edges = await openEdges(configuration, made);
  if (!('kind' in edges)) return { identity, health, edges, store, closeState };
  await health?.close();
  return read.at(edges.path, 'cannot-listen', textOf(edges.error));
}

/** What decides which requests are relayed. */
function relayed(configuration: Configuration, { secret }: Identity): ProxyOptions {
  const { chat = {}, domains, presence = {}, sip } = configuration;
  const edge = sipEdgeOf(configuration);
  const host = contactHost(sip, presence);
  const talks = contactHost(sip, chat);
  return {
    sipDomains: domains.sip,
    xmppDomains: domains.xmpp,
    secret,
    mac,
    ...(edge === undefined ? {} : { edge }),
    ...(presence.off === true || host === undefined
      ? {}
      : { presence: { host, ports: {}, jitter: Math.random } }),
    ...(chat.off === true || talks === undefined
      ? {}
      : { chat: { host: talks, ports: {}, jitter: Math.random } }),
  };
}

async function openHealth(parts: OpenParts): Promise<HealthEnd | DaemonFinding | undefined> {
  const place = parts.configuration.health;
  try {
    return place === undefined ? undefined : await serveHealth(place, parts.health);
  } catch (error) {
    return parts.read.at('/health', 'cannot-listen', textOf(error));
  }
}
