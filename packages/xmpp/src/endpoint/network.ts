// What counts as one place for limits: an IPv4 address, or the 64 bits of an IPv6 address that one site is given whole
// (RFC 4291 §2.5.4, RFC 6177 §2). Text in, text out; what is no address stands for itself.

/** The key of an address for limits: IPv4 and IPv4-mapped as dotted decimal, IPv6 as its first four groups. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const zone = address.indexOf('%');
  const groups = groupsOf(zone < 0 ? address : address.slice(0, zone));
  if (groups === undefined) return address;
  return mappedOf(groups) ?? groups.slice(0, 4).map(hex).join(':');
}

/** The eight groups; undefined when there are not as many. */
function groupsOf(address: string): readonly number[] | undefined {
  const [head = '', tail, more] = address.split('::');
  const first = numbersOf(head);
  const last = tail === undefined ? [] : numbersOf(tail);
  const gap = 8 - first.length - last.length;
  if (more !== undefined || (tail === undefined ? gap !== 0 : gap < 0)) return undefined;
  const groups = [...first, ...Array.from({ length: gap }, () => 0), ...last];
  return groups.every((group) => group >= 0 && group <= 0xffff) ? groups : undefined;
}

function numbersOf(text: string): number[] {
  return text === '' ? [] : text.split(':').flatMap(numbersOfPiece);
}

/** One group, or the two that a dotted decimal at the end stands for. */
function numbersOfPiece(piece: string): number[] {
  if (!piece.includes('.')) return [HEX.test(piece) ? Number.parseInt(piece, 16) : -1];
  const [a = -1, b = -1, c = -1, d = -1] = piece.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** @spec RFC 4291 §2.5.5.2 */
function mappedOf(groups: readonly number[]): string | undefined {
  const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (!isMapped) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function hex(group: number): string {
  return group.toString(16);
}

const HEX = /^[0-9a-fA-F]{1,4}$/;
