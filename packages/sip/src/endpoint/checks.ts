// What a UAS checks of a well-formed request before its method is looked into, in the order of
// RFC 3261 §8.2. The rows answer with a draft; nothing is sent or kept here. Content (§8.2.3) is
// the host's, which alone knows what it can carry.
import type { HeaderField, IncomingRequest, ResponseDraft } from '../message.ts';
import type { Uri } from '../uri.ts';
import { type Fault, hostFault, isFault } from '../fault.ts';
import { checkRefusal } from './draft.ts';
import type { Flow, SipEndpointOptions } from './types.ts';

/** What this endpoint takes. */
export interface Capabilities {
  readonly methods: readonly string[];
  readonly accept: readonly string[];
  readonly events: readonly string[];
  readonly supported: readonly string[];
  readonly schemes: readonly string[];
  readonly decline: SipEndpointOptions['decline'];
  readonly describe: SipEndpointOptions['describe'];
  readonly proxies: SipEndpointOptions['proxies'];
  readonly unanswered: readonly string[];
}

/**
 * Whether the host sends it on, so that what a UAS would ask of it is not asked; a fault when the host failed to say.
 * An INVITE is not sent on.
 * @spec RFC 3261 §16.3
 */
export function isProxied(request: IncomingRequest, capabilities: Capabilities): boolean | Fault {
  if (capabilities.proxies === undefined || request.method === 'INVITE') return false;
  try {
    return capabilities.proxies(request);
  } catch (error) {
    return hostFault('proxies', error);
  }
}

/**
 * The answer to a request that we do not take, `undefined` if we do; a fault when the host failed to give it.
 * @spec RFC 3261 §8.2
 */
export function refusalFor(
  request: IncomingRequest,
  flow: Flow,
  isMerged: boolean,
  capabilities: Capabilities,
): ResponseDraft | Fault | undefined {
  return (
    refuseMethod(request, flow, capabilities) ??
    refuseScheme(request.uri, capabilities.schemes) ??
    refuseMerged(isMerged) ??
    refuseExtensions(request, capabilities.supported)
  );
}

/**
 * The answer to OPTIONS: what we can do.
 * @spec RFC 3261 §11.2
 * @spec RFC 6665 §4.4.4
 */
export function optionsAnswer(capabilities: Capabilities): ResponseDraft {
  const { accept, events, supported } = capabilities;
  const headers: HeaderField[] = [
    allow(capabilities),
    { name: 'Accept', value: accept.join(', ') },
    { name: 'Supported', value: supported.join(', ') },
  ];
  if (events.length > 0) headers.push({ name: 'Allow-Events', value: events.join(', ') });
  return { status: 200, headers };
}

/**
 * That answer, with what the host describes to whoever asks; a fault when the host failed to say it.
 * @spec RFC 3261 §11.2
 */
export function describedTo(
  request: IncomingRequest,
  flow: Flow,
  answer: ResponseDraft,
  { describe }: Capabilities,
): ResponseDraft | Fault {
  if (describe === undefined) return answer;
  try {
    const described = describe(request, flow);
    return described === undefined ? answer : { ...answer, ...described };
  } catch (error) {
    return hostFault('describe', error);
  }
}

/** @spec RFC 3261 §8.2.1 */
function refuseMethod(
  request: IncomingRequest,
  flow: Flow,
  capabilities: Capabilities,
): ResponseDraft | Fault | undefined {
  const { method } = request;
  if (capabilities.methods.includes(method)) return undefined;
  const named = askHost(request, flow, capabilities);
  if (named !== undefined) return named;
  return { status: KNOWN_METHODS.includes(method) ? 405 : 501, headers: [allow(capabilities)] };
}

/** The host's own refusal; what goes wrong in there is a fault and never thrown at whoever read the request. */
function askHost(
  request: IncomingRequest,
  flow: Flow,
  capabilities: Capabilities,
): ResponseDraft | Fault | undefined {
  try {
    const draft = capabilities.decline?.(request, flow);
    return draft === undefined ? undefined : checkedDecline(draft, capabilities);
  } catch (error) {
    return hostFault('decline', error);
  }
}

function checkedDecline(draft: ResponseDraft, capabilities: Capabilities): ResponseDraft {
  checkRefusal(draft);
  const { status, headers = [] } = draft;
  if (status !== 405 || headers.some((field) => field.name.toLowerCase() === 'allow')) return draft;
  return { ...draft, headers: [...headers, allow(capabilities)] };
}

/** @spec RFC 3261 §8.2.2.1 */
function refuseScheme(uri: Uri, schemes: readonly string[]): ResponseDraft | undefined {
  return schemes.includes(uri.scheme) ? undefined : { status: 416 };
}

/** @spec RFC 3261 §8.2.2.2 */
function refuseMerged(isMerged: boolean): ResponseDraft | undefined {
  return isMerged ? { status: 482 } : undefined;
}

/** @spec RFC 3261 §8.2.2.3 */
function refuseExtensions(
  request: IncomingRequest,
  supported: readonly string[],
): ResponseDraft | undefined {
  const required = request.request.headers.require;
  if (required === undefined || isFault(required)) return undefined;
  const unknown = required.filter((tag) => !supported.includes(tag));
  if (unknown.length === 0) return undefined;
  return { status: 420, headers: [{ name: 'Unsupported', value: unknown.join(', ') }] };
}

/** Whoever takes INVITE takes what goes with it, which no host needs to name. @spec RFC 3261 §20.5 */
function allow({ methods, unanswered }: Capabilities): HeaderField {
  const besides = methods.includes('INVITE') ? ['ACK', 'CANCEL'] : [];
  return { name: 'Allow', value: [...new Set([...methods, ...besides, ...unanswered])].join(', ') };
}

const KNOWN_METHODS: readonly string[] = [
  'INVITE',
  'ACK',
  'OPTIONS',
  'BYE',
  'CANCEL',
  'REGISTER', //  RFC 3261
  'INFO', //      RFC 6086
  'MESSAGE', //   RFC 3428
  'NOTIFY', //    RFC 6665
  'PRACK', //     RFC 3262
  'PUBLISH', //   RFC 3903
  'REFER', //     RFC 3515
  'SUBSCRIBE', // RFC 6665
  'UPDATE', //    RFC 3311
];
