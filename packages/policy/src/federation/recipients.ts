// What our user has set about whoever writes to them. Block beats allow, and both beat the contact list. Senders that are
// not verified pass only if they are allowed or added; where users are not known that becomes an obligation.
import { listedAbove } from './addresses.ts';
import type { Case } from './case.ts';
import type { People, Recipient } from './compiled.ts';
import type { PolicyQuestion, Relation } from './facts.ts';
import type { Outcome } from './steps.ts';
import { userAt } from './users.ts';

/** Whether the recipient blocks the sender. */
export function recipientRules(c: Case): Outcome {
  if (c.federation.recipients?.size === 0) return isAsked(c) ? PASS : SKIP;
  const people = peopleOf(c);
  if (people === undefined) return SKIP;
  const relation = relationOf(c, people);
  if (relation === undefined) {
    const unknown: PolicyQuestion = { kind: 'relation', ...people };
    return { outcome: 'forbid', by: BLOCK, unknown };
  }
  return relation === 'blocked' ? { outcome: 'forbid', by: BLOCK } : PASS;
}

/** Whether the recipient has allowed or added a sender that is not verified. */
export function contactList(c: Case): Outcome {
  const people = c.verification === 'unverified' ? peopleOf(c) : undefined;
  const relation = people === undefined ? undefined : relationOf(c, people);
  // a relation that is not known has been asked for already
  if (relation === undefined) return SKIP;
  if (relation !== 'allowed' && relation !== 'added') {
    // an object that might yet speak for the sender might verify it
    return { outcome: 'forbid', by: CONTACTS, unknown: c.sender?.objection?.unknown };
  }
  const by = relation === 'allowed' ? ALLOW : CONTACTS;
  c.agreed = [...c.agreed, ...by];
  return { outcome: 'permit', by };
}

/** Both addresses, of what comes to somebody of ours. */
interface Pair {
  readonly user: string;
  readonly contact: string;
}

/** Whether it comes to somebody of ours from somebody. */
function isAsked({ course, query }: Case): boolean {
  if (course !== 'in' && course !== 'within') return false;
  const { fromUser, toUser } = query;
  return toUser !== undefined && toUser !== '' && fromUser !== undefined;
}

function peopleOf(c: Case): Pair | undefined {
  if (!isAsked(c)) return undefined;
  const user = userAt(c, 'to');
  const contact = userAt(c, 'from');
  return user === undefined || contact === undefined ? undefined : { user, contact };
}

/** What is known of the pair: as the document has it, or else as handed in. */
export function relationOf(c: Case, { user, contact }: Pair): Relation | undefined {
  const { recipients } = c.federation;
  if (recipients?.size === 0) return 'none';
  if (recipients === undefined) return c.facts.relations?.get(`${user} ${contact}`);
  const recipient = recipients.get(user);
  return recipient === undefined ? 'none' : setBy(recipient, contact, c.heard.from);
}

function setBy(recipient: Recipient, contact: string, domain: string): Relation {
  const { block, allow, contacts } = recipient;
  if (block.everybody || block.addresses.has(contact)) return 'blocked';
  if (listedAbove(block.domains, domain) !== undefined) return 'blocked';
  if (isNamed(allow, contact, domain)) return 'allowed';
  return contacts.has(contact) ? 'added' : 'none';
}

/** An allowed domain is exact. */
function isNamed({ everybody, addresses, domains }: People, contact: string, domain: string) {
  return everybody || addresses.has(contact) || domains.has(domain);
}

const PASS: Outcome = { outcome: 'pass' };
const SKIP: Outcome = { outcome: 'skip' };
const BLOCK: readonly string[] = ['recipient:block'];
const ALLOW: readonly string[] = ['recipient:allow'];
const CONTACTS: readonly string[] = ['recipient:contacts'];
