// The public names of @interwork/core/testing, one by one.
export {
  CLOSING_STORE_CASES,
  type MakeStore,
  STORE_CASES,
  type StoreCase,
  type StoreHandle,
} from '../store/conformance.ts';
export { type HostClock, ProcessClock, VirtualClock } from './clock.ts';
export { faultyStore, type FaultyStoreOptions, type StoreTroubles } from './faulty-store.ts';
export {
  type NetworkOptions,
  type Pipe,
  type PipeEvents,
  type Place,
  VirtualNetwork,
} from './network.ts';
export { sipHost, type SipHostOptions } from './sip-host.ts';
export { type HostOptions, type Playable, World, type WorldOptions } from './world.ts';
export { type StoreFate, virtualStore, type VirtualStoreOptions } from './virtual-store.ts';
export { type VirtualDns, xmppHost, type XmppHostOptions } from './xmpp-host.ts';
