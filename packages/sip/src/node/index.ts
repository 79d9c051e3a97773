// @interwork/sip/node: the only sockets of the package.

export { listenSip } from './listen.ts';
export {
  DEFAULT_CONNECT_TIMEOUT,
  DEFAULT_SOCKET_LIMITS,
  type ListenOptions,
  type ListenPlace,
  type NamedPair,
  type SipEdge,
  type SipEdgeCounts,
  type SocketLimits,
  type TlsByRole,
  type TlsChoice,
  type TlsCredentials,
  type TlsForBoth,
  type TlsOccasion,
  type TlsPair,
} from './options.ts';
export {
  DEFAULT_LOCATOR_LIMITS,
  type LocatorLimits,
  SipLocator,
  type SipLocatorOptions,
} from './locator.ts';
export {
  type AskDns,
  DEFAULT_DNS_TIMES,
  type DnsResolverOptions,
  type DnsTimes,
  dnsResolver,
  locateSip,
  type LocateSipOptions,
} from './resolve.ts';
