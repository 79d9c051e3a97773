// What passes at the edges of the companies: presence becomes lines of the ladder, as it was written or read there.
import { parsePidf } from '@interwork/core';
import type { HeaderField, SipEvent, SipInput } from '@interwork/sip';
import {
  isFault,
  type LangText,
  parseStanza,
  type XmppEvent,
  type XmppInput,
} from '@interwork/xmpp';
import type { Column, Line } from './ladder.ts';

/** Everything about presence that has passed, oldest first. */
export class Tap {
  readonly lines: Line[] = [];
  /** Requests that wait for their answers. */
  readonly #open = new Set<unknown>();

  /** Whether every request has its answer. */
  get isQuiet(): boolean {
    return this.#open.size === 0;
  }

  /** At the edge of a SIP company. */
  sip(passed: SipEvent | SipInput): void {
    if (passed.kind === 'request' && 'draft' in passed) {
      const { method, headers = [], body } = passed.draft;
      this.#request('sip', passed.context, { method, headers, body });
    } else if (passed.kind === 'request') {
      const { method, headers, body } = passed.request.request;
      this.#request('gateway', passed.id, { method, headers: headers.fields(), body });
    } else if (passed.kind === 'respond') this.#answer('sip', passed.to, passed.draft.status);
    else if (passed.kind === 'response')
      this.#answer('gateway', passed.context, passed.response.status);
    else if (passed.kind === 'failed') this.#answer('gateway', passed.context, passed.reason);
  }

  /** At the edge of an XMPP company. */
  xmpp(passed: XmppEvent | XmppInput): void {
    if (passed.kind !== 'stanza') return;
    const stanza = 'element' in passed ? parseStanza(passed.element) : passed.stanza;
    if (isFault(stanza) || stanza.kind !== 'presence') return;
    const { type, show, statuses } = stanza;
    const text = type === 'available' ? '<presence/>' : `<presence type="${type}"/>`;
    this.#arrow('element' in passed ? 'xmpp' : 'gateway', 'xmpp', text);
    const said = wordsOf(show, statuses);
    if (said !== '') this.lines.push({ kind: 'note', at: 'gateway', text: said });
  }

  #request(from: Column, key: unknown, { method, headers, body }: Shown): void {
    if (method !== 'SUBSCRIBE' && method !== 'NOTIFY') return;
    this.#open.add(key);
    const said =
      method === 'SUBSCRIBE'
        ? `for ${headerIn(headers, 'Expires')} s`
        : headerIn(headers, 'Subscription-State').replace(/;expires=\d+/, '');
    this.#arrow(from, 'sip', `${method} ${said}`);
    for (const text of documentIn(body)) this.lines.push({ kind: 'note', at: 'sip', text });
  }

  #answer(from: Column, key: unknown, status: number | string): void {
    if (!this.#open.delete(key)) return;
    this.#arrow(from, 'sip', String(status), typeof status === 'string' || status >= 300);
  }

  /** Between a company and the gateway. */
  #arrow(from: Column, company: 'sip' | 'xmpp', text: string, failed = false): void {
    const to = from === 'gateway' ? company : 'gateway';
    this.lines.push({ kind: 'arrow', from, to, text, failed });
  }
}

interface Shown {
  readonly method: string;
  readonly headers: readonly HeaderField[];
  readonly body: Uint8Array | undefined;
}

function headerIn(headers: readonly HeaderField[], name: string): string {
  const wanted = name.toLowerCase();
  return headers.find((field) => field.name.toLowerCase() === wanted)?.value ?? '';
}

/** A presence document, a line for each tuple. */
function documentIn(body: Uint8Array | undefined): readonly string[] {
  const document = parsePidf(body ?? new Uint8Array());
  if (document.kind === 'fault') return [];
  return document.tuples.map(({ basic = '', show, notes = [] }) =>
    `${basic} ${wordsOf(show, notes)}`.trim(),
  );
}

function wordsOf(show: string | undefined, texts: readonly Pick<LangText, 'text'>[]): string {
  const words = [show, ...texts.map(({ text }) => `"${text}"`)];
  return words.filter((word) => word !== undefined).join(' ');
}
