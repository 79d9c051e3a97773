// What to do about each code of this package: refusals of the gateway, and misuse by hosts. One line each, for whoever reads
// a log or a ladder.
import type { RefusalCode } from './translation.ts';

const SENDER = 'The sender must write it otherwise: nothing here can change it.';
const NOT_CARRIED = 'Nothing: it is not carried by this gateway, and its sender has been told.';
const BOUND = 'A bound is full: look at who sends so much, or raise it (docs/defaults.md).';
const REACH =
  'Look at whether the partner can be reached: its records, its port, and its certificate.';

/** For each refusal. A row that is missing does not compile. */
export const REFUSAL_REMEDIES: Readonly<Record<RefusalCode, string>> = {
  'malformed-address':
    'Look at how the address is written: it has no counterpart in the other protocol.',
  'no-user-part': SENDER,
  'secure-scheme': 'Set `allowSips` if the operators of both sides have agreed on it.',
  'unknown-domain': 'Add the domain to `sipDomains` or `xmppDomains`, and give it a route.',
  'unknown-sender': 'Add the domain of the sender to the side that it is on.',
  'own-domain-from-outside':
    'Somebody outside writes in the name of a domain that is served here: look at who, or at the proof of your own servers.',
  'same-side':
    'Both are on one side: their own servers reach each other without this gateway, or give it an `edge`.',
  'identity-not-proved':
    'The connection does not prove the domain of the sender: look at its certificate, or give the partner a rule that proves it otherwise.',
  policy: 'Ask `explain` why: the ids stand in `by`; change the document if it should pass.',
  'not-added':
    'The recipient has to add the sender first: this service does not vouch for its users.',
  'obligation-unmet':
    'Declare the duty (`duties`) and carry it out, or take the obligation out of the policy.',
  host: 'Your `onCrossing` refused it.',
  'host-failed':
    'Your `onCrossing` threw, answered nothing, changed what it may not, or took longer than `GatewayWaits.duty`; or so much stood before it that it was not asked: look at what it waits for.',
  links: 'The policy takes no links from there: change its filter if it should.',
  'rate-exceeded':
    'More came than policy permits: raise the rate of the partner, or find out who floods.',
  'too-many-contacts':
    'The domain has addressed more people than policy permits: verify the partner if it is honest.',
  'insecure-route':
    'Policy wants a proved way to the recipient: give the route TLS and a name to prove.',
  loop: 'Two gateways send it to each other: look at the routes of both.',
  'too-many-hops': 'It has passed too many proxies: look for a loop in the routes.',
  'too-large': SENDER,
  'content-type': SENDER,
  'content-encoding': SENDER,
  'malformed-body': SENDER,
  groupchat: NOT_CARRIED,
  'room-invitation': NOT_CARRIED,
  session: 'Give the gateway `chat` if sessions are to be carried.',
  msrp: NOT_CARRIED,
  'no-text': 'Nothing: the session is of something else than text, and its sender has been told.',
  'session-over':
    'Nothing, if it is seldom: the peer ended the session, and the sender may try again.',
  'not-answered': 'Nothing: nobody has answered there, and the sender has been told.',
  'multi-party': NOT_CARRIED,
  'presence-not-carried': 'Give the gateway `presence` if contacts are to be carried.',
  'home-server': NOT_CARRIED,
  'event-package': NOT_CARRIED,
  'state-unavailable': 'The store did not answer: look at it; the sender may try again.',
  'queue-full': BOUND,
  'waited-too-long': REACH,
  'no-answer': 'Nobody said in time where the domain is reached: look at DNS, or at your `route`.',
  'link-lost': REACH,
  'content-disposition': SENDER,
  draining: 'Nothing: the gateway is closing, and the sender may try another.',
  closing: 'Nothing: the gateway has closed before it could be carried.',
  call: NOT_CARRIED,
  'not-routable': NOT_CARRIED,
  extension: SENDER,
  'foreign-route':
    'A Route leads where nothing is relayed: look at who wrote it, or add the server to the inner hops.',
  'stale-route':
    'The dialog is not known here: it is over, or of another gateway with another secret.',
  'asserted-elsewhere': 'The partner asserts an identity that is not its own: it must not.',
  'best-effort': 'Agree with the partner on notifications without answers, or let it use NOTIFY.',
  'no-route': 'Give the domain a route of the kind that policy wants, or look at its records.',
};

const OPTIONS = 'Correct the option: the message says what it must be.';

/** For each code of a `MisuseError`. */
export const MISUSE_REMEDIES: Readonly<Record<string, string>> = {
  'domain-on-both-sides': 'Name each domain on one side alone.',
  'header-name': OPTIONS,
  'inner-hops': 'Give the edge the servers of your own domains.',
  'malformed-address': OPTIONS,
  'malformed-bound': OPTIONS,
  'malformed-domain': OPTIONS,
  'malformed-instance': OPTIONS,
  'malformed-place': OPTIONS,
  'no-company': 'Name a company of the federation.',
  'no-misdeed': 'Name one of the misdeeds of the adversary.',
  'no-user': 'Name a user of the federation, with the domain where two have it.',
  'short-secret': 'Draw a secret of at least that length once, and keep it.',
  'too-many-rails': 'Put domains on one rail (`railOf`).',
  'unknown-dialect': 'Name a dialect that is there, or hand in one of your own.',
};

/** What to do about a code of a refusal or of misuse; `undefined` for a code that is not of this package. */
export function remedyOf(code: string): string | undefined {
  const table: Readonly<Record<string, string>> = Object.hasOwn(REFUSAL_REMEDIES, code)
    ? REFUSAL_REMEDIES
    : MISUSE_REMEDIES;
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
