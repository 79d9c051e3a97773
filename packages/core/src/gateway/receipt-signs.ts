// What becomes of messages, told to those who have asked: receipts and markers of XMPP become IMDN, and the other way, by the
// tables of rules/receipt.ts; a 200 is the receipt of peers that have no other. Each thing is told once, only to who asked for
// it, and never of what was told.
import type { RequestDraft } from '@interwork/sip';
import { errorReply, type Jid, type LinkFacts, type Message } from '@interwork/xmpp';
import { jidToAor } from '../address.ts';
import type { ImdnRequest } from '../body/imdn.ts';
import { dialectOf } from '../dialect/dialect-of.ts';
import {
  dispositionsOf,
  imdnOfNotice,
  type Notice,
  noticeElement,
  noticeOfImdn,
} from '../rules/receipt.ts';
import type { HeardSign } from '../rules/sign-in.ts';
import { type Admitted, admitStanza, ANY_CONNECTION, verdictOf } from './admit.ts';
import { stanzaError } from './decide.ts';
import type { Outgoing } from './outgoing.ts';
import { type Asked, Receipts } from './receipts.ts';
import { askingDraft, imdnDraft, type SignEnds } from './sign-drafts.ts';
import type { CameStanza, SignPost } from './sign-post.ts';

/** Both directions. */
export class ReceiptSigns {
  readonly #post: SignPost;
  /** What XMPP users have asked, by Message-ID. */
  readonly #asked: Receipts;
  /** What SIP users have asked, by the id of the stanza. */
  readonly #wanted: Receipts;

  constructor(post: SignPost) {
    const { limits, waits } = post.env;
    const { receipts: most, receiptsPerUser: perUser } = limits;
    const bounds = { most, perUser, age: waits.receipt };
    this.#post = post;
    this.#asked = new Receipts(bounds);
    this.#wanted = new Receipts(bounds);
  }

  get size(): number {
    return this.#asked.size + this.#wanted.size;
  }

  /** A message on its way to SIP asks what becomes of it, where its sender does and its reader may understand. */
  asking(now: number, crossed: Outgoing): Outgoing {
    const { draft, from, isBare, kind, plain, stanza, to } = crossed;
    const { env } = this.#post;
    if (isBare === true || plain !== undefined || !env.imdn.has(to.asciiDomain)) return crossed;
    const dispositions =
      kind === 'message' && stanza?.kind === 'message' ? dispositionsOf(stanza) : NOTHING_ASKED;
    const isAsked = dispositions.length > 0 && stanza?.id !== undefined;
    if (!isAsked || !this.#post.permits('sip', 'receipt', to, from)) return crossed;
    const messageId = env.options.drawToken();
    const type = stanza.type === 'chat' ? 'chat' : 'normal';
    const asked = { from, to, id: stanza.id, dispositions, type, at: now } as const;
    if (!this.#asked.keep(now, messageId, asked)) return crossed;
    const request = { messageId, dispositions };
    return { ...crossed, draft: askingDraft(draft, request, now), plain: draft };
  }

  /** A message has gone to XMPP, whose sender asks what becomes of it. */
  wanted(now: number, id: string, request: ImdnRequest, { from, to }: Admitted): void {
    const { messageId, dispositions } = request;
    const ends = { from: from.jid, to: to.jid };
    this.#wanted.keep(now, id, { ...ends, id: messageId, dispositions, type: 'normal', at: now });
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
    const asked = this.#wanted.find(now, notice.id, from, to);
    if (asked === undefined) return 'unknown-message';
    const told = imdnOfNotice(notice, { messageId: asked.id, dispositions: asked.dispositions });
    if (told === undefined) return 'not-asked';
    const admitted = admitStanza(m, from, to, link, this.#post.env, 'receipt');
    if (admitted.kind === 'denied') return admitted.refusal.code;
    if (!this.#wanted.tells(notice.id, told.status)) return 'no-change';
    const draft = this.#imdn(now, this.#post.endsOf(admitted), asked, told);
    this.#post.send(now, 'receipt', admitted, draft, told.status, came);
    return undefined;
  }

  /** The notification of a failure after the 202, where its sender has asked for that one. @spec RFC 5438 §7.2.1 */
  failed(now: number, id: string, sender: Jid, recipient: Jid): RequestDraft | undefined {
    const asked = this.#wanted.find(now, id, recipient, sender);
    if (asked?.dispositions.includes('negative-delivery') !== true) return undefined;
    if (!this.#post.permits('xmpp', 'receipt', recipient, sender)) return undefined;
    if (!this.#wanted.tells(id, 'failed')) return undefined;
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
    const says = noticeElement({ kind: 'delivered', id: stanza.id });
    const type = stanza.type === 'chat' ? 'chat' : 'normal';
    this.#post.say(says, { from: to, to: from, type, thread: stanza.thread });
    this.#post.told(now, 'receipt', to, from, { by, proof: 'response', reasons: ['delivered'] });
  }

  /** A notification of a SIP user; the word is why nothing comes of it. */
  heard(
    now: number,
    { by, from, proof, to }: Admitted,
    { imdn }: Extract<HeardSign, { kind: 'imdn' }>,
  ): string | undefined {
    const { messageId } = imdn;
    const asked = this.#asked.find(now, messageId, from.jid, to.jid);
    if (asked === undefined) return 'unknown-message';
    const what = noticeOfImdn(imdn);
    if (what === 'nothing') return imdn.status;
    if (!this.#asked.tells(messageId, what)) return 'no-change';
    if (what === 'failed') this.#fail(now, asked);
    else {
      const says = noticeElement({ kind: what, id: asked.id });
      const { from: asker, to: speaker, type } = asked;
      this.#post.say(says, { from: speaker, to: asker, type, thread: undefined });
    }
    this.#post.told(now, 'receipt', from.jid, to.jid, { by, proof, reasons: [what] });
    return undefined;
  }

  clear(): void {
    this.#asked.clear();
    this.#wanted.clear();
  }

  /** @spec RFC 5438 §7.1.3 */
  #fail(now: number, { from, id, to, type }: Asked): void {
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

const NOTHING_ASKED: ImdnRequest['dispositions'] = [];
const NOT_ARRIVED = 'The recipient has not got it.';
