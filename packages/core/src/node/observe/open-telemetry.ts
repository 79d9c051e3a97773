// Metrics for OpenTelemetry: each is an observable instrument, read when its reader collects. The meter is the host's, of
// its own `@opentelemetry/api`; what is used of it is written down here, so that nobody needs that package for a gateway.
import type { Labels, Metric } from './metrics.ts';

/** What an instrument is read with. */
export interface ObservableResultLike {
  observe(value: number, attributes?: Labels): void;
}

/** An instrument that is read when somebody collects. */
export interface ObservableLike {
  addCallback(callback: (result: ObservableResultLike) => void): void;
  removeCallback(callback: (result: ObservableResultLike) => void): void;
}

/** What is used of a meter. */
export interface MeterLike {
  createObservableCounter(name: string, options?: { description?: string }): ObservableLike;
  createObservableGauge(name: string, options?: { description?: string }): ObservableLike;
}

/** Has a meter observe metrics of a source, as `interwork.crossings` and so on; the answer ends that. */
export function observeWith<From>(
  meter: MeterLike,
  metrics: readonly Metric<From>[],
  from: From,
): () => void {
  const ends = metrics.map(({ name, kind, about: description, values }) => {
    const options = { description };
    const called = name.replace('_', '.').replace(/_total$/, '');
    const instrument =
      kind === 'counter'
        ? meter.createObservableCounter(called, options)
        : meter.createObservableGauge(called, options);
    const callback = (result: ObservableResultLike): void => {
      for (const [labels, value] of values(from)) result.observe(value, labels);
    };
    instrument.addCallback(callback);
    return () => instrument.removeCallback(callback);
  });
  return () => {
    for (const end of ends) end();
  };
}
