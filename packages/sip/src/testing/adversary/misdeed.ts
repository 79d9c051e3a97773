// What a hostile SIP peer is made of: misdeeds by name, each of a class, each some octets that are written to a
// connection. What is right about the other side is to be said by who tests it; a row says what must not come of it.
import { bytesOf } from '../../bytes.ts';

/** Kinds of hostile input that peers on the SIP side are known for. */
export type SipThreat =
  | 'framing'
  | 'filter-bypass'
  | 'malformed-message'
  | 'authentication'
  | 'spoofed-sender'
  | 'translation'
  | 'loops'
  | 'exhaustion'
  | 'language-traps';

/** Whom a misdeed is about, and where it says it comes from. */
export interface SipScene {
  /** `user@domain` of a sender whom the connection proves. */
  readonly from: string;
  /** `user@domain` of the recipient. */
  readonly to: string;
  /** What stands in Via. */
  readonly host: string;
  readonly transport: 'UDP' | 'TCP' | 'TLS';
  /** Unlike every other misdeed of this peer. */
  readonly serial: number;
}

/** One way to misbehave. */
export interface SipMisdeed {
  readonly class: SipThreat;
  /** Whether a message with the text `FORGED` may honestly reach the recipient: it is odd, and not wrong. */
  readonly mayArrive: boolean;
  /** What is written, one after the other. */
  readonly write: (scene: SipScene) => readonly (string | Uint8Array)[];
}

/** The text of every message that an adversary sends. */
export const FORGED = 'forged by an adversary';

/** A request, honest but for what is changed. */
export interface Changes {
  readonly method?: string;
  readonly uri?: string;
  readonly from?: string;
  readonly to?: string;
  readonly via?: string;
  readonly cseq?: string;
  /** In place of the line with the length. */
  readonly length?: string;
  readonly type?: string;
  readonly more?: readonly string[];
  readonly body?: string;
}

/** A MESSAGE of the scene with changes, as text. */
export function messageIn(scene: SipScene, changes: Changes = {}): string {
  const { method = 'MESSAGE', body = FORGED, more = [] } = changes;
  const { serial } = scene;
  return [
    `${method} ${changes.uri ?? `sip:${scene.to}`} SIP/2.0`,
    `Via: ${changes.via ?? viaOf(scene)}`,
    `From: ${changes.from ?? `<sip:${scene.from}>;tag=a${serial}`}`,
    `To: ${changes.to ?? `<sip:${scene.to}>`}`,
    `Call-ID: adversary-${serial}`,
    `CSeq: ${changes.cseq ?? `1 ${method}`}`,
    'Max-Forwards: 70',
    `Content-Type: ${changes.type ?? 'text/plain'}`,
    ...more,
    changes.length ?? `Content-Length: ${bytesOf(body).length}`,
    '',
    body,
  ].join('\r\n');
}

/** An honest Via of the scene. */
export function viaOf({ transport, host, serial }: SipScene): string {
  return `SIP/2.0/${transport} ${host};branch=z9hG4bKadversary${serial};rport`;
}
