// IP addresses as octets: four or sixteen. Strict dotted decimals and RFC 4291 §2.2 forms; no
// zones, no short IPv4.

/**
 * The octets of an IPv4 or IPv6 address, brackets allowed round the latter; `undefined` when it is
 * neither.
 */
export function parseIp(text: string): Uint8Array | undefined {
  if (text.startsWith('[')) return text.endsWith(']') ? parseIpv6(text.slice(1, -1)) : undefined;
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** Dotted decimal, or colon-separated groups without compression. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    text += `${i === 0 ? '' : ':'}${(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16)}`;
  }
  return text;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.length <= 15 ? text.split('.') : [];
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    const value = number(part, 10, 3);
    if (value === undefined || value > 255 || (part.length > 1 && part.startsWith('0')))
      return undefined;
    bytes[i] = value;
  }
  return bytes;
}

/** @spec RFC 4291 §2.2 */
function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.length <= 45 ? text.split('::') : [];
  if (halves.length < 1 || halves.length > 2) return undefined;
  const head = groups(halves[0] ?? '');
  const rest = groups(halves[1] ?? '');
  if (head === undefined || rest === undefined) return undefined;
  const room = 16 - head.length - rest.length;
  if (halves.length === 1 ? room !== 0 : room < 2) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(rest, 16 - rest.length);
  return bytes;
}

function groups(text: string): readonly number[] | undefined {
  const bytes: number[] = [];
  const parts = text === '' ? [] : text.split(':');
  for (const [i, part] of parts.entries()) {
    const four = i === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    const value = four === undefined ? number(part, 16, 4) : 0;
    if (value === undefined) return undefined;
    bytes.push(...(four ?? [value >> 8, value & 0xff]));
  }
  return bytes.length <= 16 ? bytes : undefined;
}

function number(text: string, radix: number, maxDigits: number): number | undefined {
  if (text.length === 0 || text.length > maxDigits) return undefined;
  let value = 0;
  for (const char of text) {
    const digit = '0123456789abcdef'.indexOf(char.toLowerCase());
    if (digit < 0 || digit >= radix) return undefined;
    value = value * radix + digit;
  }
  return value;
}
