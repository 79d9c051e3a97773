// A document's own rules in sentences.
import type { NameList } from '../name-list.ts';
import type { Rule } from '../policy-set.ts';

/** The sentence for a rule that decided. */
export function ruleSentence(rule: Rule): string {
  const note = rule.note === undefined ? '' : ` Note: ${rule.note}`;
  const verb = rule.effect === 'permit' ? 'permits' : 'forbids';
  return `Rule ${rule.id} ${verb} ${subjectOf(rule)}.${note}`;
}

/** Which crossings a rule speaks of. */
export function subjectOf({ effect, partner, names }: Rule): string {
  const whom = (list: NameList): string =>
    shortList(list) + (effect === 'forbid' ? ' and everything below' : '');
  if (names.either !== undefined) {
    const either = whom(names.either);
    return `crossings with ${partner === undefined ? either : `partner ${partner} (${either})`}`;
  }
  const from = names.from === undefined ? '' : ` from ${whom(names.from)}`;
  const to = names.to === undefined ? '' : ` to ${whom(names.to)}`;
  return `crossings${from}${to}`;
}

function shortList(names: NameList): string {
  const shown = names.first(SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

/** Names of one list that are told. */
const SHOWN = 5;
