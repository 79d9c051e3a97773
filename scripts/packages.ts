// The packages and their public subpaths, as their package.json files say.
import { files, read } from './tree.ts';

/** One package of the workspace. */
export interface Package {
  readonly name: string;
  /** From the root: `packages/sip`. */
  readonly folder: string;
  readonly subpaths: readonly Subpath[];
}

/** One way into a package. */
export interface Subpath {
  /** What is imported: `@interwork/sip/node`. */
  readonly specifier: string;
  /** The source behind it, from the root. */
  readonly source: string;
  /** Whether it needs Node: `@interwork/sip/node` and what is below. */
  readonly needsNode: boolean;
}

/** Every package under `packages`, in the order of their folders. */
export function packages(): readonly Package[] {
  return files('packages', /^packages\/[^/]+\/package\.json$/).map((file) => {
    const folder = file.slice(0, file.lastIndexOf('/'));
    const { name, exports } = JSON.parse(read(file)) as Manifest;
    return { name, folder, subpaths: subpathsOf(name, folder, exports) };
  });
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
}

function subpathsOf(name: string, folder: string, map: Manifest['exports']): readonly Subpath[] {
  return Object.entries(map).flatMap(([path, target]) => {
    const source = typeof target === 'object' ? target['@interwork/source'] : undefined;
    if (typeof source !== 'string') return [];
    const needsNode = path === './node' || path.startsWith('./node/');
    const specifier = name + path.slice(1);
    return [{ specifier, source: `${folder}/${source.replace('./', '')}`, needsNode }];
  });
}
