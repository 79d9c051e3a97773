// Which addresses are of the Internet: not loopback, not link-local, not private, not of documentation or
// tests. Whoever names a domain has us call what its DNS says. RFC 6890 and the registries it made.
import { BlockList, isIP } from 'node:net';

/** Whether an address, without brackets, may be called because a stranger's DNS says so. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return family === 6 ? !NOT_PUBLIC_6.check(address, 'ipv6') : !NOT_PUBLIC_4.check(address);
}

/** Two lists, since one takes IPv4 and IPv4 mapped into IPv6 (`::ffff:`) for the same. */
const NOT_PUBLIC_4 = new BlockList();
const NOT_PUBLIC_6 = new BlockList();

for (const [network, prefix] of [
  ['0.0.0.0', 8], //       this network
  ['10.0.0.0', 8], //      private
  ['100.64.0.0', 10], //   carriers' own
  ['127.0.0.0', 8], //     loopback
  ['169.254.0.0', 16], //  link-local
  ['172.16.0.0', 12], //   private
  ['192.0.0.0', 24], //    protocol assignments
  ['192.0.2.0', 24], //    documentation
  ['192.168.0.0', 16], //  private
  ['198.18.0.0', 15], //   benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], //  documentation
  ['224.0.0.0', 3], //     multicast, reserved, broadcast
] as const) {
  NOT_PUBLIC_4.addSubnet(network, prefix, 'ipv4');
}

for (const [network, prefix] of [
  ['::', 96], //         unspecified, loopback, and IPv4 in its old dress
  ['::ffff:0:0', 96], // IPv4 mapped: a name that means IPv4 has an A record
  ['64:ff9b::', 96], //  IPv4 behind a translator
  ['64:ff9b:1::', 48], // the same, local
  ['100::', 64], //      discard
  ['2001::', 23], //     protocol assignments, Teredo among them
  ['2001:db8::', 32], // documentation
  ['2002::', 16], //     6to4, which has an IPv4 address within
  ['3fff::', 20], //     documentation
  ['5f00::', 16], //     segment routing
  ['fc00::', 7], //      private
  ['fe80::', 10], //     link-local
  ['fec0::', 10], //     site-local
  ['ff00::', 8], //      multicast
] as const) {
  NOT_PUBLIC_6.addSubnet(network, prefix, 'ipv6');
}
