// The policy document: its types, and the one descriptor that says which fields there are. The
// loader walks the descriptor (read.ts); what the fields mean together is compile.ts.
import type { FederationEntry } from './federation/document.ts';
import { FEDERATION } from './federation/shapes.ts';
import type { Traffic } from './query.ts';
import type { Field, FieldsOf, Shape } from './shape.ts';
import { TRAFFIC } from './traffic.ts';

/** A policy as an administrator writes it. `loadPolicy` takes it as JSON text or as a value. */
export interface PolicyDocument {
  readonly version: 1;
  /** What holds when no rule speaks of a crossing. */
  readonly default: 'deny' | 'permit';
  readonly partners?: Readonly<Record<string, PartnerEntry>>;
  readonly rules: readonly RuleEntry[];
  /** Lync's objects. Absent: rules and partners alone decide. */
  readonly federation?: FederationEntry;
}

/** Facts about a partner. They hold for every crossing, whichever rule permits it. */
export interface PartnerEntry {
  /** `x` is exact, `*.x` everything below `x` but not `x`, `*` everything. */
  readonly domains: readonly string[];
  /** The side the partner is on. Absent: either. */
  readonly via?: 'sip' | 'xmpp';
  /** The name of the SIP dialect to speak. */
  readonly dialect?: string;
  /** How the partner's domain must be proved. Absent: as the protocol in use asks by itself. */
  readonly prove?: 'certificate' | 'dialback' | 'address';
  /** Further names its certificate may carry instead of the domain: a proxy's or an edge's. */
  readonly certificateNames?: readonly string[];
  /** IP addresses and networks (`192.0.2.0/24`) it comes from. */
  readonly addresses?: readonly string[];
  /** What XMPP links with it may and must use. Absent fields follow from `prove`. */
  readonly xmpp?: XmppEntry;
  readonly note?: string;
}

/** What XMPP links with a partner may and must use, as an administrator writes it. */
export interface XmppEntry {
  readonly tls?: 'required' | 'optional' | 'never';
  /** SASL EXTERNAL. */
  readonly sasl?: 'required' | 'optional' | 'never';
  readonly dialback?: boolean;
  /** Stream management, so that what a broken link took is known. Absent: where the partner offers it. */
  readonly management?: boolean;
  /** Streams that carry both directions, where the partner knows how. Absent: yes. */
  readonly bidi?: boolean;
}

/**
 * One rule. It names its subject in one way: `domains` or `partner` (a crossing where either end is
 * one of them), or `from`, `to` or both (that end).
 */
export interface RuleEntry {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly domains?: readonly string[];
  readonly partner?: string;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  /** Absent: all of it. */
  readonly traffic?: readonly Traffic[];
  /** What a permit asks of the ends it names. */
  readonly must?: readonly Must[];
  readonly note?: string;
}

/** `tls`: the link is encrypted. `certificate`: and its certificate proves the domain. */
export type Must = 'tls' | 'certificate';

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
