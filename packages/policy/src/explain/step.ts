// The steps on the way to a verdict, a sentence each: what a step asks, and what it found.
import type { Outcome, StepName } from '../federation/steps.ts';
import type { Step } from '../steps-of.ts';
import { questionText } from './words.ts';

/** The sentence for one step. */
export function stepSentence(step: Step): string {
  const { name, outcome, by = [], diagnostics, unknown } = step;
  const found = by.length > 0 && isObjection(step) ? 'objection' : FOUND[outcome];
  const ids = by.length === 0 ? '' : ` by ${by.join(', ')}`;
  const number = diagnostics === undefined ? '' : ` (${diagnostics})`;
  const want = unknown === undefined ? '' : `; it is not known ${questionText(unknown)}`;
  return `Step ${name}, ${ASKED[name]}: ${found}${ids}${number}${want}.`;
}

/** An object that speaks for the crossing and does not let it through, where something else still may. */
export function isObjection({ name, outcome }: Step): boolean {
  return outcome === 'pass' && OBJECTING.has(name);
}

const FOUND: Readonly<Record<Outcome['outcome'], string>> = {
  pass: 'pass',
  permit: 'permit',
  forbid: 'forbid',
  skip: 'nothing to look at',
};
const ASKED: Readonly<Record<StepName, string>> = {
  query: 'whether it is understood',
  'own-rules': 'what our own rules say',
  'access-edge': 'whether the Access Edge is open',
  'local-domains': 'whether one end is ours',
  'blocked-domains': 'whether a domain is blocked',
  sender: 'whose server it comes from',
  route: 'whose server it goes to',
  verification: 'how far the sender is believed',
  capability: 'whether such users get such traffic',
  domain: 'whether anything permits it',
  'external-access': 'what our user may do outside',
  'recipient-rules': 'whether the recipient blocks the sender',
  'contact-list': 'whether the recipient knows a sender that is not verified',
};
const OBJECTING: ReadonlySet<StepName> = new Set(['sender', 'route', 'verification', 'capability']);
