// Habit: pidf-subset
// They do: of PIDF one tuple, its activity as text in the status, as a draft before RFC 4480 had it; a gateway of AOL names
//   the entity without a scheme. Their readers look at the first tuple.
// Vectors: pres-06 O, pres-07 O, pres-08 D.
// We do: turn both into what the RFCs have before it is read; write the entity as sip:, and the activity both ways.
import { element, elementsOf, textOf, type XmlElement } from '@interwork/xmpp';
import { parsePidf, PIDF_TYPE, type PidfDialect, type PidfTuple } from '../../body/pidf.ts';
import { DEFAULT_PIDF_LIMITS } from '../../body/pidf-reading.ts';
import { writePidf } from '../../body/pidf-write.ts';
import { activitiesNamed } from '../../body/rpid.ts';
import { translated } from '../../translation.ts';
import type { DocumentForm } from '../types.ts';
import { sipEntity, withScheme } from './presence-person.ts';

/** PIDF, as far as these servers have it. */
export const PIDF_SUBSET: DocumentForm = {
  type: PIDF_TYPE,
  read: (body) => parsePidf(body, DEFAULT_PIDF_LIMITS, THEIRS),
  write: (document) => {
    const ours = { ...document, entity: sipEntity(document) };
    return translated(writePidf(ours, draftActivities), document.lost);
  },
};

const THEIRS: PidfDialect = {
  passes: { encoding: true },
  mend: (root) => {
    const entity = (root.attrs['entity'] ?? '').trim();
    const attrs = entity === '' ? root.attrs : { ...root.attrs, entity: withScheme(entity) };
    return within({ ...root, attrs }, (tuple) => within(tuple, mendStatus, 'status'), 'tuple');
  },
};

function mendStatus(status: XmlElement): XmlElement {
  return within(status, (el) => activitiesNamed(wordsIn(el)) ?? el, 'activities');
}

/** What is in there as text; as elements it is the RFC's already. */
function wordsIn(activities: XmlElement): readonly string[] {
  const texts = elementsOf(activities).filter(({ name }) => name === 'activity');
  return texts.map((el) => textOf(el).trim().toLowerCase());
}

/** An element whose children of a name are changed. */
function within(
  el: XmlElement,
  change: (child: XmlElement) => XmlElement,
  name: string,
): XmlElement {
  const children = el.children.map((node) =>
    typeof node !== 'string' && node.name === name ? change(node) : node,
  );
  return { ...el, children };
}

function draftActivities({ show }: PidfTuple): readonly XmlElement[] {
  const word = show === undefined ? undefined : WORD_OF[show];
  if (word === undefined) return [];
  const activity = element('activity', NS_DRAFT, {}, [word]);
  return [element('activities', NS_DRAFT, {}, [activity])];
}

const WORD_OF = { away: 'away', chat: undefined, dnd: 'busy', xa: 'away' } as const;
const NS_DRAFT = 'urn:ietf:params:xml:ns:pidf:status:rpid-status';
