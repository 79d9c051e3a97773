// A gateway between its two edges: what the edges tell goes in, what comes out goes to them. The clock, the
// alarm and the answers are handed in, so the same loop runs over sockets (node/run.ts) and over the
// virtual world (testing/).
import type { SipEvent, Target } from '@interwork/sip';
import type { XmppEvent } from '@interwork/xmpp';
import type { PolicyQuestion, PolicySet } from '@interwork/policy';
import { closing } from '../closing.ts';
import { type Drivable, drive, type Timing } from '../drive.ts';
import { type AskStore, askStore, type StoreRequest } from '../store/request.ts';
import type { Store } from '../store/store.ts';
import type {
  Answer,
  AskedCrossing,
  CrossingVerdict,
  DutyAnswer,
  DutyQuestion,
  GatewayEvent,
  GatewayOutput,
  PolicyAnswer,
  Question,
  SipCommand,
  XmppCommand,
} from './event.ts';
import { closeWithin, type Closed, DEFAULT_WIRE_WAITS, Ending, type WireWaits } from './closed.ts';
import { type OutcomeEvents, tellOutcome } from './outcomes.ts';
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

/** What the host is told and asked. */
export interface Hooks {
  readonly onTrace?: (trace: Trace) => void;
  /** Told of each outcome by its name, with its type. */
  readonly on?: OutcomeEvents;
  /** Finds the next hops of a SIP domain; `reply` is called once, with none when there are none. */
  readonly route?: (domain: string, reply: (targets: readonly Target[]) => void) => void;
  /**
   * Answers what policy wants to know; `reply` is called once, with the same kind. Without it nothing is known, and what
   * depends on it is refused; and nobody has blocked, allowed or added anybody.
   */
  readonly fact?: (question: PolicyQuestion, reply: (answer: PolicyAnswer) => void) => void;
  /**
   * Looks at everything that people say, ask or show and that everything else permits, before it is carried: messages,
   * presence, sessions, typing, receipts. It passes, passes with other words or to another recipient as far as
   * `AskedCrossing.mayChange` says, or is refused. What throws, rejects or takes longer than `GatewayWaits.duty` refuses it by
   * the name `host-failed`. What takes back what was said is not asked about. How much comes from a partner is counted behind
   * it: what the host refuses is not counted, and what it lets pass may still be too much.
   */
  readonly onCrossing?: (crossing: AskedCrossing) => CrossingVerdict | Promise<CrossingVerdict>;
  /** Does what `GatewayOptions.duties` declares; `reply` is called once. */
  readonly duty?: (question: DutyQuestion, reply: (answer: DutyAnswer) => void) => void;
  /** Keeps what outlives a message; or performs what is asked of one. */
  readonly store?: Store | AskStore;
  readonly waits?: Partial<WireWaits>;
}

/** A gateway that runs. */
export interface Running {
  /** Puts another policy in force, at once. */
  replacePolicy(policy: PolicySet): void;
  /**
   * Refuses what is new, ends what is open within a bound (`GatewayWaits.close`), then closes both edges within another; the
   * answer says what became of all of it. A second call has the answer of the first.
   */
  close(): Promise<Closed>;
}

/** Runs a gateway (or what takes and puts out the same) over two edges. */
export function wire(
  gateway: Drivable<GatewayEvent, GatewayOutput>,
  edges: Edges,
  timing: Timing,
  hooks: Hooks = {},
): Running {
  const { closed, end } = closing();
  let ending: Ending | undefined;
  let over: Promise<Closed> | undefined;

  const told = (trace: Trace): void => {
    ending?.trace(trace);
    hooks.onTrace?.(trace);
    if (hooks.on !== undefined) tellOutcome(hooks.on, trace);
  };

  const perform = (out: GatewayOutput): void => {
    if (out.kind === 'sip') edges.sip.send(out.input);
    else if (out.kind === 'xmpp') edges.xmpp.send(out.input);
    else if (out.kind === 'trace') told(out.trace);
    else if (out.kind === 'ask') ask(out.ask, out.question);
    else if (out.kind === 'store') store(out.op, out.request);
    else end();
  };
  const feed = drive<GatewayEvent, GatewayOutput>(gateway, perform, timing);

  const ask = (id: string, question: Question): void => {
    const reply = (answer: Answer): void => feed({ kind: 'answer', ask: id, answer });
    if (question.kind === 'sip-route') {
      if (hooks.route === undefined) reply(NOWHERE);
      else hooks.route(question.domain, (targets) => reply({ kind: 'sip-route', targets }));
    } else if (question.kind === 'duty') {
      if (hooks.duty === undefined) reply(NOT_DONE);
      else hooks.duty(question, reply);
    } else if (question.kind === 'crossing') {
      lookBy(hooks.onCrossing, question.crossing, (said) => reply({ ...said, kind: 'crossing' }));
    } else if (hooks.fact === undefined) reply(unknownTo(question));
    else hooks.fact(question, reply);
  };

  const askedStore = askOf(hooks.store);
  const store = (op: string, request: StoreRequest): void =>
    askedStore(request, (answer) => feed({ kind: 'stored', op, answer }));

  if (hooks.onCrossing !== undefined) feed({ kind: 'hooked', crossing: true });
  edges.sip.start((event) => feed({ kind: 'sip', event }));
  edges.xmpp.start((event) => feed({ kind: 'xmpp', event }));
  if (hooks.store !== undefined) feed({ kind: 'tick' });
  const close = async (): Promise<Closed> => {
    const collected = new Ending(timing.now());
    ending = collected;
    feed({ kind: 'close' });
    await closed;
    const { edges: most } = { ...DEFAULT_WIRE_WAITS, ...hooks.waits };
    const [sip, xmpp] = await Promise.all(
      [edges.sip, edges.xmpp].map((edge) => closeWithin(timing, most, () => edge.close())),
    );
    return collected.closed(timing.now(), { sip: sip ?? 'failed', xmpp: xmpp ?? 'failed' });
  };
  return {
    replacePolicy: (policy) => feed({ kind: 'policy', policy }),
    close: () => (over ??= close()),
  };
}

/** Whatever the host's hook does, there is one answer; at once where it has one. */
function lookBy(
  hook: Hooks['onCrossing'],
  crossing: AskedCrossing,
  reply: (said: CrossingVerdict) => void,
): void {
  const fail = (): void => reply(FAILED);
  try {
    const said = hook?.(crossing) ?? FAILED;
    if ('then' in said) said.then((then) => reply(then ?? FAILED)).catch(fail);
    else reply(said);
  } catch {
    fail();
  }
}

const FAILED: CrossingVerdict = { result: 'failed' };
const NOT_DONE: Answer = { kind: 'duty', result: 'failed' };
const NOWHERE: Answer = { kind: 'sip-route', targets: [] };

/** The answer of one who knows nothing. */
function unknownTo({ kind }: PolicyQuestion): PolicyAnswer {
  if (kind === 'srv') return { kind, records: undefined };
  return kind === 'grant' ? { kind, grant: undefined } : { kind, relation: 'none' };
}

function askOf(store: Store | AskStore | undefined): AskStore {
  if (store === undefined) return (_request, reply) => reply({ kind: 'store-failed' });
  return typeof store === 'function' ? store : askStore(store);
}
