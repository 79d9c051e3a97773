// Why something ended as it did, from its trace alone: in one line, and as rows of a table.
import { remedyOf as ofCertificate } from '@interwork/certs';
import { remedyOf as ofSip } from '@interwork/sip';
import { remedyOf as ofXmpp } from '@interwork/xmpp';
import type { CrossingTrace, Trace } from '../gateway/trace.ts';
import { remedyOf } from '../remedies.ts';

/** One thing to know, by name. */
export interface Row {
  readonly name: string;
  readonly value: string;
}

/** One line. */
export function whyInOne(trace: Trace): string {
  switch (trace.kind) {
    case 'crossing':
      return crossingInOne(trace);
    case 'peer': {
      const faults = trace.faults.map(({ code, field, text }) => `${code} (${field}): ${text}`);
      return [`certificate ${trace.certificate}`, ...faults].join(' · ');
    }
    case 'fault':
      return `${trace.code} · ${trace.spec} · ${trace.text}`;
    case 'parted':
      return `${trace.ours} and ${trace.theirs} parted · ${ruleOf(trace.by)}`;
  }
}

/** Whether the trace says that something went wrong. */
export function isBad(trace: Trace): boolean {
  return trace.kind !== 'crossing' || BAD.has(trace.outcome);
}

/** Everything that a trace says, by name. */
export function whyInRows(trace: Trace): readonly Row[] {
  return rowsOf(trace).flatMap(([name, value]) => (value === '' ? [] : [{ name, value }]));
}

type Pair = readonly [name: string, value: string];

function rowsOf(trace: Trace): readonly Pair[] {
  switch (trace.kind) {
    case 'crossing':
      return rowsOfCrossing(trace);
    case 'peer':
      return [
        ['peer', `${trace.domain ?? 'unknown'} at ${trace.remote}`],
        ['certificate', trace.certificate],
        ...trace.faults.map(
          ({ code, field, text }): Pair => ['verdict', `${code} (${field}): ${text}`],
        ),
        [
          'what to do',
          adviceOn(
            trace.faults.slice(0, 1).map(({ code }) => code),
            ofCertificate,
          ),
        ],
      ];
    case 'fault':
      return [
        ['peer', trace.remote],
        ['fault', `${trace.code}: ${trace.text}`],
        ['section', trace.spec],
        ['what to do', (trace.side === 'sip' ? ofSip : ofXmpp)(trace.code) ?? ''],
      ];
    case 'parted':
      return [
        ['link', `${trace.ours} – ${trace.theirs}`],
        ['verdict', ruleOf(trace.by)],
      ];
  }
}

function rowsOfCrossing(trace: CrossingTrace): readonly Pair[] {
  const { took, diagnostics } = trace;
  return [
    ['outcome', `${trace.traffic} ${trace.outcome}`],
    ['from', trace.from],
    ['to', trace.to],
    ['rule', trace.rule],
    ['verdict', ruleOf(trace.by)],
    ['obligations', (trace.must ?? []).join(', ')],
    ['reasons', trace.reasons.join(', ')],
    ['what to do', adviceOn(trace.reasons, remedyOf)],
    ['answer', trace.answer ?? ''],
    ['diagnostics', diagnostics === undefined ? '' : String(diagnostics)],
    ['sender proved by', trace.proof],
    ['lost', lostOf(trace)],
    ['took', `decided ${milliseconds(took.decided)}, ended ${milliseconds(took.answered)}`],
  ];
}

function crossingInOne(trace: CrossingTrace): string {
  const why = trace.reasons.length > 0 ? ` (${trace.reasons.join(', ')})` : '';
  return [
    `${trace.traffic} ${trace.outcome}${why}`,
    trace.rule,
    ruleOf(trace.by),
    ...(trace.diagnostics === undefined ? [] : [`diagnostics ${trace.diagnostics}`]),
    `sender proved by ${trace.proof}`,
    trace.lost.length > 0
      ? `lost: ${trace.lost.map(({ what }) => what).join(', ')}`
      : 'nothing lost',
    milliseconds(trace.took.answered),
  ].join(' · ');
}

/** What to do about codes, a line for each that is known. */
function adviceOn(codes: readonly string[], remedy: (code: string) => string | undefined): string {
  return codes.flatMap((code) => remedy(code) ?? []).join(' ');
}

function ruleOf(by: readonly string[]): string {
  return by.length > 0 ? `policy rule ${by.join(', ')}` : 'policy not reached';
}

function lostOf({ lost }: CrossingTrace): string {
  return lost.length === 0
    ? 'nothing'
    : lost.map(({ what, spec }) => `${what} (${spec})`).join(', ');
}

function milliseconds(time: number): string {
  return `${Math.round(time)} ms`;
}

const BAD: ReadonlySet<string> = new Set(['refused', 'failed', 'late-failure']);
