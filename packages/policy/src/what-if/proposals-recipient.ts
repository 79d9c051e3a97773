// Changes of what a recipient has set about a sender, where the document says it of anybody. A host that keeps it elsewhere is
// not overruled.
import { readAddress } from '../federation/addresses.ts';
import { normalizeDomain } from '../domain.ts';
import { quoted } from '../finding.ts';
import type { Change } from './change.ts';
import { adding, dropping, type Federated } from './federated.ts';

/** The block taken away; or the sender allowed or added. */
export function moreWanted(situation: Federated, list: string): readonly Change[] {
  const pair = pairOf(situation);
  if (pair === undefined) return [];
  if (list === 'block') return withoutSender(situation, pair, 'block');
  return [withSender(situation, pair, 'contacts'), withSender(situation, pair, 'allow')];
}

/** The sender blocked; or not allowed or not added any more. */
export function lessWanted(situation: Federated): readonly Change[] {
  const pair = pairOf(situation);
  if (pair === undefined) return [];
  const taken = (['contacts', 'allow'] as const).flatMap((list) =>
    withoutSender(situation, pair, list),
  );
  return [...taken, withSender(situation, pair, 'block')];
}

interface Pair {
  /** The recipient as the document spells it. */
  readonly user: string;
  readonly sender: string;
}

function pairOf({ query, entry }: Federated): Pair | undefined {
  const { fromUser, toUser, from, to } = query;
  if (!fromUser || !toUser || entry.recipients === undefined) return undefined;
  const user = `${toUser}@${to}`;
  const there = Object.keys(entry.recipients).find(
    (text) => readAddress(text) === readAddress(user),
  );
  return { user: there ?? user, sender: `${fromUser}@${from}` };
}

type List = 'block' | 'allow' | 'contacts';

function withSender(situation: Federated, { user, sender }: Pair, list: List): Change {
  return adding(situation, ['recipients', user, list], sender, {
    kind: 'set-relation',
    reach: 'pair',
    text: `Put ${quoted(sender)} on the ${LISTS[list]} list of ${quoted(user)}.`,
  });
}

/** What names the sender taken out: the address, the domain above, or everybody. */
function withoutSender(
  situation: Federated,
  { user, sender }: Pair,
  list: List,
): readonly Change[] {
  const names = situation.entry.recipients?.[user]?.[list];
  return dropping(names, ['recipients', user, list], (text) => isMeant(text, sender, list), {
    kind: 'set-relation',
    reach: 'user',
    text: `Take ${quoted(sender)}, and what else names it, off the ${LISTS[list]} list of ${quoted(user)}.`,
  });
}

function isMeant(text: string, sender: string, list: List): boolean {
  if (text === '*' || readAddress(text) === readAddress(sender)) return true;
  const name = normalizeDomain(text);
  const domain = normalizeDomain(sender.slice(sender.lastIndexOf('@') + 1)) ?? '';
  return (
    name !== undefined && (name === domain || (list === 'block' && domain.endsWith(`.${name}`)))
  );
}

const LISTS: Readonly<Record<List, string>> = {
  block: 'block',
  allow: 'allow',
  contacts: 'contact',
};
