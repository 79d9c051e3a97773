// A sample of crossings made from documents: whoever they name, what lies below and beside it, as sender and as recipient,
// for every kind of traffic, by every way; with the facts that such crossings take. Always the same for the same
// documents.
import type { PolicyDocument } from '../document.ts';
import type { Facts, Mark } from '../federation/facts.ts';
import type { Query } from '../query.ts';
import { TRAFFIC } from '../traffic.ts';
import { entriesOf } from './entries.ts';
import { assumedFacts } from './facts.ts';
import type { Entry, Meeting, Someone } from './meeting.ts';

/** Crossings to ask about, and how much of the documents they stand for. */
export interface Sample {
  readonly crossings: readonly Query[];
  /**
   * What is taken to be known: each domain has the SRV record it should have, and where documents do not say what users
   * have set, they have set nothing.
   */
  readonly facts?: Facts;
  /** Entries of the documents that were left out, whole or in part: they name more than the limit allows. */
  readonly left?: number;
}

/** Crossings in a sample where nothing else is asked: some hundred domains, asked in a second. */
export const DEFAULT_SAMPLE_SIZE = 50_000;

/**
 * A sample for comparing documents: entries that are not alike in all of them come first. With one document, its own
 * entries in their order.
 */
export function crossingsOf(
  documents: readonly PolicyDocument[],
  size: number = DEFAULT_SAMPLE_SIZE,
): Required<Sample> {
  const ways = documents.some(({ federation }) => federation !== undefined) ? FEDERATED : PLAIN;
  const max = Math.floor(size / ways.length);
  const entries = changedFirst(documents.map(entriesOf));
  const taken = new Map<string, Meeting>();
  const reached = entries.findIndex((entry) => !takeAll(entry, taken, max));
  const left = reached === -1 ? 0 : entries.length - reached;
  const meetings = [...taken.values()];
  const crossings = meetings.flatMap((meeting) => ways.map((way) => crossing(meeting, way)));
  return { crossings, facts: assumedFacts(documents, meetings), left };
}

/** Takes an entry's meetings, both ways; false when there is no room for all of them. */
function takeAll(entry: Entry, taken: Map<string, Meeting>, max: number): boolean {
  for (const [one, other] of entry.meetings()) {
    for (const meeting of [[one, other] as const, [other, one] as const]) {
      const key = JSON.stringify(meeting);
      if (taken.size >= max && !taken.has(key)) return false;
      taken.set(key, meeting);
    }
  }
  return true;
}

function changedFirst(documents: readonly (readonly Entry[])[]): readonly Entry[] {
  const all = documents.flat();
  if (documents.length < 2) return all;
  const counts = new Map<string, number>();
  for (const { text } of all) counts.set(text, (counts.get(text) ?? 0) + 1);
  const isKept = ({ text }: Entry): boolean => (counts.get(text) ?? 0) >= documents.length;
  return [...all.filter((entry) => !isKept(entry)), ...all.filter(isKept)];
}

type Way = Omit<Query, 'from' | 'to' | 'fromUser' | 'toUser'>;

function crossing([from, to]: Meeting, way: Way): Query {
  return { from: from.domain, to: to.domain, ...usersOf(from, to), ...way };
}

function usersOf(from: Someone, to: Someone): Pick<Query, 'fromUser' | 'toUser'> {
  return {
    ...(from.user === undefined ? {} : { fromUser: from.user }),
    ...(to.user === undefined ? {} : { toUser: to.user }),
  };
}

const PLAIN: readonly Way[] = (['sip', 'xmpp'] as const).flatMap((via) =>
  TRAFFIC.map((traffic) => ({ via, traffic })),
);
/** Messages by SIP with each mark that their sender's edge may have put on them. */
const MARKS: readonly (Mark | undefined)[] = ['verified', 'unverified', undefined];
const FEDERATED: readonly Way[] = [
  { via: 'xmpp', toward: 'sip' } as const,
  { via: 'sip', toward: 'xmpp' } as const,
  { via: 'sip', toward: 'sip' } as const,
].flatMap((way) => TRAFFIC.flatMap((traffic) => marked({ ...way, traffic })));

function marked(way: Way): readonly Way[] {
  if (way.via === 'xmpp') return [way];
  const marks = way.traffic === 'message' && way.toward === 'sip' ? MARKS : MARKS.slice(0, 1);
  return marks.map((mark) => (mark === undefined ? way : { ...way, mark }));
}
