// A gateway as a program: the name of a configuration in; a gateway that runs out, or everything that keeps
// it from starting. Here is the order of things: read, check, open, run, reload, drain. The program around it
// (arguments, signals, exit codes) is the host's; examples/quick-gateway is one.
import { Gateway } from '../../gateway/gateway.ts';
import { linkRulesBy } from '../../gateway/link-rules.ts';
import type { Trace } from '../../gateway/trace.ts';
import type { Running } from '../../gateway/wire.ts';
import type { PolicySet } from '@interwork/policy';
import type { Transport } from '@interwork/sip';
import { given } from '../../body/given.ts';
import type { ChatOptions } from '../../gateway/chat-settings.ts';
import type { PresenceOptions } from '../../gateway/presence-settings.ts';
import type { Judges } from '../judges.ts';
import { mac } from '../mac.ts';
import { drawToken } from '../random.ts';
import { run } from '../run.ts';
import type { Configuration } from './configuration.ts';
import { contactHost } from './configuration-checks.ts';
import { noHostCounts } from '../observe/counts.ts';
import type { DaemonFinding, DaemonFindings } from './finding.ts';
import type { HealthSource } from './health.ts';
import type { ReadConfiguration } from './load-configuration.ts';
import type { JsonLog } from '../observe/log.ts';
import type { Materials } from './materials.ts';
import { type MetricSource, metricsText } from './metrics.ts';
import { openAll, type Opened } from './open.ts';
import { placesOf } from './places.ts';
import { readAll, type Whole } from './read-all.ts';
import { reload, tellFindings } from './reload.ts';
import type { EdgeParts } from './edges.ts';
import { sipDns, sipLocator, sipRoutes } from './routes.ts';
import { factsBy, sipEdgeOf } from './sip-edge.ts';
import { isLasting, type OpenRedis } from './state.ts';
import { type TraceTeller, tracesInto } from '../observe/tell-trace.ts';
import type { HasRead } from './waiting.ts';

/** What a daemon is handed. */
export interface DaemonOptions {
  /** The name of the configuration's file. */
  readonly file: string;
  readonly log: JsonLog;
  /** Opens what `state.redis` names. Without it such a configuration does not start. */
  readonly openRedis?: OpenRedis;
}

/** A gateway that runs. */
export interface Daemon {
  readonly kind: 'daemon';
  /** Every listener with its real port, as `sip/udp:127.0.0.1:5060`. */
  readonly listening: readonly string[];
  /** Reads every file again. With anything wrong nothing changes; the log tells either way. */
  reload(): Promise<void>;
  /** Takes nothing new, brings what was accepted to its end within the bounds, closes everything. */
  close(): Promise<void>;
}

/** Starts a daemon. With findings nothing is left open; they are logged too. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon | DaemonFindings> {
  const { read, materials, findings, whole } = await readAll(options.file);
  options.log.setLevel(read.read.log?.level ?? 'info');
  tellFindings(findings, options.log);
  if (whole === undefined) return { kind: 'findings', findings };
  const live = new Live({ options, read, secret: materials.secret, ...whole });
  const refusal = await live.open(materials);
  if (refusal === undefined) return live;
  tellFindings([refusal], options.log);
  return { kind: 'findings', findings: [refusal] };
}

interface Parts extends Whole, HasRead {
  readonly options: DaemonOptions;
  readonly read: ReadConfiguration;
}

class Live implements Daemon {
  readonly kind = 'daemon';
  readonly #parts: Parts;
  readonly #counts = noHostCounts();
  readonly #traces: TraceTeller;
  #judges: Judges;
  #policy: PolicySet;
  #opened: Opened | undefined;
  #gateway: Gateway | undefined;
  #running: Running | undefined;
  #reloads: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#judges = parts.judges;
    this.#policy = parts.policy;
    this.#traces = tracesInto(parts.options.log.log, parts.policy);
  }

  get listening(): readonly string[] {
    return this.#opened === undefined ? [] : placesOf(this.#parts.configuration, this.#opened);
  }

  /** Opens everything and runs; a finding when it cannot. */
  async open(materials: Materials): Promise<DaemonFinding | undefined> {
    const { read, configuration, options, policy } = this.#parts;
    const { openRedis } = options;
    const judges: Judges = {
      sip: (...presented) => this.#judges.sip(...presented),
      xmpp: (...presented) => this.#judges.xmpp(...presented),
    };
    const health = this.#healthSource();
    const now = (): PolicySet => this.#policy;
    const rules = linkRulesBy(now);
    const decline: EdgeParts['decline'] = (...asked) => this.#gateway?.decline(...asked);
    const describe: EdgeParts['describe'] = (...asked) => this.#gateway?.describe(...asked);
    const made = { read, configuration, materials, judges, rules, policy: now };
    const parts = { ...made, decline, describe, health, openRedis };
    const opened = await openAll(parts);
    if ('severity' in opened) return opened;
    const gateway = gatewayOf(configuration, policy, opened);
    this.#gateway = gateway;
    const locator = sipLocator(configuration);
    this.#running = run(gateway, opened.edges, {
      onTrace: (trace) => this.#trace(trace),
      store: opened.store,
      route: (domain, reply) => void locator.targetsOf(domain).then(reply),
      fact: factsBy(sipDns(configuration)),
    });
    this.#opened = opened;
    return undefined;
  }

  reload(): Promise<void> {
    this.#reloads = this.#reloads.then(() => this.#reload());
    return this.#reloads;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #reload(): Promise<void> {
    const [opened, running] = [this.#opened, this.#running];
    if (this.#closing !== undefined || opened === undefined || running === undefined) return;
    const done = await reload(this.#parts.read.file, this.#parts, {
      edges: opened.edges,
      log: this.#parts.options.log,
      setJudges: (judges) => {
        this.#judges = judges;
      },
      setPolicy: (policy) => {
        this.#policy = policy;
        running.replacePolicy(policy);
        this.#traces.setPolicy(policy);
      },
    });
    this.#counts.reload(done ? 'done' : 'refused');
  }

  async #close(): Promise<void> {
    await this.#running?.close();
    await this.#opened?.closeState();
    await this.#opened?.health?.close();
  }

  #trace(trace: Trace): void {
    this.#counts.trace(trace);
    this.#traces.tell(trace);
  }

  #healthSource(): HealthSource {
    return {
      health: () => ({
        ready: this.#opened !== undefined && this.#closing === undefined,
        draining: this.#closing !== undefined,
        openMessages: this.#gateway?.open ?? 0,
        tables: tablesOf(this.#opened),
        component: isUp(this.#opened),
      }),
      metrics: () =>
        metricsText({
          counts: this.#counts,
          gateway: this.#gateway,
          isDraining: this.#closing !== undefined,
          tables: tablesOf(this.#opened),
          component: isUp(this.#opened),
        }),
    };
  }
}

function tablesOf(opened: Opened | undefined): MetricSource['tables'] {
  const { sip, xmpp } = opened?.edges ?? {};
  return { sip: { ...sip?.counts }, xmpp: { ...xmpp?.counts } };
}

/** Whether the component stands; `undefined` where there is none. */
function isUp(opened: Opened | undefined): boolean | undefined {
  const xmpp = opened?.edges.xmpp;
  return xmpp === undefined || !('state' in xmpp) ? undefined : xmpp.state === 'ready';
}

function gatewayOf(configuration: Configuration, policy: PolicySet, opened: Opened): Gateway {
  const { domains, sip, messages, limits, log } = configuration;
  const presence = presenceOf(configuration, opened);
  const chat = chatOf(configuration, opened);
  const edge = sipEdgeOf(configuration, opened.edges.sip.listening);
  const { instance, secret } = opened.identity;
  return new Gateway({
    sipDomains: domains.sip,
    xmppDomains: domains.xmpp,
    policy,
    routes: sipRoutes(configuration),
    instance,
    secret,
    mac,
    drawToken,
    lastingStore: isLasting(configuration),
    lateFailure: messages?.lateFailure ?? 'tell',
    noBarrier: messages?.noBarrier ?? [],
    traces: log?.addresses ?? 'redacted',
    believesDatagrams: sip.believesDatagrams === true,
    allowSips: sip.allowSips === true,
    htmlDomains: sip.htmlDomains ?? [],
    imdnDomains: sip.imdnDomains ?? [],
    phoneDomains: sip.phoneDomains ?? [],
    ...(presence === undefined ? {} : { presence }),
    ...(chat === undefined ? {} : { chat }),
    ...(edge === undefined ? {} : { edge }),
    ...(sip.telDomain === undefined ? {} : { telDomain: sip.telDomain }),
    ...(limits?.gateway === undefined ? {} : { limits: limits.gateway }),
    ...(limits?.gatewayWaits === undefined ? {} : { waits: limits.gatewayWaits }),
  });
}

/** Peers reach a gateway within a dialog where they reach it at all, unless it is told otherwise. */
function presenceOf(
  { sip, presence = {}, limits = {} }: Configuration,
  { edges }: Opened,
): PresenceOptions | undefined {
  if (presence.off === true) return undefined;
  const { doNotDisturb, unanswered } = presence;
  return {
    host: contactHost(sip, presence) ?? '',
    ports: portsOf(edges),
    jitter: Math.random,
    limits: limits.presence ?? {},
    waits: limits.presenceWaits ?? {},
    habits: given({ doNotDisturb, unanswered }),
    desk: { limits: limits.desk ?? {}, waits: limits.deskWaits ?? {} },
  };
}

/** The same of conversations. */
function chatOf(
  { sip, chat = {}, limits = {} }: Configuration,
  { edges }: Opened,
): ChatOptions | undefined {
  if (chat.off === true) return undefined;
  return {
    host: contactHost(sip, chat) ?? '',
    ports: portsOf(edges),
    jitter: Math.random,
    limits: limits.chat ?? {},
    waits: limits.chatWaits ?? {},
    desk: { limits: limits.desk ?? {}, waits: limits.deskWaits ?? {} },
  };
}

/** The first port of each transport. */
function portsOf({ sip }: Opened['edges']): Partial<Record<Transport, number>> {
  const ports: Partial<Record<Transport, number>> = {};
  for (const { transport, port } of sip.listening) ports[transport] ??= port;
  return ports;
}
