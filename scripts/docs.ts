// `npm run docs`: writes the pages that are made from the sources, and tells which changed.
import { codes } from './codes.ts';
import { defaults } from './defaults.ts';
import { dialects } from './dialects.ts';
import { policyPage } from './policy-page.ts';
import { policySchemaFile } from './policy-schema.ts';
import { publicNames } from './public-names.ts';
import { readmeExamples } from './readme-examples.ts';
import { specMap } from './spec-map.ts';
import { write } from './tree.ts';

const makers = [
  defaults,
  codes,
  dialects,
  specMap,
  publicNames,
  readmeExamples,
  policySchemaFile,
  policyPage,
];
const changed = makers.flatMap((make) => write(make()));
console.log(changed.length === 0 ? 'Nothing changed.' : `Written: ${changed.join(', ')}`);
