// A request on its way through the edge, as the steps of a decision see it: what they look at, what they have found so far,
// and what it is once they have let it through. Types only; the steps are decide.ts.
import type { Flow, IncomingRequest } from '@interwork/sip';
import type { Facts, PolicySet, Verdict } from '@interwork/policy';
import type { HostDuty } from '../gateway/duties.ts';
import type { Sides } from '../gateway/sides.ts';
import type { Decoration } from './decorated-name.ts';
import type { DialogToken, Sealing } from './dialog-token.ts';
import type { Heading } from './header-table.ts';
import type { MethodRow } from './methods.ts';
import type { EdgeSettings, Leg } from './options.ts';
import type { Person } from './people.ts';
import type { Routed } from './route.ts';

/** What the steps look at beside the request. */
export interface EdgeEnv {
  readonly sides: Sides;
  readonly policy: PolicySet;
  readonly facts: Facts;
  readonly instance: string;
  readonly allowSips: boolean;
  readonly believesDatagrams: boolean;
  readonly options: Sealing;
  /** What the host has said it does with words. */
  readonly duties: ReadonlySet<HostDuty>;
}

/** A request that may go on. */
export interface Passage {
  readonly kind: 'passage';
  readonly row: MethodRow;
  readonly heading: Heading;
  readonly from: Person;
  readonly to: Person;
  /** The legs it came by and goes on by. */
  readonly cameBy: Leg;
  readonly goesBy: Leg;
  readonly verdict: Verdict;
  readonly proof: string;
  readonly routed: Routed;
  /** The dialog it belongs to, or makes. */
  readonly token: DialogToken | undefined;
  /** The user part of our Record-Route, where there is to be one. */
  readonly recordRoute: string | undefined;
  readonly mark: string;
  readonly decoration: Decoration | undefined;
}

/** What a decision is about. */
export interface Walk {
  readonly request: IncomingRequest;
  readonly flow: Flow;
  readonly settings: EdgeSettings;
  readonly env: EdgeEnv;
}

/** What is known of a passage before policy has spoken. */
export type Draft = Pick<
  Passage,
  | 'row'
  | 'mark'
  | 'routed'
  | 'from'
  | 'to'
  | 'token'
  | 'recordRoute'
  | 'cameBy'
  | 'goesBy'
  | 'heading'
>;
