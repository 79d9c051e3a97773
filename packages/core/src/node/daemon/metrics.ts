// What the daemon tells Prometheus: all that is told of a gateway (observe/metrics.ts), and what is the program's own.
import { by, GATEWAY_METRICS, type GatewaySource, type Metric } from '../observe/metrics.ts';
import { prometheusText } from '../observe/prometheus.ts';

/** What is told, at the moment of asking. */
export interface MetricSource extends GatewaySource {
  readonly isDraining: boolean;
  /** Sizes of the tables of each edge, by name. */
  readonly tables: Readonly<Record<'sip' | 'xmpp', Readonly<Record<string, number>>>>;
  /** Whether the component stands; `undefined` where there is none. */
  readonly component: boolean | undefined;
}

/** Everything that is told, in this order. */
const METRICS: readonly Metric<MetricSource>[] = [
  ...GATEWAY_METRICS,
  {
    name: 'interwork_component_up',
    kind: 'gauge',
    about: 'Whether the XMPP server has taken the component; absent with server-to-server links.',
    values: ({ component }) => (component === undefined ? [] : [[{}, Number(component)]]),
  },
  {
    name: 'interwork_reloads_total',
    kind: 'counter',
    about: 'Reloads by result; a refused one changed nothing.',
    values: ({ counts }) => by('result', counts.reloads),
  },
  {
    name: 'interwork_draining',
    kind: 'gauge',
    about: 'Whether it has been told to end.',
    values: ({ isDraining }) => [[{}, Number(isDraining)]],
  },
  {
    name: 'process_resident_memory_bytes',
    kind: 'gauge',
    about: 'Resident memory in bytes.',
    values: () => [[{}, process.memoryUsage.rss()]],
  },
  {
    name: 'process_cpu_seconds_total',
    kind: 'counter',
    about: 'User and system time in seconds.',
    values: () => {
      const { user, system } = process.cpuUsage();
      return [[{}, (user + system) / 1e6]];
    },
  },
  {
    name: 'process_start_time_seconds',
    kind: 'gauge',
    about: 'When it started, in seconds since the epoch.',
    values: () => [[{}, Date.now() / 1000 - process.uptime()]],
  },
];

/** The whole text. */
export function metricsText(from: MetricSource): string {
  return prometheusText(METRICS, from);
}
