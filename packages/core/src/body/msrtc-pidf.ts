// Documents of type text/xml+msrtc.pidf: one person as LCS and OCS show him, on two axes. Each aggregate says in its
// hundreds how well he can be reached, and what he does. What they mean for a stanza is
// dialect/lync/presence-msrtc-pidf.ts.
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
  short,
  uriIn,
  wholeNumber,
} from './presence-root.ts';

/** The content type of these documents. @spec MS-PRES §2.2 */
export const MSRTC_PIDF_TYPE = 'text/xml+msrtc.pidf';

/** A document of that type: plain data, with only what is there. @spec MS-SIP §2.2.1 */
export interface MsrtcPidf {
  readonly kind: 'msrtc-pidf';
  /** Whose presence it is: an address, mostly without `sip:`. */
  readonly uri: string;
  /** How well the person can be reached, over all devices: 0 to 999. */
  readonly availability?: number;
  /** What the person does, over all devices: 0 to 999. */
  readonly activity?: number;
  readonly displayName?: string;
  readonly devices?: readonly MsrtcDevice[];
  /** What could not be read, or had no room. */
  readonly lost?: readonly Loss[];
}

/** One device of such a document. @spec MS-SIP §2.2.1 */
export interface MsrtcDevice {
  /** Up to 16 hexadecimal digits; empty where it has none. */
  readonly epid: string;
  readonly availability?: number;
  readonly activity?: number;
  /** What its user has written. */
  readonly note?: string;
}

/** A document of that type; a fault when it is none. @spec MS-SIP §2.2.1 */
export function parseMsrtcPidf(
  body: Uint8Array,
  limits: MsrtcLimits = DEFAULT_MSRTC_LIMITS,
): MsrtcPidf | DocumentFault {
  const root = readRoot(body, KIND, limits);
  if ('code' in root) return root;
  const uri = uriIn(root.attrs['uri'], KIND.spec, limits);
  return typeof uri === 'string' ? documentOf(root, uri, { limits, lost: new Map() }) : uri;
}

function documentOf(root: XmlElement, uri: string, r: RootReading): MsrtcPidf {
  const axes = axesIn(root);
  const displayName = short(named(root, 'displayName')[0]?.attrs['displayName'], r);
  const found = named(root, 'devices').flatMap((el) => named(el, 'devicePresence'));
  const devices = listed(firstParts(found, 'device', r).map((el) => deviceOf(el, r)));
  const lost = listed([...r.lost.values()]);
  return { kind: 'msrtc-pidf', uri, ...axes, ...given({ displayName, devices, lost }) };
}

function deviceOf(el: XmlElement, r: RootReading): MsrtcDevice {
  const epid = short(el.attrs['epid'], r) ?? '';
  const note = short(named(el, 'activity')[0]?.attrs['note'], r);
  return { epid, ...axesIn(el), ...given({ note }) };
}

function axesIn(el: XmlElement): Pick<MsrtcDevice, 'availability' | 'activity'> {
  const [availability, activity] = ['availability', 'activity'].map((name) =>
    aggregate(named(el, name)[0]?.attrs['aggregate']),
  );
  return given({ availability, activity });
}

/** @spec MS-SIP §2.2.1 */
function aggregate(text: string | undefined): number | undefined {
  const number = wholeNumber(text);
  return number !== undefined && number < 1000 ? number : undefined;
}

/** A document of that type as octets. @spec MS-SIP §2.2.1 */
export function writeMsrtcPidf(document: MsrtcPidf): Uint8Array {
  const { uri, availability, activity, displayName, devices = [] } = document;
  const root = of('presentity', { uri }, [
    axis('availability', availability),
    axis('activity', activity),
    displayName === undefined ? undefined : of('displayName', { displayName }),
    devices.length === 0 ? undefined : of('devices', {}, devices.map(deviceElement)),
  ]);
  return encodeUtf8(writeXml(root));
}

function deviceElement({ epid, availability, activity, note }: MsrtcDevice): XmlElement {
  return of('devicePresence', { epid }, [
    axis('availability', availability),
    axis('activity', activity, note),
  ]);
}

function axis(name: string, number: number | undefined, note?: string): XmlElement | undefined {
  if (number === undefined) return undefined;
  return of(name, { aggregate: String(number), description: '', note });
}

function of(
  name: string,
  attrs: Readonly<Record<string, string | undefined>>,
  children: readonly (XmlElement | undefined)[] = [],
): XmlElement {
  return element(name, NS_MSRTC, attrs, children);
}

/** The namespace of these documents, and of lists of watchers. @spec MS-SIP §2.2.1 */
export const NS_MSRTC = 'http://schemas.microsoft.com/2002/09/sip/presence';

/** Servers write it as UTF-8 and call it UTF-16. */
const KIND: RootKind = {
  root: 'presentity',
  spec: 'MS-SIP §2.2.1',
  passes: { encoding: true },
};
