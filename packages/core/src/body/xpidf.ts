// Documents of type application/xpidf+xml, as Windows Messenger wrote them: an address, whether it is open, and a word
// for what its person does. The document type in front is passed over. What the words mean for a stanza is
// dialect/lync/presence-xpidf.ts.
import { element, encodeUtf8, writeXml, type XmlElement } from '@interwork/xmpp';
import type { Loss } from '../translation.ts';
import { given, listed } from './given.ts';
import {
  DEFAULT_MSRTC_LIMITS,
  type DocumentFault,
  firstParts,
  named,
  type MsrtcLimits,
  readRoot,
  type RootKind,
  type RootReading,
  uriIn,
} from './presence-root.ts';

/** The content type of these documents. @spec MS-SIP §2.2.2 */
export const XPIDF_TYPE = 'application/xpidf+xml';

/** A document of that type: plain data, with only what is there. @spec MS-SIP §2.2.2 */
export interface Xpidf {
  readonly kind: 'xpidf';
  /** Whose presence it is: a SIP URI, without the method it may name. */
  readonly uri: string;
  readonly addresses: readonly XpidfAddress[];
  /** What could not be read, or had no room. */
  readonly lost?: readonly Loss[];
}

/** Where somebody is reached, and how that is. @spec MS-SIP §2.2.2 */
export interface XpidfAddress {
  readonly uri: string;
  /** `inuse`: somebody is typing there. */
  readonly status?: 'open' | 'closed' | 'inuse';
  readonly substatus?: Substatus;
}

/** What the person does. @spec MS-SIP §2.2.2 */
export type Substatus =
  | 'unknown'
  | 'away'
  | 'online'
  | 'idle'
  | 'busy'
  | 'berightback'
  | 'onthephone'
  | 'outtolunch';

/** A document of that type; a fault when it is none. @spec MS-SIP §2.2.2 */
export function parseXpidf(
  body: Uint8Array,
  limits: MsrtcLimits = DEFAULT_MSRTC_LIMITS,
): Xpidf | DocumentFault {
  const root = readRoot(body, KIND, limits);
  if ('code' in root) return root;
  const whole = uriIn(named(root, 'presentity')[0]?.attrs['uri'], KIND.spec, limits);
  if (typeof whole !== 'string') return whole;
  const r: RootReading = { limits, lost: new Map() };
  const found = named(root, 'atom').flatMap((atom) => named(atom, 'address'));
  const addresses = firstParts(found, 'address', r).map((el) => addressOf(el, limits));
  const lost = listed([...r.lost.values()]);
  return { kind: 'xpidf', uri: whole.replace(METHOD, ''), addresses, ...given({ lost }) };
}

/** The prose calls the element `msnsubstatus`, an example `msnstatus`. */
function addressOf(el: XmlElement, { uriLength }: MsrtcLimits): XpidfAddress {
  const uri = (el.attrs['uri'] ?? '').trim().slice(0, uriLength);
  const said = [...named(el, 'msnsubstatus'), ...named(el, 'msnstatus')][0];
  const status = oneOf(STATUSES, named(el, 'status')[0]?.attrs['status']);
  return { uri, ...given({ status, substatus: oneOf(SUBSTATUSES, said?.attrs['substatus']) }) };
}

function oneOf<T extends string>(words: readonly T[], text: string | undefined): T | undefined {
  return words.find((word) => word === text?.trim());
}

/** A document of that type as octets. @spec MS-SIP §2.2.2 */
export function writeXpidf({ uri, addresses }: Xpidf): Uint8Array {
  const root = of('presence', {}, [
    of('presentity', { uri: `${uri};method=SUBSCRIBE` }),
    ...addresses.map((address, at) =>
      of('atom', { id: String(at + 1) }, [addressElement(address)]),
    ),
  ]);
  return encodeUtf8(HEAD + writeXml(root));
}

function addressElement({ uri, status, substatus }: XpidfAddress): XmlElement {
  return of('address', { uri, priority: '0.800000' }, [
    status === undefined ? undefined : of('status', { status }),
    substatus === undefined ? undefined : of('msnsubstatus', { substatus }),
  ]);
}

function of(
  name: string,
  attrs: Readonly<Record<string, string>>,
  children: readonly (XmlElement | undefined)[] = [],
): XmlElement {
  return element(name, '', attrs, children);
}

const STATUSES: readonly NonNullable<XpidfAddress['status']>[] = ['open', 'closed', 'inuse'];
const SUBSTATUSES: readonly Substatus[] = [
  'unknown',
  'away',
  'online',
  'idle',
  'busy',
  'berightback',
  'onthephone',
  'outtolunch',
];
const METHOD = /;method=[^;?]*/i;
/** Readers of that time look for it. */
const HEAD =
  '<?xml version="1.0"?>\n<!DOCTYPE presence PUBLIC "-//IETF//DTD RFCxxxx XPIDF 1.0//EN" "xpidf.dtd">\n';

const KIND: RootKind = {
  root: 'presence',
  spec: 'MS-SIP §2.2.2',
  passes: { encoding: true, doctype: true },
};
