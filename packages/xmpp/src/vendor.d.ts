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
  /** For a text between the quotes of an attribute. */
  export function escapeXML(text: string): string;
  /** For a text between tags. */
  export function escapeXMLText(text: string): string;
}
