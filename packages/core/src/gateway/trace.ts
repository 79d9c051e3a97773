// What happened to each thing that came in: one record per crossing, with the rule, the reasons, the
// losses and the times, enough for an administrator to explain it. Addresses are shortened unless the
// host asks otherwise; bodies, subjects and secrets are never in it.
import type { Judgement } from '@interwork/sip';
import { type Loss, NOTHING } from '../translation.ts';

/** How a crossing ended. */
export type CrossingOutcome =
  /** The other side said that it has it. */
  | 'delivered'
  /** Given to the peer's server on a proved link; nothing more is known. */
  | 'handed-over'
  /** This gateway would not, and told the sender why. */
  | 'refused'
  /** The other side, or the way there, failed; the sender was told. */
  | 'failed'
  /** Kept here until something else happens. */
  | 'held'
  /** Nothing in it to carry, or nobody to tell. */
  | 'dropped'
  /** A failure learned after 202, told to the sender in a message. */
  | 'late-failure';

/** One crossing. */
export interface CrossingTrace {
  readonly kind: 'crossing';
  /** When it came in (epoch ms of the clock handed in). */
  readonly at: number;
  readonly direction: 'sip-to-xmpp' | 'xmpp-to-sip' | 'sip-to-sip';
  readonly traffic: string;
  readonly from: string;
  readonly to: string;
  /** The section that was applied. */
  readonly rule: string;
  readonly outcome: CrossingOutcome;
  /** Stable words for why: a refusal's code, a condition, a failure. */
  readonly reasons: readonly string[];
  /** Ids of the policy rules that decided; empty when policy was not reached. */
  readonly by: readonly string[];
  /** What the sender was answered: a SIP status or a stanza error condition. */
  readonly answer: string | undefined;
  readonly lost: readonly Loss[];
  /** How the sender domain was proved on its connection. */
  readonly proof: string;
  /** Milliseconds from `at`. */
  readonly took: { readonly decided: number; readonly answered: number };
  /** The kinds of what policy asked for, where that is told. */
  readonly must?: readonly string[];
  /** The number by which Microsoft's servers say why. */
  readonly diagnostics?: number;
}

/** What is told of a crossing that ended where it began. */
export type EndedAtOnce = Pick<
  CrossingTrace,
  | 'direction'
  | 'traffic'
  | 'from'
  | 'to'
  | 'rule'
  | 'outcome'
  | 'reasons'
  | 'by'
  | 'answer'
  | 'proof'
>;

/** The trace of a crossing that was refused or dropped at once. */
export function endedAtOnce(now: number, ended: EndedAtOnce): CrossingTrace {
  return {
    kind: 'crossing',
    at: now,
    direction: ended.direction,
    traffic: ended.traffic,
    from: ended.from,
    to: ended.to,
    rule: ended.rule,
    outcome: ended.outcome,
    reasons: ended.reasons,
    by: ended.by,
    answer: ended.answer,
    lost: NOTHING,
    proof: ended.proof,
    took: { decided: 0, answered: 0 },
  };
}

/** A peer that did not get in. */
export interface PeerTrace {
  readonly kind: 'peer';
  readonly at: number;
  readonly side: 'sip' | 'xmpp';
  /** Whom it should have been; nothing for one that called by SIP, which says so only later. */
  readonly domain: string | undefined;
  readonly remote: string;
  readonly certificate: string;
  readonly faults: Judgement['faults'];
}

/** The code of the fault that tells how many messages are in doubt when a gateway has closed. */
export const IN_DOUBT = 'in-doubt-at-close';

/** The trace of a peer that was refused by its certificate. */
export function peerTrace(
  at: number,
  side: PeerTrace['side'],
  domain: string | undefined,
  remote: string,
  { certificate, faults }: Judgement,
): PeerTrace {
  return { kind: 'peer', at, side, domain, remote, certificate, faults };
}

/** Something a peer sent that breaks its protocol. */
export interface FaultTrace {
  readonly kind: 'fault';
  readonly at: number;
  readonly side: 'sip' | 'xmpp';
  readonly remote: string;
  readonly code: string;
  readonly spec: string;
  readonly text: string;
  /** How many, where it stands for several. */
  readonly count?: number;
}

/** A link that was ended because policy has changed: nothing may pass by it any more. */
export interface PartedTrace {
  readonly kind: 'parted';
  readonly at: number;
  readonly side: 'xmpp';
  /** Our domain and the other, A-labels. */
  readonly ours: string;
  readonly theirs: string;
  /** Ids of the policy rules that decided. */
  readonly by: readonly string[];
}

/** What the gateway tells of its work. */
export type Trace = CrossingTrace | PeerTrace | FaultTrace | PartedTrace;

/** How many crossings ended in each way. */
export type Counts = Record<CrossingOutcome, number>;

/** All zero. */
export function noCounts(): Counts {
  return {
    delivered: 0,
    'handed-over': 0,
    refused: 0,
    failed: 0,
    held: 0,
    dropped: 0,
    'late-failure': 0,
  };
}

/** An address with its user part cut to the first character. */
export function shortened(address: string): string {
  const at = address.indexOf('@');
  const slash = address.indexOf('/', at + 1);
  const end = slash < 0 ? address.length : slash;
  if (at < 1) return address.slice(0, end);
  const first = (address.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
  return `${address.slice(0, first)}…${address.slice(at, end)}`;
}
