// What a device is called on both sides: identifier and contact of a tuple, resource of a JID. RFC 8048 §6.2 note 2
// and the `gr` of RFC 7247 §6. How a resource is written into an identifier is body/tuple-id.ts.
import { parseUri, writeUri } from '@interwork/sip';
import { Jid } from '@interwork/xmpp';
import { derivedResource, jidToSipUri, sipUriToJid } from '../address.ts';
import type { PidfContact, PidfTuple } from '../body/pidf.ts';
import { escapedName, resourceOfTupleId } from '../body/tuple-id.ts';

/** The address of a device, as a contact names it; that of its user where no JID can name the device. */
export function contactUri(user: Jid, resource: string): string {
  const device = resource === '' ? user : Jid.of(user.local, user.domain, resource);
  return writeUri(jidToSipUri(device.kind === 'jid' ? device : user));
}

/**
 * What a tuple's resource may be called, first choice first: as its identifier says, as the device of its contact,
 * or marked, so that it is taken for no device.
 * @spec RFC 8048 §6.2
 */
export function resourcesOf({ id, contact }: PidfTuple, user: Jid): readonly string[] {
  const marked = derivedResource(escapedName(id).slice(0, MAX_DERIVED));
  const names = [resourceOfTupleId(id), deviceOf(contact, user), marked];
  return names.map((name) => resourceIn(user, name)).filter((name) => name !== undefined);
}

/** The device a contact names, where it is one of the same user. @spec RFC 5627 §4 */
function deviceOf(contact: PidfContact | undefined, user: Jid): string | undefined {
  const uri = contact === undefined ? undefined : parseUri(contact.uri);
  if (uri?.kind !== 'sip') return undefined;
  const jid = sipUriToJid(uri);
  if (jid.kind !== 'jid' || jid.bare !== user.bare || jid.resource === '') return undefined;
  return jid.resource;
}

/** A resource as a JID of the user has it; undefined when none can. */
function resourceIn(user: Jid, name: string | undefined): string | undefined {
  if (name === undefined || name === '') return name;
  const jid = Jid.of(user.local, user.domain, name);
  return jid.kind === 'jid' ? jid.resource : undefined;
}

/** Characters of an identifier in a resource, which may have 1023 octets. */
const MAX_DERIVED = 200;
