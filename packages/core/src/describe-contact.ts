// What a client may show of a contact beyond its own domain: which kind it is, whose, how far its address can be
// believed, and what the two may do together, by the rules that say so. Pure: policy and facts in, plain data out.
// Whether a message passes is decided for each one by the gateway, not here.
import {
  evaluate,
  normalizeDomain,
  type Obligation,
  partnerOf,
  type PolicySet,
  type Proof,
  type Traffic,
  TRAFFIC,
  type Verdict,
  xmppPartnerOf,
} from '@interwork/policy';
import type { Jid } from '@interwork/xmpp';

/** A contact of a user, and what is known of the way to it. */
export interface FederatedContact {
  readonly address: Jid;
  /** The side it is on. */
  readonly via: 'sip' | 'xmpp';
  /** How a link that stands has proved its domain; left out where none does. */
  readonly proof?: Proof | undefined;
}

/** A public service whose users are no organisation's. */
export interface PublicProvider {
  readonly name: string;
  /** Exactly these, none below them. */
  readonly domains: readonly string[];
  /** Whether it says truly who its users are. */
  readonly vouches: boolean;
}

/** What contacts are described by. */
export interface ContactFacts {
  readonly policy: PolicySet;
  /** The domain of the user who looks. */
  readonly domain: string;
  readonly providers?: readonly PublicProvider[];
}

/** What may be shown of a contact: plain data, with only what is there. */
export interface ContactDescription {
  /** The address without a device. */
  readonly address: string;
  readonly class: 'federated-sip' | 'public-im' | 'xmpp';
  /** The name of the public service it is with. */
  readonly provider?: string;
  /** The policy's id of the partner it is of. */
  readonly partner?: string;
  readonly verification: Verification;
  /** One row for each kind of traffic, in the policy's order. */
  readonly together: readonly Together[];
}

/**
 * How far the address can be believed: by what its domain is proved, or has to be before anything passes; or why it
 * cannot. `provider`: the service does not vouch for its users; `weaker`: proved by less than policy asks.
 */
export type Verification =
  | { readonly level: 'verified'; readonly by: Proof }
  | { readonly level: 'unverified'; readonly why: 'provider' | 'weaker' | 'unknown' };

/** What the two may do, each way. */
export interface Together {
  readonly traffic: Traffic;
  /** From the user to the contact. */
  readonly send: Permission;
  /** From the contact to the user. */
  readonly receive: Permission;
}

/** Whether something may pass, and what decides it. */
export interface Permission {
  readonly may: boolean;
  /** Ids of policy rules, or `REASONS` of the policy. */
  readonly by: readonly string[];
  /** What has to hold besides. */
  readonly must: readonly Obligation[];
}

/** What a client may show of a contact. */
export function describeContact(
  contact: FederatedContact,
  facts: ContactFacts,
): ContactDescription {
  const { address, via } = contact;
  const provider = providerOf(address.asciiDomain, facts.providers ?? []);
  const partner = partnerIn(facts.policy, contact);
  const together = TRAFFIC.map((traffic) => togetherIn(traffic, contact, facts));
  const isPublic = provider !== undefined || together.some(({ receive }) => isOfCloud(receive));
  return {
    address: address.bare,
    class: via === 'xmpp' ? 'xmpp' : isPublic ? 'public-im' : 'federated-sip',
    ...(provider && { provider: provider.name }),
    ...(partner && { partner: partner.id }),
    verification: verificationOf(contact.proof, askedOf(together), [partner, provider]),
    together,
  };
}

function providerOf(
  domain: string,
  providers: readonly PublicProvider[],
): PublicProvider | undefined {
  return providers.find(({ domains }) => domains.some((one) => normalizeDomain(one) === domain));
}

/** The partner it is of, by its own entry or as one of Lync's XMPP partners, which may vouch for its users or not. */
function partnerIn(
  policy: PolicySet,
  { address, via }: FederatedContact,
): { readonly id: string; readonly vouches?: boolean } | undefined {
  const lync = via === 'xmpp' ? xmppPartnerOf(policy, address.asciiDomain) : undefined;
  if (lync === undefined) return partnerOf(policy, address.asciiDomain);
  const vouches = lync.partnerType !== 'publicUnverified';
  return { id: `xmpp-partner:${lync.domain}`, vouches };
}

/** Whether inner servers would be told that it comes from a public provider. */
function isOfCloud({ must }: Permission): boolean {
  return must.some((duty) => duty.kind === 'mark' && duty.network === 'publiccloud');
}

function togetherIn(
  traffic: Traffic,
  { address, via }: FederatedContact,
  { policy, domain }: ContactFacts,
): Together {
  const there = address.asciiDomain;
  const other = via === 'sip' ? 'xmpp' : 'sip';
  return {
    traffic,
    send: permission(evaluate(policy, { from: domain, to: there, via: other, traffic })),
    receive: permission(evaluate(policy, { from: there, to: domain, via, traffic })),
  };
}

function permission({ effect, by, must }: Verdict): Permission {
  return { may: effect === 'permit', by, must };
}

/** The most that policy asks of the contact's domain in anything that it may send. */
function askedOf(together: readonly Together[]): Proof | undefined {
  const duties = together.flatMap(({ receive }) => (receive.may ? receive.must : []));
  const proofs = duties.flatMap((duty) =>
    duty.kind === 'prove' && duty.end === 'from' ? [duty.by] : [],
  );
  return proofs.includes('certificate') ? 'certificate' : proofs[0];
}

function verificationOf(
  proof: Proof | undefined,
  asked: Proof | undefined,
  whose: readonly ({ readonly vouches?: boolean } | undefined)[],
): Verification {
  if (whose.some((one) => one?.vouches === false)) return { level: 'unverified', why: 'provider' };
  const isWeaker = proof !== undefined && asked !== undefined && !proves(proof, asked);
  if (isWeaker) return { level: 'unverified', why: 'weaker' };
  const by = proof ?? asked;
  return by === undefined ? { level: 'unverified', why: 'unknown' } : { level: 'verified', by };
}

/** A certificate proves at least as much as anything that may be asked for. */
function proves(proof: Proof, asked: Proof): boolean {
  return proof === 'certificate' || proof === asked;
}
