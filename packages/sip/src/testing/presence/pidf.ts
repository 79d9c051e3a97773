// Presence documents for tests, as texts. Written by hand so that no codec stands on both sides.

/** One tuple of a document. */
export interface TestTuple {
  readonly id: string;
  readonly basic: 'open' | 'closed';
  /** One of XMPP's: away, chat, dnd, xa. */
  readonly show?: string;
  readonly note?: string;
}

/** A PIDF document about `user@host`, or about a URI. Texts are put in as they are. */
export function pidf(entity: string, tuples: readonly TestTuple[]): string {
  const uri = /^[a-z]+:/.test(entity) ? entity : `pres:${entity}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${uri}">${tuples.map(tuple).join('')}</presence>`;
}

function tuple({ id, basic, show, note }: TestTuple): string {
  const shown = show === undefined ? '' : `<show xmlns="jabber:client">${show}</show>`;
  const noted = note === undefined ? '' : `<note>${note}</note>`;
  return `<tuple id="${id}"><status><basic>${basic}</basic>${shown}</status>${noted}</tuple>`;
}
