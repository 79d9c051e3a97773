// An XMPP endpoint on the virtual network: performs its outputs with virtual connections, TLS by showing
// chains, and names by a table. Looks like an edge to whoever uses it.
import type { XmppEndpoint, XmppEvent, XmppInput, XmppOutput, XmppTarget } from '@interwork/xmpp';
import { closing } from '../closing.ts';
import { drive } from '../drive.ts';
import type { Edge } from '../gateway/wire.ts';
import type { HostClock } from './clock.ts';
import { chainOf, type Pipe, type VirtualNetwork } from './network.ts';

/** Where domains are, for virtual look-ups: targets, or that there are none. */
export type VirtualDns = Map<string, readonly XmppTarget[] | 'not-found' | 'failed'>;

/** How an XMPP endpoint stands in the virtual network. */
export interface XmppHostOptions {
  readonly clock: HostClock;
  readonly network: VirtualNetwork;
  readonly dns: VirtualDns;
  readonly endpoint: XmppEndpoint;
  readonly address: string;
  readonly port: number;
  /** What it shows in TLS, leaf first; a function is asked each time. */
  readonly chain: readonly Uint8Array[] | (() => readonly Uint8Array[]);
}

/** Puts an XMPP endpoint on the network. */
export function xmppHost(options: XmppHostOptions): Edge<XmppEvent, XmppInput> {
  const { clock, network, dns, endpoint, address, port } = options;
  const pipes = new Map<string, Pipe>();
  let take: (event: XmppEvent) => void = () => {};
  let streams = 0;

  const perform = (out: XmppOutput): void => {
    switch (out.kind) {
      case 'send':
        return pipes.get(out.stream)?.send(out.bytes);
      case 'locate':
        return locate(out.domain);
      case 'connect':
        return connect(out.connect, out.target);
      case 'start-tls':
        return pipes.get(out.stream)?.secure(chainOf(options));
      case 'disconnect':
        pipes.get(out.stream)?.close();
        pipes.delete(out.stream);
        return;
      default:
        take(out);
        if (out.kind === 'closed') end();
    }
  };
  const { closed, end } = closing();
  const feed = drive<XmppInput, XmppOutput>(endpoint, perform, clock.timing);

  const attend = (stream: string, pipe: Pipe): void => {
    pipe.listen({
      bytes: (bytes) => feed({ kind: 'bytes', stream, bytes }),
      secured: (presented) => feed({ kind: 'secured', stream, presented }),
      closed: () => {
        if (pipes.delete(stream)) feed({ kind: 'closed', stream });
      },
    });
  };
  const admit = (pipe: Pipe): string => {
    const stream = `${address}#${++streams}`;
    pipes.set(stream, pipe);
    return stream;
  };
  const locate = (domain: string): void => {
    clock.after(1, () =>
      feed({ kind: 'located', domain, targets: dns.get(domain) ?? 'not-found' }),
    );
  };
  const connect = (id: string, target: XmppTarget): void => {
    network.connect(address, target, (pipe) => {
      if (pipe === undefined)
        return feed({
          kind: 'connect-failed',
          connect: id,
          reason: 'refused',
          text: 'nobody listens there',
        });
      const stream = admit(pipe);
      feed({ kind: 'connected', connect: id, stream, remote: pipe.remote });
      attend(stream, pipe);
    });
  };

  network.listen({ address, port }, (pipe) => {
    const stream = admit(pipe);
    feed({ kind: 'accepted', stream, remote: pipe.remote });
    attend(stream, pipe);
  });
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
