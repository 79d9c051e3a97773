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
    readonly tagClass: number;
    readonly type: number;
    readonly constructed: boolean;
    readonly value: string | readonly Asn1[];
  }
  export interface ForgeBuffer {
    getBytes(): string;
    length(): number;
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
        | 'GENERALIZEDTIME'
        | 'BMPSTRING',
        number
      >
    >;
    create(tagClass: number, type: number, constructed: boolean, value: string | Asn1[]): Asn1;
    fromDer(bytes: string, options: { decodeBitStrings: boolean; maxDepth?: number }): Asn1;
    derToOid(bytes: string): string;
    toDer(value: Asn1): ForgeBuffer;
    oidToDer(oid: string): ForgeBuffer;
    integerToDer(value: number): ForgeBuffer;
  }
  export interface Cipher {
    readonly output: ForgeBuffer;
    start(options: { iv: string }): void;
    update(input: ForgeBuffer): void;
    finish(): boolean;
  }
  export interface MessageDigest {
    readonly digestLength: number;
  }
  interface Hmac {
    start(md: MessageDigest, key: ForgeBuffer): void;
    update(bytes: string): void;
    getMac(): ForgeBuffer;
  }
  interface DecryptingCipher {
    readonly output: ForgeBuffer;
    update(input: ForgeBuffer): void;
    finish(): boolean;
  }
  const forge: {
    readonly asn1: Asn1Writer;
    readonly md: Readonly<
      Record<'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512', { create(): MessageDigest }>
    >;
    readonly hmac: { create(): Hmac };
    readonly util: { createBuffer(bytes: string): ForgeBuffer };
    readonly cipher: { createCipher(algorithm: string, key: string | ForgeBuffer): Cipher };
    readonly pkcs5: {
      pbkdf2(
        password: string,
        salt: string,
        count: number,
        length: number,
        md: MessageDigest,
      ): string;
    };
    readonly pki: {
      readonly pbe: {
        getCipher(oid: string, parameters: Asn1, password: string): DecryptingCipher;
        generatePkcs12Key(
          password: string,
          salt: ForgeBuffer,
          id: number,
          count: number,
          length: number,
          md: MessageDigest,
        ): ForgeBuffer;
      };
    };
  };
  export default forge;
}
