// Opens both sides of a gateway as a configuration says, or neither, and says which field a socket that could
// not be opened belongs to.
import type { IncomingRequest, SipEndpointOptions } from '@interwork/sip';
import { type ListenOptions, listenSip, type SipEdge } from '@interwork/sip/node';
import {
  DEFAULT_COMPONENT_LIMITS,
  DEFAULT_XMPP_LIMITS,
  type LinkRules,
  normalizeDomain,
} from '@interwork/xmpp';
import {
  type ComponentEdge,
  connectComponent,
  listenXmpp,
  type XmppEdge,
} from '@interwork/xmpp/node';
import { EDGE_METHODS, EDGE_UNANSWERED } from '../../edge/methods.ts';
import type { PolicySet } from '@interwork/policy';
import { ACCEPTED_TYPES } from '../../rules/content.ts';
import {
  CARRIED_EVENTS,
  CARRIED_METHODS,
  CARRIED_UNANSWERED,
  SESSION_METHODS,
  SUBSCRIPTION_METHODS,
} from '../../rules/unsupported-request.ts';
import type { Judges } from '../judges.ts';
import { limitsBy, timersBy } from './xmpp-partners.ts';
import type { Configuration, ReadLimits } from './configuration.ts';
import { viaHost } from './configuration-checks.ts';
import { pointer } from './finding.ts';
import { writtenHost } from './host.ts';
import type { TlsMaterial } from './tls-material.ts';
import { xmppLocate } from './routes.ts';

/** What the edges are made of beside their configuration. */
export interface EdgeParts {
  readonly judges: Judges;
  /** What links with a partner may and must use. */
  readonly rules: (partner: string) => LinkRules;
  /** The policy in force. */
  readonly policy: () => PolicySet;
  readonly sip: TlsMaterial | undefined;
  readonly xmpp: TlsMaterial | undefined;
  /** The component's, or that of dialback. */
  readonly secret: string;
  /** Which requests from SIP are relayed to SIP. */
  readonly proxies: (request: IncomingRequest) => boolean;
  /** What requests that are not carried are answered. */
  readonly decline: NonNullable<ListenOptions['decline']>;
  readonly describe: NonNullable<ListenOptions['describe']>;
}

/** Both edges. A component has no TLS to replace. */
export interface OpenEdges {
  readonly sip: SipEdge;
  readonly xmpp: XmppEdge | ComponentEdge;
}

/** The place in the configuration to which a failure belongs. */
export interface EdgeFailure {
  readonly kind: 'edge-failure';
  readonly path: string;
  readonly error: unknown;
}

/** Opens both, or says why not. */
export async function openEdges(
  configuration: Configuration,
  parts: EdgeParts,
): Promise<OpenEdges | EdgeFailure> {
  let sip: SipEdge;
  try {
    sip = await openSip(configuration, parts);
  } catch (error) {
    return failureAt('/sip/listen', configuration.sip.listen, error);
  }
  try {
    return { sip, xmpp: await openXmpp(configuration, parts) };
  } catch (error) {
    await sip.close();
    const { component, s2s } = configuration.xmpp;
    if (component !== undefined) return { kind: 'edge-failure', path: '/xmpp/component', error };
    return failureAt('/xmpp/s2s/listen', s2s?.listen ?? [], error);
  }
}

function openSip(configuration: Configuration, parts: EdgeParts): Promise<SipEdge> {
  const { sip, edge, limits } = configuration;
  return listenSip({
    host: writtenHost(viaHost(sip) ?? ''),
    listen: sip.listen,
    judge: parts.judges.sip,
    ...carrying(configuration),
    ...(edge === undefined ? {} : RELAYING),
    proxies: parts.proxies,
    decline: parts.decline,
    describe: parts.describe,
    accept: ACCEPTED_TYPES,
    ...(sip.telDomain === undefined ? {} : { schemes: WITH_TEL }),
    ...(sip.keepAlive === undefined ? {} : { keepAlive: sip.keepAlive }),
    ...(parts.sip === undefined ? {} : { tls: parts.sip }),
    ...(limits?.sip === undefined ? {} : { limits: limits.sip }),
    ...(limits?.sipTimers === undefined ? {} : { timers: limits.sipTimers }),
    ...(limits?.sipSockets === undefined ? {} : { sockets: limits.sipSockets }),
  });
}

function openXmpp(
  configuration: Configuration,
  parts: EdgeParts,
): Promise<XmppEdge | ComponentEdge> {
  const { component, s2s } = configuration.xmpp;
  const { limits = {} } = configuration;
  const sockets = limits.xmppSockets === undefined ? {} : { sockets: limits.xmppSockets };
  if (component !== undefined)
    return connectComponent({
      host: component.host,
      port: component.port,
      name: component.name,
      secret: parts.secret,
      ...sockets,
      limits: { ...limits.component, ...readLimits(DEFAULT_COMPONENT_LIMITS, limits.component) },
      ...(limits.componentTimers === undefined ? {} : { timers: limits.componentTimers }),
    });
  return listenXmpp({
    domains: ours(configuration),
    listen: s2s?.listen ?? [],
    judge: parts.judges.xmpp,
    secret: parts.secret,
    locate: xmppLocate(configuration, parts.policy),
    rules: parts.rules,
    // What a peer sent is told to be ours once it has an outcome: until then the peer would bounce it.
    acknowledge: 'handled',
    ...sockets,
    ...(parts.xmpp === undefined ? {} : { tls: parts.xmpp }),
    limits: {
      ...limitsBy(parts.policy()),
      ...limits.xmpp,
      ...readLimits(DEFAULT_XMPP_LIMITS, limits.xmpp),
    },
    timers: { ...timersBy(parts.policy()), ...limits.xmppTimers },
  });
}

/** Whether a domain is one that XMPP servers find here: those of the SIP side. */
function ours({ domains }: Configuration): (domain: string) => boolean {
  const names = (list: readonly string[]): ReadonlySet<string> =>
    new Set(list.map((domain) => normalizeDomain(domain) ?? domain));
  const [sip, xmpp] = [names(domains.sip), names(domains.xmpp)];
  return (domain) => sip.has(domain) || (sip.has('*') && !xmpp.has(domain));
}

/** Bounds of reading, whole as the edges want them. */
function readLimits(
  defaults: Pick<typeof DEFAULT_XMPP_LIMITS, 'proved' | 'unproved'>,
  given: ReadLimits | undefined,
): Pick<typeof DEFAULT_XMPP_LIMITS, 'proved' | 'unproved'> {
  return {
    unproved: { ...defaults.unproved, ...given?.unproved },
    proved: { ...defaults.proved, ...given?.proved },
  };
}

/** A socket's error names its port; the place that wanted it is told, where one did. */
function failureAt(
  path: string,
  places: readonly { readonly port: number; readonly address?: string }[],
  error: unknown,
): EdgeFailure {
  const { port, address } = error as { readonly port?: number; readonly address?: string };
  const at = places.findIndex(
    (place) => place.port === port && (place.address === undefined || place.address === address),
  );
  return { kind: 'edge-failure', path: at === -1 ? path : path + pointer(at), error };
}

/** What an endpoint takes: all that is carried, but for what is switched off. */
function carrying({ chat, presence }: Configuration): Partial<SipEndpointOptions> {
  const off = [
    ...(presence?.off === true ? SUBSCRIPTION_METHODS : []),
    ...(chat?.off === true ? SESSION_METHODS : []),
  ];
  const methods = CARRIED_METHODS.filter((method) => !off.includes(method));
  return presence?.off === true
    ? { methods }
    : { methods, events: CARRIED_EVENTS, unanswered: CARRIED_UNANSWERED };
}

/** What an endpoint takes that relays. */
const RELAYING = {
  methods: [...new Set([...CARRIED_METHODS, ...EDGE_METHODS])],
  unanswered: EDGE_UNANSWERED,
};

/** Schemes of Request-URIs where telephones have a domain. */
const WITH_TEL = ['sip', 'sips', 'im', 'pres', 'tel'];
