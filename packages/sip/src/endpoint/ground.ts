// What the parts of one endpoint share: bounds, timers, randomness handed in, the outbox and the one
// heap of deadlines. Wiring only.
import type { Deadlines } from '../transaction/deadlines.ts';
import type { ServerTransaction } from '../transaction/table.ts';
import type { TimerTable } from '../timers.ts';
import type { Connection } from './connections.ts';
import type { EndpointLimits } from './limits.ts';
import type { Outbox } from './outbox.ts';
import type { BlockedTarget } from './blocked.ts';
import type { ConnectAttempt } from './attempts.ts';
import type { ClientTransaction } from './client-table.ts';
import type { InviteClient } from './invite-table.ts';
import type { InviteServer } from './invite-uas.ts';
import type { DrawToken, SipEndpointOptions } from './types.ts';

/** What stands among the server transactions. */
export type Served = ServerTransaction<string> | InviteServer;

/** Everything of an endpoint that waits for a moment. */
export type Waiting =
  | ClientTransaction
  | InviteClient
  | Served
  | Connection
  | ConnectAttempt
  | BlockedTarget;

export interface Ground {
  readonly draw: DrawToken;
  readonly limits: EndpointLimits;
  readonly timers: TimerTable;
  readonly outbox: Outbox;
  readonly deadlines: Deadlines<Waiting>;
  readonly shownTo: NonNullable<SipEndpointOptions['shownTo']>;
}
