// SIP in a ladder: requests and responses as they came, and those that the gateway hands to its endpoint, which writes Via,
// CSeq and tags itself. RFC 3261 §7.
import {
  type ForwardDraft,
  type HeaderField,
  type PassedResponse,
  type Request,
  type RequestDraft,
  type Response,
  type ResponseDraft,
  writeNameAddr,
  writeUri,
} from '@interwork/sip';
import { documentFormOf } from '../dialect/dialect-of.ts';
import { STANDARD } from '../dialect/standard.ts';
import { CARRIED_UNANSWERED } from '../rules/unsupported-request.ts';
import type { Hiding } from './hiding.ts';
import type { LadderLimits } from './limits.ts';
import { type Seen, wireOf } from './seen.ts';

/** A message in parts, whatever it was made of. */
interface Parts {
  /** The first line. */
  readonly start: string;
  readonly fields: readonly HeaderField[];
  readonly body: Uint8Array;
}

/** How SIP is shown. */
export class SipSeen {
  readonly #hiding: Hiding;
  readonly #limits: LadderLimits;

  constructor(hiding: Hiding, limits: LadderLimits) {
    this.#hiding = hiding;
    this.#limits = limits;
  }

  /** A request as it came. */
  request({ method, uri, headers, body }: Request): Seen {
    return this.#asked(method, uri, headers.fields(), body);
  }

  /** A request that is handed to the endpoint. */
  draft(draft: RequestDraft): Seen {
    const { method, uri, body = NO_BODY } = draft;
    return this.#asked(method, writeUri(uri), fieldsOf(draft), body);
  }

  /** A request of somebody else that goes on. */
  forward({ request: { request }, uri, headers = [], body = request.body }: ForwardDraft): Seen {
    const fields = [...headers, ...request.headers.fields()];
    return this.#asked(request.method, uri ?? request.uri, fields, body);
  }

  /** A response as it came. */
  response({ status, reason, headers, body }: Response): Seen {
    return this.#answered(status, reason, headers.fields(), body);
  }

  /** A response that is handed to the endpoint. */
  answer({ status, reason = '', contentType, headers = [], body = NO_BODY }: ResponseDraft): Seen {
    const type = contentType === undefined ? [] : [{ name: 'Content-Type', value: contentType }];
    return this.#answered(status, reason, [...type, ...headers], body);
  }

  /** A response of somebody else that goes back. */
  passed({ response, status, reason, headers = [] }: PassedResponse): Seen {
    const fields = [...headers, ...response.headers.fields()];
    return this.#answered(
      status ?? response.status,
      reason ?? response.reason,
      fields,
      response.body,
    );
  }

  #asked(method: string, uri: string, fields: readonly HeaderField[], body: Uint8Array): Seen {
    const start = `${method} ${this.#hiding.address(uri)} SIP/2.0`;
    return {
      text: [method, ...saidOf(method, fields)].join(' '),
      notes: [...this.#addressed(method, uri, fields), ...this.#words(fields, body)],
      failed: false,
      wire: this.#wire({ start, fields, body }),
    };
  }

  #answered(
    status: number,
    reason: string,
    fields: readonly HeaderField[],
    body: Uint8Array,
  ): Seen {
    const start = `SIP/2.0 ${status} ${reason}`.trimEnd();
    const wire = this.#wire({ start, fields, body });
    return { text: String(status), notes: [], failed: status >= 300, wire };
  }

  /** Whom a message is to, and of which conversation it is. */
  #addressed(method: string, uri: string, fields: readonly HeaderField[]): readonly string[] {
    if (method !== 'MESSAGE') return [];
    const callId = valueOf(fields, 'Call-ID', 'i');
    const to = `to ${this.#hiding.address(uri)}`;
    return callId === '' ? [to] : [to, `Call-ID ${this.#hiding.address(callId)}`];
  }

  /** What somebody wrote, or a line for each tuple of what he shows. */
  #words(fields: readonly HeaderField[], body: Uint8Array): readonly string[] {
    const type = valueOf(fields, 'Content-Type', 'c');
    if (body.length === 0 || this.#hiding.words('') === undefined) return [];
    const name = type.split(';')[0]?.trim().toLowerCase() ?? '';
    const document = documentFormOf(STANDARD, name)?.read(body);
    if (document === undefined && name.startsWith('text/'))
      return [`"${this.#hiding.body(body, type)}"`];
    if (document?.kind !== 'pidf') return [];
    return document.tuples.map(({ basic = '', show, notes = [] }) =>
      [basic, show, ...notes.map(({ text }) => `"${text}"`)].filter((word) => word).join(' '),
    );
  }

  #wire({ start, fields, body }: Parts) {
    const { wireCharacters } = this.#limits;
    const short = fields.map(({ name, value }) => ({
      name,
      value: value.slice(0, wireCharacters),
    }));
    const type = valueOf(fields, 'Content-Type', 'c');
    const lines = [start, ...short.map(this.#hiding.field), '', this.#hiding.body(body, type)];
    return wireOf('sip', lines.join('\n').trimEnd(), this.#limits);
  }
}

/** What distinguishes one request of a method from another. */
function saidOf(method: string, fields: readonly HeaderField[]): readonly string[] {
  if (method === 'SUBSCRIBE') return [`for ${valueOf(fields, 'Expires')} s`];
  if (method !== 'NOTIFY' && !CARRIED_UNANSWERED.includes(method)) return [];
  return [valueOf(fields, 'Subscription-State').replace(/;expires=\d+/, '')];
}

/** The fields of a draft, in the order in which they are written. */
function fieldsOf({ from, to, callId, contentType, language, subject, headers }: RequestDraft) {
  const given: readonly (readonly [string, string | undefined])[] = [
    ['From', writeNameAddr(from)],
    ['To', writeNameAddr(to)],
    ['Call-ID', callId],
    ['Content-Type', contentType],
    ['Content-Language', language],
    ['Subject', subject],
  ];
  const own = given.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  return [...own, ...(headers ?? [])];
}

function valueOf(fields: readonly HeaderField[], name: string, compact = ''): string {
  const wanted = name.toLowerCase();
  const field = fields.find((one) => {
    const its = one.name.toLowerCase();
    return its === wanted || its === compact;
  });
  return field?.value ?? '';
}

const NO_BODY = new Uint8Array();
