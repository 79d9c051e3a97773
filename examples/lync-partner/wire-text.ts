// SIP as text, for the scripted edge: cutting messages out of a stream by Content-Length, finding a header, writing lines.
// On purpose it shares nothing with the library: whoever plays the partner must not have the library's mistakes.

/** A message as it stood on the wire. */
export interface Text {
  readonly start: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Cuts a stream. */
export class Cutter {
  #kept = Buffer.alloc(0);

  /** The messages that are whole with these octets. */
  push(octets: Buffer): readonly Text[] {
    this.#kept = Buffer.concat([this.#kept, octets]);
    const found: Text[] = [];
    for (let one = this.#cut(); one !== undefined; one = this.#cut()) found.push(one);
    return found;
  }

  #cut(): Text | undefined {
    while (this.#kept.subarray(0, 2).toString('latin1') === '\r\n')
      this.#kept = this.#kept.subarray(2);
    const end = this.#kept.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const [start = '', ...lines] = this.#kept.subarray(0, end).toString('utf8').split('\r\n');
    const headers = lines.map((line): readonly [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
    const length = Number(valueOf(headers, 'content-length') ?? '0');
    if (this.#kept.length < end + 4 + length) return undefined;
    const body = this.#kept.subarray(end + 4, end + 4 + length).toString('utf8');
    this.#kept = this.#kept.subarray(end + 4 + length);
    return { start, headers, body };
  }
}

/** The first field of that name. */
export function header({ headers }: Text, name: string): string | undefined {
  return valueOf(headers, name);
}

/** Every field of that name, written as it came. */
export function lines({ headers }: Text, name: string): readonly string[] {
  return headers
    .filter(([one]) => one.toLowerCase() === name)
    .map(([, value]) => `${name}: ${value}`);
}

/** A message ready for the wire. */
export function written(head: readonly string[], body = ''): Buffer {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return Buffer.from(`${[...head, length].join('\r\n')}\r\n\r\n${body}`, 'utf8');
}

/** A response to a request: what SIP wants copied, and then these lines. */
export function answer(
  request: Text,
  status: string,
  tag: string,
  more: readonly string[] = [],
  body = '',
): Buffer {
  const to = header(request, 'to') ?? '';
  return written(
    [
      `SIP/2.0 ${status}`,
      ...lines(request, 'via'),
      ...lines(request, 'record-route'),
      `From: ${header(request, 'from') ?? ''}`,
      `To: ${/;\s*tag=/.test(to) ? to : `${to};tag=${tag}`}`,
      `Call-ID: ${header(request, 'call-id') ?? ''}`,
      `CSeq: ${header(request, 'cseq') ?? ''}`,
      'Server: RTC/5.0',
      ...more,
    ],
    body,
  );
}

/** The address in a From, a To or a Contact, without parameters. */
export function addressIn(value: string | undefined): string {
  return /<(sips?:[^;>]*)/.exec(value ?? '')?.[1] ?? '';
}

function valueOf(headers: Text['headers'], name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name)?.[1];
}
