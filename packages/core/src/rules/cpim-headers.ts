// What the headers of a CPIM wrapper say of a message: its subjects, when it was written, and what a stanza has
// no place for. Who it is from and for is what the SIP side has proved, never what stands here.
import { instantOf, type Jid, type LangText } from '@interwork/xmpp';
import { sipUriToJid } from '../address.ts';
import { type CpimHeader, NS_CPIM } from '../body/cpim.ts';
import { isMessageId, NS_IMDN_HEADERS } from '../body/imdn.ts';
import { xmlText } from '../body/text.ts';
import type { Crossing } from '../crossing.ts';
import type { Loss } from '../translation.ts';
import { languageTag } from './language.ts';

/** The subjects, the first of each language. @spec RFC 3862 §4.5 */
export function subjectsOf(headers: readonly CpimHeader[]): readonly LangText[] {
  const subjects = new Map<string | undefined, LangText>();
  for (const { ns, name, lang, value } of headers) {
    if (ns !== NS_CPIM || name !== 'Subject' || value === '') continue;
    const tag = languageTag(lang);
    if (!subjects.has(tag)) subjects.set(tag, { lang: tag, text: xmlText(value) });
  }
  return [...subjects.values()];
}

/** When it was sent, epoch ms; `undefined` when that is not said. @spec RFC 3862 §4.4 */
export function sentAt(headers: readonly CpimHeader[]): number | undefined {
  const stamp = headers.find(({ ns, name }) => ns === NS_CPIM && name === 'DateTime')?.value;
  return stamp === undefined ? undefined : instantOf(stamp);
}

/** What is not carried: other recipients, claims about who wrote it, wishes for reports, and all unknown. */
export function lostOfWrapper(headers: readonly CpimHeader[], x: Crossing): readonly Loss[] {
  const lost = new Map<string, Loss>();
  for (const header of headers) {
    const what = lossOf(header, x);
    if (what !== undefined) lost.set(what, { what, spec: 'RFC 3862 §4' });
  }
  return [...lost.values()];
}

function lossOf({ ns, name, value }: CpimHeader, x: Crossing): string | undefined {
  if (ns === NS_IMDN_HEADERS) return x.asks === true ? lossOfAsking(name, value) : 'imdn';
  if (ns !== NS_CPIM) return 'cpim:unknown';
  if (name === 'From') return isOf(value, x.from.jid) ? undefined : 'cpim:From';
  if (name === 'To') return isOf(value, x.to.jid) ? undefined : 'cpim:To';
  if (name === 'cc') return 'cpim:cc';
  return name === 'Subject' || name === 'DateTime' ? undefined : 'cpim:unknown';
}

/**
 * What of a wish for reports has no counterpart: departs from what RFC 5438 has of their way back, which is decided here as
 * that of every message is; and nobody tells in XMPP that a message was processed.
 */
function lossOfAsking(name: string, value: string): string | undefined {
  if (name === 'Disposition-Notification')
    return /\bprocessing\b/i.test(value) ? 'imdn:processing' : undefined;
  if (name !== 'Message-ID') return 'imdn:route';
  return isMessageId(value.trim()) ? undefined : 'imdn';
}

/** Whether an address, with or without a name before it, is somebody's. */
function isOf(value: string, jid: Jid): boolean {
  const uri = /<([^<>]*)>$/.exec(value)?.[1] ?? '';
  const named = sipUriToJid(uri);
  return named.kind === 'jid' && named.bare === jid.bare;
}
