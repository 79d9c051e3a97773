// A SIP message as SIPp's message file shows it: read here, and not by the SIP package that is under test.

/** A message that a user agent sent or received. */
export interface SipMessage {
  readonly way: 'sent' | 'received';
  /** The request line or the status line. */
  readonly start: string;
  /** By name in small letters; several lines of one name joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The status of a response; 0 for a request. */
export function statusOf(message: SipMessage): number {
  return Number(/^SIP\/2\.0 (\d{3})/.exec(message.start)?.[1] ?? 0);
}

const ENTRY = /-{20,} [^\n]*\n\w+ message (sent|received) [[(](\d+)\]? bytes\)? ?:\n\n/;

/** Reads the entries of a message file as they are written, however they are cut. */
export class TraceReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that are whole by now. */
  push(bytes: Buffer): readonly SipMessage[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const found: SipMessage[] = [];
    for (let next = this.#take(); next !== undefined; next = this.#take()) found.push(next);
    return found;
  }

  #take(): SipMessage | undefined {
    const text = this.#rest.toString('latin1');
    const entry = ENTRY.exec(text);
    if (entry === null) return undefined;
    const start = entry.index + entry[0].length;
    const end = start + Number(entry[2]);
    if (this.#rest.length < end) return undefined;
    const message = readSip(this.#rest.subarray(start, end), entry[1] === 'sent');
    this.#rest = this.#rest.subarray(end);
    return message;
  }
}

/** Reads one message. */
export function readSip(bytes: Buffer, sent: boolean): SipMessage {
  const text = bytes.toString('utf8');
  const at = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = text.slice(0, at < 0 ? undefined : at).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  const body = at < 0 ? '' : text.slice(at + 4);
  return { way: sent ? 'sent' : 'received', start, headers, body };
}
