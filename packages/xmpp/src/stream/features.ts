// Stream features between servers: RFC 6120 §4.3.2, §5.4.1, §6.4.1; XEP-0220 §2.4.2; XEP-0198 §2; XEP-0288 §2.1. What is offered is decided in
// answer.ts.
import type { XmlElement } from '../xml/element.ts';
import { child, childrenOf, textOf } from '../xml/element.ts';
import { NS } from '../namespaces.ts';

/** What a peer offers, or what we offer. */
export interface Features {
  readonly starttls: 'no' | 'optional' | 'required';
  readonly external: boolean;
  readonly dialback: boolean;
  readonly bidi: boolean;
  readonly management: boolean;
}

/** @spec RFC 6120 §4.3.2 */
export function featuresText(features: Features): string {
  const inner =
    (features.starttls === 'no' ? '' : starttlsFeature(features.starttls === 'required')) +
    (features.external ? EXTERNAL : '') +
    (features.dialback ? DIALBACK : '') +
    (features.bidi ? BIDI : '') +
    (features.management ? MANAGEMENT : '');
  return inner === '' ? '<stream:features/>' : `<stream:features>${inner}</stream:features>`;
}

/** @spec RFC 6120 §5.4.1, §6.4.1; XEP-0198 §2; XEP-0288 §2.1 */
export function readFeatures(element: XmlElement): Features {
  const starttls = child(element, 'starttls', NS.tls);
  const mechanisms = child(element, 'mechanisms', NS.sasl);
  return {
    starttls: starttls === undefined ? 'no' : required(starttls),
    external: mechanisms !== undefined && offersExternal(mechanisms),
    dialback: child(element, 'dialback', NS.dialbackFeature) !== undefined,
    bidi: child(element, 'bidi', NS.bidiFeature) !== undefined,
    management: child(element, 'sm', NS.streamManagement) !== undefined,
  };
}

function required(starttls: XmlElement): 'optional' | 'required' {
  return child(starttls, 'required', NS.tls) === undefined ? 'optional' : 'required';
}

function offersExternal(mechanisms: XmlElement): boolean {
  return childrenOf(mechanisms, 'mechanism', NS.sasl).some(
    (mechanism) => textOf(mechanism) === 'EXTERNAL',
  );
}

function starttlsFeature(required: boolean): string {
  return `<starttls xmlns='${NS.tls}'>${required ? '<required/>' : ''}</starttls>`;
}

const EXTERNAL = `<mechanisms xmlns='${NS.sasl}'><mechanism>EXTERNAL</mechanism></mechanisms>`;
const BIDI = `<bidi xmlns='${NS.bidiFeature}'/>`;
const MANAGEMENT = `<sm xmlns='${NS.streamManagement}'/>`;
const DIALBACK = `<dialback xmlns='${NS.dialbackFeature}'><errors/></dialback>`;
