// A SIP user behind a server that wants sessions, as a model: it keeps dialogs as RFC 3261 §12 has them, accepts, rings,
// refuses and forgets as a test says, and keeps what it was told and what became of what it said. Written apart from the
// gateway; its words are raw text (raw-peer.ts).
import { AMY, type ChatTown, OFFER, ROMEO } from './chat-town.ts';
import { bodyOf, headerOf } from './raw-peer.ts';

/** What it does with an INVITE: at once, after a while, or never. */
export type Mood = 'accept' | 'late' | 'ring' | 'refuse';

interface Dialog {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  cseq: number;
  heard: number;
}

/** Something it has said: its final status, or none. */
export interface Word {
  readonly text: string;
  status: number;
}

export class LyncModel {
  mood: Mood = 'accept';
  /** Texts that it has taken, in order. */
  readonly taken: string[] = [];
  readonly said: Word[] = [];
  /** Requests that its server had no answer for yet: INVITEs that ring. */
  readonly #ringing = new Map<string, string>();
  readonly #dialogs = new Map<string, Dialog>();
  readonly #asked = new Map<string, (status: number, text: string) => void>();
  readonly #town: ChatTown;
  #serial = 0;

  constructor(town: ChatTown) {
    this.#town = town;
    town.lync.onMessage = (text) => this.#hear(text);
  }

  get dialogs(): number {
    return this.#dialogs.size;
  }

  /** Says something in the dialog it has, or in a new one. */
  says(text: string): void {
    const word: Word = { text, status: 0 };
    this.said.push(word);
    const [dialog] = [...this.#dialogs.values()].slice(-1);
    if (dialog !== undefined) this.#message(dialog, word);
    else
      this.#invite(
        (fresh) => this.#message(fresh, word),
        (status) => (word.status = status),
      );
  }

  /** Ends the dialog it has. */
  leaves(): void {
    for (const [key, dialog] of this.#dialogs) {
      this.#dialogs.delete(key);
      this.#request(dialog, 'BYE', [], '', () => {});
    }
  }

  /** Its server knows nothing of any dialog any more. */
  forgets(): void {
    this.#dialogs.clear();
    this.#ringing.clear();
  }

  #hear(text: string): void {
    if (text.startsWith('SIP/2.0')) return this.#answered(text);
    const [method] = text.split(' ', 1);
    if (method === 'INVITE') this.#invited(text);
    else if (method === 'CANCEL') this.#cancelled(text);
    else if (method === 'MESSAGE') this.#told(text);
    else if (method === 'BYE') this.#left(text);
    else if (method !== 'ACK') this.#town.lync.reply(text, '200 OK');
  }

  #invited(text: string): void {
    const { lync, world } = this.#town;
    const key = headerOf(text, 'via');
    if (this.mood === 'refuse') return lync.reply(text, '486 Busy Here');
    if (this.mood === 'accept') return this.#accept(text);
    this.#ringing.set(key, text);
    lync.reply(text, '180 Ringing');
    if (this.mood === 'late')
      world.clock.after(5_000, () => {
        if (this.#ringing.delete(key)) this.#accept(text);
      });
  }

  /** The newest session takes the place of the others. */
  #accept(text: string): void {
    const tag = `amy${++this.#serial}`;
    this.#dialogs.clear();
    const dialog: Dialog = {
      callId: headerOf(text, 'call-id'),
      local: `${headerOf(text, 'to')};tag=${tag}`,
      remote: headerOf(text, 'from'),
      target: /<(.*)>/.exec(headerOf(text, 'contact'))?.[1] ?? '',
      cseq: 100,
      heard: 1,
    };
    this.#dialogs.set(keyOf(dialog), dialog);
    const contact = 'Contact: <sip:amy@contoso.example;opaque=user:epid:x;gruu>';
    const headers = [contact, 'Content-Type: application/sdp'];
    this.#town.lync.reply(text, '200 OK', headers, OFFER, tag);
  }

  #cancelled(text: string): void {
    const { lync } = this.#town;
    lync.reply(text, '200 OK');
    const key = headerOf(text, 'via');
    const invite = this.#ringing.get(key);
    if (invite === undefined) return;
    this.#ringing.delete(key);
    lync.reply(invite, '487 Request Terminated');
  }

  #told(text: string): void {
    const { lync } = this.#town;
    const dialog = this.#dialogs.get(keyIn(text));
    if (dialog === undefined) return lync.reply(text, '481 Gone');
    const cseq = Number.parseInt(headerOf(text, 'cseq'), 10);
    if (cseq <= dialog.heard) return lync.reply(text, '500 Out of Order');
    dialog.heard = cseq;
    this.taken.push(bodyOf(text));
    lync.reply(text, '200 OK');
  }

  #left(text: string): void {
    const isOurs = this.#dialogs.delete(keyIn(text));
    this.#town.lync.reply(text, isOurs ? '200 OK' : '481 Gone');
  }

  #invite(then: (dialog: Dialog) => void, failed: (status: number) => void): void {
    const callId = `amy-${++this.#serial}`;
    const local = `<sip:${AMY}>;tag=${callId}`;
    const start = { callId, local, remote: `<sip:${ROMEO}>`, target: `sip:${ROMEO}` };
    const dialog = { ...start, cseq: 0, heard: 0 };
    const headers = [
      'Contact: <sip:amy@contoso.example;opaque=user:epid:x;gruu>',
      'Content-Type: application/sdp',
    ];
    this.#request(dialog, 'INVITE', headers, OFFER, (status, text) => {
      if (status >= 300) return failed(status);
      const target = /<(.*)>/.exec(headerOf(text, 'contact'))?.[1] ?? '';
      const fresh: Dialog = { ...dialog, target, remote: headerOf(text, 'to'), cseq: 1 };
      this.#dialogs.clear();
      this.#dialogs.set(keyOf(fresh), fresh);
      this.#town.lync.send(head(fresh, 'ACK', 1));
      then(fresh);
    });
  }

  #message(dialog: Dialog, word: Word): void {
    const headers = ['Content-Type: text/plain; charset=UTF-8'];
    this.#request(dialog, 'MESSAGE', headers, word.text, (status) => {
      word.status = status;
      if (status === 481 || status === 408) this.#dialogs.delete(keyOf(dialog));
    });
  }

  #request(
    dialog: Dialog,
    method: string,
    headers: readonly string[],
    body: string,
    then: (status: number, text: string) => void,
  ): void {
    dialog.cseq += 1;
    this.#asked.set(`${dialog.callId} ${dialog.cseq} ${method}`, then);
    this.#town.lync.send([...head(dialog, method, dialog.cseq), ...headers], body);
  }

  #answered(text: string): void {
    const status = Number(text.split(' ')[1]);
    if (status < 200) return;
    const key = `${headerOf(text, 'call-id')} ${headerOf(text, 'cseq')}`;
    const then = this.#asked.get(key);
    this.#asked.delete(key);
    then?.(status, text);
  }
}

function head(
  { callId, local, remote, target }: Dialog,
  method: string,
  cseq: number,
): readonly string[] {
  return [
    `${method} ${target} SIP/2.0`,
    `Via: SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK${callId}${method}${cseq}`,
    'Max-Forwards: 70',
    `From: ${local}`,
    `To: ${remote}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
  ];
}

function tagIn(address: string): string {
  return /;tag=([^;]+)/.exec(address)?.[1] ?? '';
}

function keyOf({ callId, local, remote }: Dialog): string {
  return `${callId} ${tagIn(local)} ${tagIn(remote)}`;
}

/** The dialog that a request to it names. */
function keyIn(text: string): string {
  return `${headerOf(text, 'call-id')} ${tagIn(headerOf(text, 'to'))} ${tagIn(headerOf(text, 'from'))}`;
}
