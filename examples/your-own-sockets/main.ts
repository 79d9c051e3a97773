// SIP over a UDP socket of your own. `drive` is the loop: one thing in, everything out, then the alarm.
// The edge it makes goes into `run` like the one of @interwork/sip/node; gateway.ts does that.
import { createSocket, type RemoteInfo } from 'node:dgram';
import {
  CARRIED_EVENTS,
  CARRIED_METHODS,
  CARRIED_UNANSWERED,
  drive,
  type Edge,
} from '@interwork/core';
import { drawToken, nodeTiming } from '@interwork/core/node';
import { type Flow, SipEndpoint, type SipEvent, type SipInput } from '@interwork/sip';

export function ownSip(port: number): Edge<SipEvent, SipInput> {
  const socket = createSocket('udp4');
  const carried = {
    methods: CARRIED_METHODS,
    events: CARRIED_EVENTS,
    unanswered: CARRIED_UNANSWERED,
  };
  const endpoint = new SipEndpoint({
    drawToken,
    host: '127.0.0.1',
    ports: { udp: port },
    ...carried,
  });
  const local = { address: '127.0.0.1', port };
  let tell = (_event: SipEvent): void => {};
  const flowTo = ({ address, port: at }: Pick<RemoteInfo, 'address' | 'port'>): Flow => {
    const remote = { address, port: at };
    return { id: `${address} ${at}`, transport: 'udp', remote, local, proved: [] };
  };
  const feed = drive<SipInput, ReturnType<SipEndpoint['next']> & object>(
    endpoint,
    (out) => {
      if (out.kind === 'send')
        socket.send(out.bytes, out.flow.remote.port, out.flow.remote.address);
      else if (out.kind === 'connect')
        feed({ kind: 'opened', connect: out.connect, flow: flowTo(out.target) });
      else if (out.kind === 'closed') socket.close();
      else if (out.kind !== 'disconnect') tell(out);
    },
    nodeTiming,
  );
  socket.on('error', (error) => console.error(error.message));
  socket.on('message', (bytes, from) => feed({ kind: 'bytes', flow: flowTo(from), bytes }));
  const start = (take: (event: SipEvent) => void): void => {
    tell = take;
    socket.bind(port, '127.0.0.1');
  };
  return { start, send: feed, close: async () => feed({ kind: 'close' }) };
}
