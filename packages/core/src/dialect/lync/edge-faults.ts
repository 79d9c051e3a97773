// Habit: edge-faults
// They do: answer 504 for every fault between two edges: records that do not fit, certificates, routes, requests that do not
//   cross. 403 and 404 are told apart by the number in their diagnostics, where a partner gets to see it at all.
// Vectors: err-01 D, err-02 D, err-03 D, err-04 O, err-05 D, err-06 D, err-07 D, err-08 O, err-09 O, own im-edge-faults D.
// We do: tell the sender what the number says, and without one that the other domain refuses. A 504 is no time-out: nothing is
//   sent again for it, but for the one number that means later.
import type { Response } from '@interwork/sip';
import type { Meaning } from '../types.ts';
import {
  CLIENT_DIAGNOSTICS_HEADER,
  DIAGNOSTICS_HEADER,
  diagnosticsIn,
  PUBLIC_DIAGNOSTICS_HEADER,
} from './diagnostics.ts';

/** What a fault between edges means; `undefined` where it means what the RFC says. */
export function edgeFaultMeaning(response: Response): Meaning | undefined {
  if (response.status < 400) return undefined;
  const known = numbersOf(response).find((id) => Object.hasOwn(BY_NUMBER, id));
  if (known !== undefined) return BY_NUMBER[known];
  return response.status === 504 ? UNSAID : undefined;
}

/** Every number of a response; the servers' before the clients'. */
function numbersOf({ headers }: Response): readonly number[] {
  const names = [DIAGNOSTICS_HEADER, PUBLIC_DIAGNOSTICS_HEADER, CLIENT_DIAGNOSTICS_HEADER];
  return names.flatMap((name) => diagnosticsIn(headers, name).map(({ id }) => id));
}

const NO_USER = never('no-such-user', 'item-not-found', 'The other domain knows no such user');
const NO_RECORDS = never(
  'dns-unresolved',
  'remote-server-not-found',
  'The other domain cannot find our servers by DNS',
);

/** By number; the words are ours. */
const BY_NUMBER: Readonly<Record<number, Meaning>> = {
  1001: never(
    'policy-user-public-im',
    'policy-violation',
    'The recipient may not talk to public providers',
  ),
  1002: never(
    'policy-user-federation',
    'policy-violation',
    'The recipient may not talk to federated partners',
  ),
  1003: NO_USER,
  1004: {
    reason: 'route-set-stale',
    condition: 'item-not-found',
    text: 'The conversation is over at the other end',
    again: 'reopen',
  },
  1005: never('no-route', 'remote-server-not-found', 'The other domain has no route'),
  1007: {
    reason: 'cannot-route-now',
    condition: 'remote-server-timeout',
    text: 'The other domain cannot route for now',
    again: 'later',
  },
  1008: NO_RECORDS,
  1009: never(
    'dns-srv-domain-mismatch',
    'remote-server-not-found',
    'The other domain finds our servers outside our domain',
  ),
  1010: never(
    'certificate-name',
    'remote-server-not-found',
    'The other domain does not find our name in our certificate',
  ),
  1012: never(
    'policy-user-outside',
    'policy-violation',
    'The recipient may not talk to anybody outside',
  ),
  1014: NO_RECORDS,
  1017: never('split-domain', 'forbidden', 'The other domain does not route between these domains'),
  1027: never(
    'not-routable',
    'feature-not-implemented',
    'The other domain does not route such requests',
  ),
  1047: never(
    'tls-handshake',
    'remote-server-not-found',
    'The other domain cannot open a connection that both sides prove',
  ),
  4005: NO_USER,
  4006: NO_USER,
};

const UNSAID = never(
  'unknown-remote-refusal',
  'service-unavailable',
  'The other domain refuses, and does not say why',
);

function never(reason: string, condition: Meaning['condition'], text: string): Meaning {
  return { reason, condition, text, again: 'never' };
}
