// Addresses that the DNS of a stranger must not lead us to: this host, its links, private networks, groups, and what
// only carries such an IPv4 address within an IPv6 one. RFC 6890 has most of them.
import { BlockList, isIP } from 'node:net';

/** Whether an address is one that any host of the Internet may have; what is no address is not. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const version = family === 4 ? 'ipv4' : 'ipv6';
  return !INSIDE[version].check(address, version);
}

const INSIDE_IPV4 = [
  ['0.0.0.0', 8], //       this host
  ['10.0.0.0', 8], //      private
  ['100.64.0.0', 10], //   shared by a provider's customers
  ['127.0.0.0', 8], //     loopback
  ['169.254.0.0', 16], //  link-local, metadata of clouds
  ['172.16.0.0', 12], //   private
  ['192.0.0.0', 24], //    of protocols
  ['192.168.0.0', 16], //  private
  ['198.18.0.0', 15], //   of benchmarks
  ['224.0.0.0', 4], //     multicast
  ['240.0.0.0', 4], //     reserved, broadcast
] as const;
const INSIDE_IPV6 = [
  ['::', 96], //           unspecified, loopback, IPv4-compatible
  ['::ffff:0:0', 96], //   IPv4-mapped: nobody publishes one
  ['64:ff9b:1::', 48], //  translated within a network
  ['100::', 64], //        discarded
  ['2001::', 32], //       Teredo: an IPv4 address in disguise
  ['2002::', 16], //       6to4: the same
  ['fc00::', 7], //        unique local
  ['fe80::', 10], //       link-local
  ['fec0::', 10], //       site-local
  ['ff00::', 8], //        multicast
] as const;
/** Where a network that has no IPv4 translates to it; public addresses are right there. */
const NAT64 = '64:ff9b::';
// a list each: a list of both compares an IPv4 address as if it were mapped
const INSIDE = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, prefix] of INSIDE_IPV4) {
  INSIDE.ipv4.addSubnet(network, prefix, 'ipv4');
  INSIDE.ipv6.addSubnet(NAT64 + network, 96 + prefix, 'ipv6');
}
for (const [network, prefix] of INSIDE_IPV6) INSIDE.ipv6.addSubnet(network, prefix, 'ipv6');
