// Telling what arrived, by namespace and name: the columns of transitions.ts.
import { NS } from '../namespaces.ts';
import type { XmlElement } from '../xml/element.ts';
import { element } from '../xml/element.ts';
import type { StreamOpen } from '../xml/tree-reader.ts';
import type { Core } from './core.ts';
import type { Arrival, StreamState } from './transitions.ts';

/** What arrived: a header has `open`, an element itself, the rest neither. */
export interface Arrived {
  readonly name: Arrival;
  readonly element: XmlElement;
  readonly open: StreamOpen | undefined;
}

/** A cell of a table: does something, and says where we stand afterwards. */
export type Act = (core: Core, arrived: Arrived, now: number) => StreamState;

/** An arrival that is not an element. */
export function arrival(name: Arrival, open?: StreamOpen): Arrived {
  return { name, element: NO_ELEMENT, open };
}

/** An element that arrived. */
export function arrivalOf(element: XmlElement): Arrived {
  return { name: nameOf(element), element, open: undefined };
}

function nameOf(element: XmlElement): Arrival {
  switch (element.ns) {
    case NS.server:
      return STANZAS[element.name] ?? 'unknown';
    case NS.dialback:
      return DIALBACK[element.name] ?? 'unknown';
    case NS.streams:
      return STREAMS[element.name] ?? 'unknown';
    case NS.tls:
      return TLS[element.name] ?? 'unknown';
    case NS.sasl:
      return SASL[element.name] ?? 'unknown';
    case NS.bidi:
      return element.name === 'bidi' ? 'bidi' : 'unknown';
    case NS.streamManagement:
      return MANAGEMENT[element.name] ?? 'unknown';
    default:
      return 'unknown';
  }
}

type Names = Readonly<Partial<Record<string, Arrival>>>;

const names = (rows: Names): Names => Object.assign(Object.create(null) as object, rows);

const STANZAS = names({ message: 'stanza', presence: 'stanza', iq: 'stanza' });
const DIALBACK = names({ result: 'db-result', verify: 'db-verify' });
const STREAMS = names({ features: 'features', error: 'stream-error' });
const TLS = names({ starttls: 'starttls', proceed: 'proceed', failure: 'tls-failure' });
const SASL = names({
  auth: 'auth',
  response: 'response',
  challenge: 'challenge',
  success: 'success',
  failure: 'sasl-failure',
  abort: 'abort',
});
const MANAGEMENT = names({
  enable: 'sm-enable',
  enabled: 'sm-enabled',
  resume: 'sm-resume',
  resumed: 'sm-resumed',
  failed: 'sm-failed',
  r: 'sm-r',
  a: 'sm-a',
});
const NO_ELEMENT = element('none', '');
