// Responses: what they copy of the request, and where they go. RFC 3261 §8.2.6 and §18.2, RFC 3581.
// Status codes and who decides on them are elsewhere.
import type {
  IncomingRequest,
  PassedResponse,
  ResponseDraft,
  Salvage,
  Via,
  WireResponse,
} from '../message.ts';
import { param } from '../message.ts';
import { writePassed } from '../relay.ts';
import { writeMessage } from '../write.ts';
import { reasonFor } from './reasons.ts';
import type { Flow } from './types.ts';
import { stampVia, viaLinesOf } from './via-lines.ts';

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
      via: viaLinesOf(incoming, flow.remote),
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
 * A response of somebody else to a request that was sent on: theirs, but with the Vias of the request.
 * @spec RFC 3261 §16.7
 */
export function passedTo(
  incoming: IncomingRequest,
  flow: Flow,
  passed: PassedResponse,
): Uint8Array {
  const { status } = passed;
  const reason = passed.reason ?? (status === undefined ? undefined : reasonFor(status));
  return writePassed({ ...passed, reason }, viaLinesOf(incoming, flow.remote));
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
      via: isList ? vias : [stampVia(salvage.via, flow.remote), ...vias.slice(1)],
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

/** A To that has a tag keeps it: the request was sent within a dialog. */
function withTag(
  to: string | undefined,
  tag: string | undefined,
  drawn: string | undefined,
): string | undefined {
  return to === undefined || tag !== undefined || drawn === undefined ? to : `${to};tag=${drawn}`;
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

const NO_BODY = new Uint8Array();
