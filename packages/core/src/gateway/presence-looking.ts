// What of presence the host looks at, while it does. Whoever asks to see somebody, or takes that back, says it once, so that is
// kept beside the record meanwhile, and comes anew to the next process; everything else is sent, asked or probed for again.
import { Jid, parseStanza, presenceElement } from '@interwork/xmpp';
import { type People, peopleOf } from '../ledger/people.ts';
import { presenceKey } from '../ledger/presence-people.ts';
import type { KeptRequest, LookedRequest, WatchingInput } from '../ledger/presence-types.ts';
import { presenceBetween } from '../rules/presence-authorization.ts';
import type { Key } from '../store/store.ts';
import type { GatewayEnv } from './env.ts';
import { isUnseen, type LookEnd, lookOrWait, type Said } from './look.ts';
import type { PresenceArrival, PresenceRefused } from './presence-events.ts';
import type { PresenceItem } from './presence-item.ts';
import { lookOfPresence, refusalOfPresence } from './presence-look.ts';
import { type CamePresence, refuseUnable, turnAway } from './presence-refusing.ts';

/** What goes on from here. */
interface Ways {
  readonly put: (now: number, key: Key, item: PresenceItem) => void;
  readonly came: (now: number, came: CamePresence) => void;
}

/** What the host looks at. */
export class PresenceLooking {
  readonly #env: GatewayEnv;
  readonly #ways: Ways;

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

  /** The same of a stanza, which is kept meanwhile where nobody would say it again. */
  looksAt(
    now: number,
    came: CamePresence,
    arrival: PresenceArrival,
    said: Said | undefined,
    then: (now: number, came: CamePresence, end: LookEnd) => void,
  ): boolean {
    let { kept } = came;
    let isOver = false;
    const isLater = this.looks(now, arrival, said, (later, end) => {
      isOver = true;
      then(later, { ...came, kept }, end);
    });
    if (isLater && !isOver) kept ??= this.#keep(now, came);
    return isLater;
  }

  /** A stanza is refused, perhaps after a look; what takes back is told to nobody, and left to the next process. */
  turnAway(now: number, came: CamePresence, why: PresenceRefused): void {
    turnAway(this.#env, now, came, why);
    const { kept, stanza } = came;
    const isLeft = this.#env.closing && stanza.type === 'unsubscribe';
    if (kept !== undefined && !isLeft) this.#put(now, came, { kind: 'refused', request: kept });
  }

  /** What its record cannot take is refused likewise, and what takes back is left; a desk that is closed takes nothing more. */
  refuseUnable(now: number, item: PresenceItem, why: string): void {
    refuseUnable(this.#env, now, item, why);
    const { origin } = item;
    if (origin?.kept?.type !== 'subscribe' || why === 'closed') return;
    const input = { kind: 'refused', request: origin.kept } as const;
    this.#ways.put(now, origin.arrival.key, { event: { half: 'watching', input }, at: now });
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
    const { stanza, from, link } = came;
    const { id, type } = stanza;
    if (this.#env.options.lastingStore !== true) return undefined;
    if (type !== 'subscribe' && type !== 'unsubscribe') return undefined;
    const mark = this.#env.options.drawToken();
    const request = { type, from: from.full, id, link, mark };
    this.#put(now, came, { kind: 'looked', request });
    return request;
  }

  #put(now: number, { from, to }: CamePresence, input: WatchingInput): void {
    const key = presenceKey(peopleOf(to, from, this.#env.phones));
    this.#ways.put(now, key, { event: { half: 'watching', input }, at: now });
  }
}
