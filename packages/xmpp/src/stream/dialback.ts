// Dialback on the wire: keys (XEP-0185) and the two elements (XEP-0220 §2). Who may say what, and when, is
// in transitions.ts and act.ts; finding the authoritative server is endpoint/verifications.ts.
import type { XmlElement } from '../xml/element.ts';
import { child, elementsOf, textOf } from '../xml/element.ts';
import { NS } from '../namespaces.ts';
import type { Digest } from '../server-link.ts';
import { type DomainName, domainName } from './domain.ts';
import { attribute } from './markup.ts';

/** The key for one stream: receiving domain, sending domain, id the receiving server gave the stream. */
export type DialbackKey = (receiving: DomainName, sending: DomainName, id: string) => string;

/** Makes and, being stateless, checks keys. @spec XEP-0185 §2; XEP-0220 §2.1.1 */
export function dialbackKeys(digest: Digest, secret: string): DialbackKey {
  const hashed = digest.sha256(secret);
  return (receiving, sending, id) =>
    digest.hmacSha256(hashed, `${receiving.ascii} ${sending.ascii} ${id}`);
}

/** The dialback conditions that we say ourselves. @spec XEP-0220 §2.5 */
export type DialbackCondition =
  | 'item-not-found'
  | 'remote-connection-failed'
  | 'remote-server-not-found'
  | 'remote-server-timeout'
  | 'policy-violation'
  | 'not-authorized'
  | 'forbidden'
  | 'not-acceptable'
  | 'resource-constraint';

/** How a dialback request ended; `error` has a condition. */
export type Verdict =
  | { readonly type: 'valid' }
  | { readonly type: 'invalid' }
  | { readonly type: 'error'; readonly condition: string };

/** A db:result or db:verify as read: a request has a key and no verdict, an answer a verdict. */
export interface DialbackElement {
  readonly from: DomainName;
  readonly to: DomainName;
  readonly id: string;
  readonly key: string;
  readonly verdict: Verdict | undefined;
}

/** Reads either element; undefined when an address is missing or wrong, or the type is unknown. */
export function readDialback(element: XmlElement): DialbackElement | undefined {
  const from = domainName(element.attrs['from']);
  const to = domainName(element.attrs['to']);
  const verdict = readVerdict(element);
  if (from === undefined || to === undefined || verdict === null) return undefined;
  const id = element.attrs['id'] ?? '';
  if (id.length > LONGEST_ID || (element.name === 'verify' && id === '')) return undefined;
  const key = textOf(element).trim();
  return key.length > LONGEST_KEY ? undefined : { from, to, id, key, verdict };
}

function readVerdict(element: XmlElement): Verdict | undefined | null {
  const type = element.attrs['type'];
  if (type === undefined) return undefined;
  if (type === 'valid' || type === 'invalid') return { type };
  return type === 'error' ? { type, condition: readCondition(element) } : null;
}

/** The error is qualified by the content namespace. @spec XEP-0220 §2.5 */
function readCondition(element: XmlElement): string {
  const error = child(element, 'error', NS.server);
  const condition = error && elementsOf(error).find((inner) => inner.ns === NS.stanzas);
  return condition?.name ?? 'undefined-condition';
}

/** A request for a pair. @spec XEP-0220 §2.1.1 */
export function resultRequestText(from: DomainName, to: DomainName, key: string): string {
  return `<db:result${ends(from, to)}>${key}</db:result>`;
}

/** The answer to a request for a pair. @spec XEP-0220 §2.2.1 */
export function resultAnswerText(from: DomainName, to: DomainName, verdict: Verdict): string {
  return answerText('result', ends(from, to), verdict);
}

/** The question to the authoritative server. @spec XEP-0220 §2.1.2 */
export function verifyRequestText(
  from: DomainName,
  to: DomainName,
  id: string,
  key: string,
): string {
  return `<db:verify${ends(from, to)}${attribute('id', id)}>${escapeKey(key)}</db:verify>`;
}

/** The authoritative server's answer. @spec XEP-0220 §2.2.2 */
export function verifyAnswerText(
  from: DomainName,
  to: DomainName,
  id: string,
  verdict: Verdict,
): string {
  return answerText('verify', `${ends(from, to)}${attribute('id', id)}`, verdict);
}

function answerText(name: 'result' | 'verify', attributes: string, verdict: Verdict): string {
  const start = `<db:${name}${attributes}${attribute('type', verdict.type)}`;
  if (verdict.type !== 'error') return `${start}/>`;
  const condition = `<${verdict.condition} xmlns='${NS.stanzas}'/>`;
  return `${start}><error type='cancel'>${condition}</error></db:${name}>`;
}

function ends(from: DomainName, to: DomainName): string {
  return attribute('from', from.text) + attribute('to', to.text);
}

/** A key is opaque to us, and comes from a stranger. */
function escapeKey(key: string): string {
  return key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Characters; ids in the field have up to 40. */
const LONGEST_ID = 256;
/** Characters; XEP-0185 has 64, old servers 40. */
const LONGEST_KEY = 512;
