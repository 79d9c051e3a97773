// A gateway between its two edges: what the edges tell goes in, what comes out goes to them. The loop of
// the machine contract, written once; the clock, the alarm and the answers are handed in, so the same
// loop runs over sockets (node/run.ts) and over the virtual world (testing/).
import type { SipEvent, Target } from '@interwork/sip';
import type { XmppEvent } from '@interwork/xmpp';
import type { PolicySet } from '@interwork/policy';
import type { GatewayEvent, SipCommand, XmppCommand } from './event.ts';
import type { Gateway } from './gateway.ts';
import type { Trace } from './trace.ts';

/** One side's wire: a started edge tells what happens and takes commands. */
export interface Edge<Event, Command> {
  start(take: (event: Event) => void): void;
  send(command: Command): void;
  close(): Promise<void>;
}

/** Both sides. */
export interface Edges {
  readonly sip: Edge<SipEvent, SipCommand>;
  readonly xmpp: Edge<XmppEvent, XmppCommand>;
}

/** What the loop is handed. */
export interface Wiring {
  /** Milliseconds of a clock that never steps back. */
  readonly now: () => number;
  /** Calls `run` at an instant; the answer cancels it. */
  readonly alarm: (at: number, run: () => void) => () => void;
  readonly onTrace?: (trace: Trace) => void;
  /** Finds the next hops of a SIP domain; `reply` is called once, with none when there are none. */
  readonly route?: (domain: string, reply: (targets: readonly Target[]) => void) => void;
}

/** A gateway that runs. */
export interface Running {
  /** Puts another policy in force, at once. */
  replacePolicy(policy: PolicySet): void;
  /** Refuses what is new, ends what is open within a bound, then closes both edges. */
  close(): Promise<void>;
}

/** Runs a gateway over two edges. */
export function wire(gateway: Gateway, edges: Edges, wiring: Wiring): Running {
  let cancel = (): void => {};
  let alarmAt = Infinity;
  let busy = false;
  const waiting: GatewayEvent[] = [];
  const ended = deferred();

  const feed = (event: GatewayEvent): void => {
    waiting.push(event);
    if (busy) return;
    busy = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      gateway.receive(wiring.now(), next);
      drain();
    }
    busy = false;
    rearm();
  };

  const drain = (): void => {
    for (let out = gateway.next(); out !== undefined; out = gateway.next()) {
      if (out.kind === 'sip') edges.sip.send(out.input);
      else if (out.kind === 'xmpp') edges.xmpp.send(out.input);
      else if (out.kind === 'trace') wiring.onTrace?.(out.trace);
      else if (out.kind === 'ask') ask(out.ask, out.question.domain);
      else ended.resolve();
    }
  };

  const ask = (id: string, domain: string): void => {
    const reply = (targets: readonly Target[]): void =>
      feed({ kind: 'answer', ask: id, answer: { kind: 'sip-route', targets } });
    if (wiring.route === undefined) reply([]);
    else wiring.route(domain, reply);
  };

  /** An alarm that is set for earlier stays: waking for nothing costs less than setting it anew. */
  const rearm = (): void => {
    if (gateway.wakeAt >= alarmAt) return;
    cancel();
    alarmAt = gateway.wakeAt;
    cancel = wiring.alarm(alarmAt, wake);
  };

  const wake = (): void => {
    alarmAt = Infinity;
    feed({ kind: 'tick' });
  };

  edges.sip.start((event) => feed({ kind: 'sip', event }));
  edges.xmpp.start((event) => feed({ kind: 'xmpp', event }));
  return {
    replacePolicy: (policy) => feed({ kind: 'policy', policy }),
    close: async () => {
      feed({ kind: 'close' });
      await ended.promise;
      cancel();
      await Promise.all([edges.sip.close(), edges.xmpp.close()]);
    },
  };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
