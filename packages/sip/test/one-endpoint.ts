// One endpoint on a table: octets in as text, outputs out, and messages as tests write them.
import {
  type Flow,
  isFault,
  parseMessage,
  parseUri,
  type RequestDraft,
  type Response,
  type SipCounts,
  SipEndpoint,
  type SipEndpointOptions,
  type SipEvent,
  type SipInput,
  type SipOutput,
  type Uri,
} from '@interwork/sip';
import { message, messageIn, plainLines, utf8 } from './message-text.ts';
import { tokens, udpFlow } from './virtual.ts';

export class Table {
  readonly endpoint: SipEndpoint;
  now = 0;

  constructor(options: Partial<SipEndpointOptions> = {}) {
    this.endpoint = new SipEndpoint({
      drawToken: tokens('t'),
      host: 'gw.b.example',
      ports: { udp: 5060, tcp: 5060, tls: 5061 },
      ...options,
    });
  }

  /** One input, and everything that came of it. */
  feed(input: SipInput): SipOutput[] {
    this.endpoint.receive(this.now, input);
    const outputs: SipOutput[] = [];
    for (let out = this.endpoint.next(); out !== undefined; out = this.endpoint.next()) {
      outputs.push(out);
    }
    return outputs;
  }

  bytes(bytes: Uint8Array | string, flow: Flow = UDP): SipOutput[] {
    return this.feed({
      kind: 'bytes',
      flow,
      bytes: typeof bytes === 'string' ? utf8(bytes) : bytes,
    });
  }

  /** Moves the clock and lets everything due happen. */
  at(now: number): SipOutput[] {
    this.now = now;
    return this.feed({ kind: 'tick' });
  }
}

/** The counts of an endpoint that holds nothing. */
export const NOTHING: SipCounts = {
  connections: 0,
  requests: 0,
  client: 0,
  connecting: 0,
  waiting: 0,
  heldBack: 0,
  blocked: 0,
  server: 0,
  unanswered: 0,
  keptBytes: 0,
};

export const UDP: Flow = udpFlow('192.0.2.2', '192.0.2.1', 40_000);

/** A connection, opened by the peer unless the test says otherwise. */
export function stream(id: string, but: Partial<Flow> = {}): Flow {
  return {
    id,
    transport: 'tcp',
    remote: { address: '192.0.2.1', port: 40_000 },
    local: { address: '192.0.2.2', port: 5060 },
    proved: [],
    ...but,
  };
}

/** A MESSAGE with a Via for UDP; lines given replace those of their name. */
export function plain(but: readonly string[] = [], body = 'hi'): Uint8Array {
  const via = 'Via: SIP/2.0/UDP gw.a.example;branch=z9hG4bKone;rport';
  const own = but.some((line) => line.startsWith('Via:')) ? [] : [via];
  return message([...plainLines([...own, ...but]), `Content-Length: ${body.length}`], body);
}

/** The same with another request line. */
export function withStart(start: string, but: readonly string[] = []): Uint8Array {
  const [method] = start.split(' ');
  const text = new TextDecoder().decode(plain([`CSeq: 1 ${method}`, ...but]));
  return utf8(`${start}${text.slice(text.indexOf('\r\n'))}`);
}

/** The responses among outputs. */
export function responses(outputs: readonly SipOutput[]): Response[] {
  return sends(outputs).flatMap((bytes) => {
    const parsed = messageIn(bytes);
    return parsed.kind === 'response' ? [parsed] : [];
  });
}

export function sends(outputs: readonly SipOutput[]): Uint8Array[] {
  return outputs.flatMap((out) => (out.kind === 'send' ? [new Uint8Array(out.bytes)] : []));
}

export function statuses(outputs: readonly SipOutput[]): number[] {
  return responses(outputs).map((response) => response.status);
}

export function kinds(outputs: readonly SipOutput[]): string[] {
  return outputs.map((out) => out.kind);
}

export function only<K extends SipOutput['kind']>(
  outputs: readonly SipOutput[],
  kind: K,
): Extract<SipOutput, { kind: K }>[] {
  return outputs.filter((out): out is Extract<SipOutput, { kind: K }> => out.kind === kind);
}

export function uri(text: string): Uri {
  const parsed = parseUri(text);
  if (isFault(parsed)) throw new Error(parsed.text);
  return parsed;
}

export function draft(but: Partial<RequestDraft> = {}): RequestDraft {
  return {
    method: 'MESSAGE',
    uri: uri('sip:bob@b.example'),
    from: { display: undefined, uri: uri('sip:ann@a.example'), params: [] },
    to: { display: undefined, uri: uri('sip:bob@b.example'), params: [] },
    contentType: 'text/plain',
    body: utf8('hi'),
    ...but,
  };
}

/** A response to the request in these octets, as a peer would write it. */
export function reply(
  request: Uint8Array,
  status: number,
  more: readonly string[] = [],
): Uint8Array {
  const parsed = parseMessage(request);
  if (isFault(parsed)) throw new Error(parsed.text);
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(
    (name) => `${name}: ${parsed.headers.text(name)}${name === 'To' ? ';tag=p1' : ''}`,
  );
  return message([`SIP/2.0 ${status} X`, ...copied, ...more, 'Content-Length: 0']);
}

export const eventKinds = (events: readonly SipEvent[]): string[] => events.map((one) => one.kind);
