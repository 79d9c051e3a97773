// A stanza on a stream we were called on, or that carries both directions (XEP-0288): whose it is, for whom, and whether that is proved. RFC 6120 §8.1.1.2,
// §8.1.2.2, §8.3.3.8. The domains decide for the stream, which everybody behind the peer shares; what is wrong before
// the at-sign or after the slash is one user's, and costs only that stanza. What a stanza means is ../stanza.ts.
import { type Fault, isFault, stanzaFault } from '../fault.ts';
import { domainPartOf, Jid } from '../jid.ts';
import type { Proof } from '../server-link.ts';
import type { XmlElement } from '../xml/element.ts';
import type { Arrived } from './arrival.ts';
import { type Core, fail, put } from './core.ts';
import { domainName, type DomainName, domainOf, pairKey } from './domain.ts';
import { isSwamped, received } from './managing.ts';
import type { StreamState } from './transitions.ts';

/** A stanza, if its sender's domain is proved on this very stream. @spec RFC 6120 §8.1.2.2, §4.9.3.9 */
export function deliver(core: Core, arrived: Arrived): StreamState {
  const { element } = arrived;
  const from = addressed(element.attrs['from']);
  const to = addressed(element.attrs['to']);
  if (from === undefined || to === undefined) return fail(core, 'no-addresses');
  const proof = proofOf(core, from.domain, to.domain);
  if (proof === undefined) return fail(core, 'unproved-from');
  if (!core.with.hosts(to.domain.ascii)) return fail(core, 'unknown-host');
  if (isFault(from.jid)) return refuse(core, element, from, to, malformed('from', from.jid));
  if (isFault(to.jid)) return refuse(core, element, from, to, malformed('to', to.jid));
  core.misaddressed = 0;
  const number = received(core, false);
  if (isSwamped(core)) return fail(core, 'too-many-unhandled');
  const stanza = { kind: 'stanza', element, from: from.jid, to: to.jid, proof } as const;
  put(core, number === undefined ? stanza : { ...stanza, number });
  return core.state;
}

/** An address whose domain can be read; the rest of it may be no address. */
interface Addressed {
  readonly domain: DomainName;
  readonly jid: Jid | Fault;
}

/** @spec RFC 6120 §4.9.3.7 */
function addressed(text: string | undefined): Addressed | undefined {
  if (text === undefined) return undefined;
  const jid = Jid.parse(text);
  const domain = isFault(jid) ? domainName(domainPartOf(text)) : domainOf(jid);
  return domain && { domain, jid };
}

/** A certificate proves a sender towards all of our domains, dialback a pair. */
function proofOf(core: Core, from: DomainName, to: DomainName): Proof | undefined {
  const isCalled = core.end.role === 'receiver';
  if (isCalled && core.authenticated && from.ascii === core.theirs?.ascii) return 'certificate';
  return core.pairs.get(pairKey(from, to));
}

/** @spec RFC 6120 §8.3.3.8 */
function malformed(at: 'from' | 'to', { text }: Fault): Fault {
  return stanzaFault('bad-jid', 'jid-malformed', 'modify', 'RFC 6120 §8.3.3.8', text, at);
}

/** A user's slip must not cut the link that everyone shares; a peer that sends nothing else is not one user. */
function refuse(
  core: Core,
  element: XmlElement,
  from: Addressed,
  to: Addressed,
  fault: Fault,
): StreamState {
  core.misaddressed += 1;
  if (core.misaddressed > core.with.limits.misaddressed) return fail(core, 'too-many-misaddressed');
  received(core, true);
  put(core, { kind: 'refused-stanza', element, from: from.domain, to: to.domain, fault });
  return core.state;
}
