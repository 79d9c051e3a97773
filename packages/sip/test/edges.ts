// Edges over loopback for tests: two companies with certificates of their own, events that can be waited for, and
// raw sockets that do as they are told. Everything is closed behind each test.
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach } from 'vitest';
import type { Judge, SipEvent, Target, Transport } from '@interwork/sip';
import { type ListenOptions, listenSip, type SipEdge } from '@interwork/sip/node';
import { nameIn, selfSigned } from './self-signed.ts';

export const A = selfSigned('a.example');
export const B = selfSigned('b.example');
export const OTHER = selfSigned('other.example');

/** Believes every certificate made here, for the name it bears. */
export const judge: Judge = (presented, _role, reference) => {
  const name = presented.length === 1 ? nameIn(presented[0] ?? new Uint8Array()) : '';
  const accepted = name !== '' && name !== 'other.example' && (reference ?? name) === name;
  const faults = accepted ? [] : [{ code: 'name', field: 'CN', text: `It is ${name}.` }];
  return { accepted, proved: accepted ? [name] : [], certificate: name, faults };
};

/** Closed behind each test, the last first. */
export const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** An edge whose events can be waited for. */
export class Watched {
  readonly edge: SipEdge;
  readonly events: SipEvent[] = [];
  #woken: () => void = () => undefined;

  constructor(edge: SipEdge, onEvent: (event: SipEvent) => void = () => undefined) {
    this.edge = edge;
    edge.start((event) => {
      this.events.push(event);
      onEvent(event);
      this.#woken();
    });
  }

  async event<K extends SipEvent['kind']>(kind: K): Promise<Extract<SipEvent, { kind: K }>> {
    for (;;) {
      const at = this.events.findIndex((event) => event.kind === kind);
      if (at >= 0) return this.events.splice(at, 1)[0] as Extract<SipEvent, { kind: K }>;
      await new Promise<void>((resolve) => {
        this.#woken = resolve;
      });
    }
  }
}

export async function edge({ limits, ...options }: Partial<ListenOptions> = {}): Promise<SipEdge> {
  const transports = ['udp', 'tcp', 'tls'] as const;
  const made = await listenSip({
    host: 'b.example',
    listen: transports.map((transport) => ({ transport, address: '127.0.0.1', port: 0 })),
    tls: { both: B },
    judge,
    limits: { drainTime: 50, ...limits },
    ...options,
  });
  open.push(made);
  return made;
}

export const portOf = (one: SipEdge, transport: Transport): number =>
  one.listening.find((place) => place.transport === transport)?.port ?? 0;

export const to = (one: SipEdge, transport: Transport, references = ['b.example']): Target => ({
  transport,
  address: '127.0.0.1',
  port: portOf(one, transport),
  references,
});

export async function rawTcp(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  open.push({ close: () => socket.destroy() });
  await once(socket, 'connect');
  return socket;
}

export async function rawTls(port: number, pair: typeof A | undefined): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...pair });
  open.push({ close: () => socket.destroy() });
  await once(socket, 'secureConnect');
  return socket;
}

export const closed = async (socket: Socket): Promise<void> => {
  socket.on('error', () => undefined);
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
};
