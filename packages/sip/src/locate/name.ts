// Names as they may stand in a DNS question: labels of letters, digits, hyphen and underscore. RFC 1035 §2.3.4
// for the lengths. Hosts proper, without underscores, are ../host.ts.
import { hostOf, isIpv4 } from '../host.ts';

/** A name in lower case without its last dot; `undefined` when it is none that is worth asking for. */
export function dnsName(text: string): string | undefined {
  if (text.length > MAX_NAME + 1) return undefined;
  const name = withoutDot(text).toLowerCase();
  return name.length <= MAX_NAME && LABELS.test(name) ? name : undefined;
}

/** A host name in lower case without its last dot; an IP address is none. */
export function hostName(text: string): string | undefined {
  const host = hostOf(withoutDot(text));
  if (host === undefined || host.startsWith('[') || isIpv4(host)) return undefined;
  return dnsName(host);
}

/** `example.com.` is `example.com`. */
export function withoutDot(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}

const MAX_NAME = 253;
const LABELS = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;
