// What becomes of messages, told to those who have asked: receipts and markers of XMPP become IMDN, and the other way, by the
// tables of rules/receipt.ts; a 200 is the receipt of peers that have no other. Each thing is told once, only to who asked for
// it, and never of what was told. Who asked stands in the ids of the messages (receipt-token.ts), so that nothing is kept of
// one between the asking and the word, and a process that begins anew carries the word of messages that another had.
import type { RequestDraft } from '@interwork/sip';
import { errorReply, Jid, type LinkFacts, type Message } from '@interwork/xmpp';
import { jidToAor } from '../address.ts';
import { dialectOf } from '../dialect/dialect-of.ts';
import {
  dispositionsOf,
  imdnOfNotice,
  type Notice,
  noticeElement,
  noticeOfImdn,
} from '../rules/receipt.ts';
import { requestOctets } from '../rules/pager-message.ts';
import type { HeardSign } from '../rules/sign-in.ts';
import { type Admitted, admitStanza, ANY_CONNECTION, verdictOf } from './admit.ts';
import { stanzaError } from './decide.ts';
import { type Looked, lookOrWait } from './look.ts';
import { LOST_REQUEST, type Outgoing } from './outgoing.ts';
import { Receipts } from './receipts.ts';
import { type Asked, askedIn, askedOf, messageIdOf } from './receipt-token.ts';
import { askingDraft, imdnDraft, type SignEnds } from './sign-drafts.ts';
import { type CameStanza, type SignAsked, signLooked, type SignPost } from './sign-post.ts';

/** Both directions. */
export class ReceiptSigns {
  readonly #post: SignPost;
  /** What XMPP users were told, by Message-ID. */
  readonly #toXmpp: Receipts;
  /** What SIP users were told, by the id of the stanza. */
  readonly #toSip: Receipts;

  constructor(post: SignPost) {
    const { limits, waits } = post.env;
    const bounds = { most: limits.receipts, age: waits.receipt };
    this.#post = post;
    this.#toXmpp = new Receipts(bounds);
    this.#toSip = new Receipts(bounds);
  }

  get size(): number {
    return this.#toXmpp.size + this.#toSip.size;
  }

  /** A message on its way to SIP asks what becomes of it, where its sender does and its reader may understand. */
  asking(now: number, crossed: Outgoing): Outgoing {
    const { draft, from, isBare, kind, plain, stanza, to } = crossed;
    const { env } = this.#post;
    if (isBare === true || plain !== undefined || !env.imdn.has(to.asciiDomain)) return crossed;
    const dispositions =
      kind === 'message' && stanza?.kind === 'message' ? dispositionsOf(stanza) : NOTHING_ASKED;
    const id = dispositions.length > 0 ? stanza?.id : undefined;
    if (id === undefined || !this.#post.permits('sip', 'receipt', to, from)) return crossed;
    const type = typeOf(stanza);
    const asked = { at: now, dispositions, type, id, resource: from.resource } as const;
    const ends = { asker: from.bare, speaker: to.bare };
    const messageId = messageIdOf(asked, ends, env.options.drawToken(), env.options);
    if (messageId === undefined) return { ...crossed, lost: [...crossed.lost, LOST_REQUEST] };
    const wrapped = askingDraft(draft, { messageId, dispositions }, now);
    if (requestOctets(wrapped) > env.limits.requestOctets)
      return { ...crossed, lost: [...crossed.lost, LOST_REQUEST] };
    return { ...crossed, draft: wrapped, plain: draft };
  }

  /** A notice alone; the word is why nothing comes of it, `undefined` when something does. */
  said(
    now: number,
    notice: Notice,
    m: Message,
    came: CameStanza,
    link: LinkFacts,
  ): string | undefined {
    const { from, to } = came;
    const asked = this.#wanted(now, notice.id, to, from);
    if (asked === undefined) return 'unknown-message';
    const told = toldOf(notice, asked);
    if (told === undefined) return 'not-asked';
    const admitted = admitStanza(m, from, to, link, this.#post.env, 'receipt');
    if (admitted.kind === 'denied') return admitted.refusal.code;
    if (!this.#toSip.tells(now, notice.id, told.status)) return 'no-change';
    const draft = this.#imdn(now, this.#post.endsOf(admitted), asked, told);
    this.#post.send(now, 'receipt', admitted, draft, told.status, came);
    return undefined;
  }

  /** What the host is to look at of a notice, where somebody has asked for it. */
  lookOf(
    now: number,
    notice: Notice,
    m: Message,
    { from, to }: CameStanza,
    link: LinkFacts,
  ): Looked | undefined {
    const asked = this.#wanted(now, notice.id, to, from);
    const told = asked && toldOf(notice, asked);
    if (told === undefined) return undefined;
    const admitted = admitStanza(m, from, to, link, this.#post.env, 'receipt');
    if (admitted.kind === 'denied') return undefined;
    const ends = { direction: 'xmpp-to-sip', from, to } as const;
    return signLooked(ends, told.status === 'displayed' ? 'displayed' : 'delivered', admitted);
  }

  /** The notification of a failure after the 202, where its sender has asked for that one. @spec RFC 5438 §7.2.1 */
  failed(now: number, id: string, sender: Jid, recipient: Jid): RequestDraft | undefined {
    const asked = this.#wanted(now, id, sender, recipient);
    if (asked?.dispositions.includes('negative-delivery') !== true) return undefined;
    if (!this.#post.permits('xmpp', 'receipt', recipient, sender)) return undefined;
    if (!this.#toSip.tells(now, id, 'failed')) return undefined;
    const path = [this.#post.env.instance];
    const ends = { from: jidToAor(recipient), to: jidToAor(sender), path };
    return this.#imdn(now, ends, asked, { kind: 'delivery', status: 'failed' });
  }

  /** A message of an XMPP user has its 200, which is the receipt of some. @spec XEP-0184 §5.4 */
  delivered(now: number, { from, kind, stanza, to }: Outgoing, status: number): void {
    if (status !== 200 || kind !== 'message' || stanza?.kind !== 'message') return;
    const { env } = this.#post;
    if (dialectOf(env, to.asciiDomain).traits.receipts !== 'from-200') return;
    if (stanza.id === undefined || !dispositionsOf(stanza).includes('positive-delivery')) return;
    const { by, effect } = verdictOf('sip', 'receipt', to, from, ANY_CONNECTION, env);
    if (effect !== 'permit') return;
    const told = { by, proof: 'response' };
    const ends = { direction: 'sip-to-xmpp', from: to, to: from } as const;
    const looked = signLooked(ends, 'delivered', told);
    const isLater = lookOrWait(env, now, ends, looked, (then, end) => {
      const why = this.#post.permits('sip', 'receipt', to, from) ? undefined : 'policy';
      const stopped = end.kind === 'stop' ? end.refusal.code : why;
      if (stopped === undefined) this.#receipt(then, stanza, ends, told);
      else this.#post.untold(then, 'receipt', to, from, { ...told, reasons: [stopped] });
    });
    if (!isLater) this.#receipt(now, stanza, ends, told);
  }

  #receipt(
    now: number,
    stanza: Message,
    { from, to }: Pick<Outgoing, 'from' | 'to'>,
    told: Pick<Admitted, 'by' | 'proof'>,
  ): void {
    const says = noticeElement({ kind: 'delivered', id: stanza.id ?? '' });
    this.#post.say(says, { from, to, type: typeOf(stanza), thread: stanza.thread });
    this.#post.told(now, 'receipt', from, to, { ...told, reasons: ['delivered'] });
  }

  /** What the host is to look at of a notification, where somebody has asked for it. */
  heardAs(
    now: number,
    { from, to }: Admitted,
    { imdn }: Extract<HeardSign, { kind: 'imdn' }>,
  ): SignAsked | undefined {
    const ends = { asker: to.jid.bare, speaker: from.jid.bare };
    const asked = this.#current(now, askedIn(imdn.messageId, ends, this.#post.env.options));
    const what = noticeOfImdn(imdn);
    return asked === undefined || what === 'nothing' ? undefined : what;
  }

  /** A notification of a SIP user; the word is why nothing comes of it. */
  heard(
    now: number,
    { by, from, proof, to }: Admitted,
    { imdn }: Extract<HeardSign, { kind: 'imdn' }>,
  ): string | undefined {
    const { messageId } = imdn;
    const ends = { asker: to.jid.bare, speaker: from.jid.bare };
    const asked = this.#current(now, askedIn(messageId, ends, this.#post.env.options));
    const asker = asked && deviceOf(to.jid, asked);
    if (asked === undefined || asker === undefined) return 'unknown-message';
    const what = noticeOfImdn(imdn);
    if (what === 'nothing') return imdn.status;
    if (!this.#toXmpp.tells(now, messageId, what)) return 'no-change';
    if (what === 'failed') this.#fail(now, asked, asker, from.jid);
    else {
      const says = noticeElement({ kind: what, id: asked.id });
      const { type } = asked;
      this.#post.say(says, { from: from.jid, to: asker, type, thread: undefined });
    }
    this.#post.told(now, 'receipt', from.jid, to.jid, { by, proof, reasons: [what] });
    return undefined;
  }

  clear(): void {
    this.#toXmpp.clear();
    this.#toSip.clear();
  }

  /** What a SIP user has asked, by a stanza that the recipient was sent. */
  #wanted(now: number, id: string, sender: Jid, recipient: Jid): Asked | undefined {
    const note = this.#post.env.late.noteIn(now, id, sender.bare, recipient.bare);
    return this.#current(now, note === undefined ? undefined : askedOf(note));
  }

  #current(now: number, asked: Asked | undefined): Asked | undefined {
    const age = Math.abs(now - (asked?.at ?? 0));
    return age <= this.#post.env.waits.receipt ? asked : undefined;
  }

  /** @spec RFC 5438 §7.1.3 */
  #fail(now: number, { id, type }: Asked, from: Jid, to: Jid): void {
    const attrs = { from: from.full, to: to.full, id, type };
    const stanza = { name: 'message', ns: 'jabber:client', attrs, children: [] };
    const error = errorReply(stanza, stanzaError('recipient-unavailable', NOT_ARRIVED));
    if (error !== undefined) this.#post.reply(now, error, to, from);
  }

  #imdn(
    now: number,
    ends: SignEnds,
    { at: sentAt, id: messageId }: Asked,
    told: NonNullable<ReturnType<typeof imdnOfNotice>>,
  ): RequestDraft {
    const id = this.#post.env.options.drawToken();
    return imdnDraft(ends, { ...told, id, now, messageId, sentAt });
  }
}

/** What a notice is to whoever asked. */
function toldOf(notice: Notice, { id, dispositions }: Asked): ReturnType<typeof imdnOfNotice> {
  return imdnOfNotice(notice, { messageId: id, dispositions });
}

function typeOf(stanza: Outgoing['stanza']): Asked['type'] {
  return stanza?.kind === 'message' && stanza.type === 'chat' ? 'chat' : 'normal';
}

/** The asker, at the device that asked. */
function deviceOf({ domain, local }: Jid, { resource }: Asked): Jid | undefined {
  const jid = Jid.of(local, domain, resource);
  return jid.kind === 'jid' ? jid : undefined;
}

const NOTHING_ASKED: Asked['dispositions'] = [];
const NOT_ARRIVED = 'The recipient has not got it.';
