// All cases, in the order of the table.
import type { Case } from './case.ts';
import { CONTENT } from './content.ts';
import { ENDINGS } from './endings.ts';
import { ERRORS } from './errors.ts';
import { INTRUDERS } from './intruders.ts';
import { ORDER } from './order.ts';
import { PLACES } from './places.ts';
import { PRESENCE_ENDINGS } from './presence-endings.ts';
import { PROOFS } from './proofs.ts';
import { SESSIONS } from './sessions.ts';
import { SIP_WATCHES } from './sip-watches.ts';
import { TYPING } from './typing.ts';
import { XMPP_WATCHES } from './xmpp-watches.ts';

export const CASES: readonly Case[] = [
  ...CONTENT,
  ...TYPING,
  ...ERRORS,
  ...INTRUDERS,
  ...ORDER,
  ...PLACES,
  ...PROOFS,
  ...SIP_WATCHES,
  ...XMPP_WATCHES,
  ...PRESENCE_ENDINGS,
  ...ENDINGS,
  ...SESSIONS,
];
