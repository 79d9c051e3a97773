// The text that Prometheus reads (exposition format 0.0.4): each metric with its meaning, its kind and its values.
import type { Labels, Metric } from './metrics.ts';

/** The whole text. */
export function prometheusText<From>(metrics: readonly Metric<From>[], from: From): string {
  return metrics.map((metric) => chapter(metric, from)).join('');
}

function chapter<From>({ name, kind, about, values }: Metric<From>, from: From): string {
  const lines = [`# HELP ${name} ${about}`, `# TYPE ${name} ${kind}`];
  for (const [labels, value] of values(from)) lines.push(`${name}${written(labels)} ${value}`);
  return `${lines.join('\n')}\n`;
}

function written(labels: Labels): string {
  const parts = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll(/["\\\n]/g, '_')}"`,
  );
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}
