// Habit: msrtc-pidf
// They do: write text/xml+msrtc.pidf: one number in hundreds for how well somebody is reached, another for what he does;
//   an address without sip:, and perhaps a claim to be UTF-16 in front of UTF-8.
// Vectors: pres-09 D, pres-10 D, own pres-aggregates D, own pres-utf16-claim O.
// We do: let reach below 100 win whatever somebody does; a document without it is one of a watcher who is blocked.
import { given } from '../../body/given.ts';
import {
  MSRTC_PIDF_TYPE,
  type MsrtcPidf,
  parseMsrtcPidf,
  writeMsrtcPidf,
} from '../../body/msrtc-pidf.ts';
import type { PidfDocument } from '../../body/pidf.ts';
import { translated, type Translation } from '../../translation.ts';
import type { DocumentForm } from '../types.ts';
import { type Availability, REACH_OF, type Reach } from './availability.ts';
import { documentOf, LOST_NAME, type Person, personIn, sipEntity } from './presence-person.ts';

/** The documents of LCS and OCS. */
export const MSRTC_PIDF: DocumentForm = {
  type: MSRTC_PIDF_TYPE,
  read: (body) => {
    const document = parseMsrtcPidf(body);
    return document.kind === 'fault' ? document : readMsrtcPidf(document);
  },
  write: writeAsMsrtcPidf,
};

/** Which number an activity begins at, in order. @spec MS-SIP §2.2.1 */
const ACTIVITIES: readonly (readonly [from: number, Availability])[] = [
  [0, 'available'], // unknown: what is known is that the person can be reached
  [100, 'away'],
  [150, 'away'], // lunch
  [200, 'available-idle'],
  [300, 'be-right-back'],
  [400, 'available'],
  [500, 'busy'], // in a conversation
  [600, 'busy'],
  [700, 'away'],
  [800, 'available'],
];

/** What the two numbers say together; undefined when nothing is said of reach. @spec MS-SIP §2.2.1 */
export function reachOfAggregates(
  availability: number | undefined,
  activity: number = 0,
): Reach | undefined {
  if (availability === undefined) return undefined;
  if (availability < REACHABLE) return REACH_OF.offline;
  return REACH_OF[ACTIVITIES.findLast(([from]) => from <= activity)?.[1] ?? 'available'];
}

function readMsrtcPidf(document: MsrtcPidf): PidfDocument {
  const { uri, displayName, lost = [] } = document;
  const all = displayName === undefined ? lost : [...lost, LOST_NAME];
  return documentOf(uri, personOf(document), all);
}

/** The note is the one of a device. */
function personOf({ availability, activity, devices = [] }: MsrtcPidf): Person | undefined {
  const reach = reachOfAggregates(availability, activity);
  if (reach === undefined) return undefined;
  const note = devices.find((device) => device.note !== undefined)?.note;
  return { ...reach, ...given({ note }) };
}

function writeAsMsrtcPidf(document: PidfDocument): Translation<Uint8Array> {
  const { person, lost } = personIn(document, { note: true });
  const axes = axesOf(person);
  const device = { epid: EPID, ...axes, ...given({ note: person.note }) };
  const uri = sipEntity(document).replace(/^sips?:/, '');
  return translated(writeMsrtcPidf({ kind: 'msrtc-pidf', uri, ...axes, devices: [device] }), lost);
}

function axesOf({ isOpen, show }: Reach): { availability: number; activity: number } {
  if (!isOpen) return { availability: 0, activity: 0 };
  const activity = show === undefined ? ACTIVE : ACTIVITY_OF[show];
  return { availability: NEAR, activity };
}

const ACTIVE = 400;
const ACTIVITY_OF = { away: 100, chat: ACTIVE, dnd: 600, xa: 100 } as const;
/** Near a device. */
const NEAR = 300;
const REACHABLE = 100;
/** The one device there is. */
const EPID = '1';
