// External access policies as bits, and who has which, by address.
import { normalizeDomain } from '../domain.ts';
import type { ReadExternalAccess } from '../read.ts';
import { accessBits } from './access.ts';
import { readAddress } from './addresses.ts';
import type { AccessPolicy, ExternalAccess } from './compiled.ts';
import type { ExternalAccessPolicyEntry } from './document.ts';

/** The policies; undefined where none are written, and then nothing is decided for users. */
export function compileAccess(entry: ReadExternalAccess | undefined): ExternalAccess | undefined {
  if (entry === undefined) return undefined;
  const global = policyOf('external-access:global', entry.global);
  const sites = policies('site', entry.sites);
  const users = policies('user', entry.users);
  return {
    global,
    sites,
    users,
    possible: distinct([global, ...sites.values(), ...users.values()]),
    granted: byAddress(entry.granted),
    siteOf: byAddress(entry.siteOf),
  };
}

function policies(
  scope: 'site' | 'user',
  entries: ReadonlyMap<string, ExternalAccessPolicyEntry> | undefined,
): ReadonlyMap<string, AccessPolicy> {
  const table = new Map<string, AccessPolicy>();
  for (const [name, entry] of entries ?? []) {
    table.set(name, policyOf(`external-access:${scope}:${name}`, entry));
  }
  return table;
}

function policyOf(id: string, entry: ExternalAccessPolicyEntry | undefined): AccessPolicy {
  return { id, agrees: { outcome: 'permit', by: [id] }, bits: accessBits(entry) };
}

function distinct(all: readonly AccessPolicy[]): readonly AccessPolicy[] {
  return [...new Map(all.map((policy) => [policy.bits, policy])).values()];
}

/** Keys are addresses, or domains alone. */
function byAddress(
  table: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> | undefined {
  if (table === undefined) return undefined;
  const read = new Map<string, string>();
  for (const [text, name] of table) {
    const key = readAddress(text) ?? normalizeDomain(text);
    if (key !== undefined) read.set(key, name);
  }
  return read;
}
