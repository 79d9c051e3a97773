// The nouns of a session description: its lines, each as it was written, and its media. RFC 8866. Types only;
// reading and writing are ../sdp.ts.

/** A session description, with every line and their order. */
export interface SdpDocument {
  readonly kind: 'sdp';
  /** What stands before the first `m=`. */
  readonly lines: readonly SdpLine[];
  readonly media: readonly SdpMedia[];
}

/** One line: a letter, and what follows `=`, trailing blanks included. */
export interface SdpLine {
  readonly type: string;
  readonly value: string;
}

/** One `m=` with the lines that belong to it. */
export interface SdpMedia {
  /** Such as `message` or `audio`, as written. */
  readonly media: string;
  /** 0 to 65535; 0 refuses the medium. */
  readonly port: number;
  /** How many ports in a row, where that is said. */
  readonly count: number | undefined;
  /** Such as `sip` or `RTP/AVP`, as written. */
  readonly proto: string;
  /** At least one. */
  readonly formats: readonly string[];
  readonly lines: readonly SdpLine[];
}

/** Who made a description, and which one it is. Numbers are kept as text, since they may be long. */
export interface SdpOrigin {
  readonly user: string;
  readonly id: string;
  readonly version: string;
  readonly network: string;
  readonly addressType: string;
  readonly address: string;
}
