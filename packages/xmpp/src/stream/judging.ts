// Asking the judge, seldom: RFC 6120 §13.7.2. A stranger chooses both the chain and the names it is judged for, so a
// chain that does not hold is judged once on a stream, and each reason is told of once. What a refusal leads to is
// initiate.ts and answer.ts.
import type { Judgement } from '../server-link.ts';
import { type Core, put } from './core.ts';
import type { DomainName } from './domain.ts';

/**
 * What is said of the certificate for a domain; undefined when none was presented. Once the chain was refused for a
 * reason that is not the name, that is the answer for every name.
 * @spec RFC 6120 §13.7.2
 */
export function judged(core: Core, domain: DomainName): Judgement | undefined {
  if (core.presented.length === 0) return undefined;
  const { judgement } = core;
  if (judgement !== undefined && (core.judgedFor === domain.ascii || !isAboutName(judgement)))
    return judgement;
  return ask(core, domain);
}

function ask(core: Core, domain: DomainName): Judgement {
  const role = core.end.role === 'initiator' ? 'server' : 'client';
  const judgement = core.with.judge(core.presented, role, domain.ascii);
  core.judgement = judgement;
  core.judgedFor = domain.ascii;
  if (!judgement.accepted) tellRefused(core, domain, judgement);
  return judgement;
}

/** Whether another name may be judged otherwise. */
function isAboutName(judgement: Judgement): boolean {
  return judgement.accepted || ABOUT_NAME.has(reasonOf(judgement));
}

function tellRefused(core: Core, domain: DomainName, judgement: Judgement): void {
  const reason = reasonOf(judgement);
  if (core.refusals.has(reason)) return;
  core.refusals.add(reason);
  put(core, { kind: 'refused-peer', domain: domain.ascii, judgement });
}

function reasonOf(judgement: Judgement): string {
  return judgement.faults[0]?.code ?? '';
}

/** The codes of a judge for a chain that holds, of a certificate for somebody else. */
const ABOUT_NAME: ReadonlySet<string> = new Set(['name-mismatch', 'no-name']);
