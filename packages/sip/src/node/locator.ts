// Where the requests for a domain go: the routes an operator has written down, and DNS for all others, with
// what DNS said kept for as long as it holds. RFC 3263 §4. One question at a time is asked about a domain,
// however many wait for it. How DNS is asked is resolve.ts, what its answers mean is ../locate.ts.
import { performance } from 'node:perf_hooks';
import { checkFunction } from '../endpoint/options.ts';
import type { Target } from '../endpoint/types.ts';
import { MisuseError } from '../fault.ts';
import { filled } from '../limits.ts';
import { DEFAULT_LOCATE_LIMITS } from '../locate/limits.ts';
import { withoutDot } from '../locate/name.ts';
import type { LocateEnd, Located, LocateOptions } from '../locate/types.ts';
import { isPublic } from './public-address.ts';
import { type AskDns, dnsResolver, locateSip } from './resolve.ts';

/** Bounds of a locator. */
export interface LocatorLimits {
  /** Domains whose outcome is kept, a thousand partners and nine strangers for each; the longest unused goes. */
  readonly keptDomains: number;
  /** Domains that are asked for at once: users choose the domains, and a resolver has a bound, too. */
  readonly locations: number;
}

/** The bounds used where the host names none. */
export const DEFAULT_LOCATOR_LIMITS: LocatorLimits = { keptDomains: 10_000, locations: 1_000 };

/** What a `SipLocator` is told. */
export interface SipLocatorOptions extends Partial<LocateOptions> {
  /** Targets by domain (A-labels); these are never asked DNS about. */
  readonly routes?: Readonly<Record<string, readonly Target[]>>;
  /** Who answers. Default: one resolver for all locations, with the servers of the system. */
  readonly ask?: AskDns;
  /**
   * Follows DNS to loopback, link-local, private and other addresses that are not of the Internet. For
   * intranets and tests: elsewhere whoever is written to has us call what he likes within our network.
   * Default: no.
   */
  readonly allowPrivate?: boolean;
  /** Milliseconds; must never step back. Default: `performance.now`. */
  readonly clock?: () => number;
  readonly kept?: Partial<LocatorLimits>;
}

interface Kept {
  readonly end: LocateEnd;
  readonly until: number;
}

/**
 * Finds the targets of domains: static routes first, then DNS, whose outcome is kept for its own time within
 * `limits` of the options. Throws `MisuseError` for options that cannot be meant, when it is made.
 *
 * @spec RFC 3263 §4
 */
export class SipLocator {
  readonly #options: SipLocatorOptions;
  readonly #limits: LocatorLimits;
  readonly #routes: ReadonlyMap<string, readonly Target[]>;
  readonly #ask: AskDns;
  readonly #clock: () => number;
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<LocateEnd>>();

  constructor(options: SipLocatorOptions = {}) {
    this.#options = options;
    this.#limits = filled(DEFAULT_LOCATOR_LIMITS, options.kept);
    filled(DEFAULT_LOCATE_LIMITS, options.limits);
    if (options.ask !== undefined) checkFunction('ask', options.ask);
    if (options.clock !== undefined) checkFunction('clock', options.clock);
    this.#routes = routesOf(options.routes ?? {});
    this.#ask = options.ask ?? dnsResolver();
    this.#clock = options.clock ?? (() => performance.now());
  }

  /** Domains that are kept, and those that are being asked for. */
  get counts(): { readonly kept: number; readonly asking: number } {
    return { kept: this.#kept.size, asking: this.#asking.size };
  }

  /** The targets of a domain (A-labels), most wanted first; none when it cannot be reached. Never rejects. */
  async targetsOf(domain: string): Promise<readonly Target[]> {
    const route = this.#routes.get(nameOf(domain));
    if (route !== undefined) return route;
    const end = await this.locate(domain);
    return end.kind === 'located' ? end.targets : [];
  }

  /** What DNS says of a domain (A-labels), or has said and still holds. Never rejects. */
  locate(domain: string): Promise<LocateEnd> {
    const name = nameOf(domain);
    const kept = this.#recall(name);
    if (kept !== undefined) return Promise.resolve(kept);
    const asking = this.#asking.get(name);
    if (asking !== undefined) return asking;
    if (this.#asking.size >= this.#limits.locations) return Promise.resolve(TOO_MANY);
    const asked = this.#locateAnew(name);
    this.#asking.set(name, asked);
    return asked;
  }

  async #locateAnew(name: string): Promise<LocateEnd> {
    const { allowPrivate = false, ...rest } = this.#options;
    const found = await locateSip(name, { ...rest, ask: this.#ask });
    const end = found.kind === 'located' && !allowPrivate ? publicOnly(found) : found;
    this.#asking.delete(name);
    this.#keep(name, end);
    return end;
  }

  /** Those that were asked for last stand last. */
  #recall(name: string): LocateEnd | undefined {
    const kept = this.#kept.get(name);
    if (kept === undefined) return undefined;
    this.#kept.delete(name);
    if (kept.until <= this.#clock()) return undefined;
    this.#kept.set(name, kept);
    return kept.end;
  }

  #keep(name: string, end: LocateEnd): void {
    if (end.ttl <= 0) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= this.#limits.keptDomains) {
      this.#kept.delete(oldest);
    }
    this.#kept.set(name, { end, until: this.#clock() + end.ttl * 1000 });
  }
}

/** The same without what must not be called. */
function publicOnly(found: Located): LocateEnd {
  const targets = found.targets.filter(({ address }) => isPublic(address));
  if (targets.length > 0) return { ...found, targets };
  const text = 'The SIP servers of the domain have only addresses that are not of the Internet.';
  const ttl = Math.min(found.ttl, DEFAULT_LOCATE_LIMITS.negativeTtl);
  return { kind: 'not-found', reason: 'no-address', text, ttl };
}

function routesOf(
  routes: Readonly<Record<string, readonly Target[]>>,
): ReadonlyMap<string, readonly Target[]> {
  const byName = new Map<string, readonly Target[]>();
  for (const [domain, targets] of Object.entries(routes)) {
    if (!Array.isArray(targets))
      throw new MisuseError('routes', 'a route must be a list of targets');
    byName.set(nameOf(domain), targets);
  }
  return byName;
}

function nameOf(domain: string): string {
  return withoutDot(domain).toLowerCase();
}

const TOO_MANY: LocateEnd = {
  kind: 'failed',
  reason: 'limit',
  text: 'Too many domains are being looked for.',
  ttl: 0,
};
