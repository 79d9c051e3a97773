// INVITEs of which nothing has come yet: policy wants to know something first, or the host looks at them. Whoever takes one
// back meanwhile begins nothing. What becomes of them is chat-hearing.ts'.
import { arrivalOfInvite, type ChatArrival, type ChatRefused } from './chat-arrival.ts';
import type { CameRequest } from './chat-ride.ts';
import { tellInvite } from './chat-trace.ts';
import { type GatewayEnv, orLater } from './env.ts';
import { lookOrWait, NO_CHANGES, NO_WORDS, type Said } from './look.ts';
import { Passing } from './passing.ts';

/** What comes of an INVITE; `at`: when it came. */
interface Ends {
  readonly arrived: (now: number, came: CameRequest, arrival: ChatArrival, at: number) => void;
  readonly refused: (now: number, came: CameRequest, why: ChatRefused) => void;
}

/** INVITEs that begin something. */
export class ChatInviting {
  readonly #env: GatewayEnv;
  readonly #ends: Ends;
  readonly #waiting = new Passing<string, CameRequest>();

  constructor(env: GatewayEnv, ends: Ends) {
    this.#env = env;
    this.#ends = ends;
  }

  /** An INVITE has come; `said`: the host has looked at it. @spec RFC 7573 §5 */
  came(now: number, came: CameRequest, said?: Said): void {
    const arrival = arrivalOfInvite(came.request, came.flow, this.#env);
    if (arrival.kind === 'arrival') return this.#permitted(now, came, arrival, said);
    const again = (then: number): void => this.#unlessGone(came, () => this.came(then, came, said));
    this.#waiting.set(came.id, came);
    const denied = orLater(this.#env, now, arrival, again);
    if (denied !== undefined) this.#refuse(now, came, denied);
  }

  /** It has been taken back; the endpoint has answered it. `false` when none such waits. @spec RFC 3261 §9.2 */
  takenBack(now: number, id: string): boolean {
    const came = this.#waiting.get(id);
    if (came === undefined) return false;
    this.#waiting.delete(id);
    const told = { status: 487, reasons: ['cancelled'], by: [], proof: 'none' };
    tellInvite(this.#env, now, now, came.request, told);
    return true;
  }

  clear(): void {
    this.#waiting.clear();
  }

  /** The host looks at a session in which nothing is said yet; what is said first it looks at as at any message. */
  #permitted(now: number, came: CameRequest, arrival: ChatArrival, said: Said | undefined): void {
    const { by, proof, unfolded } = arrival;
    if (said === undefined && unfolded.first === undefined && this.#env.hooked) {
      const { contact: from, user: to } = arrival.people;
      const ends = { direction: 'sip-to-xmpp', from, to } as const;
      this.#waiting.set(came.id, came);
      lookOrWait(this.#env, now, ends, { ...ends, ...SESSION, by, proof }, (then, end) =>
        this.#unlessGone(came, () => {
          if (end.kind === 'go') return this.came(then, came, { ...end, at: now });
          this.#refuse(then, came, { kind: 'refused', refusal: end.refusal, by, proof });
        }),
      );
    } else this.#ends.arrived(now, came, arrival, said?.at ?? now);
  }

  /** Later: unless it has been taken back by then. */
  #unlessGone({ id }: CameRequest, goOn: () => void): void {
    if (this.#waiting.delete(id)) goOn();
  }

  #refuse(now: number, came: CameRequest, why: ChatRefused): void {
    this.#waiting.delete(came.id);
    this.#ends.refused(now, came, why);
  }
}

/** What the host looks at of it. */
const SESSION = {
  traffic: 'chat',
  what: 'session',
  words: NO_WORDS,
  mayChange: NO_CHANGES,
} as const;
