// The few names we use of libraries that ship no types. Kept small; nothing of this shows in our API.
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

declare module 'ltx' {
  export class Element {
    constructor(name: string, attrs?: Record<string, string>);
    name: string;
    attrs: Record<string, string>;
    children: (Element | string)[];
    parent: Element | null;
    write(writer: (piece: string) => void): void;
  }
}
