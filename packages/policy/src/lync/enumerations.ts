// The enumerations of Lync's cmdlets. ConvertTo-Json writes their numbers, Export-Clixml number and word. No page of
// Microsoft's documentation gives the numbers; each cmdlet's syntax lists the words, and where a number was published
// beside its meaning it is the word's place in that list: the recipe that connects Lync with Skype passes 2 as a
// VerificationLevel, and speaks of source verification. So numbers are read as places, from zero. Where nothing but the
// order speaks for it, reading one is a warning.

/** One enumeration: our words in the order its cmdlet lists them. Lync's are the same, with a capital. */
export interface Enumeration {
  readonly words: readonly string[];
  /** Whether a number was ever published beside its meaning. */
  readonly published: boolean;
}

/** The name of an enumeration. */
export type EnumerationName =
  | 'verification'
  | 'routing'
  | 'partnerType'
  | 'negotiation'
  | 'archiving'
  | 'filterAction'
  | 'encryption';

/** The enumerations of the fields that are read. */
export const ENUMERATIONS: Readonly<Record<EnumerationName, Enumeration>> = {
  verification: {
    words: ['alwaysVerifiable', 'alwaysUnverifiable', 'useSourceVerification'],
    published: true,
  },
  routing: { words: ['useDnsSrvRouting', 'useDefaultRouting'], published: false },
  partnerType: { words: ['federated', 'publicVerified', 'publicUnverified'], published: false },
  negotiation: { words: ['required', 'optional', 'notSupported'], published: false },
  archiving: { words: ['none', 'imOnly', 'imAndWebConf'], published: false },
  filterAction: { words: ['allow', 'block', 'warn'], published: false },
  encryption: {
    words: ['supportEncryption', 'requireEncryption', 'doNotSupportEncryption'],
    published: false,
  },
};

/** A word as Lync writes it. */
export function lyncWord(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** Our word for one of Lync's, in any case, as PowerShell takes them. */
export function wordOf(name: EnumerationName, text: string): string | undefined {
  return ENUMERATIONS[name].words.find((word) => word.toLowerCase() === text.trim().toLowerCase());
}
