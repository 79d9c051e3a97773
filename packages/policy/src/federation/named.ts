// The domains that Lync's objects name, normalised, and where they stand. A million of them are a list of texts: places
// are made only for what is told.
import { normalizeDomain } from '../domain.ts';
import { placeIn, type Place } from '../finding.ts';
import type { ReadFederation } from '../read.ts';

/** Domains of one kind of object, in the order of the document. */
export interface NamedDomains {
  readonly names: readonly string[];
  readonly placeOf: (index: number) => Place;
}

/** The domains of every kind of object. */
export interface DomainLists {
  readonly local: NamedDomains;
  readonly allowed: NamedDomains;
  readonly blocked: NamedDomains;
  /** Primary and additional domains of all partners. */
  readonly xmpp: NamedDomains;
}

/** The domains of a federation that has been read without findings. */
export function domainLists(federation: ReadFederation): DomainLists {
  const parent = placeIn(undefined, 'federation');
  const { localDomains, allowedDomains = [], blockedDomains = [] } = federation;
  return {
    local: {
      names: localDomains.map(nameOf),
      placeOf: (index) => placeIn(parent, 'localDomains', index),
    },
    allowed: {
      names: allowedDomains.map(({ domain }) => nameOf(domain)),
      placeOf: (index) => placeIn(parent, 'allowedDomains', index, 'domain'),
    },
    blocked: {
      names: blockedDomains.map(({ domain }) => nameOf(domain)),
      placeOf: (index) => placeIn(parent, 'blockedDomains', index, 'domain'),
    },
    xmpp: xmppDomains(federation, placeIn(parent, 'xmppPartners')),
  };
}

function xmppDomains({ xmppPartners = [] }: ReadFederation, parent: Place): NamedDomains {
  const names: string[] = [];
  const places: Place[] = [];
  for (const [key, { domain, additionalDomains = [] }] of xmppPartners.entries()) {
    names.push(nameOf(domain));
    places.push(placeIn(parent, key, 'domain'));
    for (const [extra, text] of additionalDomains.entries()) {
      names.push(nameOf(text));
      places.push(placeIn(parent, key, 'additionalDomains', extra));
    }
  }
  return { names, placeOf: (index) => places[index] ?? parent };
}

/** The descriptor lets only domain names through. */
function nameOf(text: string): string {
  return normalizeDomain(text) ?? text;
}
