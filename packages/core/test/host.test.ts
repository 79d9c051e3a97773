// What a host is told of its gateway: outcomes by name, a log in pino's shape, counts for Prometheus and OpenTelemetry, and
// in the end what became of everything that was open.
import { type Closed, type GatewayEvent, type Hooks, type Timing, wire } from '@interwork/core';
import {
  GatewayMetrics,
  type HostHooks,
  type MeterLike,
  type PinoLike,
} from '@interwork/core/node';
import type { GatewayMachine } from '@interwork/core/ladder';
import type { Meter } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it } from 'vitest';
import { realFederation, type Federation } from './federation.ts';
import { Bench, CHAT, message, stanzas } from './gateway-bench.ts';

const ALICE = 'alice@contoso.example';
const BOB = 'bob@gtalk.example';
const SECRET_WORDS = 'the merger is on';

let federation: Federation | undefined;
afterEach(async () => {
  await federation?.close();
  federation = undefined;
});

async function opened(hooks: HostHooks): Promise<Federation> {
  federation = await realFederation({ hooks });
  return federation;
}

describe('outcomes', () => {
  it('are told by their name, with their type, beside the trace', () => {
    const told: string[] = [];
    const { bench, run } = wired({
      on: {
        refused: ({ outcome, reasons }) => told.push(`${outcome} ${reasons.join()}`),
        'handed-over': ({ outcome }) => told.push(outcome satisfies 'handed-over'),
        peer: ({ side }) => told.push(`peer ${side}`),
      },
    });
    run({ kind: 'sip', event: sipRequest('sip:x@spam.test') });
    run({ kind: 'sip', event: sipRequest('sip:bob@xmpp.test') });
    bench.fate(stanzas(bench.out)[0]?.context, 'sent');
    const judgement = { accepted: false, proved: [], certificate: 'x', faults: [] };
    const remote = { address: '192.0.2.7', port: 5 };
    run({ kind: 'xmpp', event: { kind: 'refused-peer', domain: 'x.test', remote, judgement } });
    expect(told).toEqual(['refused policy', 'peer xmpp']);
  });
});

describe('a log in the shape of pino', () => {
  type Line = readonly [level: string, fields: object, msg: string];
  function logger(): { lines: Line[]; logger: PinoLike } {
    const lines: Line[] = [];
    const at = (level: string) => (fields: object, msg: string) =>
      void lines.push([level, fields, msg]);
    const [debug, info, warn, error, fatal] = ['debug', 'info', 'warn', 'error', 'fatal'].map(at);
    return { lines, logger: { debug, info, warn, error, fatal } as PinoLike };
  }

  it('is told of each trace and of the end, and of no words', async () => {
    const { lines, logger: pino } = logger();
    const one = await opened({ logger: pino });
    await one.sipSends(ALICE, BOB, SECRET_WORDS);
    await one.sipSends(ALICE, 'x@spam.example', SECRET_WORDS);
    await one.close();
    federation = undefined;
    expect(lines.map(([level, , msg]) => `${level} ${msg}`)).toEqual([
      'info message handed-over',
      'warn message refused',
      'info closed',
    ]);
    expect(JSON.stringify(lines)).not.toContain('merger');
    expect(lines[1]?.[1]).toMatchObject({ reasons: ['policy'], by: ['no-spam'] });
  });

  it('is told of what passes where that is asked for, and of words where those are', async () => {
    for (const logPassing of [{}, { words: 'full', addresses: 'full' } as const]) {
      const { lines, logger: pino } = logger();
      const one = await opened({ logger: pino, logPassing });
      await one.sipSends(ALICE, BOB, SECRET_WORDS);
      await one.close();
      federation = undefined;
      const passing = lines.filter(([level]) => level === 'debug');
      expect(passing.map(([, , msg]) => msg)).toEqual(['MESSAGE', '<message/>', '202']);
      const isWhole = 'words' in logPassing;
      expect(JSON.stringify(passing).includes(SECRET_WORDS)).toBe(isWhole);
      expect(JSON.stringify(passing).includes('alice@')).toBe(isWhole);
    }
  });
});

describe('metrics', () => {
  function measured(): { metrics: GatewayMetrics; reads: () => number } {
    const bench = new Bench();
    let reads = 0;
    const metrics = new GatewayMetrics({
      get open() {
        reads += 1;
        return bench.gateway.open;
      },
      get tally() {
        return bench.gateway.tally;
      },
      get sizes() {
        return bench.gateway.sizes;
      },
    });
    bench.sip(message('sip:x@spam.test'));
    bench.stanza(CHAT);
    const fault = {
      kind: 'fault',
      at: 0,
      side: 'sip',
      remote: '',
      code: 'x',
      spec: '',
      text: '',
    } as const;
    metrics.counts.trace(fault);
    return { metrics, reads: () => reads };
  }

  it('are a text for Prometheus', () => {
    const text = measured().metrics.prometheus();
    expect(text).toContain('# TYPE interwork_crossings_total counter\n');
    expect(text).toContain(
      'interwork_crossings_total{direction="sip-to-xmpp",outcome="refused",reason="policy"} 1\n',
    );
    expect(text).toContain('interwork_open_messages 1\n');
    expect(text).toContain('interwork_faults_total{side="sip"} 1\n');
    expect(text).toContain('interwork_table_entries{of="gateway",table="outstanding"} 1\n');
  });

  it('are observed by the meter of OpenTelemetry, until that is ended', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e8 });
    const provider = new MeterProvider({ readers: [reader] });
    const meter: Meter & MeterLike = provider.getMeter('test');
    const { metrics, reads } = measured();
    const end = metrics.observe(meter);
    await reader.forceFlush();
    const [seen] = exporter.getMetrics();
    const byName = new Map(
      seen?.scopeMetrics[0]?.metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints,
      ]),
    );
    expect(byName.get('interwork.crossings')).toMatchObject([
      { value: 1, attributes: { direction: 'sip-to-xmpp', outcome: 'refused', reason: 'policy' } },
    ]);
    expect(byName.get('interwork.open_messages')).toMatchObject([{ value: 1 }]);
    end();
    const before = reads();
    await reader.forceFlush();
    expect([before > 0, reads()]).toEqual([true, before]);
    await provider.shutdown();
  });
});

describe('the end', () => {
  it('says what became of all that was open', async () => {
    const { bench, run, close } = wired({});
    run({ kind: 'sip', event: sipRequest('sip:bob@xmpp.test') });
    run({ kind: 'sip', event: sipRequest('sip:carol@xmpp.test', 't2') });
    bench.fate(stanzas(bench.out)[0]?.context, 'sent');
    run({ kind: 'sip', event: { kind: 'fault', fault: FAULT, flow: undefined } });
    const closing = close();
    bench.now += 5_000;
    run({ kind: 'tick' });
    expect(await closing).toEqual({
      ended: [
        { direction: 'sip-to-xmpp', outcome: 'handed-over', reason: '', count: 1 },
        { direction: 'sip-to-xmpp', outcome: 'failed', reason: 'closing', count: 1 },
      ],
      inDoubt: 1,
      edges: { sip: 'closed', xmpp: 'closed' },
      took: 5_000,
    });
  });

  it('is the same however often it is asked for', async () => {
    const { close } = wired({});
    expect(close()).toBe(close());
    await close();
  });

  const ENDS: readonly [string, () => Promise<void>, string][] = [
    ['does not end', () => new Promise(() => {}), 'late'],
    ['cannot be closed', () => Promise.reject(new Error('gone')), 'failed'],
  ];
  it.each(ENDS)('comes within a bound where an edge %s', async (_what, end, how) => {
    const { close, alarms } = wired({ waits: { edges: 7 } }, end);
    const closing = close();
    await Promise.resolve();
    await Promise.resolve();
    for (const { at, run } of alarms.splice(0)) if (at !== Infinity) run();
    expect((await closing).edges).toEqual({ sip: 'closed', xmpp: how });
  });
});

const FAULT = {
  kind: 'fault',
  code: 'start-line',
  spec: 'RFC 3261 §7',
  text: 'x',
  answer: undefined,
} as const;

function sipRequest(to: string, id = 't1') {
  const { flow } = FLOW;
  return { kind: 'request', id, request: message(to), flow } as const;
}

const FLOW = {
  flow: {
    id: 'f1',
    transport: 'tls',
    remote: { address: '192.0.2.1', port: 40_000 },
    local: { address: '192.0.2.9', port: 5061 },
    proved: ['sip.test'],
  },
} as const;

interface Wired {
  readonly bench: Bench;
  readonly run: (event: GatewayEvent) => void;
  readonly close: () => Promise<Closed>;
  readonly alarms: { at: number; run: () => void }[];
}

/** A bench between two edges that do nothing. */
function wired(hooks: Hooks, endXmpp: () => Promise<void> = async () => {}): Wired {
  const bench = new Bench();
  const alarms: Wired['alarms'] = [];
  const timing: Timing = {
    now: () => bench.now,
    alarm: (at, run) => {
      const alarm = { at, run };
      alarms.push(alarm);
      return () => void alarms.splice(alarms.indexOf(alarm), 1);
    },
  };
  const recorded: GatewayMachine = {
    receive: (now, event) => bench.gateway.receive(now, event),
    next: () => {
      const out = bench.gateway.next();
      if (out !== undefined) bench.out.push(out);
      return out;
    },
    get wakeAt() {
      return bench.gateway.wakeAt;
    },
  };
  const takes: Partial<Record<GatewayEvent['kind'], (event: unknown) => void>> = {};
  const edge = (side: 'sip' | 'xmpp', close: () => Promise<void>) => ({
    start: (take: (event: never) => void) => {
      takes[side] = take as (event: unknown) => void;
    },
    send: () => {},
    close,
  });
  const edges = { sip: edge('sip', async () => {}), xmpp: edge('xmpp', endXmpp) };
  const running = wire(recorded, edges, timing, hooks);
  const run = (event: GatewayEvent): void => {
    if ('event' in event) takes[event.kind]?.(event.event);
    else for (const alarm of alarms.splice(0)) alarm.run();
  };
  return { bench, run, close: () => running.close(), alarms };
}
