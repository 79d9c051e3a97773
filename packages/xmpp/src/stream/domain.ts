// A domain as two strings: how it is written on the wire, and how it is compared. RFC 6120 §2.1, RFC 7622 §3.2.
import { isFault } from '../fault.ts';
import { Jid } from '../jid.ts';

/** A valid domain: the U-label form for the wire, the A-label form for comparing, DNS and keys. */
export interface DomainName {
  readonly text: string;
  readonly ascii: string;
}

/** The domain that a stream header or dialback element names; undefined when it is not one alone. */
export function domainName(text: string | undefined): DomainName | undefined {
  if (text === undefined || text.length === 0 || text.length > 1023) return undefined;
  const jid = Jid.parse(text);
  if (isFault(jid) || jid.local !== '' || jid.resource !== '') return undefined;
  return domainOf(jid);
}

/** The domain of a valid address. */
export function domainOf(jid: Jid): DomainName {
  return { text: jid.domain, ascii: jid.asciiDomain };
}

/** The key under which a pair is kept: sender, then target. */
export function pairKey(from: Pick<DomainName, 'ascii'>, to: Pick<DomainName, 'ascii'>): string {
  return `${from.ascii} ${to.ascii}`;
}
