// What external access policies allow, as bits, and which of them a class of external user asks for. Two switches stand
// above one another for XMPP and for calls with public providers: both have to be on.
import type { Traffic } from '../query.ts';
import type { ExternalAccessPolicyEntry } from './document.ts';

/** The classes of external user. Hosted domains are federated users to a policy. */
export type PeerClass = 'federated' | 'hosting' | 'public' | 'xmpp';

/** One bit for each flag. */
export const ACCESS = { federation: 1, xmpp: 2, publicCloud: 4, publicAudioVideo: 8 } as const;

/** The bits of a policy; what is not written is off. */
export function accessBits(entry: ExternalAccessPolicyEntry | undefined): number {
  return (
    (entry?.enableFederationAccess === true ? ACCESS.federation : 0) |
    (entry?.enableXmppAccess === true ? ACCESS.xmpp : 0) |
    (entry?.enablePublicCloudAccess === true ? ACCESS.publicCloud : 0) |
    (entry?.enablePublicCloudAudioVideoAccess === true ? ACCESS.publicAudioVideo : 0)
  );
}

/** All the bits that traffic with a class of user asks for. */
export function accessAsked(peers: PeerClass, traffic: Traffic): number {
  return traffic === 'audio' || traffic === 'video' ? FOR_CALLS[peers] : FOR_MESSAGES[peers];
}

const FOR_MESSAGES: Readonly<Record<PeerClass, number>> = {
  federated: ACCESS.federation,
  hosting: ACCESS.federation,
  public: ACCESS.publicCloud,
  xmpp: ACCESS.federation | ACCESS.xmpp,
};

const FOR_CALLS: Readonly<Record<PeerClass, number>> = {
  ...FOR_MESSAGES,
  public: ACCESS.publicCloud | ACCESS.publicAudioVideo,
};
