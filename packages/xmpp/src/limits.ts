// How much a peer may make us read: every bound of the reader, with its default and its reason.

/** Bounds on what is read; all are inclusive. */
export interface XmlLimits {
  /** Bytes of one child of the stream, in UTF-8, from its `<` to its last `>`. */
  readonly stanzaBytes: number;
  /** Bytes of everything up to the end of the stream's opening tag. */
  readonly headerBytes: number;
  /** How deep elements may nest, counting the root as 1. */
  readonly depth: number;
  /** Attributes and namespace declarations on one element. */
  readonly attributes: number;
  /** Namespace declarations in scope at once, `xml` included. */
  readonly prefixes: number;
  /** Characters of one element or attribute name, prefix included. */
  readonly nameLength: number;
  /** Characters of one attribute value. */
  readonly valueLength: number;
}

/** The defaults, each with its reason. */
export const DEFAULT_LIMITS: XmlLimits = {
  /** Bytes. RFC 6120 §13.12 asks for at least 10000; most servers let stanzas of 256 KiB pass. */
  stanzaBytes: 262_144,
  /** Bytes. A stream header with every declaration in use is under 1 KiB. */
  headerBytes: 8192,
  /** Levels. The deepest documents in use (forms in pubsub in archives) stay under 20. */
  depth: 64,
  /** Count. Nothing in the published extensions comes near; looking for doubles is quadratic in it. */
  attributes: 64,
  /** Count. A prefix is looked up along the list; streams in use declare under ten. */
  prefixes: 64,
  /** UTF-16 units. */
  nameLength: 256,
  /** UTF-16 units. A full JID is 3071 bytes; longest in use are signatures and data of some KiB. */
  valueLength: 16_384,
};

/** What is read of a peer that has not proved who it is. */
export const UNPROVED_LIMITS: XmlLimits = {
  stanzaBytes: 65_536,
  headerBytes: 8192,
  depth: 16,
  attributes: 32,
  prefixes: 32,
  nameLength: 256,
  valueLength: 16_384,
};
