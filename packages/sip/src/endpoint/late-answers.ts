// Responses whose own connection is gone: they go over another one to where the request came from, which is
// found or opened. RFC 3261 §18.2.2. It leads nowhere else: the address is the peer's own, the name it must
// prove is the one it had proved, and strangers make us open only so many.
import { fault } from '../fault.ts';
import type { ConnectAttempts } from './attempts.ts';
import type { Connections } from './connections.ts';
import type { Ground } from './ground.ts';
import type { Flow, Instant, Target } from './types.ts';

/** A response that waits for a connection. */
export interface LateAnswer {
  readonly kind: 'answer';
  readonly bytes: Uint8Array;
  /** Where its request came from. */
  readonly flow: Flow;
}

export class LateAnswers {
  readonly #ground: Ground;
  readonly #connections: Connections;
  readonly #attempts: ConnectAttempts;

  constructor(ground: Ground, connections: Connections, attempts: ConnectAttempts) {
    this.#ground = ground;
    this.#connections = connections;
    this.#attempts = attempts;
  }

  /**
   * Sends a response by another way, or tells the host that there is none. `port` is the one of its Via.
   * @spec RFC 3261 §18.2.2
   */
  send(now: Instant, flow: Flow, port: number | undefined, bytes: Uint8Array): void {
    const target = wayBack(flow, port);
    const connection = target && this.#connections.findBack(target, flow);
    if (connection !== undefined) {
      this.#ground.outbox.push({ kind: 'send', flow: connection.flow, bytes });
    } else if (target === undefined || !this.#await(now, target, { kind: 'answer', bytes, flow })) {
      this.lose(now, flow);
    }
  }

  /** @spec RFC 3261 §17.2.4 */
  lose(now: Instant, flow: Flow): void {
    this.#ground.outbox.fault(now, fault('response-lost'), flow);
  }

  #await(now: Instant, target: Target, answer: LateAnswer): boolean {
    if (this.#attempts.forAnswers >= this.#ground.limits.answerConnects) return false;
    return this.#attempts.expect(now, target, answer, this.#connections.size);
  }
}

/** `undefined` for a TLS peer that proved nothing: nobody could tell whether it is there again. */
function wayBack(flow: Flow, port: number | undefined): Target | undefined {
  const { transport, remote, proved } = flow;
  if (transport === 'tls' && proved.length === 0) return undefined;
  const usual = transport === 'tls' ? 5061 : 5060;
  return { transport, address: remote.address, port: port ?? usual, references: proved };
}
