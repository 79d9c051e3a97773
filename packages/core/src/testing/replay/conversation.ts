// What several messages of a trace say together: requests and their answers, the first message of an INVITE, routes that
// were handed out, endpoint ids that stay. One book for each Call-ID.
import {
  type Headers,
  type IncomingRequest,
  type IncomingResponse,
  type NameAddr,
  param,
  writeUri,
} from '@interwork/sip';
import { decodeUtf8 } from '@interwork/xmpp';
import type { FirstMessage, Unfolded } from '../../dialect/types.ts';
import type { Sight } from './types.ts';

/** What is known of one Call-ID. */
interface Book {
  /** Record-Route values, as they were written. */
  readonly routes: Set<string>;
  /** The endpoint id of each address. */
  readonly epids: Map<string, string>;
  /** Requests without a final answer, by CSeq. */
  readonly open: Map<string, Unfolded>;
  /** The text an INVITE brought along, and whether its answer took it. */
  first: { readonly text: string; isTaken: boolean | undefined; came: number } | undefined;
}

/** Reads messages in their order, and says what does not go together. */
export class Conversation {
  readonly #books = new Map<string, Book>();

  request(r: IncomingRequest, unfolded: Unfolded): readonly Sight[] {
    const book = this.#book(r.callId);
    const sights = [...routesOf(r, book), ...epidsOf([r.from, r.to], book)];
    for (const value of r.request.headers.all('Record-Route')) book.routes.add(value);
    if (r.method !== 'ACK') book.open.set(`${r.cseq.number} ${r.method}`, unfolded);
    if (unfolded.first !== undefined)
      book.first = { text: textOf(unfolded.first.message), isTaken: undefined, came: 0 };
    else if (r.method === 'MESSAGE' && book.first !== undefined)
      sights.push(...said(r, book.first));
    else if (r.method === 'BYE' && book.first !== undefined) sights.push(...ended(book.first));
    return sights;
  }

  response(r: IncomingResponse): readonly Sight[] {
    const book = this.#book(r.callId);
    const sights: Sight[] = [...epidsOf([r.from, r.to], book)];
    const { headers } = r.response;
    for (const value of headers.all('Record-Route')) book.routes.add(value);
    if (r.cseq.method === 'BENOTIFY')
      sights.push({ code: 'benotify-answered', expected: 'no answer', found: String(r.status) });
    const key = `${r.cseq.number} ${r.cseq.method}`;
    const unfolded = r.status < 200 ? undefined : book.open.get(key);
    if (unfolded === undefined) return sights;
    book.open.delete(key);
    const { refusal } = unfolded;
    if (refusal !== undefined && r.status < 300)
      sights.push({
        code: 'answer',
        expected: `${refusal.status} (${refusal.code})`,
        found: `${r.status} ${r.response.reason}`,
      });
    if (unfolded.first !== undefined && book.first !== undefined && r.status < 300)
      book.first.isTaken = isTaken(headers, unfolded.first);
    return sights;
  }

  #book(callId: string): Book {
    const there = this.#books.get(callId);
    if (there !== undefined) return there;
    const book: Book = { routes: new Set(), epids: new Map(), open: new Map(), first: undefined };
    this.#books.set(callId, book);
    return book;
  }
}

function said(r: IncomingRequest, first: NonNullable<Book['first']>): readonly Sight[] {
  if (textOf(r) !== first.text) return NOTHING;
  first.came += 1;
  if (first.isTaken !== true || first.came > 1) return NOTHING;
  const expected = 'no second time: the answer said it was taken';
  return [{ code: 'first-message', expected, found: 'a MESSAGE with the same text' }];
}

/** Whether an answer says, by any of the fields that would, that the first message was taken. */
function isTaken({ supported }: Headers, { taken }: FirstMessage): boolean {
  const tags: readonly string[] = Array.isArray(supported) ? supported : [];
  return taken.some(({ value }) => tags.includes(value));
}

function ended(first: NonNullable<Book['first']>): readonly Sight[] {
  if (first.isTaken !== false || first.came > 0) return NOTHING;
  const expected = 'the text again as MESSAGE: the answer did not take it';
  return [{ code: 'first-message', expected, found: 'BYE without it' }];
}

/** A server that signs its routes takes them back as it wrote them alone. */
function routesOf(r: IncomingRequest, { routes }: Book): Sight[] {
  if (routes.size === 0 || param(r.to.params, 'tag') === undefined) return [];
  return r.request.headers
    .all('Route')
    .filter((value) => !routes.has(value))
    .map((found) => ({ code: 'route', expected: 'a Record-Route of this dialog', found }));
}

function epidsOf(parties: readonly NameAddr[], { epids }: Book): readonly Sight[] {
  return parties.flatMap((party): readonly Sight[] => {
    const epid = param(party.params, 'epid');
    if (epid === undefined) return NOTHING;
    const who = writeUri(party.uri);
    const known = epids.get(who);
    if (known === undefined) epids.set(who, epid);
    return known === undefined || known === epid
      ? NOTHING
      : [{ code: 'epid', expected: `${known} for ${who}`, found: epid }];
  });
}

function textOf({ request }: IncomingRequest): string {
  return (decodeUtf8(request.body) ?? '').trim();
}

const NOTHING: readonly Sight[] = [];
