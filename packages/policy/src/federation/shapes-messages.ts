// The fields of archiving and of the filter of links, as Set-CsArchivingConfiguration, New-CsArchivingPolicy and
// New-CsImFilterConfiguration have them, and what users have set for themselves.
import { defaulting, type FieldsOf, type Shape } from '../shape.ts';
import { LYNC_DEFAULTS } from './defaults.ts';
import type { ArchivingEntry, ImFilterEntry, RecipientEntry } from './document.ts';
import { ADDRESS, WHOM } from './words.ts';

const FLAG: Shape = { kind: 'flag' };
const NOTICE: Shape = { kind: 'text', max: 2000 };

const ARCHIVING_FIELDS: FieldsOf<ArchivingEntry> = {
  archiveInternal: { shape: FLAG, about: 'Whether what stays inside is archived.' },
  archiveExternal: {
    shape: FLAG,
    about: 'Whether it is archived where somebody has no account here.',
  },
  enableArchiving: {
    shape: { kind: 'choice', of: ['none', 'imOnly', 'imAndWebConf'] },
    about: 'What is archived.',
  },
  blockOnArchiveFailure: { shape: FLAG, about: 'Whether messages stop while archiving fails.' },
  keepArchivingDataForDays: {
    shape: { kind: 'count', min: 1, max: 2562 },
    about: 'Days that the archive is kept.',
  },
  archiveDuplicateMessages: {
    shape: FLAG,
    about: 'Whether a message to people of two pools is archived in both.',
  },
};

const IM_FILTER_FIELDS: FieldsOf<ImFilterEntry> = {
  enabled: { shape: FLAG, required: true, about: 'Whether messages are looked through for links.' },
  action: {
    shape: { kind: 'choice', of: ['allow', 'block', 'warn'] },
    about:
      'What happens to a message with links: they are made dead, it is refused, or it gets a warning.',
  },
  prefixes: {
    shape: { kind: 'list', of: { kind: 'text', max: 64 } },
    about: 'Beginnings of what counts as a link, such as http:.',
  },
  warnMessage: {
    shape: NOTICE,
    about: 'The warning, put before the message; without it warn does nothing.',
  },
  allowMessage: {
    shape: NOTICE,
    about: 'A notice put before a message whose links were let through dead.',
  },
};

const RECIPIENT_FIELDS: FieldsOf<RecipientEntry> = {
  block: {
    shape: { kind: 'list', of: WHOM },
    about: 'From whom nothing is taken; beats allow.',
  },
  allow: { shape: { kind: 'list', of: WHOM }, about: 'From whom everything is taken.' },
  contacts: {
    shape: { kind: 'list', of: { kind: 'words', ...ADDRESS } },
    about: 'Addresses on the contact list.',
  },
};

/** Archiving. */
export const ARCHIVING: Shape = {
  kind: 'object',
  fields: defaulting(ARCHIVING_FIELDS, LYNC_DEFAULTS.archiving),
};
/** The filter of links. */
export const IM_FILTER: Shape = {
  kind: 'object',
  fields: defaulting(IM_FILTER_FIELDS, LYNC_DEFAULTS.imFilter),
};
/** What one user has set. */
export const RECIPIENT: Shape = { kind: 'object', fields: RECIPIENT_FIELDS };
