// Whether somebody has added somebody, where the host does not say so: what is remembered of the two tells, for who wants
// to see somebody has them on the contact list. One read of their record, and its answer is that to policy's question.
import { escapeLocal } from '../address.ts';
import { Jid } from '@interwork/xmpp';
import type { PolicyQuestion } from '@interwork/policy';
import { hasAdded } from '../ledger/presence.ts';
import { peopleOf } from '../ledger/people.ts';
import { presenceKey } from '../ledger/presence-people.ts';
import { percentDecoded } from '../percent.ts';
import type { StoreAnswer } from '../store/request.ts';
import type { GatewayEnv } from './env.ts';
import type { PolicyAnswer } from './event.ts';

type RelationAnswer = Extract<PolicyAnswer, { readonly kind: 'relation' }>;

/** Looks into the record of two people; `false` where there can be none, or the host has said what counts. */
export function lookIfAdded(env: GatewayEnv, ask: string, answer: RelationAnswer): boolean {
  const question = env.inquiry.questionOf(ask);
  if (question?.kind !== 'relation' || DECIDED.has(answer.relation ?? 'none')) return false;
  const key = keyOf(env, question);
  if (key === undefined) return false;
  const op = `${LOOK}${answer.relation ?? 'unknown'} ${ask}`;
  env.out.push({ kind: 'store', op, request: { kind: 'read', key } });
  return true;
}

/** The store has answered; `false` when it is not about this. What the record does not say stays as the host said it. */
export function takeLook(env: GatewayEnv, now: number, op: string, answer: StoreAnswer): boolean {
  if (!op.startsWith(LOOK)) return false;
  const [said, ask = ''] = op.slice(LOOK.length).split(' ');
  const isAdded = answer.kind === 'read' && hasAdded(answer.stored?.record);
  const relation = isAdded ? 'added' : said === 'none' ? 'none' : undefined;
  env.inquiry.answered(now, ask, { kind: 'relation', relation });
  return true;
}

function keyOf(
  { sides, phones }: GatewayEnv,
  { user, contact }: Extract<PolicyQuestion, { readonly kind: 'relation' }>,
): string | undefined {
  const [here, there] = [jidOf(user), jidOf(contact)];
  if (here === undefined || there === undefined) return undefined;
  if (!sides.serves('sip', here.asciiDomain) || !sides.serves('xmpp', there.asciiDomain))
    return undefined;
  return presenceKey(peopleOf(here, there, phones));
}

/** An address as policy writes it. */
function jidOf(address: string): Jid | undefined {
  const at = address.lastIndexOf('@');
  const user = percentDecoded(address.slice(0, at));
  const jid = user === undefined ? undefined : Jid.of(escapeLocal(user), address.slice(at + 1));
  return jid?.kind === 'jid' ? jid : undefined;
}

/** What a host says that a record cannot change. */
const DECIDED: ReadonlySet<string> = new Set(['blocked', 'allowed', 'added']);
/** Begins the names of these reads. */
const LOOK = 'added? ';
