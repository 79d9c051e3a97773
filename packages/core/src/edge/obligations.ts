// What policy asks for, and who carries it out between SIP and SIP: a row for each kind, so that none is dropped. What has
// no row here stops the request by name.
import type { Obligation, Verdict } from '@interwork/policy';
import type { Flow } from '@interwork/sip';
import { type HostDuty, unmetBy } from '../gateway/duties.ts';
import { type Refusal, refused } from '../translation.ts';
import type { Decoration } from './decorated-name.ts';
import type { MethodRow } from './methods.ts';
import type { TrustMark } from '../dialect/lync/trust.ts';

/**
 * `connection`: by the connection it came by, or the one it leaves by. `headers`: by what is put into the request or taken
 * out. `names`: by the addresses. `words`: by what is done with the words, here or by the host (gateway/words.ts).
 * `limits`: by counting. `nothing`: there is nothing in what is relayed that it speaks of. `nobody`: it cannot be
 * carried out here.
 */
type Bearer = 'connection' | 'headers' | 'names' | 'words' | 'limits' | 'nothing' | 'nobody';

const BEARER: Readonly<Record<Obligation['kind'], Bearer>> = {
  prove: 'connection',
  tls: 'connection',
  'peer-name': 'connection',
  'strip-trust': 'headers',
  mark: 'headers',
  'mark-outgoing': 'headers',
  decorate: 'names',
  'encrypt-media': 'nothing', // calls are refused
  archive: 'words',
  disclaimer: 'words',
  filter: 'words',
  rate: 'limits',
  'no-notes': 'nobody',
  'added-first': 'nobody',
};

/** Why an obligation stops a request: nobody here carries it out, or nobody has said that he does. */
export function unmetDuty(
  { must }: Verdict,
  { traffic, hasWords }: MethodRow,
  declared: ReadonlySet<HostDuty>,
): Refusal | undefined {
  const left = must.find(({ kind }) => BEARER[kind] === 'nobody');
  if (left === undefined) return hasWords ? unmetBy(must, traffic, declared) : undefined;
  // somebody whose address is not known can have been added by nobody
  return left.kind === 'added-first'
    ? refused('not-added')
    : refused('obligation-unmet', left.kind);
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

/** The name that the server proved it came by: the one policy knows it by, else its first. */
export function peerOf({ must }: Verdict, { proved }: Flow): string | undefined {
  const names = must.flatMap((duty) =>
    duty.kind === 'peer-name' && duty.end === 'from' ? duty.names : [],
  );
  return proved.find((name) => names.includes(name)) ?? proved[0];
}
