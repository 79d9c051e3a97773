// XEP-0030: what an entity is and can do; and the one place where an iq to us finds its answer.
import { NS } from '../namespaces.ts';
import { errorReply } from '../stanza-error.ts';
import type { Iq } from '../stanza.ts';
import { element, type XmlElement } from '../xml/element.ts';
import { isPing } from './ping.ts';
import { asksVersion, type SoftwareVersion, versionElement } from './version.ts';

/** What an entity says of itself. @spec XEP-0030 §3.1 */
export interface DiscoIdentity {
  /** From the registry, such as `gateway` or `server`. */
  readonly category: string;
  /** Within the category, such as `sip` or `im`. */
  readonly type: string;
  readonly name?: string | undefined;
  /** What answers a question for its software; without it there is no answer but an error. @spec XEP-0092 §2 */
  readonly software?: SoftwareVersion | undefined;
  /** Namespaces it speaks, besides disco#info and ping, which are always among them. */
  readonly features: readonly string[];
}

/**
 * The answer to an iq that nobody else takes: disco#info, disco#items (empty), ping, software version, and for all else
 * `service-unavailable`. Undefined for results and errors, which are never answered.
 * @spec XEP-0030 §3
 * @spec RFC 6120 §8.4
 */
export function answerIq(iq: Iq, identity: DiscoIdentity): XmlElement | undefined {
  if (isPing(iq)) return iqResult(iq);
  const { payload } = iq;
  const { software } = identity;
  if (software !== undefined && asksVersion(iq)) return iqResult(iq, versionElement(software));
  const asksNode = payload?.attrs['node'] !== undefined;
  if (iq.type === 'get' && payload?.name === 'query' && payload.ns.startsWith(DISCO)) {
    if (asksNode) return errorReply(iq, { condition: 'item-not-found' });
    if (payload.ns === NS.discoInfo) return iqResult(iq, discoInfo(identity));
    if (payload.ns === NS.discoItems) return iqResult(iq, element('query', NS.discoItems));
  }
  return errorReply(iq, { condition: 'service-unavailable' });
}

const DISCO = 'http://jabber.org/protocol/disco#';

/** The result that answers a request: addresses swapped, id kept. @spec RFC 6120 §8.2.3 */
export function iqResult(iq: Iq, payload?: XmlElement): XmlElement {
  const { attrs, ns } = iq.element;
  const { from, to } = attrs;
  return element('iq', ns, { from: to, to: from, id: iq.id, type: 'result' }, [payload]);
}

/** The query element with identity and features. @spec XEP-0030 §3.1 */
export function discoInfo(identity: DiscoIdentity): XmlElement {
  const { category, type, name, software } = identity;
  const own = software === undefined ? [] : [NS.version];
  const features = new Set([NS.discoInfo, NS.ping, ...own, ...identity.features]);
  return element('query', NS.discoInfo, {}, [
    element('identity', NS.discoInfo, { category, type, name }),
    ...[...features].map((feature) => element('feature', NS.discoInfo, { var: feature })),
  ]);
}
