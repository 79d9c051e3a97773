// The one descriptor that says which fields a policy document has. The loader walks it (read.ts), and so does whatever
// shows the document to people. Its types are document.ts, Lync's objects are federation/shapes.ts.
import type { PolicyDocument } from './document.ts';
import { FEDERATION } from './federation/shapes.ts';
import type { Field, FieldsOf, Shape } from './shape.ts';
import { TRAFFIC } from './traffic.ts';

const ID: Shape = { kind: 'id' };
const NAMES: Shape = { kind: 'list', of: { kind: 'text', max: 1024 } };
const NOTE: Field = { shape: { kind: 'text', max: 2000 }, about: 'For people; shown by explain.' };

const DEGREE: Shape = { kind: 'choice', of: ['required', 'optional', 'never'] };

const XMPP: Shape = {
  kind: 'object',
  fields: {
    tls: { shape: DEGREE, about: 'TLS on its links.' },
    sasl: { shape: DEGREE, about: 'SASL EXTERNAL on its links.' },
    dialback: {
      shape: { kind: 'flag' },
      about: 'Whether it may be called back.',
    },
    management: {
      shape: { kind: 'flag' },
      about: 'Whether stream management is used where offered.',
    },
    bidi: {
      shape: { kind: 'flag' },
      about: 'Whether one stream may carry both directions.',
    },
  },
};

const PARTNER: Shape = {
  kind: 'object',
  fields: {
    domains: { shape: NAMES, required: true, about: 'Its domains: x, *.x or *.' },
    via: { shape: { kind: 'choice', of: ['sip', 'xmpp'] }, about: 'The side it is on.' },
    dialect: { shape: ID, about: 'The SIP dialect to speak.' },
    prove: {
      shape: { kind: 'choice', of: ['certificate', 'dialback', 'address'] },
      about: 'How its domain must be proved.',
    },
    certificateNames: { shape: NAMES, about: 'Host names its certificate may carry instead.' },
    addresses: { shape: NAMES, about: 'IP addresses and networks it comes from.' },
    xmpp: { shape: XMPP, about: 'What XMPP links with it may and must use.' },
    note: NOTE,
  },
};

const RULE: Shape = {
  kind: 'object',
  fields: {
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
  },
};

const FIELDS: FieldsOf<PolicyDocument> = {
  version: { shape: { kind: 'choice', of: [1] }, required: true, about: 'Always 1.' },
  default: {
    shape: { kind: 'choice', of: ['deny', 'permit'] },
    required: true,
    about: 'What holds when no rule speaks.',
  },
  partners: { shape: { kind: 'table', of: PARTNER }, about: 'Partners by id.' },
  rules: { shape: { kind: 'list', of: RULE }, required: true, about: 'In any order.' },
  federation: { shape: FEDERATION, about: "Lync's objects." },
};

/** The whole document, as a descriptor. */
export const DOCUMENT: Shape = { kind: 'object', fields: FIELDS };
