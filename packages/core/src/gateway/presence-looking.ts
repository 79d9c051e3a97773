// What of presence the host looks at, while it does. Whoever asks to see somebody, or takes that back, says it once, so that is
// kept beside the record meanwhile, and comes anew to the next process; everything else is sent, asked or probed for again.
import { Jid, parseStanza, presenceElement } from '@interwork/xmpp';
import { type People, peopleOf } from '../ledger/people.ts';
import { presenceKey } from '../ledger/presence-people.ts';
import type { KeptRequest, LookedRequest } from '../ledger/presence-types.ts';
import { presenceBetween } from '../rules/presence-authorization.ts';
import type { Key } from '../store/store.ts';
import { type GatewayEnv, handled } from './env.ts';
import { isUnseen, type LookEnd, lookOrWait, type Said } from './look.ts';
import type { PresenceArrival, PresenceRefused } from './presence-events.ts';
import type { CamePresence, PresenceItem, PresenceOrigin, RefusedStanza } from './presence-item.ts';
import { lookOfPresence, refusalOfPresence } from './presence-look.ts';
import { inDoubt, refuseUnable, stanzaIn, turnAway, unableTo } from './presence-refusing.ts';
import { tellLeft } from './presence-trace.ts';

/** What goes on from here. */
interface Ways {
  readonly put: (now: number, key: Key, item: PresenceItem) => void;
  readonly came: (now: number, came: CamePresence) => void;
}

/** Why something was not done, and whether it may have been all the same. */
interface Unmade {
  readonly because: string;
  readonly isInDoubt: boolean;
}

/** What the host looks at. */
export class PresenceLooking {
  readonly #env: GatewayEnv;
  readonly #ways: Ways;
  /** What could not be written beside its record, and whether it may be there all the same. */
  readonly #unwritten = new WeakMap<LookedRequest, boolean>();

  constructor(env: GatewayEnv, ways: Ways) {
    this.#env = env;
    this.#ways = ways;
  }

  /** Has the host look at it, or has it wait for something of the same people that came before; `false`: neither. */
  looks(
    now: number,
    arrival: Pick<PresenceArrival, 'event' | 'ends' | 'by' | 'proof'>,
    said: Said | undefined,
    then: (now: number, end: LookEnd) => void,
  ): boolean {
    if (said !== undefined || isUnseen(this.#env)) return false;
    const looked = this.#env.hooked ? lookOfPresence(now, arrival, this.#env) : undefined;
    return lookOrWait(this.#env, now, arrival.ends, looked, (later, end) => {
      if (end.kind === 'go') return then(later, end);
      then(later, { kind: 'stop', refusal: refusalOfPresence(arrival, end.refusal) });
    });
  }

  /** The same of a stanza, which is kept meanwhile where nobody would say it again, and then has been taken. */
  looksAt(
    now: number,
    came: CamePresence,
    arrival: PresenceArrival,
    said: Said | undefined,
    then: (now: number, came: CamePresence, end: LookEnd) => void,
  ): boolean {
    let { kept, receipt } = came;
    let isOver = false;
    const isLater = this.looks(now, arrival, said, (later, end) => {
      isOver = true;
      then(later, { ...came, kept, receipt }, end);
    });
    if (!isLater || isOver || kept !== undefined) return isLater;
    kept = this.#keep(now, came);
    if (kept !== undefined) receipt = undefined;
    return true;
  }

  /**
   * A stanza is refused, perhaps after a look. What stands of it beside the record is struck out before its sender is told;
   * what takes back is told to nobody, and left to the next process.
   */
  turnAway(now: number, came: CamePresence, why: PresenceRefused): void {
    const { from, kept, stanza, to } = came;
    const isLeft = this.#env.closing && stanza.type === 'unsubscribe';
    if (kept === undefined || isLeft) return turnAway(this.#env, now, came, why);
    const key = presenceKey(peopleOf(to, from, this.#env.phones));
    this.#strikeOut(now, key, kept, { came, why });
  }

  /** What its record cannot take is refused likewise, and what takes back is left; so is all that stands, at the end. */
  refuseUnable(now: number, item: PresenceItem, because: string, isInDoubt = false): void {
    const { event, origin, receipt, refuses } = item;
    const input = event.half === 'watching' ? event.input : undefined;
    if (input?.kind === 'looked') {
      this.#unwritten.set(input.request, isInDoubt);
      handled(this.#env, receipt);
    } else if (input?.kind === 'refused' && refuses !== undefined)
      this.#unstruck(now, input.request, refuses, { because, isInDoubt });
    else if (origin?.kept !== undefined)
      this.#keptUnable(now, item, origin, origin.kept, { because, isInDoubt });
    else refuseUnable(this.#env, now, item, because, isInDoubt);
  }

  /** The process that kept it has ended. */
  again(now: number, { contact }: People, request: LookedRequest): void {
    const from = Jid.parse(request.from);
    if (from.kind !== 'jid') return;
    const { id, link, type } = request;
    const said = presenceBetween(from, contact, type);
    const stanza = parseStanza(presenceElement(id === undefined ? said : { ...said, id }));
    if (stanza.kind !== 'presence') return;
    const kept: KeptRequest = { ...request, isAgain: true };
    this.#ways.came(now, { stanza, from, to: contact, link, receipt: undefined, kept });
  }

  #keep(now: number, came: CamePresence): LookedRequest | undefined {
    const { stanza, from, link, receipt, to } = came;
    const { id, type } = stanza;
    if (this.#env.options.lastingStore !== true) return undefined;
    if (type !== 'subscribe' && type !== 'unsubscribe') return undefined;
    const mark = this.#env.options.drawToken();
    const request = { type, from: from.full, id, link, mark };
    const key = presenceKey(peopleOf(to, from, this.#env.phones));
    const input = { kind: 'looked', request } as const;
    this.#ways.put(now, key, { event: { half: 'watching', input }, at: now, receipt });
    return request;
  }

  #strikeOut(now: number, key: Key, request: KeptRequest, refuses: RefusedStanza): void {
    const input = { kind: 'refused', request } as const;
    this.#ways.put(now, key, { event: { half: 'watching', input }, at: now, refuses });
  }

  /** What was kept could not be taken to its record. */
  #keptUnable(
    now: number,
    item: PresenceItem,
    origin: PresenceOrigin,
    kept: KeptRequest,
    { because, isInDoubt }: Unmade,
  ): void {
    const stands = this.#standing(kept);
    const isOver = because === 'closed';
    if (isOver && stands === 'yes') return tellLeft(this.#env, now, origin.arrival);
    const came = stanzaIn(origin);
    const isStruckOut = !isOver && stands !== 'no' && kept.type === 'subscribe';
    if (!isStruckOut || came === undefined)
      return refuseUnable(this.#env, now, item, because, isInDoubt || stands === 'perhaps');
    const why = unableTo(origin, because);
    const told = isInDoubt ? inDoubt(why) : why;
    this.#strikeOut(now, origin.arrival.key, kept, { came, why: told });
  }

  /** It may still stand: left at the end, and else its sender is told that nobody knows. */
  #unstruck(
    now: number,
    request: LookedRequest,
    { came, why }: RefusedStanza,
    { because, isInDoubt }: Unmade,
  ): void {
    const stands = this.#standing(request);
    const isLeft = because === 'closed' && stands === 'yes' && !isInDoubt;
    if (isLeft) return tellLeft(this.#env, now, why);
    turnAway(this.#env, now, came, stands === 'no' ? why : inDoubt(why));
  }

  /** Whether it was written beside its record: who asks has stood behind that. */
  #standing(request: LookedRequest): 'yes' | 'perhaps' | 'no' {
    const isInDoubt = this.#unwritten.get(request);
    if (isInDoubt === undefined) return 'yes';
    return isInDoubt ? 'perhaps' : 'no';
  }
}
