// What policy asks for, and who carries it out between SIP and SIP: a row for each kind, so that none is dropped. What has
// no row here stops the request by name.
import type { Obligation, Verdict } from '@interwork/policy';
import type { Decoration } from './decorated-name.ts';
import type { MethodRow } from './methods.ts';
import type { TrustMark } from './trust.ts';

/**
 * `connection`: by the connection it came by, or the one it leaves by. `headers`: by what is put into the request or taken
 * out. `names`: by the addresses. `limits`: by counting. `nothing`: there is nothing in what is relayed that it speaks of.
 * `nobody`: it cannot be carried out here.
 */
type Bearer = 'connection' | 'headers' | 'names' | 'limits' | 'nothing' | 'nobody';

const BEARER: Readonly<Record<Obligation['kind'], Bearer>> = {
  prove: 'connection',
  tls: 'connection',
  'peer-name': 'connection',
  'strip-trust': 'headers',
  mark: 'headers',
  'mark-outgoing': 'headers',
  decorate: 'names',
  'encrypt-media': 'nothing', // calls are refused
  archive: 'nobody',
  disclaimer: 'nobody',
  filter: 'nobody',
  rate: 'limits',
  'no-notes': 'nobody',
  'added-first': 'nobody',
};

/** Those of the people's words alone: they say nothing of other requests. */
const OF_MESSAGES: readonly Obligation['kind'][] = ['archive', 'disclaimer', 'filter'];

/** The first obligation that nobody here carries out. */
export function dutyNobodyHas({ must }: Verdict, row: MethodRow): Obligation | undefined {
  return must.find(
    ({ kind }) =>
      BEARER[kind] === 'nobody' && (row.traffic === 'message' || !OF_MESSAGES.includes(kind)),
  );
}

/** What inner servers are to be told. */
export function trustMarkOf({ must }: Verdict): TrustMark | undefined {
  return must.find((duty): duty is TrustMark => duty.kind === 'mark');
}

/** How names are written, if they are. */
export function decorationAt({ must }: Verdict): Decoration | undefined {
  return must.find((duty): duty is Decoration => duty.kind === 'decorate');
}

/** The names of which the next server must prove one; `undefined` where any will do. */
export function namesOfNext({ must }: Verdict): readonly string[] | undefined {
  const names = must.flatMap((duty) =>
    duty.kind === 'peer-name' && duty.end === 'to' ? [duty.names] : [],
  );
  const [first, ...others] = names;
  return first?.filter((name) => others.every((list) => list.includes(name)));
}
