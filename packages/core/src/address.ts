// Addresses between the protocols: RFC 7247 §6, both ways, with the decisions that its texts leave
// open (docs/departures.md). A SIP URI that has no JID is a fault with the step that failed. What a
// connection proves, and where an address is routed, is not decided here.
import { Jid, normalizeDomain } from '@interwork/xmpp';
import { parseUri, type SipUri, type Uri } from '@interwork/sip';
import { percentDecoded } from './percent.ts';
import { type CharacterSet, characterSet, isWithin } from './characters.ts';
import { type Crossing, type CrossingFacts, type End, MAX_PAGER_OCTETS } from './crossing.ts';

/** Why an address has no counterpart: the step that failed, in one word and one sentence. */
export interface AddressFault {
  readonly kind: 'fault';
  readonly code:
    | 'malformed-uri'
    | 'no-user-part'
    | 'no-domain'
    | 'scheme'
    | 'not-utf-8'
    | 'control-character'
    | 'outer-space'
    | 'not-a-jid';
  readonly spec: string;
  readonly text: string;
  /** The status a SIP sender is answered. */
  readonly answer: number;
}

/** What the mapping may be told. */
export interface AddressOptions {
  /** The domain that `tel:` numbers belong to; without it they have no JID. */
  readonly telDomain?: string;
  /** Whether a JID whose localpart is a global number is a telephone: its SIP URI says so then. */
  readonly phone?: boolean;
}

/**
 * The JID of a SIP URI: the resource is the value of `gr`. A URI without a user part is the JID of
 * its domain. A fault where it has no counterpart.
 * @spec RFC 7247 §6.4
 */
export function sipUriToJid(from: Uri | string, options: AddressOptions = {}): Jid | AddressFault {
  const uri = typeof from === 'string' ? parseUri(from) : from;
  if (uri.kind === 'fault') return fault('malformed-uri', 'RFC 3261 §19.1', uri.text);
  if (uri.kind === 'other') return otherToJid(uri.scheme, uri.text, options);
  const local = uri.user === undefined ? '' : localOf(uri.user);
  if (typeof local !== 'string') return local;
  const resource = resourceOf(uri);
  if (typeof resource === 'object') return resource;
  return jidOf(local, uri.host, resource);
}

/**
 * The SIP URI of a JID: a resource that names a device becomes `gr`, and `user=phone` is added where `phone` says so.
 * @spec RFC 7247 §6.5
 * @spec RFC 3261 §19.1.6
 */
export function jidToSipUri(jid: Jid, options: AddressOptions = {}): SipUri {
  const isDevice = jid.resource !== '' && !jid.resource.startsWith(DERIVED);
  const gr = isDevice ? [{ name: 'gr', value: encodeParam(jid.resource) }] : [];
  const isPhone = options.phone === true && GLOBAL_NUMBER.test(jid.local);
  return {
    kind: 'sip',
    scheme: 'sip',
    user: jid.local === '' ? undefined : encodeUser(unescapeLocal(jid.local)),
    password: undefined,
    host: jid.asciiDomain,
    port: undefined,
    params: isPhone ? [...gr, { name: 'user', value: 'phone' }] : gr,
    headers: undefined,
  };
}

/**
 * A resource for what has a name but is no device that could be reached: it is marked, so that no `gr` is made
 * of it.
 * @spec RFC 5627 §4
 */
export function derivedResource(name: string): string {
  return DERIVED + name;
}

/** Begins the resources that name no device. */
const DERIVED = 'pidf:';

/**
 * The `im:` or `pres:` URI of a bare JID, for domains that publish such records.
 * @spec RFC 7247 §6.5
 */
export function jidToImUri(jid: Jid, scheme: 'im' | 'pres' = 'im'): string {
  const user = encodeURIComponent(unescapeLocal(jid.local)).replace(IM_ESCAPED, decodeURIComponent);
  return `${scheme}:${user.replace(/[()]/g, percentByte)}@${jid.asciiDomain}`;
}

/** Whether the SIP URI of a JID leads back to it: no escape in its localpart stands for nothing. */
export function isReversible(jid: Jid): boolean {
  return !jid.local.includes('\\') || escapeLocal(unescapeLocal(jid.local)) === jid.local;
}

/** A JID's address without its resource, as a SIP address of record. */
export function jidToAor(jid: Jid): SipUri {
  return jidToSipUri(jid.resource === '' ? jid : Jid.bareOf(jid));
}

/** A crossing between two addresses, each given in either form; a fault when one has no counterpart. */
export function crossingBetween(
  from: Uri | Jid,
  to: Uri | Jid,
  facts: CrossingFacts,
): Crossing | AddressFault {
  const sender = endOf(from);
  const recipient = endOf(to);
  if ('code' in sender) return sender;
  if ('code' in recipient) return recipient;
  const { maxPagerOctets = MAX_PAGER_OCTETS } = facts;
  return { ...facts, kind: 'crossing', from: sender, to: recipient, path: [], maxPagerOctets };
}

/** One end in both forms; a fault when it has only one. */
export function endOf(address: Uri | Jid, options: AddressOptions = {}): End | AddressFault {
  if (address.kind === 'jid') return { jid: address, sip: jidToSipUri(address, options) };
  const jid = sipUriToJid(address, options);
  return jid.kind === 'fault' ? jid : { jid, sip: address };
}

function otherToJid(scheme: string, text: string, options: AddressOptions): Jid | AddressFault {
  if (scheme === 'tel') return telToJid(text, options);
  if (scheme !== 'im' && scheme !== 'pres')
    return fault('scheme', 'RFC 7247 §6.4', `no mapping for ${scheme}:`, 416);
  const address = text.slice(scheme.length + 1).split('?', 1)[0] ?? '';
  const at = address.lastIndexOf('@');
  if (at < 1) return fault('no-user-part', 'RFC 7247 §6.4', 'the URI names no user', 404);
  const local = localOf(address.slice(0, at));
  return typeof local === 'string' ? jidOf(local, address.slice(at + 1), undefined) : local;
}

/** @spec RFC 3261 §19.1.6 */
function telToJid(text: string, options: AddressOptions): Jid | AddressFault {
  if (options.telDomain === undefined)
    return fault('no-domain', 'RFC 7247 §6.1', 'a number has no domain of its own', 416);
  const [number = '', ...params] = text.slice('tel:'.length).toLowerCase().split(';');
  const digits = withoutSeparators(number);
  if (GLOBAL_NUMBER.test(digits)) return jidOf(digits, options.telDomain, undefined);
  if (!LOCAL_NUMBER.test(digits))
    return fault('malformed-uri', 'RFC 3966 §3', 'not a telephone number');
  const context = params.find((param) => param.startsWith(CONTEXT))?.slice(CONTEXT.length);
  if (context === undefined)
    return fault('no-domain', 'RFC 3966 §5.1.5', 'a local number needs its context', 416);
  const place = context.startsWith('+') ? withoutSeparators(context) : normalizeDomain(context);
  if (place === undefined || (place.startsWith('+') && !GLOBAL_NUMBER.test(place)))
    return fault(
      'malformed-uri',
      'RFC 3966 §5.1.5',
      'the context is neither a number nor a domain',
    );
  return jidOf(escapeLocal(`${digits};${CONTEXT}${place}`), options.telDomain, undefined);
}

/** Numbers are the same with and without what divides their digits for the eye. @spec RFC 3966 §5.1.1 */
function withoutSeparators(number: string): string {
  return number.replace(/[-.()]/g, '').replaceAll('%23', '#');
}

/** Steps 2 to 6: the user part decoded once, folded, and only then escaped (folding can make escapes). */
function localOf(user: string): string | AddressFault {
  if (isWithin(user, PLAIN_USER)) return user;
  const decoded = percentDecoded(user);
  if (decoded === undefined)
    return fault('not-utf-8', 'RFC 7247 §6.4', 'the user part is not UTF-8');
  if (CONTROL.test(decoded))
    return fault('control-character', 'RFC 7622 §3.3', 'the user part holds a control character');
  const folded = foldLocal(decoded);
  if (folded === '') return fault('no-user-part', 'RFC 7247 §6.4', 'the user part is empty', 404);
  if (folded.startsWith(' ') || folded.endsWith(' ')) {
    return fault('outer-space', 'XEP-0106 §3.2', 'the user part begins or ends with a space');
  }
  return escapeLocal(folded);
}

function resourceOf(uri: SipUri): string | undefined | AddressFault {
  const gr = uri.params.find((param) => param.name === 'gr')?.value;
  if (gr === undefined || gr === '') return undefined;
  const decoded = percentDecoded(gr);
  if (decoded === undefined)
    return fault('not-utf-8', 'RFC 7247 §6.4', 'the gr value is not UTF-8');
  return decoded;
}

function jidOf(local: string, domain: string, resource: string | undefined): Jid | AddressFault {
  const jid = Jid.of(local, domain, resource);
  return jid.kind === 'jid' ? jid : fault('not-a-jid', 'RFC 7622 §3', jid.text);
}

/** What UsernameCaseMapped does to a local part before anything is escaped: width, case, NFC. */
function foldLocal(text: string): string {
  return text
    .replace(WIDTH, (wide) => wide.normalize('NFKC'))
    .toLowerCase()
    .normalize('NFC');
}

/**
 * Escapes what a localpart may not hold; a backslash only where it would read as an escape.
 * @spec XEP-0106 §4.2
 */
export function escapeLocal(text: string): string {
  return text.replace(TO_ESCAPE, (found) => ESCAPED[found] ?? found);
}

/**
 * Undoes the escapes of a localpart; what only looks like one stays.
 * @spec XEP-0106 §4.3
 */
export function unescapeLocal(local: string): string {
  return local.includes('\\') ? local.replace(ESCAPE, (found) => UNESCAPED[found] ?? found) : local;
}

function encodeUser(text: string): string {
  if (isWithin(text, PLAIN_USER)) return text;
  return encodeURIComponent(text).replace(USER_ESCAPED, decodeURIComponent);
}

function encodeParam(text: string): string {
  if (isWithin(text, PLAIN_PARAM)) return text;
  return encodeURIComponent(text).replace(PARAM_ESCAPED, decodeURIComponent);
}

function percentByte(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

function fault(code: AddressFault['code'], spec: string, text: string, answer = 400): AddressFault {
  return { kind: 'fault', code, spec, text, answer };
}

const CONTEXT = 'phone-context=';
/** @spec RFC 3966 §5.1.4 */
const GLOBAL_NUMBER = /^\+[0-9]{1,32}$/;
/** @spec RFC 3966 §5.1.5 */
const LOCAL_NUMBER = /^[0-9a-f*#]{1,32}$/;
/** User parts that are the same in both protocols: nothing to decode, fold or escape. */
const PLAIN_USER: CharacterSet = characterSet('._~!$()*+,;=?-', 'lower');
/** Resources that a URI parameter can hold as they are. @spec RFC 3261 §25.1 */
const PLAIN_PARAM: CharacterSet = characterSet("-_.!~*'()[]/:&+$", 'both');
const CONTROL = /\p{Cc}/u;
const WIDTH = /[\u3000\uFF01-\uFFDC\uFFE0-\uFFE6]+/g;

/** @spec XEP-0106 §4.1 */
const UNESCAPED: Readonly<Record<string, string>> = {
  '\\20': ' ',
  '\\22': '"',
  '\\26': '&',
  '\\27': "'",
  '\\2f': '/',
  '\\3a': ':',
  '\\3c': '<',
  '\\3e': '>',
  '\\40': '@',
  '\\5c': '\\',
};
const ESCAPED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(UNESCAPED).map(([escape, char]) => [char, escape]),
);
const ESCAPE = /\\(?:20|22|26|27|2f|3a|3c|3e|40|5c)/g;
const TO_ESCAPE = /[ "&'/:<>@]|\\(?=20|22|26|27|2f|3a|3c|3e|40|5c)/g;

/** Of what encodeURIComponent escapes, the characters a SIP user part, a URI parameter and an im: URI keep. */
const USER_ESCAPED = /%(?:26|3D|2B|24|2C|3B|3F|2F)/g;
const PARAM_ESCAPED = /%(?:5B|5D|2F|3A|26|2B|24)/g;
const IM_ESCAPED = /%(?:26|3D|2B|24)/g;
