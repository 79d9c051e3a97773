// What each class of external user may be given by Lync's objects: messages, presence, contacts, calls, and more than two
// people in one conversation. A rule of the document's own may permit more; then its own words are what is permitted.
import type { Traffic } from '../query.ts';
import type { PeerClass } from './access.ts';
import type { PublicProviderEntry } from './document.ts';

/** What a class of external user gets. */
export interface Capabilities {
  readonly messages: boolean;
  readonly presence: boolean;
  readonly audioVideo: boolean;
  /** Whether more than two may be in one conversation. */
  readonly multiParty: boolean;
}

/** By class. Calls with users of public providers are for their policy to allow, and not for each provider. */
export const CAPABILITIES: Readonly<Record<PeerClass, Capabilities>> = {
  federated: { messages: true, presence: true, audioVideo: true, multiParty: true },
  hosting: { messages: true, presence: true, audioVideo: true, multiParty: true },
  public: { messages: true, presence: true, audioVideo: true, multiParty: false },
  xmpp: { messages: true, presence: true, audioVideo: false, multiParty: false },
};

/** Whether traffic is among what a class gets. */
export function isCapable(
  peers: PeerClass,
  preset: PublicProviderEntry['preset'],
  traffic: Traffic,
): boolean {
  const capability = CAPABILITY_OF[traffic];
  if (!CAPABILITIES[peers][capability]) return false;
  return capability !== 'audioVideo' || preset === undefined || CALLS[preset];
}

/** Which presets were ever called: Windows Live alone. */
const CALLS = { aol: false, windowsLive: true, yahoo: false } as const;

const CAPABILITY_OF = {
  message: 'messages',
  composing: 'messages',
  receipt: 'messages',
  chat: 'messages',
  presence: 'presence',
  audio: 'audioVideo',
  video: 'audioVideo',
} as const satisfies Record<Traffic, keyof Capabilities>;
