// XMPP addresses, RFC 7622: a Jid exists only valid and prepared, so two are equal when their texts
// are. Escaping of foreign addresses (XEP-0106) is not done here.
import { utf8Length } from './bytes.ts';
import { type Fault, stanzaFault } from './fault.ts';
import { type DomainForms, domainForms } from './idna.ts';
import { ipLiteral } from './ip.ts';
import { LONGEST_PART, prepareLocal, prepareResource } from './prep.ts';

/** A valid address; compare `bare` or `full` as texts. @spec RFC 7622 §3.1 */
export interface Jid {
  readonly kind: 'jid';
  /** Empty when there is none. */
  readonly local: string;
  /** In U-labels, lower case; or an IP address, IPv6 in brackets. */
  readonly domain: string;
  /** Empty when there is none. */
  readonly resource: string;
  readonly bare: string;
  readonly full: string;
  /** The domain in A-labels, as DNS and certificates have it. */
  readonly asciiDomain: string;
}

/** Makes and takes apart addresses. */
export const Jid: {
  /** Reads an address. The first slash, then the first at-sign, part it. @spec RFC 7622 §3.2 */
  parse(text: string): Jid | Fault;
  /** Makes an address of its parts; an empty part is one that is not there. */
  of(local: string, domain: string, resource?: string): Jid | Fault;
  /** The address without its resource. */
  bareOf(jid: Jid): Jid;
} = { parse, of, bareOf };

function parse(text: string): Jid | Fault {
  const slash = text.indexOf('/');
  const head = slash < 0 ? text : text.slice(0, slash);
  const at = head.indexOf('@');
  if (at === 0) return bad('local', 'RFC 7622 §3.3', 'The localpart is empty.');
  if (slash >= 0 && slash === text.length - 1)
    return bad('resource', 'RFC 7622 §3.4', 'The resourcepart is empty.');
  return of(
    at < 0 ? '' : head.slice(0, at),
    head.slice(at + 1),
    slash < 0 ? '' : text.slice(slash + 1),
  );
}

/** The text where the domain of an address stands, whether or not the rest is one. @spec RFC 7622 §3.2 */
export function domainPartOf(text: string): string {
  const slash = text.indexOf('/');
  const head = slash < 0 ? text : text.slice(0, slash);
  return head.slice(head.indexOf('@') + 1);
}

function of(local: string, domain: string, resource: string = ''): Jid | Fault {
  const forms = domainpart(domain);
  if (forms === undefined)
    return bad('domain', 'RFC 7622 §3.2', 'The domainpart is not a domain or an address.');
  const preparedLocal = local === '' ? '' : prepareLocal(local);
  if (preparedLocal === undefined)
    return bad('local', 'RFC 7622 §3.3', 'The localpart holds what it may not.');
  const preparedResource = resource === '' ? '' : prepareResource(resource);
  if (preparedResource === undefined)
    return bad('resource', 'RFC 7622 §3.4', 'The resourcepart holds what it may not.');
  return made(preparedLocal, forms.unicode, preparedResource, forms.ascii);
}

/** @spec RFC 7622 §3.2 */
function domainpart(text: string): DomainForms | undefined {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const literal = ipLiteral(name);
  if (literal !== undefined) return { ascii: literal, unicode: literal };
  const forms = domainForms(text);
  return forms !== undefined && isShort(forms.unicode) ? forms : undefined;
}

/** Octets are counted only where there may be too many. */
function isShort(domain: string): boolean {
  return domain.length * 3 <= LONGEST_PART || utf8Length(domain) <= LONGEST_PART;
}

function made(local: string, domain: string, resource: string, asciiDomain: string): Jid {
  const bare = local === '' ? domain : `${local}@${domain}`;
  const full = resource === '' ? bare : `${bare}/${resource}`;
  return { kind: 'jid', local, domain, resource, bare, full, asciiDomain };
}

function bareOf(jid: Jid): Jid {
  return jid.resource === '' ? jid : made(jid.local, jid.domain, '', jid.asciiDomain);
}

/** @spec RFC 6120 §8.3.3.8 */
function bad(at: string, spec: string, text: string): Fault {
  return stanzaFault('bad-jid', 'jid-malformed', 'modify', spec, text, at);
}
