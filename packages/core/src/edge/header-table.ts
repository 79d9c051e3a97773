// Header fields that do not cross the border as they are, a row each: what is left of one that comes from outside, and of
// one that leaves. Everything that has no row passes, octet for octet. Names compare without case, as everywhere.
import { type FieldNames, fieldNames } from '@interwork/sip';

/** `passes`; `never`; `by-option`: only where diagnostics may be seen outside. */
export type Passing = 'passes' | 'never' | 'by-option';

/** One header. */
export interface PassingRow {
  readonly name: string;
  /** In a request or response that came from outside. */
  readonly inward: Passing;
  /** In one that leaves. */
  readonly outward: Passing;
}

/**
 * The rows. The trust header and the source mark are the edge's own: what a peer says in them is taken away before
 * anything is decided, and what holds is written anew. Diagnostics name inner servers.
 */
export const PASSING: readonly PassingRow[] = [
  { name: 'ms-edge-proxy-message-trust', inward: 'never', outward: 'never' },
  { name: 'ms-diagnostics', inward: 'passes', outward: 'never' },
  { name: 'ms-diagnostics-public', inward: 'passes', outward: 'by-option' },
  { name: 'ms-client-diagnostics', inward: 'passes', outward: 'by-option' },
  { name: 'ms-user-logon-data', inward: 'never', outward: 'never' },
  { name: 'ms-split-domain-info', inward: 'never', outward: 'never' },
  { name: 'ms-keep-alive', inward: 'never', outward: 'never' }, //           hop by hop
  { name: 'ms-subnet', inward: 'never', outward: 'never' }, //               where somebody is
  { name: 'ms-endpoint-location-data', inward: 'never', outward: 'never' },
  { name: 'Authentication-Info', inward: 'never', outward: 'never' }, //     between a client and its own server
  { name: 'Proxy-Authorization', inward: 'never', outward: 'never' },
  { name: 'P-Preferred-Identity', inward: 'never', outward: 'never' },
];

/** The way of something: into our enterprise, out of it, or past it. */
export type Heading = 'inward' | 'outward' | 'past';

/** The names that go no further on a way, with these besides. */
export function stopping(
  heading: Heading,
  showsDiagnostics: boolean,
  besides: readonly string[],
): FieldNames {
  const stops = (passing: Passing): boolean =>
    passing === 'never' || (passing === 'by-option' && !showsDiagnostics);
  const names = PASSING.filter(
    (row) =>
      (heading !== 'outward' && stops(row.inward)) || (heading !== 'inward' && stops(row.outward)),
  ).map(({ name }) => name);
  return fieldNames([...names, ...besides]);
}
