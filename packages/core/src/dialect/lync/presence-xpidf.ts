// Habit: xpidf
// They do: Windows Messenger writes application/xpidf+xml with a document type in front, and no Subscription-State beside.
// Vectors: pres-11 D, own pres-xpidf-words D.
// We do: pass over the document type and fetch nothing, refuse one that declares anything, read the first address that is
//   not closed.
import type { PidfDocument } from '../../body/pidf.ts';
import {
  parseXpidf,
  type Substatus,
  writeXpidf,
  type Xpidf,
  XPIDF_TYPE,
} from '../../body/xpidf.ts';
import { translated, type Translation } from '../../translation.ts';
import type { DocumentForm } from '../types.ts';
import { type Availability, REACH_OF, type Reach } from './availability.ts';
import { documentOf, type Person, personIn, sipEntity } from './presence-person.ts';

/** The documents of Windows Messenger. */
export const XPIDF: DocumentForm = {
  type: XPIDF_TYPE,
  read: (body) => {
    const document = parseXpidf(body);
    return document.kind === 'fault'
      ? document
      : documentOf(document.uri, personOf(document), document.lost);
  },
  write: writeAsXpidf,
};

/** @spec MS-SIP §2.2.2 */
const AVAILABILITY_OF: Readonly<Record<Substatus, Availability>> = {
  unknown: 'available',
  away: 'away',
  online: 'available',
  idle: 'available-idle',
  busy: 'busy',
  berightback: 'be-right-back',
  onthephone: 'busy',
  outtolunch: 'away',
};

function personOf({ addresses }: Xpidf): Person | undefined {
  const said = addresses.filter(({ status, substatus }) => (status ?? substatus) !== undefined);
  const address = said.find(({ status }) => status !== 'closed') ?? said[0];
  if (address === undefined) return undefined;
  if (address.status === 'closed') return REACH_OF.offline;
  return REACH_OF[AVAILABILITY_OF[address.substatus ?? 'unknown']];
}

function writeAsXpidf(document: PidfDocument): Translation<Uint8Array> {
  const { person, lost } = personIn(document, { note: false });
  const uri = sipEntity(document);
  const address = {
    uri,
    status: person.isOpen ? 'open' : 'closed',
    substatus: wordOf(person),
  } as const;
  return translated(writeXpidf({ kind: 'xpidf', uri, addresses: [address] }), lost);
}

function wordOf({ isOpen, show, isIdle }: Reach): Substatus {
  if (!isOpen) return 'unknown';
  if (show === 'dnd') return 'busy';
  if (show === 'away' || show === 'xa') return isIdle ? 'idle' : 'away';
  return 'online';
}
