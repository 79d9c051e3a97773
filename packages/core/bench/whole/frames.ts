// Cutting what a stream brings into single messages, and writing to one in as few pieces as turns. Each cut tells
// how many octets the first message has, or 0 while it is not all there.
import type { Socket } from 'node:net';

export type Cut = (bytes: Buffer) => number;
export type Send = (bytes: Buffer | string) => void;

/** What is done with one message; `reply` leads back to where it came from. */
export type Take = (message: Buffer, reply: Send) => void;

/** A SIP message on a stream. @spec RFC 3261 §18.3 */
export function cutSip(bytes: Buffer): number {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = /^(?:Content-Length|l)\s*:\s*(\d+)/im.exec(bytes.toString('latin1', 0, head))?.[1];
  const end = head + 4 + Number(length ?? 0);
  return end <= bytes.length ? end : 0;
}

/** A stanza, a tag of the stream itself, or the text between such tags. */
export function cutXml(bytes: Buffer): number {
  if (bytes[0] !== LESS) return lengthTo(bytes, '<', 0) || bytes.length;
  if (bytes.indexOf('<message') === 0) return lengthTo(bytes, '</message>', 10);
  const tag = lengthTo(bytes, '>', 1);
  if (bytes.indexOf('<iq') !== 0 || tag === 0 || bytes[tag - 2] === SLASH) return tag;
  return lengthTo(bytes, '</iq>', 5);
}

/** Messages of known lengths, told apart by their first octet: nothing is read. */
export function cutByFirst(lengths: Readonly<Record<string, number>>): Cut {
  const byOctet = new Map(Object.entries(lengths).map(([first, n]) => [first.charCodeAt(0), n]));
  return (bytes) => {
    const length = byOctet.get(bytes[0] ?? 0);
    if (length === undefined) throw new Error(`a message that begins with ${bytes[0]}`);
    return length <= bytes.length ? length : 0;
  };
}

/** Reads messages from a socket; the answer writes to it. */
export function speakOn(socket: Socket, cut: Cut, take: Take): Send {
  const send = corked(socket);
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('data', (data: Buffer) => {
    let bytes = rest.length === 0 ? data : Buffer.concat([rest, data]);
    for (let end = cut(bytes); bytes.length > 0 && end > 0; end = bytes.length && cut(bytes)) {
      take(bytes.subarray(0, end), send);
      bytes = bytes.subarray(end);
    }
    rest = bytes;
  });
  return send;
}

/** Writes of one turn leave in one piece. */
function corked(socket: Socket): Send {
  let isCorked = false;
  const uncork = (): void => {
    isCorked = false;
    socket.uncork();
  };
  return (bytes) => {
    if (!isCorked) {
      isCorked = true;
      socket.cork();
      setImmediate(uncork);
    }
    socket.write(bytes);
  };
}

function lengthTo(bytes: Buffer, mark: string, more: number): number {
  const at = bytes.indexOf(mark);
  return at < 0 ? 0 : at + more;
}

const LESS = 0x3c;
const SLASH = 0x2f;
