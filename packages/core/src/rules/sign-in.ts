// A MESSAGE that says nothing itself, but something of messages: that one is being composed, or what became of one. RFC 3994
// and RFC 5438, as they are or wrapped in CPIM. Everything else is a message (content.ts).
import type { Headers, Request } from '@interwork/sip';
import { readCpim } from '../body/cpim.ts';
import { type Imdn, IMDN_TYPE, readImdn } from '../body/imdn.ts';
import { IS_COMPOSING_TYPE, readIsComposing } from '../body/is-composing.ts';
import type { Composing } from './typing.ts';

/** What it says. */
export type HeardSign =
  | HeardComposing
  | { readonly kind: 'imdn'; readonly imdn: Imdn }
  | { readonly kind: 'malformed'; readonly traffic: 'composing' | 'receipt' };

/** That somebody composes, or no more. */
export interface HeardComposing {
  readonly kind: 'composing';
  readonly state: Composing;
  /** Milliseconds that it holds, where that is said. */
  readonly lasts?: number;
  /** What it is to have stopped, where that is said. */
  readonly idleAs?: 'active' | 'paused';
}

/** The types of such bodies: what Accept names beside those of messages. */
export const SIGN_TYPES: readonly string[] = [IS_COMPOSING_TYPE, IMDN_TYPE];

/** The sign in a MESSAGE; `undefined` when it is a message. @spec RFC 3994 §3.4 */
export function signIn({
  headers,
  body,
}: Pick<Request, 'headers' | 'body'>): HeardSign | undefined {
  const type = typeOf(headers);
  const read = READERS.get(type);
  if (read !== undefined) return read(body);
  if (type !== 'message/cpim') return undefined;
  const content = readCpim(body)?.content;
  return content && READERS.get(typeOf(content.headers))?.(content.content);
}

function composing(body: Uint8Array): HeardSign {
  const said = readIsComposing(body);
  if (said === undefined) return { kind: 'malformed', traffic: 'composing' };
  const state = said.state === 'active' ? 'composing' : 'idle';
  if (said.refresh === undefined) return { kind: 'composing', state };
  return { kind: 'composing', state, lasts: Math.min(said.refresh * 1000, MAX_LASTS) };
}

function notification(body: Uint8Array): HeardSign {
  const imdn = readImdn(body);
  return imdn === undefined ? { kind: 'malformed', traffic: 'receipt' } : { kind: 'imdn', imdn };
}

function typeOf({ contentType: type }: Headers): string {
  return type === undefined || 'kind' in type ? '' : `${type.type}/${type.subtype}`;
}

const READERS: ReadonlyMap<string, (body: Uint8Array) => HeardSign> = new Map([
  [IS_COMPOSING_TYPE, composing],
  [IMDN_TYPE, notification],
]);

/** Milliseconds: whoever composes for longer says so again. */
const MAX_LASTS = 600_000;
