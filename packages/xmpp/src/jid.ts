// XMPP addresses, RFC 7622: a Jid exists only valid and prepared, so two are equal when their texts
// are. Escaping of foreign addresses (XEP-0106) is not done here.
import { utf8Length } from './bytes.ts';
import { stanzaFault, type Fault } from './fault.ts';
import { domainToUnicode, normalizeDomain } from './idna.ts';
import { prepareLocal, prepareResource } from './prep.ts';

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
  /** Reads an address. @spec RFC 7622 §3.2 */
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
  if (at === 0) return bad('The local part is empty.');
  if (slash === text.length - 1) return bad('The resource is empty.');
  return of(
    at < 0 ? '' : head.slice(0, at),
    head.slice(at + 1),
    slash < 0 ? '' : text.slice(slash + 1),
  );
}

function of(local: string, domain: string, resource: string = ''): Jid | Fault {
  const asciiDomain = normalizeDomain(domain);
  const shown = asciiDomain === undefined ? undefined : domainToUnicode(asciiDomain);
  if (asciiDomain === undefined || shown === undefined) return bad('The domain is not valid.');
  const preparedLocal = local === '' ? '' : prepareLocal(local);
  if (preparedLocal === undefined || utf8Length(preparedLocal) > 1023)
    return bad('The local part is not valid.');
  const preparedResource = resource === '' ? '' : prepareResource(resource);
  if (preparedResource === undefined || utf8Length(preparedResource) > 1023)
    return bad('The resource is not valid.');
  return made(preparedLocal, shown, preparedResource, asciiDomain);
}

function made(local: string, domain: string, resource: string, asciiDomain: string): Jid {
  const bare = local === '' ? domain : `${local}@${domain}`;
  const full = resource === '' ? bare : `${bare}/${resource}`;
  return { kind: 'jid', local, domain, resource, bare, full, asciiDomain };
}

function bareOf(jid: Jid): Jid {
  return jid.resource === '' ? jid : made(jid.local, jid.domain, '', jid.asciiDomain);
}

function bad(text: string): Fault {
  return stanzaFault('bad-jid', 'jid-malformed', 'modify', 'RFC 7622 §3', text, 'jid');
}
