// The one descriptor that says which fields a policy document has. The loader walks it (read.ts), and so does whatever
// shows the document to people. Its types are document.ts, Lync's objects are federation/shapes.ts.
import type {
  LimitsEntry,
  PartnerEntry,
  PolicyDocument,
  RuleEntry,
  XmppEntry,
} from './document.ts';
import { FEDERATION } from './federation/shapes.ts';
import type { Field, FieldsOf, Shape } from './shape.ts';
import { TRAFFIC } from './traffic.ts';

const ID: Shape = { kind: 'id' };
const NAMES: Shape = { kind: 'list', of: { kind: 'text', max: 1024 } };
const NOTE = {
  shape: { kind: 'text', max: 2000 },
  about: 'For people; shown by explain.',
} satisfies Field;

const DEGREE: Shape = { kind: 'choice', of: ['required', 'optional', 'never'] };

const FLAG: Shape = { kind: 'flag' };

const XMPP: FieldsOf<XmppEntry> = {
  tls: { shape: DEGREE, about: 'TLS on its links.' },
  sasl: { shape: DEGREE, about: 'SASL EXTERNAL on its links.' },
  dialback: { shape: FLAG, about: 'Whether it may be called back.' },
  management: { shape: FLAG, about: 'Whether stream management is used where offered.' },
  bidi: { shape: FLAG, about: 'Whether one stream may carry both directions.' },
};

/** No partner is let do more; the gateway's own bounds are far below. */
const AMOUNT: Shape = { kind: 'count', min: 1, max: 1_000_000 };

const LIMITS: FieldsOf<LimitsEntry> = {
  messagesPerSecond: { shape: AMOUNT, about: 'Messages a second, of all its users together.' },
  messageBurst: { shape: AMOUNT, about: 'Messages that may come at once; the rate when absent.' },
  subscriptionsPerSecond: {
    shape: AMOUNT,
    about: 'Presence subscriptions a second, of all its users together.',
  },
  subscriptionBurst: {
    shape: AMOUNT,
    about: 'Subscriptions that may come at once; the rate when absent.',
  },
  perUserMessagesPerSecond: { shape: AMOUNT, about: 'Messages a second of one of its users.' },
  perUserBurst: {
    shape: AMOUNT,
    about: 'Messages of one user that may come at once; the rate when absent.',
  },
  connections: { shape: AMOUNT, about: 'Connections with it that are open at a time.' },
};

const PARTNER: FieldsOf<PartnerEntry> = {
  domains: { shape: NAMES, required: true, about: 'Its domains: x, *.x or *.' },
  via: { shape: { kind: 'choice', of: ['sip', 'xmpp'] }, about: 'The side it is on.' },
  dialect: { shape: ID, about: 'The SIP dialect to speak.' },
  prove: {
    shape: { kind: 'choice', of: ['certificate', 'dialback', 'address'] },
    about: 'How its domain must be proved.',
  },
  certificateNames: { shape: NAMES, about: 'Host names its certificate may carry instead.' },
  addresses: { shape: NAMES, about: 'IP addresses and networks it comes from.' },
  xmpp: {
    shape: { kind: 'object', fields: XMPP },
    about: 'What XMPP links with it may and must use.',
  },
  limits: {
    shape: { kind: 'object', fields: LIMITS },
    about: 'How much may come from it, from all its domains together.',
  },
  note: NOTE,
};

const RULE: FieldsOf<RuleEntry> = {
  id: { shape: ID, required: true, about: 'Named in verdicts and traces.' },
  effect: {
    shape: { kind: 'choice', of: ['permit', 'forbid'] },
    required: true,
    about: 'Forbid beats permit.',
  },
  domains: { shape: NAMES, about: 'Speaks where either end is one of these.' },
  partner: { shape: ID, about: 'Speaks where either end is this partner.' },
  from: { shape: NAMES, about: 'Speaks where the sender is in one of these.' },
  to: { shape: NAMES, about: 'Speaks where the recipient is in one of these.' },
  traffic: {
    shape: { kind: 'list', of: { kind: 'choice', of: TRAFFIC } },
    about: 'What it speaks of; everything when absent.',
  },
  must: {
    shape: { kind: 'list', of: { kind: 'choice', of: ['tls', 'certificate'] } },
    about: 'What a permit asks of the ends it names.',
  },
  note: NOTE,
};

const FIELDS: FieldsOf<PolicyDocument> = {
  $schema: {
    shape: { kind: 'text', max: 2048 },
    about: 'Where an editor finds the schema of this document; not read.',
  },
  version: { shape: { kind: 'choice', of: [1] }, required: true, about: 'Always 1.' },
  default: {
    shape: { kind: 'choice', of: ['deny', 'permit'] },
    required: true,
    about: 'What holds when no rule speaks.',
  },
  partners: {
    shape: { kind: 'table', of: { kind: 'object', fields: PARTNER } },
    about: 'Partners by id.',
  },
  rules: {
    shape: { kind: 'list', of: { kind: 'object', fields: RULE } },
    required: true,
    about: 'In any order.',
  },
  federation: { shape: FEDERATION, about: "Lync's objects." },
};

/** The whole document, as a descriptor. */
export const DOCUMENT: Shape = { kind: 'object', fields: FIELDS };
