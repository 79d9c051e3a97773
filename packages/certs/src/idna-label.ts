// What IDNA2008 allows in a U-label beyond what UTS 46 with every check asks: the code points of RFC
// 5892 §3, and those that are valid by context only. By the properties of Unicode that the platform
// knows; case, compatibility forms and joiners are UTS 46's part and are not looked at again.

/** Whether every code point of a U-label, as UTS 46 leaves it, is allowed where it stands. @spec RFC 5892 §3 */
export function isAllowedLabel(label: string): boolean {
  return ALLOWED.test(label) && !REFUSED.test(label) && fitsContext(label);
}

/** @spec RFC 5892 Appendix A */
function fitsContext(label: string): boolean {
  if (!BY_CONTEXT.test(label)) return true;
  if (MIXED_DIGITS.test(label) || OUT_OF_PLACE.test(label)) return false;
  return !label.includes('\u30fb') || JAPANESE.test(label);
}

// Letters, marks, digits, the hyphen, the joiners, the exceptions of RFC 5892 §2.6, and Cherokee,
// whose capitals are what folding leaves (§2.2).
const ALLOWED =
  /^[-\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}\u00b7\u0375\u05f3\u05f4\u06fd\u06fe\u0f0b\u13a0-\u13f5\u200c-\u200d\u3007\u30fb]+$/u;
// Of these not: exceptions (§2.6), what is ignorable (§2.3, §2.4), and old Hangul (§2.9).
const REFUSED =
  /[\u302e\u302f]|[\u20d0-\u20ff]|[\u0640\u07fa\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]|[\u{1d100}-\u{1d24f}]|(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/u;
const BY_CONTEXT = /[\u00b7\u0375\u05f3\u05f4\u0660-\u0669\u30fb]/u;
// Appendix A.8 and A.9: Arabic-Indic digits beside extended ones.
const MIXED_DIGITS = /[\u0660-\u0669].*[\u06f0-\u06f9]|[\u06f0-\u06f9].*[\u0660-\u0669]/u;
// Appendix A.3 to A.6: between two l, before Greek, after Hebrew.
const OUT_OF_PLACE =
  /(?<!l)\u00b7|\u00b7(?!l)|\u0375(?!\p{Script=Greek})|(?<!\p{Script=Hebrew})[\u05f3\u05f4]/u;
// Appendix A.7: a middle dot among Japanese.
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
