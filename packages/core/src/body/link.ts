// Addresses in rich text: a whole URI of a scheme that is named here, written plainly, or none. A message
// has no place of its own, so an address relative to one leads nowhere and does not pass.

/** The schemes a link may have: what opens a page, a message or a call, and runs nothing. */
const LINKS: ReadonlySet<string> = new Set([
  'http',
  'https',
  'ftp',
  'mailto',
  'xmpp',
  'sip',
  'sips',
  'tel',
  'im',
  'pres',
]);

/** The schemes a picture may have: what both sides can fetch. */
const PICTURES: ReadonlySet<string> = new Set(['http', 'https']);

/** The address of a link, trimmed; `undefined` when it does not pass. @spec XEP-0071 §11.2 */
export function linkOf(text: string | undefined): string | undefined {
  return addressOf(text, LINKS);
}

/** The address of a picture, trimmed; `undefined` when it does not pass. @spec XEP-0071 §11.1 */
export function pictureOf(text: string | undefined): string | undefined {
  return addressOf(text, PICTURES);
}

function addressOf(text: string | undefined, schemes: ReadonlySet<string>): string | undefined {
  const address = text === undefined ? '' : text.slice(0, MAX_ADDRESS + 1).trim();
  if (address.length > MAX_ADDRESS || !PLAIN.test(address)) return undefined;
  const scheme = address.slice(0, address.indexOf(':')).toLowerCase();
  if (!schemes.has(scheme)) return undefined;
  return NEEDS_HOST.has(scheme) && !HOST.test(address.slice(scheme.length)) ? undefined : address;
}

const NEEDS_HOST: ReadonlySet<string> = new Set(['http', 'https', 'ftp']);
/** A host and perhaps a port; no user before it, behind which another host could be made to look like one. */
const HOST = /^:\/\/(?:\[[0-9a-f:.]+\]|[^/?#@:[\]]+)(?::[0-9]{1,5})?(?:[/?#]|$)/i;

/**
 * Characters of an address: what a URI may hold, and letters of any script. No blank, no control, no
 * invisible character and no backslash, with which a scheme can be hidden from one reader only.
 */
const PLAIN =
  /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]|(?![\0-\x7f\p{Default_Ignorable_Code_Point}])[\p{L}\p{M}\p{N}\p{P}\p{S}])+$/u;

/** UTF-16 units of an address: what browsers and servers take for sure. */
const MAX_ADDRESS = 2000;
