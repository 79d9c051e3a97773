// Each shared Lync vector of sessions, refusals, calls, routes and trust, with the values that it expects. Those of presence are
// lync-presence-vectors.test.ts; what each habit does beyond its vectors is in lync-*.test.ts.
import {
  type Flow,
  type Headers,
  type IncomingRequest,
  type NameAddr,
  param,
  type Response,
  routeTexts,
  SipEndpoint,
  writeUri,
} from '@interwork/sip';
import { encodeUtf8 } from '@interwork/xmpp';
import { describe, expect, it } from 'vitest';
import { readMultipart } from '../src/body/multipart.ts';
import { trafficOfSession } from '../src/body/session-traffic.ts';
import { LYNC } from '../src/dialect/lync.ts';
import {
  attributesOf,
  callsIn,
  type CallDescription,
  cryptoOf,
} from '../src/dialect/lync/media.ts';
import { conversationIn } from '../src/dialect/lync/conversation.ts';
import {
  CLIENT_DIAGNOSTICS_HEADER,
  diagnosticsIn,
  PUBLIC_DIAGNOSTICS_HEADER,
} from '../src/dialect/lync/diagnostics.ts';
import { epidOf, isDevice } from '../src/dialect/lync/endpoint-id.ts';
import { readConferenceImdn } from '../src/dialect/lync/imdn.ts';
import { keepAliveIn } from '../src/dialect/lync/keep-alive.ts';
import { readMsgr, type TextFormat } from '../src/dialect/lync/msgr.ts';
import { describedSession } from '../src/dialect/lync/probe.ts';
import { productIn } from '../src/dialect/lync/product.ts';
import { trustIn } from '../src/dialect/lync/trust.ts';
import { PASSING } from '../src/edge/header-table.ts';
import { type ReadBody, readBody } from '../src/rules/content.ts';
import {
  haveLync,
  type LyncVector,
  lyncVector,
  requestOf,
  responseOf,
  SHARED_IDS,
} from './lync-vectors.ts';

type Expectation = Readonly<Record<string, unknown>>;

/** What is read of a vector, under the names the vector has. */
const READ: Readonly<Record<string, (v: LyncVector) => Expectation>> = {
  'im-01': (v) => ({ ...opening(v), ...embedded(v), ...partiesOf(v), keepAlive: keepAlive(v) }),
  'im-02': answered,
  'im-03': answered,
  'im-04': (v) => ({ ...opening(v), firstMessage: LYNC.request(requestOf(v)).first ?? null }),
  'im-05': (v) => ({ ...opening(v), ...embedded(v) }),
  'im-06': (v) => ({ ...said(v), inDialog: tagOf(v) !== undefined, format: formatOf(v) ?? null }),
  'im-07': (v) => ({ ...said(v), format: formatOf(v) }),
  'im-08': alternatives,
  'im-09': said,
  'im-10': delivered,
  'im-11': typing,
  'im-12': typing,
  'im-13': composing,
  'im-14': imdn,
  'im-15': (v) => refused(v, 'MESSAGE'),
  'im-16': (v) => refused(v, 'MESSAGE'),
  'im-17': (v) => refused(v, 'INVITE'),
  'err-01': (v) => refused(v, 'INVITE'),
  'err-02': (v) => refused(v, 'INVITE'),
  'err-03': (v) => ({ ...refused(v, 'INVITE'), hint: v.expect['hint'] }),
  'err-04': (v) => refused(v, 'INVITE'),
  'err-05': (v) => refused(v, 'INVITE'),
  'err-06': (v) => refused(v, 'INVITE'),
  'err-07': (v) => refused(v, 'INVITE'),
  'err-08': (v) => refused(v, 'INVITE'),
  'err-09': (v) => ({ ...refused(v, 'INVITE'), serverGeneration: generationOf(v) }),
  'err-10': (v) => refused(v, 'INVITE'),
  'err-11': (v) => refused(v, 'INVITE'),
  'err-12': (v) => refused(v, 'INVITE'),
  'err-13': (v) => ({ ...refused(v, 'INVITE'), action: v.expect['action'] }),
  'av-01': offered,
  'av-02': (v) => ({ ...offered(v), strictRfc4568ParserWouldSay: 'invalid' }),
  'av-03': taken,
  'av-04': (v) => ({ ...v.expect, ...taken(v) }),
  'av-05': (v) => ({ ...offered(v), security: v.expect['security'] }),
  'misc-01': probed,
  'route-01': route,
  'route-02': split,
  'trust-01': (v) => ({ ...trust(v), userClass: 'federated' }),
  'trust-02': (v) => ({ ...trust(v), deliverOnlyIf: v.expect['deliverOnlyIf'] }),
  'trust-03': (v) => ({ ...trust(v), userClass: 'publicIm' }),
  'trust-04': stripped,
};

/** What an INVITE says of itself. */
function opening(v: LyncVector): Expectation {
  const r = requestOf(v);
  return {
    method: r.method,
    sessionType: trafficOfSession(r) === 'chat' ? 'im' : 'call',
    userAgent: productIn(r.request.headers.text('User-Agent') ?? ''),
    conversationId: conversationIn(r.request.headers),
    sdp: LYNC.session?.read(r.request.body),
  };
}

function partiesOf(v: LyncVector): Expectation {
  const r = requestOf(v);
  const { contact, supported } = r.request.headers;
  return {
    from: writeUri(r.from.uri),
    fromEpid: epidOf(r.from),
    to: writeUri(r.to.uri),
    contactIsGruu: Array.isArray(contact) && contact.every(isDevice),
    supportedTokens: supported,
  };
}

function keepAlive(v: LyncVector): Expectation | undefined {
  const { role, hopHop } = keepAliveIn(requestOf(v).request.headers) ?? {};
  return { role, hopHop };
}

/** The message in an INVITE, as whatever reads messages reads it. */
function embedded(v: LyncVector): Expectation {
  const { first } = LYNC.request(requestOf(v));
  if (first === undefined) return {};
  const { headers, body } = first.message.request;
  const read = bodyOf(first.message);
  const parts = multipartOf(first.message).slice(1);
  const style = /msgr=([^;]*)/.exec(headers.text('Content-Type') ?? '')?.[1] ?? '';
  return {
    firstMessage: {
      text: read.text,
      ...(parts.length > 0 && {
        alternatives: parts.map(([type, text]) => ({ type, body: text })),
      }),
      ...(style !== '' && { format: fieldsOf(style), body: body.length }),
      acceptOnlyIfAnsweredWithSupported: first.taken.map(({ value }) => value),
    },
  };
}

/** Our answer of the vector's INVITE, written anew. */
function answered(v: LyncVector): Expectation {
  const r = responseOf(v);
  const { first } = LYNC.request(requestOf(lyncVector('im-01')));
  const tokens = r.headers.supported ?? [];
  const isTaken = first?.taken.every(({ value }) => (tokens as readonly string[]).includes(value));
  const place = { address: '198.51.100.20', port: 5061 };
  const offer = requestOf(lyncVector('im-01')).request.body;
  const ours = LYNC.session?.answer(place, ['text/plain'], 'sip:romeo@fabrikam.com', offer);
  expect(textOf(ours ?? new Uint8Array())).toBe(textOf(r.body));
  return {
    status: r.status,
    sdp: LYNC.session?.read(r.body),
    firstMessageTaken: isTaken,
    callerMustResend: isTaken === false,
  };
}

function said(v: LyncVector): Expectation {
  const r = requestOf(v);
  return { method: r.method, contentType: typeOf(v), text: bodyOf(r).text };
}

function alternatives(v: LyncVector): Expectation {
  const read = bodyOf(requestOf(v));
  const [plain, rich] = multipartOf(requestOf(v));
  return {
    ...said(v),
    parts: [{ type: plain?.[0], text: plain?.[1].trimEnd() }, { type: rich?.[0] }],
    bestRichType: read.rich === undefined ? undefined : rich?.[0],
  };
}

function delivered(v: LyncVector): Expectation {
  const r = responseOf(v);
  const { meaning } = LYNC.response(r, 'MESSAGE');
  const messageId = r.headers.text('Message-Id') ?? null;
  return { status: r.status, cseq: r.headers.cseq, delivered: meaning === undefined, messageId };
}

function typing(v: LyncVector): Expectation {
  const r = requestOf(v);
  const state = LYNC.typing?.read(r);
  const written = state === undefined ? '' : new TextDecoder().decode(LYNC.typing?.write(state));
  expect(written.replaceAll(/\s|['"]/g, '')).toBe(
    textOf(r.request.body).replaceAll(/\s|['"]/g, ''),
  );
  const typed = state === 'composing' ? 'composing' : 'idle';
  return { method: r.method, typing: typed, xmppChatState: state };
}

/** Not theirs, and not text: its reader is the RFC's. */
function composing(v: LyncVector): Expectation {
  const r = requestOf(v);
  const read = readBody(r.request, LYNC.traits);
  return {
    method: r.method,
    typing: /<state>active</.test(textOf(r.request.body)) ? 'composing' : 'idle',
    mustNotBeShownAsText: read.kind === 'refusal',
  };
}

function refused(v: LyncVector, method: string): Expectation {
  const r = responseOf(v);
  const { meaning } = LYNC.response(r, method);
  const { warning } = r.headers;
  const [client] = diagnosticsIn(r.headers, CLIENT_DIAGNOSTICS_HEADER);
  return {
    status: r.status,
    diagnostics: diagnosticsIn(r.headers),
    diagnosticsPublic: diagnosticsIn(r.headers, PUBLIC_DIAGNOSTICS_HEADER),
    clientDiagnostics: client,
    warning: Array.isArray(warning) ? warning[0] : undefined,
    class: meaning?.reason,
    reason: meaning?.reason,
    retryable: meaning?.again !== 'never',
    action: meaning && ACTIONS[meaning.again],
  };
}

const ACTIONS = {
  never: 'report-undelivered-do-not-retry',
  reopen: 'drop-dialog-and-reinvite',
  later: 'retry-later',
};

function generationOf(v: LyncVector): string | undefined {
  const version = productIn(responseOf(v).headers.text('Server') ?? '')?.version;
  return version === '4.0' ? 'Lync 2010' : version;
}

function imdn(v: LyncVector): Expectation {
  const { messageId, recipients = [] } = readConferenceImdn(requestOf(v).request.body) ?? {};
  const fates = recipients.map(({ diagnostics, ...fate }) => {
    const component = diagnostics?.params['component'];
    return { ...fate, diagnostics: { id: diagnostics?.id, component } };
  });
  return { contentType: typeOf(v), messageId, recipients: fates };
}

/** A call: its descriptions, and that it is refused with nothing to try again by. */
function offered(v: LyncVector): Expectation {
  const r = requestOf(v);
  const calls = callsIn(r.request);
  const meant = calls.at(-1);
  const { refusal } = LYNC.request(r);
  expect(refusal).toMatchObject({ code: 'call', status: 488 });
  expect(refusal?.headers).toBeUndefined();
  return {
    method: r.method,
    sessionType: trafficOfSession(r) === 'chat' ? 'im' : 'call',
    assertedIdentity: /<(.*)>/.exec(r.request.headers.text('P-Asserted-Identity') ?? '')?.[1],
    sdpAlternatives: calls.map(({ role, ice }) => ({ role, ice })),
    preferred: calls.length - 1,
    encryption: meant?.encryption,
    legacyKey: meant?.hasClearKey,
    audio: audioOf(meant),
    partDetection: v.expect['partDetection'],
  };
}

/** An answer to a call that somebody else has offered. */
function taken(v: LyncVector): Expectation {
  const r = responseOf(v);
  const meant = callsIn(r).at(-1);
  const encryption = meant?.encryption === 'required' ? 'active' : meant?.encryption;
  return { status: r.status, encryption, audio: audioOf(meant) };
}

function audioOf(meant: CallDescription | undefined): Expectation | undefined {
  const audio = meant?.media.find(({ media }) => media === 'audio');
  if (audio === undefined) return undefined;
  const all = (name: string): readonly string[] => attributesOf(audio, name);
  return {
    profile: audio.proto,
    port: audio.port,
    iceUfrag: all('ice-ufrag')[0],
    candidates: all('candidate').length,
    ipv6CandidatesIgnoredByOldStacks: all('x-candidate-ipv6').length,
    crypto: cryptoOf(audio),
    cryptoscale: all('cryptoscale').map((line) => {
      const [tag, role] = line.split(' ');
      return { tag: Number(tag), role };
    }),
  };
}

/** What an endpoint answers that takes what a gateway with sessions and presence takes. */
function probed(v: LyncVector): Expectation {
  const methods = ['INVITE', 'BYE', 'MESSAGE', 'INFO', 'OPTIONS', 'SUBSCRIBE', 'NOTIFY'];
  const endpoint = new SipEndpoint({
    host: 'sip.fabrikam.com',
    ports: { tls: 5061 },
    drawToken: () => 'a'.repeat(26),
    methods,
    unanswered: ['BENOTIFY'],
    describe: (request, flow) => describedSession(request, flow, LYNC),
  });
  endpoint.receive(0, { kind: 'opened', flow: FLOW });
  endpoint.receive(0, { kind: 'bytes', flow: FLOW, bytes: encodeUtf8(v.raw) });
  let answer: Response | undefined;
  for (let out = endpoint.next(); out !== undefined; out = endpoint.next())
    if (out.kind === 'send') answer = responseOf({ ...v, raw: textOf(out.bytes) });
  expect(LYNC.session?.read(answer?.body ?? new Uint8Array())).toMatchObject({
    media: 'message',
    proto: 'sip',
    fmt: 'sip:romeo@fabrikam.com',
  });
  const { allow } = answer?.headers ?? {};
  const named = v.expect['respond'] as { readonly allowMustInclude: readonly string[] };
  const included = named.allowMustInclude.filter(
    (one) => Array.isArray(allow) && allow.includes(one),
  );
  const respond = { status: answer?.status, allowMustInclude: included };
  return { method: requestOf(v).method, respond };
}

const FLOW: Flow = {
  id: 'f',
  transport: 'tls',
  remote: { address: '203.0.113.10', port: 40_002 },
  local: { address: '198.51.100.20', port: 5061 },
  proved: ['contoso.com'],
};

function route(v: LyncVector): Expectation {
  const r = requestOf(v);
  const { route: routes } = r.request.headers;
  if (!Array.isArray(routes)) throw new Error('Route cannot be read');
  const params = (one: NameAddr): Expectation =>
    Object.fromEntries(one.params.map(({ name, value }) => [name, value]));
  expect(routeTexts(r.request.headers)).toEqual(r.request.headers.all('Route'));
  return {
    method: r.method,
    route: routes.map((one) => ({ uri: writeUri(one.uri), headerParams: params(one) })),
    mustEchoUnchanged: true,
  };
}

/** An inner leg: a call, which is refused, and headers that stop at our edge. */
function split(v: LyncVector): Expectation {
  const r = requestOf(v);
  const { headers } = r.request;
  const stops = PASSING.find(({ name }) => name === 'ms-split-domain-info');
  const said = /^ms-traffic-type=(\w+)$/.exec(headers.text('ms-split-domain-info') ?? '');
  expect(stops).toMatchObject({ inward: 'never', outward: 'never' });
  expect(LYNC.request(r).refusal).toMatchObject({ code: 'call', status: 488 });
  return {
    splitDomain: { trafficType: said?.[1] },
    edgeRoute: headers.text('Route')?.includes(';ms-edge-route'),
    mustNotLeaveTheEnterpriseUnlessPeerIs: v.expect['mustNotLeaveTheEnterpriseUnlessPeerIs'],
  };
}

function trust(v: LyncVector): Expectation {
  const edgeTrust = trustIn(requestOf(v).request.headers);
  return { edgeTrust: { ...edgeTrust, remoteFqdn: edgeTrust?.remoteFqdn ?? null } };
}

function stripped(v: LyncVector): Expectation {
  const { request, notes } = LYNC.request(requestOf(v));
  if (request === undefined) throw new Error('nothing was taken away');
  const names = new Set(request.request.headers.fields().map(({ name }) => name));
  const gone = requestOf(v)
    .request.headers.fields()
    .filter(({ name }) => !names.has(name));
  expect(notes).toEqual(['trust-header']);
  return {
    edgeTrust: trustIn(request.request.headers) ?? null,
    strippedHeaders: gone.map(({ name }) => name),
    text: bodyOf(request).text,
  };
}

function bodyOf(r: IncomingRequest): ReadBody {
  const read = readBody(r.request, LYNC.traits);
  if (read.kind === 'refusal') throw new Error(read.text);
  return read;
}

function multipartOf({ request }: IncomingRequest): readonly (readonly [string, string])[] {
  const { contentType: type } = request.headers;
  if (type === undefined || 'kind' in type || type.type !== 'multipart') return [];
  const parts = readMultipart(request.body, param(type.params, 'boundary') ?? '') ?? [];
  return parts.map(({ headers, content }) => [nameOf(headers), textOf(content)]);
}

function typeOf(v: LyncVector): string {
  return nameOf(requestOf(v).request.headers);
}

function nameOf({ contentType: type }: Headers): string {
  return type === undefined || 'kind' in type ? '' : `${type.type}/${type.subtype}`;
}

function tagOf(v: LyncVector): string | undefined {
  return param(requestOf(v).to.params, 'tag');
}

function formatOf(v: LyncVector): TextFormat | undefined {
  const type = requestOf(v).request.headers.contentType;
  const msgr = type === undefined || 'kind' in type ? undefined : param(type.params, 'msgr');
  return msgr === undefined ? undefined : readMsgr(msgr);
}

function fieldsOf(msgr: string): Expectation {
  const raw = readMsgr(msgr)?.raw ?? '';
  return Object.fromEntries(
    raw.split('; ').map((field) => field.replaceAll('%20', ' ').split('=')),
  );
}

function textOf(octets: Uint8Array): string {
  return new TextDecoder().decode(octets);
}

const IDS = SHARED_IDS.filter((id) => !id.startsWith('pres-'));

describe.skipIf(!haveLync)('the Lync vectors', () => {
  it.each(IDS)('%s', (id) => {
    const short = /^[a-z]+-\d+/.exec(id)?.[0] ?? '';
    const vector = lyncVector(short);
    expect(READ[short], `${short} has no test`).toBeDefined();
    expect(READ[short]?.(vector)).toMatchObject(vector.expect);
  });
});
