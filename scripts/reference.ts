// `npm run reference`: every public name of every package as pages, made by TypeDoc from the sources, into `dist/reference/`, which
// is not kept. Nothing is asked of a network. What TypeDoc complains of (a link that leads nowhere) makes it fail.
import { join } from 'node:path';
import { Application, TSConfigReader } from 'typedoc';
import { packages } from './packages.ts';
import { root } from './tree.ts';

const app = await Application.bootstrap(
  {
    name: 'interwork',
    entryPoints: packages().flatMap(({ subpaths }) =>
      subpaths.map(({ source }) => join(root, source)),
    ),
    tsconfig: join(root, 'scripts/tsconfig.reference.json'),
    readme: 'none',
    blockTags: ['@spec', '@param', '@returns', '@example'],
    // What a public name is made of may stay unnamed: docs/public-names.md is the list.
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    treatValidationWarningsAsErrors: true,
    // The types were checked by `npm run check`.
    skipErrorChecking: true,
    excludePrivate: true,
    excludeExternals: true,
    disableSources: true,
    hideGenerator: true,
    searchInComments: true,
    // A section may stand behind a variant of a type; TypeDoc warns that it is not shown there.
    logLevel: 'Error',
  },
  [new TSConfigReader()],
);
const project = await app.convert();
if (project === undefined) throw new Error('the sources could not be read');
app.validate(project);
await app.generateDocs(project, join(root, 'dist/reference'));
console.log(`Written: dist/reference/index.html (${project.children?.length ?? 0} ways in)`);
process.exitCode = app.logger.hasErrors() ? 1 : 0;
