// Habit: subscription-state
// They do: end a subscription by `terminated;expires=0` without a reason when a newer dialog takes over or a server goes, and
//   Windows Messenger leaves the header out.
// Vectors: pres-11 D, pres-12 O.
// We do: take an end without a reason for one that another subscription may follow at once, so that what was shown stays;
//   and a NOTIFY without a state for an active one. A reason that is there counts.
import { type Headers, headersOf, type IncomingRequest, isFault, param } from '@interwork/sip';
import { DIAGNOSTICS_HEADER, diagnosticsIn, PUBLIC_DIAGNOSTICS_HEADER } from './diagnostics.ts';

/** A NOTIFY of presence as RFC 6665 has it; `undefined` for what needs no mending. */
export function mendedState(
  r: IncomingRequest,
): { readonly request: IncomingRequest; readonly notes: readonly string[] } | undefined {
  if (r.method !== 'NOTIFY') return undefined;
  const { headers } = r.request;
  const state = headers.subscriptionState;
  if (state === undefined) return { request: withState(r, 'active'), notes: ['no-state'] };
  if (isFault(state) || state.value.toLowerCase() !== 'terminated') return undefined;
  if (param(state.params, 'reason') !== undefined) return undefined;
  return { request: withState(r, 'terminated;reason=deactivated'), notes: notesOf(headers) };
}

function withState(r: IncomingRequest, state: string): IncomingRequest {
  const others = r.request.headers.fields().filter(({ name }) => name.toLowerCase() !== NAME);
  const headers = headersOf([...others, { name: 'Subscription-State', value: state }]);
  return { ...r, request: { ...r.request, headers } };
}

/** Only the number means anything. */
function notesOf(headers: Headers): readonly string[] {
  const said = [PUBLIC_DIAGNOSTICS_HEADER, DIAGNOSTICS_HEADER].flatMap((name) =>
    diagnosticsIn(headers, name),
  );
  return [said.some(({ id }) => id === TAKEN_OVER) ? 'taken-over' : 'no-reason'];
}

const NAME = 'subscription-state';
/** A newer dialog of the same watcher took over. */
const TAKEN_OVER = 2139;
