// The dialect of Microsoft's servers, from Live Communications Server to Skype for Business. This file says what they can
// do and puts the habits in order; each habit is a file under lync/, with its vectors.
import { recognises } from './lync/product.ts';
import { CATEGORIES } from './lync/presence-categories.ts';
import { MSRTC_PIDF } from './lync/presence-msrtc-pidf.ts';
import { PIDF_SUBSET } from './lync/presence-pidf.ts';
import { XPIDF } from './lync/presence-xpidf.ts';
import { LYNC_SESSION } from './lync/session.ts';
import { AS_IT_CAME } from './standard.ts';
import type { Dialect, Traits } from './types.ts';

const TRAITS: Traits = {
  chat: 'invite-message',
  pager: false,
  typing: 'keyboard-activity',
  receipts: 'from-200',
  acceptTypes: ['text/plain', 'text/html', 'multipart/alternative', 'text/rtf'],
  html: false,
  htmlLineEnds: 'nothing',
  lastLineEnd: 'nothing',
  conversationId: true,
  presence: {
    accept: ['application/pidf+xml'],
    documents: [CATEGORIES.type, MSRTC_PIDF.type, PIDF_SUBSET.type, XPIDF.type],
    supported: ['com.microsoft.autoextend'],
  },
};

/** SIP as Lync and its kin speak it. */
export const LYNC: Dialect = {
  name: 'lync',
  traits: TRAITS,
  session: LYNC_SESSION,
  documents: [CATEGORIES, MSRTC_PIDF, PIDF_SUBSET, XPIDF],
  recognise: recognises,
  request: () => AS_IT_CAME,
  answer: (_request, draft) => draft,
  draft: (draft) => draft,
  response: () => AS_IT_CAME,
};
