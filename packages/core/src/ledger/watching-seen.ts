// Who is seen by a document of the contact's, in whatever form the contact's domain writes it. What is done with that is
// watching.ts'.
import { parsePidf } from '../body/pidf.ts';
import type { Dialect, DocumentForm } from '../dialect/types.ts';
import { pidfToResources } from '../rules/presence-notification.ts';
import { type ResourceState, withNotes } from '../rules/presence-resource.ts';
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
  const document = documentIn(dialect, contentType, body);
  if (document.kind === 'fault') {
    work.unreadable = document.answer;
    work.did.push(document.code);
    return undefined;
  }
  const read = pidfToResources(document, { presentity: people.contact, now: work.now });
  const isEmpty = document.tuples.length === 0;
  if (read.kind === 'translation') return { resources: noted(read.value, work.note), isEmpty };
  work.did.push('of-somebody-else');
  return undefined;
}

function noted(
  states: readonly ResourceState[],
  note: string | undefined,
): readonly ResourceState[] {
  return note === undefined ? states : withNotes(states, note);
}

/** The document in a body, in whatever form the contact's domain writes it. */
export function documentIn(
  { documents }: Dialect,
  contentType: string | undefined,
  body: Uint8Array,
): ReturnType<DocumentForm['read']> | ReturnType<typeof parsePidf> {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  const form = documents.find((one) => one.type === type);
  return form?.read(body) ?? parsePidf(body);
}
