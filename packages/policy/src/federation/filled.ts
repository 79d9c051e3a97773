// Entries of Lync's objects in which everything that has a default is there. The defaults are the table of
// defaults.ts, what providers of old bring along is presets.ts.
import { LYNC_DEFAULTS, type LyncDefaults } from './defaults.ts';
import type {
  AccessEdgeEntry,
  DefaultRouteEdgeEntry,
  DnsSrvEdgeEntry,
  PublicProviderEntry,
} from './document.ts';
import { PRESETS } from './presets.ts';

/** An entry in which every field that has a default is there. */
export type Filled<T, D> = T & { readonly [K in keyof D & keyof T]-?: Exclude<T[K], undefined> };

/** The Access Edge with every default, by its way to route. */
export type FilledAccessEdge =
  | Filled<DnsSrvEdgeEntry, LyncDefaults['dnsSrvEdge']>
  | Filled<DefaultRouteEdgeEntry, LyncDefaults['defaultRouteEdge']>;

/** A public provider with what its preset says and every default. */
export type FilledPublicProvider = Filled<PublicProviderEntry, LyncDefaults['publicProvider']>;

/** An entry with its defaults where nothing is written: `filled(entry, LYNC_DEFAULTS.archiving)`. */
export function filled<T extends object, D extends Partial<T>>(
  entry: T,
  defaults: D,
): Filled<T, D> {
  return { ...defaults, ...entry } as Filled<T, D>;
}

/** The Access Edge with the defaults of its way to route. */
export function filledAccessEdge(entry: AccessEdgeEntry): FilledAccessEdge {
  return entry.routing === 'useDnsSrvRouting'
    ? filled(entry, LYNC_DEFAULTS.dnsSrvEdge)
    : filled(entry, LYNC_DEFAULTS.defaultRouteEdge);
}

/** A public provider: what is written, then what its preset says, then the defaults. */
export function filledPublicProvider(entry: PublicProviderEntry): FilledPublicProvider {
  const preset = entry.preset === undefined ? {} : PRESETS[entry.preset];
  return filled({ ...preset, ...entry }, LYNC_DEFAULTS.publicProvider);
}
