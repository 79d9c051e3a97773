// Habit: rich-text
// They do: write text/html with line ends that are no content, text/rtf, and alternatives whose parts end in one line end
//   too many. Handwriting, pictures and invitations to file transfers are bodies of types of their own.
// Vectors: im-07 O, im-08 O, im-09 O, own im-rich-text O, own im-other-types O.
// We do: take the line ends out, read RTF as text, carry text and the HTML that is safe; other types are refused with 415 and
//   the list of those that are read.
import type { Reading } from '../../crossing.ts';

/** How the bodies of their messages are read. */
export const LYNC_READING: Reading = {
  acceptTypes: ['text/plain', 'text/html', 'multipart/alternative', 'text/rtf'],
  htmlLineEnds: 'nothing',
  lastLineEnd: 'nothing',
  styleParam: 'msgr',
};
