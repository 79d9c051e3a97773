// What of a gateway is counted and measured, as one table: what Prometheus reads (prometheus.ts) and what OpenTelemetry
// observes (open-telemetry.ts) is made of it.
import type { Gateway } from '../../gateway/gateway.ts';
import { type HostCounts, noHostCounts } from './counts.ts';
import { type MeterLike, observeWith } from './open-telemetry.ts';
import { prometheusText } from './prometheus.ts';

/** Labels of a value, by name. */
export type Labels = Readonly<Record<string, string>>;

/** One thing that is counted, or measured, from a source. */
export interface Metric<From> {
  /** As Prometheus has it: words joined by `_`, `_total` behind counters. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  /** A sentence. */
  readonly about: string;
  readonly values: (from: From) => Iterable<readonly [Labels, number]>;
}

/** A gateway, as far as it is measured. */
export type MeasuredGateway = Pick<Gateway, 'open' | 'sizes' | 'tally'>;

/** What is told of a gateway, at the moment of asking. */
export interface GatewaySource {
  readonly counts: HostCounts;
  /** `undefined` while it starts. */
  readonly gateway: MeasuredGateway | undefined;
  /** Sizes of tables beside the gateway's, by whose they are and by name. */
  readonly tables?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Everything that is told of a gateway, in this order. */
export const GATEWAY_METRICS: readonly Metric<GatewaySource>[] = [
  {
    name: 'interwork_crossings_total',
    kind: 'counter',
    about: 'Messages and other stanzas that ended, by direction, outcome and first reason.',
    values: ({ gateway }) =>
      (gateway?.tally ?? []).map(({ count, ...labels }) => [labels, count] as const),
  },
  {
    name: 'interwork_open_messages',
    kind: 'gauge',
    about: 'Messages that were accepted and have no outcome yet.',
    values: ({ gateway }) => [[{}, gateway?.open ?? 0]],
  },
  {
    name: 'interwork_peers_refused_total',
    kind: 'counter',
    about: 'Connections refused for their certificate, by side.',
    values: ({ counts }) => by('side', counts.peersRefused),
  },
  {
    name: 'interwork_faults_total',
    kind: 'counter',
    about: 'Breaches of a protocol by peers, and connections that failed, by side.',
    values: ({ counts }) => by('side', counts.faults),
  },
  {
    name: 'interwork_links_parted_total',
    kind: 'counter',
    about: 'Links that were ended because another policy permits nothing on them, by side.',
    values: ({ counts }) => by('side', counts.parted),
  },
  {
    name: 'interwork_table_entries',
    kind: 'gauge',
    about: 'Entries in the tables of the gateway and of both edges: connections, links, queues.',
    values: ({ tables, gateway }) =>
      Object.entries({ gateway: { ...gateway?.sizes }, ...tables }).flatMap(([of, sizes]) =>
        Object.entries(sizes).map(([table, size]) => [{ of, table }, size] as const),
      ),
  },
];

/** Counts under a label. */
export function by(
  label: string,
  counts: ReadonlyMap<string, number>,
): readonly (readonly [Labels, number])[] {
  return [...counts].map(([name, count]) => [{ [label]: name }, count] as const);
}

/** What a host's own gateway counts: handed to `run`, and read by whatever keeps numbers. */
export class GatewayMetrics {
  readonly #source: GatewaySource & { readonly counts: HostCounts };

  constructor(gateway: MeasuredGateway) {
    this.#source = { gateway, counts: noHostCounts() };
  }

  /** The text that Prometheus reads. */
  prometheus(): string {
    return prometheusText(GATEWAY_METRICS, this.#source);
  }

  /** Has a meter of OpenTelemetry observe all of it; the answer ends that. */
  observe(meter: MeterLike): () => void {
    return observeWith(meter, GATEWAY_METRICS, this.#source);
  }

  /** What the gateway tells; `run` hands it in. */
  get counts(): HostCounts {
    return this.#source.counts;
  }
}
