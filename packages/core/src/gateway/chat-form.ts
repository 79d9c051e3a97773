// How a session with a contact is described: as the contact's dialect has it, with where this gateway stands.
import { writeUri } from '@interwork/sip';
import { jidToAor } from '../address.ts';
import type { Dialect } from '../dialect/types.ts';
import type { ChatForm } from '../ledger/chat-types.ts';
import type { People } from '../ledger/people.ts';
import { offerKind, takesText } from '../rules/chat-offer.ts';
import type { PresencePlace } from './presence-contact.ts';

/** The form of sessions between two people; with a dialect that has none, nothing is offered or taken. */
export function formOf(
  { session, traits }: Dialect,
  place: PresencePlace,
  people: People,
): ChatForm {
  if (session === undefined) return NO_FORM;
  const { acceptTypes } = traits;
  const at = { address: place.host, port: portOf(place) };
  const self = writeUri(jidToAor(people.user));
  return {
    offer: () => session.offer(at, acceptTypes),
    answer: (offer) =>
      offerKind(offer) === 'messages' && takesText(offer)
        ? session.answer(at, acceptTypes, self, offer)
        : undefined,
    isUsable: (answer) => answer !== undefined && takesText(answer),
  };
}

function portOf({ ports }: PresencePlace): number {
  return ports.tls ?? ports.tcp ?? ports.udp ?? 5060;
}

const NO_FORM: ChatForm = {
  offer: () => new Uint8Array(0),
  answer: () => undefined,
  isUsable: () => false,
};
