// Rows of what is told of Lync's objects: the fields of a federation, each on a line of its own, and the one finding that
// has to come of them.
import { loadPolicy, type Finding } from '@interwork/policy';
import { expect, it } from 'vitest';

export const SRV = '{"routing":"useDnsSrvRouting","allowFederatedUsers":true}';
export const DEFAULT_ROUTE =
  '{"routing":"useDefaultRouting","defaultRouteFqdn":"r.example","allowFederatedUsers":true}';

/** What is told of a federation of these fields, each on a line of its own, the first on line 2. */
export function findings(fields: readonly string[], edge = SRV): readonly Finding[] {
  const loaded = loadPolicy(
    `{"version":1,"default":"deny","rules":[],"federation":{"accessEdge":${edge},${
      fields.some((field) => field.startsWith('"localDomains"'))
        ? ''
        : '"localDomains":["ours.example"],'
    }\n${fields.join(',\n')}}}`,
  );
  return loaded.kind === 'findings' ? loaded.findings : loaded.warnings;
}

export const allowed = (...entries: readonly string[]) => `"allowedDomains":[${entries.join()}]`;
export const blocked = (...entries: readonly string[]) => `"blockedDomains":[${entries.join()}]`;
export const xmpp = (...entries: readonly string[]) => `"xmppPartners":[${entries.join()}]`;
export const publics = (...entries: readonly string[]) => `"publicProviders":[${entries.join()}]`;
export const hosting = (...entries: readonly string[]) => `"hostingProviders":[${entries.join()}]`;
export const domain = (name: string, more = '') => `{"domain":"${name}"${more}}`;
/** An XMPP partner of whose negotiation nothing is said. */
export const partner = (name: string, more = '') =>
  domain(name, `,"supportDialbackNegotiation":false${more}`);
export const provider = (name: string, more = '') =>
  `{"identity":"${name}","proxyFqdn":"${name}.example","enabled":true${more}}`;

export type Row = readonly [
  what: string,
  fields: readonly string[],
  told: string,
  path: string,
  line: number,
  edge?: string,
];

export function runs(rows: readonly Row[]): void {
  for (const [what, fields, told, path, line, edge] of rows) {
    it(what, () => {
      const found = findings(fields, edge).map((one) => [
        `${one.severity} ${one.code}`,
        one.path,
        one.line,
      ]);
      expect(found).toEqual([[told, `/federation${path}`, line]]);
    });
  }
}

export function quiet(rows: readonly (readonly [what: string, fields: readonly string[]])[]): void {
  for (const [what, fields] of rows) {
    it(`${what}: nothing`, () => expect(findings(fields)).toEqual([]));
  }
}
