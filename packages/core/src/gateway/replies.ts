// Errors on their way to XMPP senders. That a message was not delivered must reach whoever sent it, so an error that was
// written to a link that ended before it was known to be read is sent once more. A second one of the same id does no
// harm, and there is no third: what cannot be told then is said in a trace.
import type { Jid, XmlElement, XmppEvent } from '@interwork/xmpp';
import type { Instant } from '../store/store.ts';
import { laneKey } from './barrier.ts';
import { emitTrace, type GatewayEnv } from './env.ts';
import { type Ended, type Fate, Fates } from './fates.ts';

type StanzaFate = Extract<XmppEvent, { readonly kind: 'fate' }>;

/** One error that has left. */
export interface Reply {
  readonly element: XmlElement;
  readonly from: Jid;
  readonly to: Jid;
  /** It is the second time. */
  readonly again: boolean;
}

/** The errors that may still be lost. */
export class Replies {
  readonly #env: GatewayEnv;
  readonly #fates: Fates<Reply>;

  constructor(env: GatewayEnv, drawRank: () => number) {
    this.#env = env;
    this.#fates = new Fates(env.waits, env.limits, drawRank);
  }

  /** Errors that no link has taken yet. */
  get open(): number {
    return this.#fates.sizes.queued;
  }

  /** Errors that may still be lost. */
  get size(): number {
    const { queued, waiting, unconfirmed } = this.#fates.sizes;
    return queued + waiting + unconfirmed;
  }

  get wakeAt(): Instant {
    return this.#fates.wakeAt;
  }

  /** Sends an error; one too many to be watched is sent all the same. @spec RFC 6120 §8.3.1 */
  send(now: Instant, reply: Reply): void {
    const { element, from, to } = reply;
    // An error has the id of what it is about, which its sender may use twice.
    const id = this.#env.options.drawToken();
    const fate = this.#fates.open(now, id, laneKey(from.asciiDomain, to.asciiDomain), reply);
    const context = fate === undefined ? undefined : { kind: 'reply', fate };
    this.#env.out.push({ kind: 'xmpp', input: { kind: 'stanza', element, from, to, context } });
  }

  /** The edge says what became of one; the answer is whether a barrier should stand behind it. */
  fate(now: Instant, fate: Fate<Reply>, event: StanzaFate): boolean {
    if (event.fate === 'sent') {
      if (fate.state !== 'queued') return false;
      this.#fates.sent(now, fate, event.willAcknowledge === true);
      return !fate.tracked;
    }
    const ended = this.#fates.step(now, fate, event.fate === 'failed' ? 'failed' : 'proof');
    this.#over(now, ended, event.text ?? event.reason ?? 'failed');
    return false;
  }

  /** Everything on a link up to a rank has been read. */
  proved(now: Instant, lane: string, upTo: number): void {
    for (const fate of this.#fates.covered(lane, upTo)) this.#fates.step(now, fate, 'proof');
  }

  /** A link is over, and with it what was not known to be read. */
  lost(now: Instant, lane: string): void {
    for (const fate of this.#fates.ofLane(lane))
      if (!fate.tracked) this.#over(now, this.#fates.step(now, fate, 'failed'), 'The link ended.');
  }

  /** Ends what is due. */
  tick(now: Instant): void {
    for (let ended = this.#fates.expire(now); ended !== undefined; ended = this.#fates.expire(now))
      this.#over(now, ended, 'No link to the domain came about in time.');
  }

  /** Watches nothing any more: what has been handed to the edge is the edge's to write. */
  clear(): void {
    this.#fates.clear();
  }

  #over(now: Instant, ended: Ended<Reply> | undefined, why: string): void {
    if (ended === undefined || ended.end === 'handed-over') return;
    const { value, rank } = ended.fate;
    // What was never written failed for good: another attempt is the edge's, not ours.
    if (rank > 0 && !value.again) this.send(now, { ...value, again: true });
    else this.#untold(now, value, why);
  }

  #untold(at: Instant, { to }: Reply, text: string): void {
    emitTrace(this.#env, {
      kind: 'fault',
      at,
      side: 'xmpp',
      remote: to.asciiDomain,
      code: 'error-not-told',
      spec: 'RFC 6120 §8.3.1',
      text,
    });
  }
}
