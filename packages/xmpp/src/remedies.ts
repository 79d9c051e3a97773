// What to do about each code of this package: faults of peers, and misuse by hosts. One line each, for whoever reads a log.
import type { FaultCode } from './fault.ts';

const PEER =
  'The peer wrote this wrongly: tell its operator, with the section; nothing here can change it.';
const LIMIT =
  'The peer sent more than is taken: raise the limit of that name if the partner is honest, else leave it.';
const NEGOTIATION =
  'The peer cannot do what is asked of its link: look at its version, or at the rules of the partner.';
const AWAY = 'The peer is busy or goes away: the next stanza opens a link anew.';

/** For each fault. A row that is missing does not compile. */
export const FAULT_REMEDIES: Readonly<Record<FaultCode, string>> = {
  'bad-format': PEER,
  'bad-namespace-prefix': PEER,
  conflict:
    'The peer has another stream of ours and wants one: look for a second gateway with the same domain.',
  'connection-timeout': AWAY,
  'host-gone': 'The peer no longer serves the domain: look at its SRV records.',
  'host-unknown':
    'The peer does not serve the domain: look at its SRV records and at how it is spelled.',
  'improper-addressing': PEER,
  'internal-server-error': 'The peer failed: ask its operator for its log at this time.',
  'invalid-from':
    'The sender is not of the domain that the stream has proved: look at who writes in its name.',
  'invalid-namespace': PEER,
  'invalid-xml': PEER,
  'not-authorized':
    'Neither a certificate nor dialback proved the domain: run examples/certificate-doctor against the peer.',
  'not-well-formed': PEER,
  'policy-violation':
    'The rules of one side refuse the link: look at the partner in the policy, or ask the peer.',
  'remote-connection-failed':
    'The peer could not reach us for dialback: look at our SRV records and our firewall.',
  reset: AWAY,
  'resource-constraint': AWAY,
  'restricted-xml': PEER,
  'see-other-host':
    'The peer sends us to another host, which is not followed: correct its SRV records.',
  'system-shutdown': AWAY,
  'undefined-condition': 'The peer says no more than that something is wrong: ask its operator.',
  'unsupported-encoding': PEER,
  'unsupported-feature': NEGOTIATION,
  'unsupported-stanza-type': PEER,
  'unsupported-version': NEGOTIATION,
  'too-deep': LIMIT,
  'too-large': LIMIT,
  'too-many-attributes': LIMIT,
  'unsolicited-dialback': 'Somebody answers dialback that nobody asked for: look at who connects.',
  'excluded-by-rules':
    'The link rules of the partner leave no way to prove it: correct them in the policy.',
  'bad-jid': PEER,
  'bad-stanza': PEER,
};

const OPTIONS = 'Correct the option: the message says what it must be.';
const ELEMENT = 'Correct the element that you hand in: the message says what is wrong with it.';
const SCRIPT = 'Correct the script of the test: the message names what is not there.';

/** For each code of a `MisuseError`. */
export const MISUSE_REMEDIES: Readonly<Record<string, string>> = {
  'bad-instant': ELEMENT,
  'bad-jid': 'Give a JID: `Jid.parse` says what is wrong with a text.',
  'bad-name': ELEMENT,
  'bad-namespace': ELEMENT,
  'bad-resource': SCRIPT,
  'bad-user': SCRIPT,
  'malformed-domain': OPTIONS,
  'no-address': 'Give the stanza both addresses before it is sent.',
  'no-misdeed': 'Name one of the misdeeds that the message of the adversary lists.',
  'no-secret': 'Hand in the secret that the server has for the component.',
  'no-state': SCRIPT,
  'no-user': SCRIPT,
  'not-connected': SCRIPT,
  'not-proved': 'Send stanzas once the stream has proved the domain.',
  'not-started': 'Call start() before anything is sent.',
  'resource-in-use': SCRIPT,
  started: 'Start an edge once; a second gateway needs an edge of its own.',
  'tls-options': 'Hand in `tls` and `judge`, or rules that do without TLS.',
  'too-deep': ELEMENT,
};

/** What to do about a code of a fault or of misuse; `undefined` for a code that is not of this package. */
export function remedyOf(code: string): string | undefined {
  const table: Readonly<Record<string, string>> = Object.hasOwn(FAULT_REMEDIES, code)
    ? FAULT_REMEDIES
    : MISUSE_REMEDIES;
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
