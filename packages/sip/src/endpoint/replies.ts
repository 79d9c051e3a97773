// How a response leaves: on the connection its request came on, or by what there is instead; and what is answered at
// once, of which nothing is kept. RFC 3261 §8.2.7 and §18.2.2. What is answered is uas.ts' and invite-uas.ts'.
import type { IncomingRequest, ResponseDraft, Via } from '../message.ts';
import { param } from '../message.ts';
import { answerFlow, answerTo, statelessTag } from './answer.ts';
import type { Connections } from './connections.ts';
import type { Ground } from './ground.ts';
import type { LateAnswers } from './late-answers.ts';
import { isSamePeer } from './sent-by.ts';
import type { Flow, Instant } from './types.ts';

export class Replies {
  readonly #ground: Ground;
  readonly #connections: Connections;
  readonly #late: LateAnswers;
  readonly #tagSeed: string;

  constructor(ground: Ground, connections: Connections, late: LateAnswers) {
    this.#ground = ground;
    this.#connections = connections;
    this.#late = late;
    this.#tagSeed = ground.draw();
  }

  /** The connection its request came on, or what there is instead. `via` is the topmost of its request. */
  reply(now: Instant, flow: Flow, via: Via, bytes: Uint8Array): void {
    if (this.isGone(flow)) this.#late.send(now, flow, via.port, bytes);
    else this.send(answerFlow(via, flow), bytes);
  }

  /** What is said at once has no other way than the connection its request came on. */
  send(flow: Flow, bytes: Uint8Array): void {
    if (this.isGone(flow)) return;
    this.#ground.outbox.push({ kind: 'send', flow, bytes });
  }

  /** @spec RFC 3261 §8.2.7 */
  atOnce(flow: Flow, incoming: IncomingRequest, draft: ResponseDraft): void {
    const tag = this.tagFor(incoming.via);
    this.send(answerFlow(incoming.via, flow), answerTo(incoming, flow, tag, draft));
  }

  /** The tag in answers of which nothing is kept. */
  tagFor(via: Via): string {
    return statelessTag(this.#tagSeed, param(via.params, 'branch'));
  }

  /** What a peer is told when there is no room. @spec RFC 3261 §21.5.4 */
  full(): ResponseDraft {
    const value = String(this.#ground.limits.retryAfter);
    return { status: 503, headers: [{ name: 'Retry-After', value }] };
  }

  /** The flow that a peer is to be answered on, whose connection broke and which sent a copy over another one. */
  followed(before: Flow, now: Flow): Flow {
    return this.isGone(before) && isSamePeer(before, now) ? now : before;
  }

  isGone(flow: Flow): boolean {
    return flow.transport !== 'udp' && this.#connections.get(flow) === undefined;
  }
}
