// A policy document out of JSON nodes, by the descriptor of document-shape.ts. What values mean (domains,
// addresses, one rule beside another) is compile.ts.
import type { PartnerEntry, PolicyDocument } from './document.ts';
import { DOCUMENT } from './document-shape.ts';
import type {
  ExternalAccessPolicyEntry,
  FederationEntry,
  RecipientEntry,
} from './federation/document.ts';
import type { Report } from './finding.ts';
import type { JsonNode } from './json.ts';
import { readShape } from './read-shape.ts';

/** A document whose fields have been read. What has names of the writer's own stands in Maps. */
export interface ReadDocument extends Omit<PolicyDocument, 'partners' | 'federation'> {
  readonly partners?: ReadonlyMap<string, PartnerEntry>;
  readonly federation?: ReadFederation;
}

/** Lync's objects, read. */
export interface ReadFederation extends Omit<FederationEntry, 'externalAccess' | 'recipients'> {
  readonly externalAccess?: ReadExternalAccess;
  readonly recipients?: ReadonlyMap<string, RecipientEntry>;
}

/** The policies of users, read. Addresses and domains are as they were written. */
export interface ReadExternalAccess {
  readonly global?: ExternalAccessPolicyEntry;
  readonly sites?: ReadonlyMap<string, ExternalAccessPolicyEntry>;
  readonly users?: ReadonlyMap<string, ExternalAccessPolicyEntry>;
  readonly granted?: ReadonlyMap<string, string>;
  readonly siteOf?: ReadonlyMap<string, string>;
}

/** The document, to be used only if the report has no errors. */
export function readDocument(root: JsonNode, report: Report): ReadDocument {
  return readShape(root, DOCUMENT, undefined, report) as ReadDocument;
}
