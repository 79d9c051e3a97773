// A SIP edge over the npm package `sip`: its transactions and sockets, our gateway. Its messages hold their octets one a
// character, which is how they are written and read here.
import type { Edge, SipCommand } from '@interwork/core';
import { checkRequest, type Flow, parseMessage, type SipEvent, writeUri } from '@interwork/sip';
import { create, makeResponse, type SipMessage, type SipRemote, stringify } from 'sip';

type Command<Kind> = Extract<SipCommand, { readonly kind: Kind }>;

/** `proved` is what your stack knows of who is at the other end: a gateway believes nobody else. */
export function sipEdge(port: number, proved: readonly string[]): Edge<SipEvent, SipCommand> {
  const waiting = new Map<string, SipMessage>();
  let tell = (_event: SipEvent): void => {};
  const local = { address: '127.0.0.1', port };
  const flowFrom = ({ protocol, ...remote }: SipRemote): Flow => {
    const transport = protocol.toLowerCase() as Flow['transport'];
    return { id: `${remote.address} ${remote.port}`, transport, remote, local, proved };
  };
  const stack = create(
    { ...local, publicAddress: 'gw.office.example', tcp: false },
    (message, remote) => {
      const read = parseMessage(octetsOf(message));
      const request = read.kind === 'request' ? checkRequest(read) : read;
      if (!('callId' in request) || !('uri' in request)) return answer(message, 400);
      const id = `${request.callId} ${request.cseq.number}`;
      waiting.set(id, message);
      tell({ kind: 'request', id, request, flow: flowFrom(remote) });
    },
  );
  const answer = (request: SipMessage, status: number, reason = ''): void => {
    const response = makeResponse(request, status, reason);
    response.headers.to.params['tag'] ??= String(port);
    stack.send(response);
  };
  const respond = ({ to, draft: { status, reason } }: Command<'respond'>): void => {
    const request = waiting.get(to);
    if (request !== undefined && waiting.delete(to)) answer(request, status, reason);
  };
  const request = ({ draft, targets: [hop], context }: Command<'request'>): void => {
    const { method, uri, from, to, callId, contentType, body } = draft;
    const address = ({ uri }: typeof from) => ({ uri: writeUri(uri), params: {} });
    const fresh = crypto.randomUUID();
    const headers = {
      from: { ...address(from), params: { tag: fresh } },
      to: address(to),
      'call-id': callId ?? fresh,
      cseq: { method, seq: 1 },
      'max-forwards': 70,
      'content-type': contentType,
      route: [{ uri: `sip:${hop?.address}:${hop?.port};lr` }],
    };
    const content = Buffer.from(body ?? []).toString('latin1');
    stack.send({ method, uri: writeUri(uri), headers, content }, (message) => {
      const response = parseMessage(octetsOf(message));
      if (response.kind === 'response' && response.status >= 200)
        tell({ kind: 'response', response, context });
    });
  };
  return {
    start: (take) => {
      tell = take;
    },
    send: (command) => {
      if (command.kind === 'respond') respond(command);
      else if (command.kind === 'request') request(command);
    },
    close: async () => stack.destroy(),
  };
}

function octetsOf(message: SipMessage): Uint8Array {
  return Buffer.from(stringify(message), 'latin1');
}
