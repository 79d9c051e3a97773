// What the edge itself answers: to what it refuses, and for a next hop that did not answer. Inner servers are told why;
// outsiders get the bare status unless the operator lets them see more. RFC 3261 §21.
import type { FailedEvent, HeaderField, ResponseDraft } from '@interwork/sip';
import { warning } from '../rules/warning.ts';
import type { Refusal } from '../translation.ts';
import { diagnosticsHeader, publicDiagnosticsHeader } from '../dialect/lync/diagnostics.ts';
import type { EdgeSettings, Leg } from './options.ts';
import { ownTrustHeader } from '../dialect/lync/trust.ts';

/** Why somebody is told something of the edge's own. */
export interface Told {
  readonly status: number;
  readonly text: string;
  readonly diagnostics: number | undefined;
  readonly headers?: readonly HeaderField[] | undefined;
}

/** The answer to whoever sent a request by that leg; `retryAfter` in milliseconds. @spec RFC 3261 §21.5.4 */
export function edgeAnswer(
  { status, text, diagnostics, headers = [] }: Told,
  leg: Leg,
  retryAfter: number,
  settings: EdgeSettings,
): ResponseDraft {
  const retry = [{ name: 'Retry-After', value: String(Math.ceil(retryAfter / 1000)) }];
  return {
    status,
    headers: [
      ...headers,
      ...(status === 503 ? retry : []),
      ...(leg === 'inner'
        ? within(text, diagnostics, settings)
        : outside(text, diagnostics, settings)),
    ],
  };
}

function within(
  text: string,
  diagnostics: number | undefined,
  { fqdn }: EdgeSettings,
): readonly HeaderField[] {
  const number = diagnostics === undefined ? [] : [diagnosticsHeader(diagnostics, fqdn)];
  return [warning(text), ...number, ownTrustHeader(fqdn)];
}

function outside(
  text: string,
  diagnostics: number | undefined,
  { showsDiagnostics }: EdgeSettings,
): readonly HeaderField[] {
  if (!showsDiagnostics) return [];
  const number = diagnostics === undefined ? [] : [publicDiagnosticsHeader(diagnostics)];
  return [warning(text), ...number];
}

/** What a refusal of ours tells. */
export function toldOf({ status, text, headers }: Refusal, diagnostics: number | undefined): Told {
  return { status, text, diagnostics, headers };
}

/**
 * What a next hop that gave no answer tells. Never 408, which a non-INVITE client could not use any more.
 * @spec RFC 4320 §4.2
 */
export function toldOfFailure({ reason, text, judgement }: FailedEvent): Told & {
  readonly reasons: readonly string[];
} {
  const [status, diagnostics] = TOLD_OF_FAILURE[reason];
  const fault = judgement?.faults[0];
  const field = fault === undefined ? [] : [`${fault.code}:${fault.field}`];
  return { status, text, diagnostics, reasons: [reason, ...field] };
}

const TOLD_OF_FAILURE: Readonly<
  Record<FailedEvent['reason'], readonly [number, number | undefined]>
> = {
  timeout: [504, 1007],
  transport: [504, 1007],
  certificate: [504, 1010],
  'no-target': [504, 1014],
  'too-large': [513, undefined],
  closed: [480, undefined],
  overload: [503, undefined],
  cancelled: [487, undefined],
};
