// The gateway that is to be tested: what a product puts around the SDK, here an option of its own and a count of what it
// refused. It is handed its edges. In production they have sockets: `listenSip`, `listenXmpp` and `nodeTiming`.
import { type CrossingTrace, Gateway, type Running, wire } from '@interwork/core';
import type { HostPlace } from '@interwork/core/testing';

/** Runs the gateway; `refusals` is told of each crossing that it would not carry. */
export function startGateway(place: HostPlace, refusals: (trace: CrossingTrace) => void): Running {
  const { edges, timing, options, hooks, recording } = place;
  const gateway = new Gateway({ ...options, lateFailure: 'tell' });
  return wire(recording.over(gateway), edges, timing, {
    ...hooks,
    onTrace: (trace) => {
      if (trace.kind === 'crossing' && trace.outcome === 'refused') refusals(trace);
      hooks.onTrace?.(trace);
    },
  });
}
