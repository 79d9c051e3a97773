// A policy document out of JSON nodes, by the descriptor of document.ts. What values mean (domains,
// addresses, one rule beside another) is compile.ts.
import { DOCUMENT, type PartnerEntry, type PolicyDocument } from './document.ts';
import type { Report } from './finding.ts';
import type { JsonNode } from './json.ts';
import { readShape } from './read-shape.ts';

/** A document whose fields have been read. Partners stand in a Map: ids are the writer's words. */
export interface ReadDocument extends Omit<PolicyDocument, 'partners'> {
  readonly partners?: ReadonlyMap<string, PartnerEntry>;
}

/** The document, to be used only if the report has no errors. */
export function readDocument(root: JsonNode, report: Report): ReadDocument {
  return readShape(root, DOCUMENT, undefined, report) as ReadDocument;
}
