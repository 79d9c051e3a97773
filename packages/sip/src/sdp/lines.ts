// The lines of a description: a letter, `=`, and what is said. RFC 8866 §5. Their order is order.ts.
import { fault, type Fault } from '../fault.ts';
import { EQUALS } from '../grammar.ts';
import { SDP_LIMITS } from '../limits.ts';
import type { SdpLine } from './types.ts';

/**
 * Every line of a text. A line ends in CRLF or LF; the last one may be cut off there.
 * @spec RFC 8866 §5
 */
export function linesIn(text: string): readonly SdpLine[] | Fault {
  const lines: SdpLine[] = [];
  let at = 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const end = feed < 0 ? text.length : feed;
    const line = lineOf(text.slice(at, text.charAt(end - 1) === '\r' && end > at ? end - 1 : end));
    if (line === undefined || lines.length >= SDP_LIMITS.lines) return fault('sdp', 'lines');
    lines.push(line);
    at = end + 1;
  }
  return lines;
}

/** No octet but NUL, CR and LF is forbidden in a value. @spec RFC 8866 §9 */
function lineOf(text: string): SdpLine | undefined {
  if (text.charCodeAt(1) !== EQUALS || !LETTERS.includes(text.charAt(0))) return undefined;
  const value = text.slice(2);
  const isPlain = value !== '' && !value.includes('\0') && !value.includes('\r');
  return isPlain ? { type: text.charAt(0), value } : undefined;
}

/** A description with any other letter is to be left alone. */
const LETTERS = 'vosiuepcbtrzkam';
