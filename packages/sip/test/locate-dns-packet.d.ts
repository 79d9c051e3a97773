// The few names the tests use of dns-packet, which ships no types.
declare module 'dns-packet' {
  export interface Question {
    readonly name: string;
    readonly type: string;
  }
  export interface Answer extends Question {
    readonly ttl: number;
    readonly data: unknown;
  }
  export interface Packet {
    readonly type?: 'query' | 'response';
    readonly id?: number;
    readonly flags?: number;
    readonly questions?: readonly Question[];
    readonly answers?: readonly Answer[];
  }
  export function decode(bytes: Uint8Array): Packet;
  export function encode(packet: Packet): Uint8Array;
}
