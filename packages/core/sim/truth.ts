// What must hold, and is looked at after each step: nothing is seen that its owner did not let be seen while it was
// true; nothing seen gives way to something older, but for what a parted connection held back; nothing grows; and
// neither domain finds fault with what it is sent. Once faults are over and a refresh interval has passed, everybody
// sees the truth.
import type { SipUser } from '@interwork/sip/testing';
import type { XmppUser } from '@interwork/xmpp/testing';
import { XMPP_AT } from './places.ts';
import type { Town } from './town.ts';
import {
  allows,
  approves,
  shownBy,
  shownIn,
  sipViews,
  type View,
  wish,
  xmppViews,
} from './views.ts';

/** Watches over one run. */
export class Truth {
  readonly #town: Town;
  /** By watcher and contact: the numbers that he was ever let see while they were shown. */
  readonly #known = new Map<string, Set<number>>();
  /** By view and resource: the greatest number seen. */
  readonly #latest = new Map<string, number>();

  constructor(town: Town) {
    this.#town = town;
    town.learn = () => this.#learn();
  }

  /** What does not hold at this moment. */
  look(): readonly string[] {
    this.#learn();
    const [xmpp, sip] = [xmppViews(this.#town), sipViews(this.#town)];
    const mayComeLate = this.#town.partings.holdsBack(XMPP_AT, LATE);
    return [
      ...[...xmpp, ...sip].flatMap((view) => this.#consent(view)),
      ...xmpp.flatMap((view) => this.#order(view, false)),
      ...sip.flatMap((view) => this.#order(view, mayComeLate)),
      ...this.#bounds(),
      ...this.#town.mail.look(),
      ...this.#town.malformed.splice(0).map((about) => `S5: a gateway wrote ${about}`),
      ...this.#town.sip.complaints.map((about) => `the SIP domain was sent ${about}`),
    ];
  }

  /** S6: what is let be seen now may be seen from now on, since it is on its way. */
  #learn(): void {
    for (const sip of this.#town.sipUsers) {
      for (const xmpp of this.#town.xmppUsers) {
        if (allows(sip, xmpp)) this.#add(xmpp.address, sip.address, shownIn(sip));
        if (approves(xmpp, sip)) this.#add(sip.address, xmpp.address, shownBy(this.#town, xmpp));
      }
    }
  }

  #add(watcher: string, contact: string, numbers: readonly number[]): void {
    const key = `${watcher} ${contact}`;
    const known = this.#known.get(key) ?? new Set();
    for (const number of numbers) known.add(number);
    this.#known.set(key, known);
  }

  #consent({ id, watcher, contact, seen }: View): readonly string[] {
    const known = this.#known.get(`${watcher} ${contact}`);
    return seen.flatMap(({ of, number }) =>
      known?.has(number) === true
        ? []
        : [`S6: ${id} sees n${number} of ${contact} (${of}), which was never for these eyes`],
    );
  }

  /**
   * Two connections of the XMPP domain, to two gateways, have no order between them: what waited on one of them while
   * nothing passed may come after what the other carried. That it is mended is seen once faults are over.
   */
  #order({ id, contact, seen }: View, mayComeLate: boolean): readonly string[] {
    return seen.flatMap(({ of, number }) => {
      const key = `${id} ${contact} ${of}`;
      const latest = mayComeLate ? 0 : (this.#latest.get(key) ?? 0);
      this.#latest.set(key, Math.max(latest, number));
      return number < latest ? [`${id} saw n${latest} of ${contact} (${of}), now n${number}`] : [];
    });
  }

  #bounds(): readonly string[] {
    return this.#town.gateways.flatMap(({ address, sizes }) =>
      Object.entries(sizes).flatMap(([name, size]) =>
        size > BOUND ? [`${address} holds ${size} ${name}`] : [],
      ),
    );
  }

  /** L1: where somebody does not see the truth, faults being over for a refresh interval. */
  settled(): readonly string[] {
    const { sipUsers, xmppUsers } = this.#town;
    return sipUsers.flatMap((sip) =>
      xmppUsers.flatMap((xmpp) => [...this.#xmppSees(xmpp, sip), ...this.#sipSees(sip, xmpp)]),
    );
  }

  #xmppSees(user: XmppUser, contact: SipUser): readonly string[] {
    const wanted = wish(user, contact);
    const isAllowed = allows(contact, user);
    const due = wanted !== 'none' && isAllowed ? shownIn(contact) : [];
    const told = isAtOdds(user, contact)
      ? [
          `L1: ${user.address} ${wanted} ${contact.address}, who says ${contact.policyFor(user.address)}`,
        ]
      : [];
    if (wanted === 'none' && this.#town.chronicle.isUnheard(user, contact)) return told;
    const views = xmppViews(this.#town).filter(
      ({ watcher, contact: whom }) => watcher === user.address && whom === contact.address,
    );
    return [...told, ...views.flatMap((view) => differs(view, due))];
  }

  #sipSees(user: SipUser, contact: XmppUser): readonly string[] {
    const { state } = user.sees(contact.address);
    if (!this.#town.chronicle.wants(user, contact)) return [];
    const isApproved = approves(contact, user);
    if (isApproved !== (state === 'active'))
      return [
        `L1: ${user.address} is ${state} toward ${contact.address}, who ${isApproved ? 'approves' : 'does not approve'}`,
      ];
    if (!isApproved) return [];
    const due = shownBy(this.#town, contact);
    return sipViews(this.#town)
      .filter(({ watcher, contact: whom }) => watcher === user.address && whom === contact.address)
      .flatMap((view) => differs(view, due));
  }

  /** What is left of people who have nothing to do with each other any more. */
  left(): readonly string[] {
    const { sipUsers, gateways } = this.#town;
    return [
      ...this.#town.records().map((key) => `left: record ${key}`),
      ...sipUsers.flatMap(({ address, watchers, watching }) => [
        ...watchers.map(({ watcher }) => `left: ${watcher} watches ${address}`),
        ...(watching > 0 ? [`left: ${address} watches ${watching}`] : []),
      ]),
      ...gateways.flatMap(({ address, sizes }) =>
        Object.entries(sizes).flatMap(([name, size]) =>
          size > 0 ? [`left: ${address} holds ${size} ${name}`] : [],
        ),
      ),
    ];
  }
}

/**
 * Whether an XMPP person who is there has not been told what was decided. One who was let see and is asked about anew
 * keeps his line in the roster.
 */
function isAtOdds(user: XmppUser, contact: SipUser): boolean {
  const policy = contact.policyFor(user.address);
  const wanted = wish(user, contact);
  if (user.clients.length === 0 || wanted === 'none' || policy === 'ask') return false;
  return policy === 'allow' ? wanted !== 'sees' : true;
}

function differs({ id, contact, seen }: View, due: readonly number[]): readonly string[] {
  const [is, should] = [seen.map(({ number }) => number), due].map((list) =>
    list.toSorted((a, b) => a - b).join(),
  );
  return is === should ? [] : [`L1: ${id} sees [${is}] of ${contact}, who shows [${should}]`];
}

/** Entries of any table of a gateway between four people. */
const BOUND = 100;

/** Milliseconds: longer than a watcher waits for the next NOTIFY, and then the next look for its time. */
const LATE = 40_000;
