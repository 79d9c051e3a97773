// What a federation is made of: one world, an authority that everybody believes, the companies, and the gateway, each at
// an address of its own. federation.ts is the face of it.
import { judgeFor } from '@interwork/certs';
import { type Authority, type Issued, makeAuthority } from '@interwork/certs/testing';
import type { PolicySet } from '@interwork/policy';
import { policyOf } from '@interwork/policy/testing';
import type { Judge, Target } from '@interwork/sip';
import { Gateway } from '../../gateway/gateway.ts';
import type { GatewayOptions } from '../../gateway/options.ts';
import type { Trace } from '../../gateway/trace.ts';
import { wire } from '../../gateway/wire.ts';
import { Recording } from '../../ladder/recording.ts';
import { MisuseError } from '../../misuse.ts';
import { Random } from '../random.ts';
import { World } from '../world.ts';
import { ladderOf } from './account.ts';
import type { Around } from './around.ts';
import type { Company } from './company.ts';
import { namesFor, worldUnder, Sky } from './faults.ts';
import { GatewaySite } from './gateway-site.ts';
import { Names } from './names.ts';
import {
  type CompanyOptions,
  EVERYBODY,
  type FederationCrypto,
  type FederationOptions,
  type Host,
  TWO_COMPANIES,
} from './options.ts';
import { Post } from './post.ts';
import { sipCompany, SIP_PORTS } from './sip-company.ts';
import { Tape } from './wire.ts';
import { xmppCompany } from './xmpp-company.ts';

/** All of one federation. */
export interface Parts {
  readonly world: World;
  readonly sky: Sky;
  readonly authority: Authority;
  readonly names: Names;
  readonly post: Post;
  readonly tape: Tape;
  readonly recording: Recording;
  readonly traces: readonly Trace[];
  readonly companies: ReadonlyMap<string, Company>;
  readonly company: (domain: string) => Company;
  readonly gateway: GatewaySite;
}

/** Makes a federation, which then runs. */
export function partsOf(
  options: FederationOptions & { readonly seed: number },
  crypto: FederationCrypto,
  until: Around['until'],
): Parts {
  const plan = planOf(options, crypto);
  const { world, names, post, traces } = plan;
  const gateway = gatewayOf(plan);
  const companies = new Map<string, Company>();
  const around = aroundIn(plan, () => companies.values(), until);
  for (const [at, [domain, company]] of Object.entries(plan.companies).entries())
    companies.set(domain, companyAt(plan, around, { domain, ...company }, `192.0.2.${101 + at}`));
  gateway.start();
  for (const [domain, { users = [] }] of Object.entries(plan.companies))
    for (const name of users) companies.get(domain)?.user(name);
  const company = (domain: string): Company => {
    const found = companies.get(domain);
    if (found === undefined) throw new MisuseError('no-company', `there is no company ${domain}`);
    return found;
  };
  const { sky, authority, tape, recording } = plan;
  return {
    world,
    sky,
    authority,
    names,
    post,
    tape,
    recording,
    traces,
    companies,
    company,
    gateway,
  };
}

/** What all is made from. */
interface Plan extends Omit<Parts, 'traces' | 'companies' | 'company' | 'gateway'> {
  readonly options: FederationOptions & { readonly seed: number };
  readonly crypto: FederationCrypto;
  readonly companies: Readonly<Record<string, CompanyOptions>>;
  readonly sipDomains: readonly string[];
  readonly judges: Readonly<Record<'sip' | 'xmpp', Judge>>;
  readonly traces: Trace[];
  readonly target: Target;
}

function planOf(options: Plan['options'], crypto: FederationCrypto): Plan {
  const { seed, companies = TWO_COMPANIES, start, transport = 'tls' } = options;
  const sky = new Sky();
  const addresses = new Map(
    Object.keys(companies).map((name, at) => [`192.0.2.${101 + at}`, name]),
  );
  const tape = new Tape((address) => addresses.get(address) ?? 'gateway');
  const world: World = new World(
    worldUnder(sky, {
      ...(start === undefined ? {} : { start }),
      chance: new Random(seed),
      tap: (from, to, bytes) => tape.note(world.clock.now, from, to, bytes),
    }),
  );
  const { clock } = world;
  const recording = new Recording({ addresses: 'full', words: 'full' });
  const authority = makeAuthority({ crypto: crypto.certificates, now: clock.now });
  return {
    options,
    crypto,
    companies,
    world,
    sky,
    authority,
    tape,
    traces: [],
    names: new Names(world.dns),
    recording,
    post: new Post(
      () => clock.now,
      (of) => ladderOf(recording, of),
    ),
    sipDomains: Object.keys(companies).filter((name) => companies[name]?.speaks === 'sip'),
    judges: judgesOf(authority, crypto, () => clock.now),
    target: { transport, address: GATEWAY_AT, port: SIP_PORTS[transport], references: [GATEWAY] },
  };
}

function judgesOf(
  authority: Authority,
  { certificates }: FederationCrypto,
  clock: () => number,
): Plan['judges'] {
  const shared = { anchors: [authority.certificate.der], clock, crypto: certificates };
  return {
    sip: judgeFor({ service: 'sip', ...shared }),
    xmpp: judgeFor({ service: 'xmpp-server', ...shared }),
  };
}

function aroundIn(
  { world, post, target }: Plan,
  companies: () => Iterable<Company>,
  until: Around['until'],
): Around {
  let numbers = 0;
  return {
    post,
    until,
    now: () => world.clock.now,
    drawToken: world.drawToken,
    nextNumber: () => (numbers += 1),
    route: () => [target],
    step: () => {
      for (const company of companies()) company.step();
    },
  };
}

function companyAt(
  plan: Plan,
  around: Around,
  company: CompanyOptions & { readonly domain: string },
  address: string,
): Company {
  const { world, crypto, judges, names, target } = plan;
  const { domain, speaks } = company;
  const { transport } = target;
  const sip = { transport, address, port: target.port, references: [domain] };
  names.add(domain, speaks === 'sip' ? { sip, xmpp: GATEWAY_AT } : { xmpp: address });
  const certificate = certificateOf(plan, company);
  const site = { world, crypto, around, judges, domain, address, certificate, transport };
  return speaks === 'sip' ? sipCompany(site) : xmppCompany(site);
}

function certificateOf(
  { authority }: Plan,
  company: CompanyOptions & { readonly domain: string },
): Issued {
  const { certificate = 'good', domain } = company;
  if (typeof certificate !== 'string') return authority.issue(certificate);
  const names = certificate === 'good' ? namesFor(company) : {};
  return authority.issue({ domain, as: certificate, ...names });
}

function gatewayOf(plan: Plan): GatewaySite {
  const { world, crypto, judges, names, post, sipDomains, authority, options, traces, recording } =
    plan;
  const onTrace = (trace: Trace): void => {
    traces.push(trace);
    if (trace.kind === 'crossing') post.traced(trace);
  };
  const site = {
    world,
    crypto,
    judges,
    names,
    post,
    sipDomains,
    onTrace,
    recording,
    address: GATEWAY_AT,
    name: GATEWAY,
    host: options.host ?? OWN_HOST,
    gateway: (policy: PolicySet) => gatewayOptions(plan, policy),
  };
  const certificate = authority.issue({ dns: [GATEWAY, ...sipDomains] });
  return new GatewaySite(site, certificate, policyOf(policyFor(plan)));
}

/** Over UDP and TCP nothing but its address proves a company. */
function policyFor({ options, sipDomains, target }: Plan): Parameters<typeof policyOf>[0] {
  const policy = options.policy ?? EVERYBODY;
  if (target.transport === 'tls') return policy;
  const addresses = ['192.0.2.0/24'];
  const partners = Object.fromEntries(
    sipDomains.map((name) => [name, { domains: [name], prove: 'address', addresses } as const]),
  );
  return { ...policy, partners: { ...partners, ...policy.partners } };
}

function gatewayOptions(
  { world, crypto, options, sipDomains }: Plan,
  policy: PolicySet,
): GatewayOptions {
  const jitter = new Random(options.seed + 1);
  return {
    sipDomains,
    xmppDomains: ['*'],
    policy,
    instance: 'gateway',
    secret: 'a secret of the gateway',
    mac: crypto.mac,
    drawToken: world.drawToken,
    lastingStore: true,
    traces: 'full',
    believesDatagrams: true,
    presence: { host: GATEWAY_AT, ports: SIP_PORTS, jitter: () => jitter.next() },
    ...options.gateway,
  };
}

/** The host of a federation that has none of its own. */
const OWN_HOST: Host = ({ edges, timing, options, hooks, recording }) =>
  wire(recording.over(new Gateway(options)), edges, timing, hooks);

const GATEWAY = 'gateway.example';
const GATEWAY_AT = '192.0.2.1';
