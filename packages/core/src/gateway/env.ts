// What both halves of the gateway share: its options with their defaults filled in, the policy of the
// moment, and the one way out.
import { normalizeDomain, type Receipt } from '@interwork/xmpp';
import type { Facts, PolicySet } from '@interwork/policy';
import { Dialects } from '../dialect/dialect-of.ts';
import { MisuseError } from '../misuse.ts';
import { type Refusal, refused } from '../translation.ts';
import type { HostDuty } from './duties.ts';
import type { GatewayOutput } from './event.ts';
import { HostDuties } from './host-duties.ts';
import { type Again, Inquiry, type Unknown } from './inquiry.ts';
import { LateFailures } from './late.ts';
import {
  DEFAULT_GATEWAY_LIMITS,
  DEFAULT_GATEWAY_WAITS,
  type GatewayLimits,
  type GatewayOptions,
  type GatewayWaits,
} from './options.ts';
import type { EdgeOptions, EdgeSettings } from '../edge/options.ts';
import { type InnerProof, innerProofBy, innerRoutes } from '../edge/own-servers.ts';
import { PartnerLimits } from './partner-limits.ts';
import { type Sides, sidesOf } from './sides.ts';
import { Tally } from './tally.ts';
import { type Counts, type CrossingTrace, noCounts, shortened, type Trace } from './trace.ts';

/** Shared by the halves. `policy` and `closing` change while it lives. */
export interface GatewayEnv {
  readonly options: GatewayOptions;
  readonly limits: GatewayLimits;
  readonly waits: GatewayWaits;
  readonly sides: Sides;
  readonly instance: string;
  readonly hops: number;
  readonly allowSips: boolean;
  readonly believesDatagrams: boolean;
  readonly innerProof: InnerProof;
  readonly html: ReadonlySet<string>;
  readonly imdn: ReadonlySet<string>;
  readonly idleAs: 'active' | 'paused';
  readonly telDomain: string | undefined;
  readonly phones: ReadonlySet<string>;
  readonly counts: Counts;
  readonly tally: Tally;
  readonly late: LateFailures;
  readonly inquiry: Inquiry;
  readonly facts: Facts;
  readonly duties: ReadonlySet<HostDuty>;
  readonly hostDuties: HostDuties;
  /** What comes from each partner. */
  readonly partners: PartnerLimits;
  /** How each SIP domain speaks. */
  readonly dialects: Dialects;
  readonly out: GatewayOutput[];
  policy: PolicySet;
  /** Whether the host looks at what crosses. */
  hooked: boolean;
  closing: boolean;
}

/** The environment of a gateway; options that contradict each other are the host's mistake. */
export function envOf(options: GatewayOptions, edge?: EdgeSettings): GatewayEnv {
  if (!INSTANCE.test(options.instance))
    throw new MisuseError('malformed-instance', 'instance must be 1 to 64 of A-Z a-z 0-9 . _ -');
  if (options.secret.length < MIN_SECRET)
    throw new MisuseError('short-secret', `secret needs ${MIN_SECRET} characters`);
  const limits = filled(DEFAULT_GATEWAY_LIMITS, options.limits);
  const waits = filled(DEFAULT_GATEWAY_WAITS, options.waits);
  const { drawToken, mac, secret } = options;
  const out: GatewayOutput[] = [];
  const inquiry = new Inquiry({
    limits,
    waits,
    drawToken,
    put: (_now, ask, question) => out.push({ kind: 'ask', ask, question }),
  });
  const { believesDatagrams = false } = options;
  return {
    options: edge === undefined ? options : behindEdge(options, edge.options),
    limits,
    waits,
    sides: sidesOf(options.sipDomains, options.xmppDomains),
    instance: options.instance,
    hops: limits.hops,
    allowSips: options.allowSips === true,
    believesDatagrams,
    innerProof: edge === undefined ? () => undefined : innerProofBy(edge, believesDatagrams),
    html: domainsOf(options.htmlDomains),
    imdn: domainsOf(options.imdnDomains),
    idleAs: options.idleAs ?? 'active',
    telDomain: telDomainOf(options.telDomain),
    phones: domainsOf(options.phoneDomains),
    counts: noCounts(),
    tally: new Tally(),
    late: new LateFailures({ drawToken, mac, secret, told: limits.told, late: waits.late }),
    inquiry,
    facts: inquiry.facts,
    duties: new Set(options.duties),
    hostDuties: new HostDuties({
      limits,
      waits,
      drawToken,
      put: (ask, question) => out.push({ kind: 'ask', ask, question }),
    }),
    partners: new PartnerLimits(limits.partners),
    dialects: new Dialects(options.dialects, limits.dialects),
    out,
    policy: options.policy,
    hooked: false,
    closing: false,
  };
}

/** What is for our own domains goes to our own servers. */
function behindEdge(options: GatewayOptions, edge: EdgeOptions): GatewayOptions {
  return { ...options, routes: { ...innerRoutes(edge), ...options.routes } };
}

function telDomainOf(name: string | undefined): string | undefined {
  const domain = name === undefined ? undefined : normalizeDomain(name);
  if (name !== undefined && domain === undefined)
    throw new MisuseError('malformed-domain', 'telDomain must be a domain');
  return domain;
}

/** Defaults with what the host has set; a bound that is no number is the host's mistake. */
function filled<T extends { readonly [K in keyof T]: number }>(
  defaults: T,
  given: Partial<T> = {},
): T {
  const all = { ...defaults };
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    const value = given[key] ?? defaults[key];
    if (!(value >= 0))
      throw new MisuseError('malformed-bound', `${String(key)} must be a number from 0`);
    all[key] = value;
  }
  return all;
}

/**
 * What is to be refused now: nothing yet where something is unknown that can be asked, for then it is decided again once
 * that is answered.
 */
export function orLater<T extends { readonly refusal: Refusal | undefined }>(
  env: GatewayEnv,
  now: number,
  denied: T & { readonly unknown?: Unknown | undefined },
  again: Again,
): T | undefined {
  const waits = env.inquiry.wait(now, denied.unknown, again);
  if (waits === 'waiting') return undefined;
  return waits === 'none' ? denied : { ...denied, refusal: refused('queue-full') };
}

/** Tells of a crossing that has ended, and counts it. */
export function tell(env: GatewayEnv, trace: CrossingTrace): void {
  env.counts[trace.outcome] += 1;
  env.tally.add(trace);
  emitTrace(env, trace);
}

/** Tells the edge that a stanza is done with, where it asked. @spec XEP-0198 §4 */
export function handled(env: GatewayEnv, receipt: Receipt | undefined): void {
  if (receipt !== undefined) env.out.push({ kind: 'xmpp', input: { kind: 'handled', receipt } });
}

/** An address as traces may show it. */
export function shown(env: GatewayEnv, address: string): string {
  return env.options.traces === 'full' ? address : shortened(address);
}

/** Puts a trace on the way out. */
export function emitTrace(env: GatewayEnv, trace: Trace): void {
  env.out.push({ kind: 'trace', trace });
}

/** Domains in the form in which they are compared; a name that is none is the host's mistake. */
export function domainsOf(names: readonly string[] | undefined): ReadonlySet<string> {
  return new Set((names ?? []).map((name) => normalizeDomain(name) ?? name));
}

const INSTANCE = /^[A-Za-z0-9._-]{1,64}$/;
/** Characters of the secret, at least: 128 bits in hex. */
const MIN_SECRET = 16;
