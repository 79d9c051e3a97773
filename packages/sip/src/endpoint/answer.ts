// Responses: what they copy of the request, and where they go. RFC 3261 §8.2.6 and §18.2, RFC 3581.
// Status codes and who decides on them are elsewhere.
import type {
  IncomingRequest,
  Param,
  ResponseDraft,
  Salvage,
  Via,
  WireResponse,
} from '../message.ts';
import { isFault } from '../fault.ts';
import { param } from '../message.ts';
import { writeMessage } from '../write.ts';
import { reasonFor } from './reasons.ts';
import type { Flow } from './types.ts';

/**
 * A response to a request we could read; `toTag` is for a draft that names none.
 * @spec RFC 3261 §8.2.6.2
 */
export function answerTo(
  incoming: IncomingRequest,
  flow: Flow,
  toTag: string | undefined,
  draft: ResponseDraft,
): Uint8Array {
  return writeMessage(
    wireResponse(draft, {
      via: viasOf(incoming, flow),
      from: incoming.request.headers.text('From'),
      to: withTag(
        incoming.request.headers.text('To'),
        param(incoming.to.params, 'tag'),
        draft.toTag ?? toTag,
      ),
      callId: incoming.callId,
      cseq: incoming.cseq,
    }),
  );
}

/**
 * A response to a request that was broken somewhere: it repeats what could be read. The Via lines
 * below the first are sent back as they came, and so is a first line that holds several values.
 * @spec RFC 4475 §3.1.2
 */
export function answerToBroken(salvage: Salvage, flow: Flow, draft: ResponseDraft): Uint8Array {
  const { vias } = salvage;
  const isList = vias[0]?.includes(',') ?? true;
  return writeMessage(
    wireResponse(draft, {
      via: isList ? vias : [stampVia(salvage.via, flow), ...vias.slice(1)],
      from: salvage.from,
      to: salvage.to,
      callId: salvage.callId,
      cseq: salvage.cseq,
    }),
  );
}

type Copied = Pick<WireResponse, 'via' | 'from' | 'to' | 'callId' | 'cseq'>;

function wireResponse(draft: ResponseDraft, copied: Copied): WireResponse {
  const headers = draft.headers ?? [];
  const { contentType } = draft;
  return {
    kind: 'wire-response',
    status: draft.status,
    reason: draft.reason ?? reasonFor(draft.status),
    via: copied.via,
    from: copied.from,
    to: copied.to,
    callId: copied.callId,
    cseq: copied.cseq,
    headers:
      contentType === undefined
        ? headers
        : [...headers, { name: 'Content-Type', value: contentType }],
    body: draft.body ?? NO_BODY,
  };
}

/** In order, and stamped where the request came in. */
function viasOf(incoming: IncomingRequest, flow: Flow): readonly Via[] {
  const vias = [stampVia(incoming.via, flow)];
  const { via } = incoming.request.headers;
  if (via === undefined || isFault(via)) return vias;
  for (let i = 1; i < via.length; i += 1) vias.push(via[i] as Via);
  return vias;
}

/** A To that has a tag keeps it: the request was sent within a dialog. */
function withTag(
  to: string | undefined,
  tag: string | undefined,
  drawn: string | undefined,
): string | undefined {
  return to === undefined || tag !== undefined || drawn === undefined ? to : `${to};tag=${drawn}`;
}

/**
 * The topmost Via with the address the request really came from.
 * @spec RFC 3261 §18.2.1
 * @spec RFC 3581 §4
 */
export function stampVia(via: Via, flow: Flow): Via {
  const asksPort = param(via.params, 'rport') !== undefined;
  const { address, port } = flow.remote;
  if (!asksPort && bareHost(via.host) === address) return via;
  const params: Param[] = [];
  for (const one of via.params) {
    if (one.name !== 'received' && one.name !== 'rport') params.push(one);
  }
  params.push({ name: 'received', value: address });
  if (asksPort) params.push({ name: 'rport', value: String(port) });
  return { transport: via.transport, host: via.host, port: via.port, params };
}

/**
 * The flow a response takes: the same connection, or for datagrams the address the request came
 * from, at its own port if it asked for that and at the port of its Via if not. `maddr` is not
 * followed: it would let a stranger aim our answers.
 * @spec RFC 3261 §18.2.2
 */
export function answerFlow(via: Via, flow: Flow): Flow {
  if (flow.transport !== 'udp' || param(via.params, 'rport') !== undefined) return flow;
  const port = via.port ?? 5060;
  if (port === flow.remote.port) return flow;
  return {
    id: `${flow.id}/${port}`,
    transport: 'udp',
    remote: { address: flow.remote.address, port },
    local: flow.local,
    proved: flow.proved,
  };
}

/** A tag for answers of which nothing is kept: the same for each copy of a request. RFC 3261 §8.2.7 */
export function statelessTag(seed: string, branch: string | undefined): string {
  let hash = 0x811c9dc5;
  const text = branch ?? '';
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return `${seed}.${(hash >>> 0).toString(36)}`;
}

function bareHost(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

const NO_BODY = new Uint8Array();
