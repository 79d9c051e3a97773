// The few names we use of libraries that ship no types. Kept small; nothing of this shows in our
// API.
declare module 'tr46' {
  interface Tr46Options {
    checkBidi?: boolean;
    checkHyphens?: boolean;
    checkJoiners?: boolean;
    useSTD3ASCIIRules?: boolean;
    verifyDNSLength?: boolean;
    transitionalProcessing?: boolean;
    ignoreInvalidPunycode?: boolean;
  }
  const tr46: {
    toASCII(domain: string, options?: Tr46Options): string | null;
    toUnicode(domain: string, options?: Tr46Options): { domain: string; error: boolean };
  };
  export default tr46;
}

declare module 'node-forge' {
  export interface Asn1 {
    readonly type: number;
  }
  interface ForgeBuffer {
    getBytes(): string;
  }
  interface Asn1Writer {
    readonly Class: { readonly UNIVERSAL: number; readonly CONTEXT_SPECIFIC: number };
    readonly Type: Readonly<
      Record<
        | 'BOOLEAN'
        | 'INTEGER'
        | 'BITSTRING'
        | 'OCTETSTRING'
        | 'NULL'
        | 'OID'
        | 'UTF8'
        | 'SEQUENCE'
        | 'SET'
        | 'IA5STRING'
        | 'UTCTIME'
        | 'GENERALIZEDTIME',
        number
      >
    >;
    create(tagClass: number, type: number, constructed: boolean, value: string | Asn1[]): Asn1;
    fromDer(bytes: string, options: { decodeBitStrings: boolean }): Asn1;
    toDer(value: Asn1): ForgeBuffer;
    oidToDer(oid: string): ForgeBuffer;
    integerToDer(value: number): ForgeBuffer;
  }
  const forge: { readonly asn1: Asn1Writer };
  export default forge;
}
