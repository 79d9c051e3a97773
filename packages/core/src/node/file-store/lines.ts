// The lines of a file, one after another, however large it is: read a piece at a time, since no text may be as
// long as a file. Knows nothing of what stands in a line.
import type { FileHandle } from 'node:fs/promises';

/** A line without its end. */
export interface TextLine {
  readonly text: string;
  /** Octets in the file, the end included. */
  readonly octets: number;
  /** False for what stands after the last end of a line. */
  readonly isWhole: boolean;
}

/** Every line from an octet on. */
export async function* linesAfter(handle: FileHandle, octet: number): AsyncIterable<TextLine> {
  let rest = Buffer.alloc(0);
  for (let at = octet; ; ) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PIECE), 0, PIECE, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const piece = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    const end = piece.lastIndexOf(LINE_FEED) + 1;
    yield* wholeLines(piece.subarray(0, end));
    rest = piece.subarray(end);
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), octets: rest.length, isWhole: false };
}

function* wholeLines(piece: Buffer): Iterable<TextLine> {
  for (let from = 0; from < piece.length; ) {
    const end = piece.indexOf(LINE_FEED, from);
    yield { text: piece.toString('utf8', from, end), octets: end + 1 - from, isWhole: true };
    from = end + 1;
  }
}

const LINE_FEED = 0x0a;
/** Octets read at a time. A line that is longer is put together of several. */
const PIECE = 1_048_576;
