// The dialect of the RFCs: the identity. Nothing is changed, nothing is allocated, and everybody speaks it of whom nothing
// else is known.
import { parsePidf, PIDF_TYPE } from '../body/pidf.ts';
import { writePidf } from '../body/pidf-write.ts';
import { translated } from '../translation.ts';
import type {
  Dialect,
  DocumentForm,
  Traits,
  Unfolded,
  UnfoldedResponse,
  XmppProfile,
} from './types.ts';

/** What was unfolded and is as it came. */
export const AS_IT_CAME: Unfolded & UnfoldedResponse = Object.freeze({ notes: Object.freeze([]) });

/** XMPP as the RFCs have it. */
export const STANDARD_PROFILE: XmppProfile = { name: 'standard', silent: new Set() };

/** What RFC 7572, RFC 7573 and RFC 8048 expect of a peer. */
const TRAITS: Traits = {
  chat: 'pager',
  pager: true,
  typing: 'iscomposing',
  receipts: 'imdn',
  accepted: 202,
  acceptTypes: ['text/plain'],
  html: false,
  htmlLineEnds: 'blank',
  lastLineEnd: 'content',
  styleParam: undefined,
  conversationId: false,
  presence: {
    accept: [PIDF_TYPE],
    documents: [PIDF_TYPE],
    supported: [],
    consent: 'active',
  },
};

/** Presence documents as RFC 3863 has them. */
const PIDF: DocumentForm = {
  type: PIDF_TYPE,
  read: (body) => parsePidf(body),
  write: (document) => translated(writePidf(document), document.lost),
};

/** SIP as the RFCs have it. */
export const STANDARD: Dialect = {
  name: 'standard',
  traits: TRAITS,
  session: undefined,
  documents: [PIDF],
  typing: undefined,
  recognise: () => false,
  request: () => AS_IT_CAME,
  answer: (_request, draft) => draft,
  draft: (draft) => draft,
  response: () => AS_IT_CAME,
};
