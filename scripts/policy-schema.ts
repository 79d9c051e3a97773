// packages/policy/schema.json: the JSON Schema of a policy document, made from the descriptor that loads one. Editors
// read the file; the package ships it.
import { policySchema } from '../packages/policy/src/schema.ts';
import type { Made } from './tree.ts';

/** The file. */
export function policySchemaFile(): readonly Made[] {
  const text = `${JSON.stringify(policySchema(), undefined, 2)}\n`;
  return [{ file: 'packages/policy/schema.json', text, problems: [] }];
}
