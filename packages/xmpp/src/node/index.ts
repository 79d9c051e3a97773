// @interwork/xmpp/node: the only sockets of the package.
export { nodeDigest } from './digest.ts';
export { listenXmpp } from './listen.ts';
export {
  dnsLocate,
  type Locate,
  type Located,
  type LocateOptions,
  ordered,
  type SrvRecord,
} from './locate.ts';
export {
  DEFAULT_CONNECT_TIMEOUT,
  DEFAULT_SOCKET_LIMITS,
  type ListenOptions,
  type ListenPlace,
  type NamedPair,
  type SocketLimits,
  type TlsByRole,
  type TlsChoice,
  type TlsCredentials,
  type TlsForBoth,
  type TlsOccasion,
  type TlsPair,
  type XmppEdge,
  type XmppEdgeCounts,
} from './options.ts';
export {
  type ComponentEdge,
  type ComponentEdgeCounts,
  connectComponent,
  type ConnectComponentOptions,
} from './component.ts';
