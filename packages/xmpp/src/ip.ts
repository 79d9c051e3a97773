// Address literals as domainparts: IPv4 in dotted decimal, IPv6 in brackets (RFC 3986 §3.2.2). No zone,
// no shortened or hexadecimal IPv4, no future version.

/** An IPv4 or bracketed IPv6 literal in lower case; undefined when it is neither. @spec RFC 7622 §3.2 */
export function ipLiteral(text: string): string | undefined {
  if (text.startsWith('[')) {
    return text.endsWith(']') && isIpv6(text.slice(1, -1)) ? text.toLowerCase() : undefined;
  }
  return isIpv4(text) ? text : undefined;
}

const OCTET = /^(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])$/;

function isIpv4(text: string): boolean {
  if (text.length > 15 || !endsInDigit(text)) return false;
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => OCTET.test(octet));
}

/** What most names are not told by: one look before any splitting. */
function endsInDigit(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0x30 && last <= 0x39;
}

const GROUP = /^[0-9a-fA-F]{1,4}$/;

/** Eight groups; `::` once, for one or more of them; the last two may be an IPv4 address. */
function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const first = countGroups(halves[0] as string, halves.length === 1);
  if (halves.length === 1) return first === 8;
  const second = countGroups(halves[1] as string, true);
  return first >= 0 && second >= 0 && first + second <= 7;
}

/** How many groups of 16 bits a text has; -1 when it is not made of groups. */
function countGroups(text: string, mayEndInIpv4: boolean): number {
  if (text === '') return 0;
  const groups = text.split(':');
  const last = groups.pop() as string;
  if (!groups.every((group) => GROUP.test(group))) return -1;
  if (GROUP.test(last)) return groups.length + 1;
  return mayEndInIpv4 && isIpv4(last) ? groups.length + 2 : -1;
}
