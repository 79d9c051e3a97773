// Users of SIP companies: text over UDP, written and read here and by nobody's SIP stack. All share a socket; an answer finds
// its request by Call-ID and CSeq, and whatever is asked of a user is answered 200.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { readSip, type SipMessage } from '../src/agents/sip-message.ts';
import { within } from '../src/process.ts';

/** A request, but for Via, Max-Forwards and Content-Length. */
export interface Draft {
  /** The request line without the version. */
  readonly start: string;
  readonly headers: readonly string[];
  readonly body?: string;
}

/** They, online. */
export interface Users {
  /** Where they are. */
  readonly contact: string;
  /** Sends by a server, and waits for the final response. */
  send(server: string, draft: Draft): Promise<SipMessage>;
  /** The first request that fits, now or later. */
  asked(what: string, fits: (request: SipMessage) => boolean): Promise<SipMessage>;
  close(): void;
}

/** Opens the socket. */
export async function openUsers(address: string): Promise<Users> {
  const socket = createSocket('udp4');
  const waiting = new Map<string, (response: SipMessage) => void>();
  const requests: SipMessage[] = [];
  const watchers = new Set<() => void>();
  socket.on('message', (bytes, remote) => {
    const message = readSip(bytes, false);
    if (message.start.startsWith('SIP/2.0 1')) return;
    if (message.start.startsWith('SIP/2.0')) return waiting.get(keyOf(message))?.(message);
    requests.push(message);
    answer(socket, bytes, remote);
    for (const look of watchers) look();
    watchers.clear();
  });
  await new Promise<void>((resolve) => socket.bind(5060, address, resolve));
  let drawn = 0;
  const next = async (fits: (request: SipMessage) => boolean): Promise<SipMessage> => {
    for (;;) {
      const found = requests.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => watchers.add(resolve));
    }
  };
  return {
    contact: `${address}:5060`,
    send: (server, draft) => {
      const bytes = written(address, `b${++drawn}`, draft);
      const response = new Promise<SipMessage>((resolve) =>
        waiting.set(keyOf(readSip(bytes, true)), resolve),
      );
      socket.send(bytes, 5060, server);
      return within(`the answer to ${draft.start}`, response);
    },
    asked: (what, fits) => within(what, next(fits)),
    close: () => void socket.close(),
  };
}

/** A MESSAGE of one user to another. */
export function message(
  from: string,
  to: string,
  body: string,
  headers: readonly string[] = [],
): Draft {
  const addressed = [`From: <sip:${from}>;tag=${body}`, `To: <sip:${to}>`, `Call-ID: c-${body}`];
  const rest = ['CSeq: 1 MESSAGE', 'Content-Type: text/plain', ...headers];
  return { start: `MESSAGE sip:${to}`, headers: [...addressed, ...rest], body };
}

function written(address: string, branch: string, { start, headers, body = '' }: Draft): Buffer {
  const lines = [
    `${start} SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:5060;branch=z9hG4bK${branch}`,
    'Max-Forwards: 70',
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function keyOf({ headers }: SipMessage): string {
  return `${headers.get('call-id') ?? ''} ${headers.get('cseq') ?? ''}`;
}

/** What a response repeats of its request. */
const REPEATED = /^(?:via|from|to|call-id|cseq):/i;

function answer(socket: Socket, request: Buffer, { port, address }: RemoteInfo): void {
  const lines = request.toString('utf8').split('\r\n');
  const repeated = lines.filter((line) => REPEATED.test(line));
  const text = ['SIP/2.0 200 OK', ...repeated, 'Content-Length: 0', '', ''].join('\r\n');
  socket.send(text, port, address);
}
