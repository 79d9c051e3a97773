// What policy asks for, and who carries it out between SIP and XMPP: a row for each kind of obligation, so that none is
// dropped. What the host has to do (archive, add a disclaimer, look through the words) it declares; what nobody declares
// stops the crossing by name.
import type { Obligation, Traffic } from '@interwork/policy';
import { type Refusal, refused } from '../translation.ts';

/**
 * `connection`: by the connection it came by (identity.ts). `way`: by the next hop or the stream it leaves by (admit.ts).
 * `ledger`: by what is remembered of the two people. `limits`: by counting. `rule`: by what is written. `host`: by
 * the host. `nothing`: there is nothing in it that this speaks of.
 */
export type Bearer = 'connection' | 'way' | 'ledger' | 'limits' | 'rule' | 'host' | 'nothing';

/** Who carries out what, between SIP and XMPP. A proof that is asked of both ends is two obligations, one for each. */
export const BEARER: Readonly<Record<Obligation['kind'], readonly [Bearer, ...Bearer[]]>> = {
  prove: ['connection', 'way'],
  tls: ['connection', 'way'],
  'peer-name': ['connection', 'way'],
  // A stanza has no place for what Microsoft's edges tell one another, and what we write has none of it.
  'strip-trust': ['nothing'],
  mark: ['nothing'],
  'mark-outgoing': ['nothing'],
  // Calls are refused.
  'encrypt-media': ['nothing'],
  // Addresses are decorated for providers, which speak SIP.
  decorate: ['nothing'],
  archive: ['host'],
  disclaimer: ['host'],
  // Links are looked for here, unless the host says that it looks.
  filter: ['rule', 'host'],
  rate: ['limits'],
  'no-notes': ['rule'],
  'added-first': ['ledger'],
};

/** What a host may do for messages. */
export type HostDuty = Extract<Obligation['kind'], 'archive' | 'disclaimer' | 'filter'>;

/** An obligation that a host may carry out. */
export type HostObligation = Extract<Obligation, { readonly kind: HostDuty }>;

/** The first obligation that nobody carries out, as a refusal; they speak of the words of a message alone. */
export function unmetBy(
  must: readonly Obligation[],
  traffic: Traffic,
  declared: ReadonlySet<HostDuty>,
): Refusal | undefined {
  if (must.length === 0 || !HAS_WORDS.has(traffic)) return undefined;
  const left = must.find(({ kind }) => {
    const [bearer] = BEARER[kind];
    return bearer === 'host' && !declared.has(kind as HostDuty);
  });
  return left === undefined ? undefined : refused('obligation-unmet', left.kind);
}

/** What the host is to do with a message, in the order in which it is done: what is archived is what is sent. */
export function hostDutiesOf(
  must: readonly Obligation[],
  declared: ReadonlySet<HostDuty>,
): readonly HostObligation[] {
  if (must.length === 0 || declared.size === 0) return NONE;
  const own = must.filter((duty): duty is HostObligation => declared.has(duty.kind as HostDuty));
  return own.length < 2 ? own : own.toSorted((a, b) => ORDER[a.kind] - ORDER[b.kind]);
}

/** Whether an obligation of a kind is among them. */
export function hasDuty(must: readonly Obligation[], kind: Obligation['kind']): boolean {
  return must.some((duty) => duty.kind === kind);
}

/** Whether something is wanted of the words of a message. */
export function wantsWords(must: readonly Obligation[]): boolean {
  return must.some(({ kind }) => Object.hasOwn(ORDER, kind));
}

const ORDER: Readonly<Record<HostDuty, number>> = { filter: 0, disclaimer: 1, archive: 2 };
/** Traffic that people's words are in. */
const HAS_WORDS: ReadonlySet<Traffic> = new Set(['message', 'chat']);
const NONE: readonly never[] = Object.freeze([]);
