// The load: both ends, a ledger for each way, and a pace. Each message is followed until it has arrived and its
// sender has been answered; only then may the next one of the window leave.
import { performance } from 'node:perf_hooks';
import { type End, type EndPlan, openSipEnd, openXmppEnd, viaOf } from './ends.ts';
import type { Send, Take } from './frames.ts';
import { Ledger } from './ledger.ts';
import { OK_TO_ECHO, okTo, read, requestOf, stanzaOf } from './messages.ts';
import type { Pace, Ports, Report, WayReport } from './words.ts';

/** A load on one subject. */
export interface Load {
  readonly ports: Ports;
  /** Reaches the subject; resolves when both ways are open. */
  open(ports: Ports): Promise<void>;
  run(pace: Pace): Promise<Report>;
  close(): void;
}

export async function openLoad(plan: Omit<EndPlan, 'take'>): Promise<Load> {
  const traffic = new Traffic(plan.isEcho);
  const sip = await openSipEnd({ ...plan, take: traffic.atSip });
  const xmpp = await openXmppEnd({ ...plan, take: traffic.atXmpp });
  traffic.join(sip, xmpp, viaOf(plan.kind, sip.port));
  return {
    ports: { sip: sip.port, xmpp: xmpp.port },
    open: async (subject) => {
      await sip.open(subject.sip);
      await xmpp.open(subject.xmpp);
    },
    run: (pace) => traffic.run(pace),
    close: () => {
      sip.close();
      xmpp.close();
    },
  };
}

/** One way: what is still to be sent, and what became of what was. */
interface Lane {
  readonly ledger: Ledger;
  send(n: number): void;
  left: number;
}

class Traffic {
  readonly #isEcho: boolean;
  readonly #toXmpp: Lane = { ledger: new Ledger('sip-to-xmpp'), send: () => {}, left: 0 };
  readonly #toSip: Lane = { ledger: new Ledger('xmpp-to-sip'), send: () => {}, left: 0 };
  #strange: string[] = [];
  #window = 0;
  #sendXmpp: Send = () => {};
  #whenDone = (): void => {};

  constructor(isEcho: boolean) {
    this.#isEcho = isEcho;
  }

  join(sip: End, xmpp: End, via: string): void {
    this.#toXmpp.send = (n) => sip.send(requestOf(n, via));
    this.#toSip.send = (n) => xmpp.send(stanzaOf(n));
    this.#sendXmpp = xmpp.send;
  }

  /** What came out of the subject on the SIP side. An echo answers a request with itself. */
  readonly atSip: Take = (bytes, reply) => {
    const said = read(bytes);
    if (said.kind === 'answer') this.#answered(this.#toXmpp, said.number, said.status);
    else if (said.kind !== 'message') this.#note(bytes);
    else if (this.#isEcho && bytes[0] !== LESS) this.#answered(this.#toXmpp, said.number, 200);
    else {
      reply(this.#isEcho ? OK_TO_ECHO : okTo(bytes.toString()));
      this.#toSip.ledger.arrived(performance.now(), said);
      this.#answered(this.#toSip, said.number, 200);
    }
  };

  /** What came out of the subject on the XMPP side. */
  readonly atXmpp: Take = (bytes) => {
    const said = read(bytes);
    if (said.kind === 'ping') this.#sendXmpp(said.pong);
    else if (said.kind !== 'message') this.#note(bytes);
    else {
      this.#toXmpp.ledger.arrived(performance.now(), said);
      this.#pump(this.#toXmpp);
    }
  };

  async run(pace: Pace): Promise<Report> {
    const begun = performance.now();
    const done = new Promise<void>((resolve) => void (this.#whenDone = resolve));
    const watch = this.#watch();
    for (const lane of this.#lanes) lane.left = pace.count;
    this.#window = pace.perSecond === undefined ? pace.window : 0;
    for (const lane of this.#lanes) this.#pump(lane);
    if (pace.perSecond !== undefined) await this.#paced(pace.perSecond);
    await done;
    clearInterval(watch);
    const took = performance.now() - begun;
    await pause(SETTLING);
    const strange = this.#strange;
    this.#strange = [];
    return { toXmpp: reportOf(this.#toXmpp), toSip: reportOf(this.#toSip), took, strange };
  }

  get #lanes(): readonly Lane[] {
    return [this.#toXmpp, this.#toSip];
  }

  /** As many as are due by now, at each tick of a millisecond or so. */
  async #paced(perSecond: number): Promise<void> {
    const begun = performance.now();
    for (let sent = 0; this.#toSip.left > 0; ) {
      const due = Math.floor(((performance.now() - begun) / 1000) * perSecond);
      for (; sent < due && this.#toSip.left > 0; sent++)
        for (const lane of this.#lanes) this.#issue(lane);
      await pause(1);
    }
  }

  #answered(lane: Lane, number: number, status: number): void {
    lane.ledger.answered(performance.now(), number, status);
    this.#pump(lane);
  }

  #pump(lane: Lane): void {
    while (lane.left > 0 && lane.ledger.open < this.#window) this.#issue(lane);
    if (this.#lanes.every(({ left, ledger }) => left === 0 && ledger.open === 0)) this.#whenDone();
  }

  #issue(lane: Lane): void {
    lane.left -= 1;
    lane.send(lane.ledger.issue(performance.now()));
  }

  /** Ends a run in which nothing moves any more: what is open is lost. */
  #watch(): NodeJS.Timeout {
    let before = -1;
    return setInterval(() => {
      const now = this.#lanes.reduce((sum, { ledger }) => sum + ledger.arrivals.length, 0);
      if (now === before) this.#whenDone();
      before = now;
    }, STALLED);
  }

  #note(bytes: Buffer): void {
    if (this.#strange.length < 10) this.#strange.push(bytes.toString().slice(0, 400));
  }
}

function reportOf({ ledger }: Lane): WayReport {
  const [arrival, answer] = [quantiles(ledger.arrivals), quantiles(ledger.answers)];
  return { tally: ledger.close(), arrival, answer };
}

function quantiles(times: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = Float64Array.from(times).toSorted();
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const LESS = 0x3c;
/** Milliseconds in which what was sent twice would come. */
const SETTLING = 100;
/** Milliseconds without any arrival after which a run is over. */
const STALLED = 10_000;
