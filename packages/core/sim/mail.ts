// The messages of one run, and what must hold of them after each step: they come from whom they come, once, in order,
// and none is gone without its sender being told. What a crash may do is not held against a gateway: messages leave no
// record, so one that is on its way then may come twice, or be lost. Nor is what a broken way took with it that is said
// once: an error of the recipient's, a notice that its sender could not be reached with.
import { FORGED, type SipUser } from '@interwork/sip/testing';
import type { XmppUser } from '@interwork/xmpp/testing';
import type { Town } from './town.ts';

/** One message. */
interface Letter {
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly way: 'to-xmpp' | 'to-sip';
  readonly at: number;
  /** What its sender was told: by the gateway, or by nobody but the sender's own side. */
  readonly told: () => 'taken' | 'refused' | 'gave-up' | undefined;
  received: number;
}

/** Watches over the messages of one run. */
export class Mail {
  readonly #town: Town;
  readonly #letters: Letter[] = [];
  /** By inbox: how much of it has been looked at. */
  readonly #read = new Map<string, number>();
  /** By recipient and sender: the last number that came. */
  readonly #latest = new Map<string, number>();
  /** By sender and recipient: how often the sender was told later that something may not have arrived. */
  readonly #notices = new Map<string, number>();

  constructor(town: Town) {
    this.#town = town;
  }

  /** A SIP person writes, unless the last message to the same person has no answer yet. @spec RFC 3428 §8 */
  sipSends(user: SipUser, to: XmppUser): void {
    const { sip } = this.#town;
    const last = this.#letters.findLast((one) => isOf(one, user.address, to.address));
    if (last !== undefined && last.told() === undefined) return;
    const letter = this.#letter(user.address, to.address);
    const sent = sip.script.send({ ...letter, text: `m${letter.number}` }, this.#town.route());
    const told = (): ReturnType<Letter['told']> => {
      if (sent.failed !== undefined) return 'gave-up';
      const status = sent.response?.status;
      if (status === undefined) return undefined;
      return status < 300 ? 'taken' : 'refused';
    };
    this.#letters.push({ ...letter, way: 'to-xmpp', told, received: 0 });
  }

  /** An XMPP person writes. */
  xmppSends(user: XmppUser, to: SipUser): void {
    const { xmpp } = this.#town;
    const name = user.address.split('@')[0] ?? '';
    const letter = this.#letter(user.address, to.address);
    const sent = xmpp.send({ ...letter, text: `m${letter.number}` });
    const told = (): ReturnType<Letter['told']> => {
      if (xmpp.errors(name).some(({ id }) => id === sent.id)) return 'refused';
      if (sent.fate === undefined) return undefined;
      return sent.fate === 'sent' ? 'taken' : 'gave-up';
    };
    this.#letters.push({ ...letter, way: 'to-sip', told, received: 0 });
  }

  /** What does not hold of what has come since the last look. */
  look(): readonly string[] {
    return [...this.#arrivals()].flatMap(([to, from, text]) => this.#arrived(to, from, text));
  }

  /** L4: who has been told nothing of what was written since, and has nothing to see of it. */
  unanswered(since: number): readonly string[] {
    const late = this.#letters.filter(({ at }) => at >= since);
    return late.filter(isOpen).map((letter) => `L4: ${told(letter)} has no answer`);
  }

  /** S4, L2: what is gone, or was promised and not done, when everything has had its time. */
  settled(): readonly string[] {
    const notices = new Map(this.#notices);
    return this.#letters.flatMap((letter) => this.#ended(letter, notices));
  }

  /** How many ended in each way, for those who want to know what a run was about. */
  get tally(): Readonly<Record<string, number>> {
    const tally: Record<string, number> = {};
    for (const letter of this.#letters) {
      const how = letter.received > 0 ? 'came' : (letter.told() ?? 'unanswered');
      const name = this.#isDoubtful(letter) ? `${how}, in doubt` : how;
      tally[name] = (tally[name] ?? 0) + 1;
    }
    return tally;
  }

  /** B5: requests that messages may cause at most: each is carried once, at two places, or told of once. */
  get most(): number {
    return 2 * this.#letters.length;
  }

  #letter(from: string, to: string): Pick<Letter, 'number' | 'from' | 'to' | 'at'> {
    return { number: this.#letters.length, from, to, at: this.#town.world.clock.now };
  }

  *#arrivals(): Iterable<readonly [to: string, from: string, text: string]> {
    for (const { address } of this.#town.sipUsers) {
      const inbox = this.#town.sip.script.inbox(address.split('@')[0] ?? '');
      for (const { request, text } of inbox.slice(this.#mark(address, inbox.length))) {
        const { uri } = request.from;
        yield [address, uri.kind === 'sip' ? `${uri.user ?? ''}@${uri.host}` : uri.text, text];
      }
    }
    for (const { address } of this.#town.xmppUsers) {
      const inbox = this.#town.xmpp.inbox(address.split('@')[0] ?? '');
      for (const { message, text } of inbox.slice(this.#mark(address, inbox.length)))
        yield [address, message.from?.bare ?? '', text];
    }
  }

  #mark(address: string, length: number): number {
    const mark = this.#read.get(address) ?? 0;
    this.#read.set(address, length);
    return mark;
  }

  #arrived(to: string, from: string, text: string): readonly string[] {
    if (text.includes(FORGED)) return [`S1: ${to} got what a stranger forged, from ${from}`];
    if (!/^m\d+$/.test(text)) return this.#noticed(to, from, text);
    const letter = this.#letters[Number(text.slice(1))];
    if (letter === undefined || !isOf(letter, from, to))
      return [`S1: ${to} got ${text} from ${from}, who did not write it`];
    letter.received += 1;
    return [...this.#doubled(letter), ...this.#overtaken(letter)];
  }

  /** A failure that is learned after a message was taken is told by a message from its recipient. */
  #noticed(to: string, from: string, text: string): readonly string[] {
    if (!/^Your message to .* (?:may not have arrived|could not be delivered): /.test(text))
      return [`S5: ${to} got ${JSON.stringify(text)} from ${from}`];
    const key = `${to} ${from}`;
    this.#notices.set(key, (this.#notices.get(key) ?? 0) + 1);
    return [];
  }

  #doubled(letter: Letter): readonly string[] {
    if (letter.received < 2 || this.#isDoubtful(letter)) return [];
    return [`S3: ${told(letter)} came ${letter.received} times`];
  }

  #overtaken(letter: Letter): readonly string[] {
    const key = `${letter.to} ${letter.from}`;
    const latest = this.#latest.get(key) ?? -1;
    this.#latest.set(key, Math.max(latest, letter.number));
    if (letter.number >= latest || letter.received > 1 || this.#isDoubtful(letter)) return [];
    return [`S7: ${told(letter)} came after m${latest}`];
  }

  #ended(letter: Letter, left: Map<string, number>): readonly string[] {
    const how = letter.told();
    if (this.#isDoubtful(letter)) return [];
    if (how === 'refused' && letter.received > 0 && isClear(letter, this.#town.chronicle.foul))
      return [`S4: ${told(letter)} came, and its sender was told otherwise`];
    if (letter.received > 0 || how === 'refused' || how === 'gave-up') return [];
    if (!isClear(letter, this.#town.chronicle.breaks)) return [];
    const key = `${letter.from} ${letter.to}`;
    const notices = left.get(key) ?? 0;
    left.set(key, notices - 1);
    return notices > 0 ? [] : [`S4: ${told(letter)} is gone (${how ?? 'no answer'})`];
  }

  #isDoubtful({ at }: Letter): boolean {
    return this.#town.chronicle.crashes.some((when) => when > at - NEAR && when < at + FAR);
  }
}

/** A SIP sender is always answered; an XMPP sender of what has not come. */
function isOpen({ way, told: how, received }: Letter): boolean {
  if (way === 'to-xmpp') return how() === undefined;
  return received === 0 && (how() ?? 'taken') === 'taken';
}

/** Whether nothing of what is listed happened while a message may have been on its way. */
function isClear(
  { at }: Letter,
  spans: readonly { readonly from: number; readonly to: number }[],
): boolean {
  return spans.every(({ from, to }) => to < at - FAR || from > at + FAR);
}

function isOf(letter: Letter, from: string, to: string): boolean {
  return letter.from === from && letter.to === to;
}

function told({ number, from, to }: Letter): string {
  return `m${number} of ${from} to ${to}`;
}

/** Milliseconds around a crash in which a message may be touched by it: until it has been confirmed, at the longest. */
const NEAR = 1_000;
const FAR = 120_000;
