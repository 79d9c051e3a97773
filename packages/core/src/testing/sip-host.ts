// A SIP endpoint on the virtual network: performs its outputs with virtual connections and datagrams, and
// judges TLS peers as the real edge does. Looks like an edge to whoever uses it.
import type {
  Flow,
  Judge,
  SipEndpoint,
  SipEvent,
  SipInput,
  SipOutput,
  Target,
  Transport,
} from '@interwork/sip';
import { closing } from '../closing.ts';
import { drive } from '../drive.ts';
import type { Edge } from '../gateway/wire.ts';
import type { HostClock } from './clock.ts';
import { chainOf, type Pipe, type Place, type VirtualNetwork } from './network.ts';

/** How a SIP endpoint stands in the virtual network. */
export interface SipHostOptions {
  readonly clock: HostClock;
  readonly network: VirtualNetwork;
  readonly endpoint: SipEndpoint;
  readonly address: string;
  readonly listen: readonly { readonly transport: Transport; readonly port: number }[];
  /** What it shows in TLS, leaf first; a function is asked each time. */
  readonly chain: readonly Uint8Array[] | (() => readonly Uint8Array[]);
  readonly judge: Judge;
}

/** Puts a SIP endpoint on the network. */
export function sipHost(options: SipHostOptions): Edge<SipEvent, SipInput> {
  const { clock, network, endpoint, address, judge } = options;
  const pipes = new Map<string, Pipe>();
  let take: (event: SipEvent) => void = () => {};
  let ports = 0;

  const perform = (out: SipOutput): void => {
    if (out.kind === 'send') send(out.flow, out.bytes);
    else if (out.kind === 'connect') connect(out.connect, out.target);
    else if (out.kind === 'disconnect') drop(out.flow);
    else {
      take(out);
      if (out.kind === 'closed') end();
    }
  };
  const { closed, end } = closing();
  const feed = drive<SipInput, SipOutput>(endpoint, perform, clock.timing);

  const send = (flow: Flow, bytes: Uint8Array): void => {
    if (flow.transport === 'udp') network.datagram(flow.local, flow.remote, bytes);
    else pipes.get(flow.id)?.send(bytes);
  };
  const drop = (flow: Flow): void => {
    pipes.get(flow.id)?.close();
    pipes.delete(flow.id);
  };
  const open = (
    pipe: Pipe,
    transport: Transport,
    proved: readonly string[],
    connect: string | undefined,
  ): void => {
    const flow: Flow = {
      id: `${address}#${++ports}`,
      transport,
      remote: pipe.remote,
      local: pipe.local,
      proved,
    };
    pipes.set(flow.id, pipe);
    feed(connect === undefined ? { kind: 'opened', flow } : { kind: 'opened', flow, connect });
    pipe.listen({
      bytes: (bytes) => feed({ kind: 'bytes', flow, bytes }),
      closed: () => {
        if (pipes.delete(flow.id)) feed({ kind: 'closed', flow });
      },
    });
  };

  const accept = (transport: Transport, pipe: Pipe): void => {
    if (transport !== 'tls') return open(pipe, transport, [], undefined);
    pipe.listen({
      bytes: () => {},
      closed: () => {},
      secured: (chain) => {
        const judgement = judge(chain, 'client', undefined);
        if (judgement.accepted) return open(pipe, transport, judgement.proved, undefined);
        pipe.close();
        feed({ kind: 'refused-peer', remote: pipe.remote, judgement });
      },
    });
    pipe.secure(chainOf(options));
  };

  const connect = (id: string, target: Target): void => {
    if (target.transport === 'udp') return openDatagrams(id, target);
    network.connect(address, target, (pipe) => {
      if (pipe === undefined) feed({ kind: 'connect-failed', connect: id, reason: 'refused' });
      else if (target.transport === 'tcp') open(pipe, 'tcp', [], id);
      else secureAsClient(id, target, pipe);
    });
  };
  const secureAsClient = (id: string, target: Target, pipe: Pipe): void => {
    pipe.listen({
      bytes: () => {},
      closed: () => feed({ kind: 'connect-failed', connect: id, reason: 'tls' }),
      secured: (chain) => {
        const judgements = target.references.map((name) => judge(chain, 'server', name));
        const accepted = judgements.find((one) => one.accepted);
        const judgement = accepted ?? judgements[0] ?? judge(chain, 'server', undefined);
        if (accepted !== undefined) return open(pipe, 'tls', accepted.proved, id);
        pipe.listen({ bytes: () => {}, closed: () => {} });
        pipe.close();
        feed({ kind: 'connect-failed', connect: id, reason: 'certificate', judgement });
      },
    });
    pipe.secure(chainOf(options));
  };
  const openDatagrams = (id: string, target: Target): void => {
    const port = options.listen.find((one) => one.transport === 'udp')?.port ?? 5060;
    feed({ kind: 'opened', connect: id, flow: datagramFlow({ address, port }, target) });
  };

  for (const { transport, port } of options.listen) {
    const place = { address, port };
    if (transport !== 'udp') network.listen(place, (pipe) => accept(transport, pipe));
    else
      network.bind(place, (from, bytes) =>
        feed({ kind: 'bytes', flow: datagramFlow(place, from), bytes }),
      );
  }
  return {
    start: (to) => {
      take = to;
    },
    send: feed,
    close: async () => {
      feed({ kind: 'close' });
      await closed;
    },
  };
}

function datagramFlow(local: Place, remote: Place): Flow {
  const { address, port } = remote;
  return {
    id: `udp ${local.port} ${address} ${port}`,
    transport: 'udp',
    remote: { address, port },
    local,
    proved: [],
  };
}
