// Domain names in the one form that is compared: A-labels, lower case, no trailing dot. IDNA is UTS
// 46 with every check on.

import tr46 from 'tr46';

/**
 * A domain as A-labels in lower case, one trailing dot taken off; `undefined` when it is not a host
 * name: an IP address, an empty or over-long label, a character that IDNA or the host name rule
 * forbids.
 * @spec RFC 9525 §6.3, RFC 5280 §7.2
 */
export function normalizeDomain(text: string): string | undefined {
  if (text.length === 0 || text.length > MAX_TEXT) return undefined;
  const rooted = text.endsWith('.') ? text.slice(0, -1) : text;
  const ascii = isPlain(rooted) ? rooted.toLowerCase() : tr46.toASCII(rooted, STRICT);
  if (ascii === null || !isPlain(ascii) || ascii.length > 253) return undefined;
  return hasHostLabels(ascii) ? ascii : undefined;
}

// Letters, digits, hyphens and dots, with nothing for IDNA to decide.
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    const letter = (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
    if (!letter && !(unit >= 0x30 && unit <= 0x39) && unit !== 0x2d && unit !== 0x2e) return false;
  }
  return true;
}

function hasHostLabels(ascii: string): boolean {
  const labels = ascii.split('.');
  for (const label of labels) {
    if (label.length < 1 || label.length > 63 || label.startsWith('-') || label.endsWith('-'))
      return false;
    if (label.startsWith('xn--') && tr46.toUnicode(label, STRICT).error) return false;
  }
  return !isNumber(labels[labels.length - 1] ?? '');
}

// A last label of digits makes an address of it, not a name.
function isNumber(label: string): boolean {
  for (let i = 0; i < label.length; i += 1) {
    const unit = label.charCodeAt(i);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return true;
}

const STRICT = {
  checkBidi: true,
  checkHyphens: true,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  verifyDNSLength: true,
  transitionalProcessing: false,
};

// a name of 253 octets in U-labels is never longer than this
const MAX_TEXT = 1024;
