// The few names that fake-dns.ts uses of dns-packet, which ships no types.
declare module 'dns-packet' {
  export interface Question {
    readonly name: string;
    readonly type: string;
  }
  export interface Packet {
    readonly type?: 'query' | 'response';
    readonly id?: number;
    readonly flags?: number;
    readonly questions?: readonly Question[];
    readonly answers?: readonly (Question & { readonly ttl: number; readonly data: unknown })[];
  }
  export function decode(bytes: Uint8Array): Packet;
  export function encode(packet: Packet): Uint8Array;
}
