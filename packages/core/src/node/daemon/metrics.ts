// The text that Prometheus reads (exposition format 0.0.4): each metric with its meaning, its kind and its
// values. What the README of the daemon lists is made of the same table.
import type { Gateway } from '../../gateway/gateway.ts';
import type { DaemonCounts } from './counts.ts';

/** What is told, at the moment of asking. */
export interface MetricSource {
  readonly counts: DaemonCounts;
  /** `undefined` while it starts. */
  readonly gateway: Pick<Gateway, 'open' | 'sizes' | 'tally'> | undefined;
  readonly isDraining: boolean;
  /** Sizes of the tables of each edge, by name. */
  readonly tables: Readonly<Record<'sip' | 'xmpp', Readonly<Record<string, number>>>>;
  /** Whether the component stands; `undefined` where there is none. */
  readonly component: boolean | undefined;
}

interface Metric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly about: string;
  readonly values: (from: MetricSource) => Iterable<readonly [string, number]>;
}

/** Everything that is told, in this order. */
const METRICS: readonly Metric[] = [
  {
    name: 'interwork_crossings_total',
    kind: 'counter',
    about: 'Messages and other stanzas that ended, by direction, outcome and first reason.',
    values: ({ gateway }) =>
      (gateway?.tally ?? []).map(({ count, ...labels }) => [labelled(labels), count] as const),
  },
  {
    name: 'interwork_open_messages',
    kind: 'gauge',
    about: 'Messages that were accepted and have no outcome yet.',
    values: ({ gateway }) => [['', gateway?.open ?? 0]],
  },
  {
    name: 'interwork_peers_refused_total',
    kind: 'counter',
    about: 'Connections refused for their certificate, by side.',
    values: ({ counts }) => counts.peersRefused,
  },
  {
    name: 'interwork_faults_total',
    kind: 'counter',
    about: 'Breaches of a protocol by peers, and connections that failed, by side.',
    values: ({ counts }) => counts.faults,
  },
  {
    name: 'interwork_links_parted_total',
    kind: 'counter',
    about: 'Links that were ended because another policy permits nothing on them, by side.',
    values: ({ counts }) => counts.parted,
  },
  {
    name: 'interwork_table_entries',
    kind: 'gauge',
    about: 'Entries in the tables of the gateway and of both edges: connections, links, queues.',
    values: ({ tables, gateway }) =>
      Object.entries({ gateway: { ...gateway?.sizes }, ...tables }).flatMap(([of, sizes]) =>
        Object.entries(sizes).map(([table, size]) => [labelled({ of, table }), size] as const),
      ),
  },
  {
    name: 'interwork_component_up',
    kind: 'gauge',
    about: 'Whether the XMPP server has taken the component; absent with server-to-server links.',
    values: ({ component }) => (component === undefined ? [] : [['', Number(component)]]),
  },
  {
    name: 'interwork_reloads_total',
    kind: 'counter',
    about: 'Reloads by result; a refused one changed nothing.',
    values: ({ counts }) => counts.reloads,
  },
  {
    name: 'interwork_draining',
    kind: 'gauge',
    about: 'Whether it has been told to end.',
    values: ({ isDraining }) => [['', Number(isDraining)]],
  },
  {
    name: 'process_resident_memory_bytes',
    kind: 'gauge',
    about: 'Resident memory in bytes.',
    values: () => [['', process.memoryUsage.rss()]],
  },
  {
    name: 'process_cpu_seconds_total',
    kind: 'counter',
    about: 'User and system time in seconds.',
    values: () => {
      const { user, system } = process.cpuUsage();
      return [['', (user + system) / 1e6]];
    },
  },
  {
    name: 'process_start_time_seconds',
    kind: 'gauge',
    about: 'When it started, in seconds since the epoch.',
    values: () => [['', Date.now() / 1000 - process.uptime()]],
  },
];

/** The names of all metrics. */
export const METRIC_NAMES: readonly string[] = METRICS.map(({ name }) => name);

/** The whole text. */
export function metricsText(from: MetricSource): string {
  return METRICS.map((metric) => chapter(metric, from)).join('');
}

function chapter({ name, kind, about, values }: Metric, from: MetricSource): string {
  const lines = [`# HELP ${name} ${about}`, `# TYPE ${name} ${kind}`];
  for (const [labels, value] of values(from))
    lines.push(labels === '' ? `${name} ${value}` : `${name}{${labels}} ${value}`);
  return `${lines.join('\n')}\n`;
}

function labelled(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\\n]/g, '_')}"`)
    .join(',');
}
