// What users have set for themselves, each list by what it names: addresses, domains, everybody.
import { normalizeDomain } from '../domain.ts';
import { readAddress } from './addresses.ts';
import type { People, Recipient } from './compiled.ts';
import type { RecipientEntry } from './document.ts';

/** The table by address; undefined where the document has none. */
export function compileRecipients(
  entries: ReadonlyMap<string, RecipientEntry> | undefined,
): ReadonlyMap<string, Recipient> | undefined {
  if (entries === undefined) return undefined;
  const table = new Map<string, Recipient>();
  for (const [text, entry] of entries) {
    const address = readAddress(text);
    if (address !== undefined) table.set(address, recipient(entry));
  }
  return table;
}

function recipient(entry: RecipientEntry): Recipient {
  return {
    block: people(entry.block ?? []),
    allow: people(entry.allow ?? []),
    contacts: people(entry.contacts ?? []).addresses,
  };
}

function people(texts: readonly string[]): People {
  const addresses = new Set<string>();
  const domains = new Set<string>();
  for (const text of texts) {
    const address = readAddress(text);
    const domain = address === undefined ? normalizeDomain(text) : undefined;
    if (address !== undefined) addresses.add(address);
    if (domain !== undefined) domains.add(domain);
  }
  return { everybody: texts.includes('*'), addresses, domains };
}
