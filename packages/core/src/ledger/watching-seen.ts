// Who is seen by a document of the contact's, in whatever form the contact's domain writes it. What is done with that is
// watching.ts'.
import { parsePidf } from '../body/pidf.ts';
import { pidfToResources } from '../rules/presence-notification.ts';
import type { ResourceState } from '../rules/presence-resource.ts';
import { NONE, type WatchingWork } from './watching-shown.ts';

/** Who is reachable by a document, and whether it says anything of anybody. */
export interface Seen {
  readonly resources: readonly ResourceState[];
  readonly isEmpty: boolean;
}

/** By a NOTIFY without a document. */
export const NOTHING_SEEN: Seen = { resources: NONE, isEmpty: true };

/** What a document shows, if it is one and about the contact. D-46 */
export function seenIn(
  work: WatchingWork,
  contentType: string | undefined,
  body: Uint8Array,
): Seen | undefined {
  const { people, dialect } = work.x;
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  const form = dialect.documents.find((one) => one.type === type);
  const document = form?.read(body) ?? parsePidf(body);
  if (document.kind === 'fault') {
    work.unreadable = document.answer;
    work.did.push(document.code);
    return undefined;
  }
  const read = pidfToResources(document, { presentity: people.contact, now: work.now });
  const isEmpty = document.tuples.length === 0;
  if (read.kind === 'translation') return { resources: read.value, isEmpty };
  work.did.push('of-somebody-else');
  return undefined;
}
