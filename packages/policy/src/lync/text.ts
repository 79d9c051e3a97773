// The text of a file: octets as PowerShell writes them. Windows PowerShell's `>` and Export-Clixml write UTF-16 with a
// byte order mark, later ones UTF-8 with one or without. Anything else is refused rather than guessed at: a domain whose
// letters were guessed is another domain.
import { utf8Of } from './bytes.ts';

/** The text without its mark, or undefined where the octets are no text. */
export function textOf(file: string | Uint8Array): string | undefined {
  const text = typeof file === 'string' ? file : decode(file);
  return text?.startsWith('\uFEFF') === true ? text.slice(1) : text;
}

function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return utf16Of(bytes, 0);
  if (first === 0xfe && second === 0xff) return utf16Of(bytes, 1);
  return utf8Of(bytes);
}

/** UTF-16 with its mark; `low` is where the lower octet of a pair stands. */
function utf16Of(bytes: Uint8Array, low: 0 | 1): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const units: number[] = [];
    for (let i = at; i < Math.min(at + CHUNK, bytes.length); i += 2) {
      units.push((bytes[i + low] ?? 0) | ((bytes[i + 1 - low] ?? 0) << 8));
    }
    parts.push(String.fromCharCode(...units));
  }
  const text = parts.join('');
  return LONE.test(text) ? undefined : text;
}

/** Octets at a time; even. */
const CHUNK = 8192;
/** A surrogate that stands alone. */
const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
