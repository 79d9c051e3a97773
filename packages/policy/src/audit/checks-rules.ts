// The audit of a document's own rules: what they let in that nobody may have meant, and what they say in vain.
import { valuesFor } from '../domain-set.ts';
import { parsePattern } from '../domain.ts';
import type { PolicySet, Rule } from '../policy-set.ts';
import type { Audited, Check, Sight } from './check.ts';

/** The checks of rules. */
export const RULE_CHECKS: readonly Check[] = [
  {
    code: 'default-permit',
    severity: 'high',
    risk: 'Whoever is named nowhere may talk to your users, today and with every domain that is made tomorrow.',
    remedy: 'Set "default" to "deny" and name whom you permit.',
    *find({ document }) {
      if (document.default === 'permit') yield { at: ['default'], evidence: 'default is permit' };
    },
  },
  {
    code: 'permit-everybody',
    severity: 'high',
    risk: 'The rule permits crossings with every domain, whatever the default says.',
    remedy: 'Name the domains that the rule is meant for.',
    *find(audited) {
      for (const { rule, at } of permits(audited)) {
        if (ENDS.every((end) => isEverybody(rule.names[end])))
          yield { at, evidence: `rule ${rule.id} names * alone at each end it asks about` };
      }
    },
  },
  {
    code: 'permit-whole-zone',
    severity: 'medium',
    risk: 'Anybody can register a name there, and is permitted with it.',
    remedy: 'Name the domains that the rule is meant for.',
    *find(audited) {
      yield* wildcards(audited, (name) => name !== '' && !name.includes('.'));
    },
  },
  {
    code: 'permit-below',
    severity: 'low',
    risk: 'Whoever is given a name there, also by delegation, is permitted with it.',
    remedy: 'Name the domains one by one if they are few, or be sure who gives names there.',
    *find(audited) {
      yield* wildcards(audited, (name) => name.includes('.'));
    },
  },
  {
    code: 'permit-never-decides',
    severity: 'medium',
    risk: 'The permit looks as if it let somebody in, but everybody it names is forbidden by other rules.',
    remedy: 'Remove the permit, or the forbids if the permit is what was meant.',
    *find(audited) {
      for (const { rule, at } of permits(audited)) {
        const forbids = coveringForbids(rule, audited.set);
        if (forbids.length > 0)
          yield { at, evidence: `rule ${rule.id} is overruled by ${forbids.join(', ')}` };
      }
    },
  },
  {
    code: 'forbid-twice',
    severity: 'low',
    risk: 'Nothing now; but whoever removes one of the two rules to let somebody in finds that the other still forbids.',
    remedy: 'Keep one of the two.',
    *find(audited) {
      for (const { rule, at } of rulesOf(audited)) {
        if (rule.effect === 'permit') continue;
        const forbids = coveringForbids(rule, audited.set);
        if (forbids.length > 0)
          yield { at, evidence: `what rule ${rule.id} forbids, ${forbids.join(', ')} forbids too` };
      }
    },
  },
];

interface Placed {
  readonly rule: Rule;
  readonly at: Sight['at'];
}

function rulesOf({ set }: Audited): readonly Placed[] {
  return [...set.rules.values()].map((rule, key) => ({ rule, at: ['rules', key] }));
}

/** A rule that says nothing of an end means everybody there. */
function isEverybody(names: Iterable<string> | undefined): boolean {
  for (const name of names ?? ['*']) if (name === '*') return true;
  return false;
}

function permits(audited: Audited): readonly Placed[] {
  return rulesOf(audited).filter(({ rule }) => rule.effect === 'permit');
}

function* wildcards(audited: Audited, isMeant: (name: string) => boolean): Iterable<Sight> {
  for (const { rule, at } of permits(audited)) {
    const names = ENDS.flatMap((end) => [...(rule.names[end] ?? [])]);
    const found = names.filter((name) => name.startsWith('*.') && isMeant(name.slice(2)));
    for (const name of found) yield { at, evidence: `rule ${rule.id} permits ${name}` };
  }
}

/** The other rules that forbid all that a rule names, for all its traffic; none if something is left. */
function coveringForbids(rule: Rule, set: PolicySet): readonly string[] {
  for (const end of ENDS) {
    const forbids = [...(rule.names[end] ?? [])].map((name) => forbidsOf(name, end, rule, set));
    if (forbids.length > 0 && forbids.every((ids) => ids.length > 0))
      return [...new Set(forbids.flat())];
  }
  return [];
}

function forbidsOf(text: string, end: Rule['end'], rule: Rule, set: PolicySet): readonly string[] {
  const pattern = parsePattern(text);
  if (pattern === undefined) return [];
  // What stands below a name also holds for the pattern *.name, what stands at it alone does not.
  const name = pattern.below ? `*.${pattern.name}` : pattern.name;
  const forbids = valuesFor(set.index, name).filter(
    (one) =>
      one.effect === 'forbid' &&
      one !== rule &&
      one.other === undefined &&
      (one.end === 'either' || one.end === end),
  );
  const covered = forbids.reduce((bits, one) => bits | one.traffic, 0);
  return (rule.traffic & ~covered) === 0 ? forbids.map(({ id }) => id) : [];
}

const ENDS = ['either', 'from', 'to'] as const;
