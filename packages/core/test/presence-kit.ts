// What the steps of the presence ledger are tested with: requests and responses as the parser gives them, a context
// without chance, and effects as one line each.
import type { IncomingRequest, RequestDraft, Response } from '@interwork/sip';
import { checkRequest, isFault, parseMessage } from '@interwork/sip';
import { Jid } from '@interwork/xmpp';
import { STANDARD } from '../src/dialect/standard.ts';
import {
  DEFAULT_PRESENCE_HABITS,
  DEFAULT_PRESENCE_LIMITS,
  DEFAULT_PRESENCE_WAITS,
} from '../src/ledger/presence-bounds.ts';
import { peopleOf } from '../src/ledger/people.ts';
import type { PresenceContext, PresenceEffect } from '../src/ledger/presence-types.ts';

export const NOW = Date.UTC(2026, 10, 27, 12);

/** A context in which tokens count up and chance is in the middle. */
export function contextOf(): PresenceContext {
  let drawn = 0;
  return {
    people: peopleOf(jid('romeo@example.net'), jid('juliet@example.com')),
    contact: (half) => `sip:${half}@gw.example.net`,
    draw: () => `t${++drawn}`,
    jitter: () => 0.5,
    waits: DEFAULT_PRESENCE_WAITS,
    limits: DEFAULT_PRESENCE_LIMITS,
    dialect: STANDARD,
    habits: DEFAULT_PRESENCE_HABITS,
  };
}

export function jid(text: string): Jid {
  const parsed = Jid.parse(text);
  if (parsed.kind === 'fault') throw new Error(parsed.text);
  return parsed;
}

/** A request of text lines and a body. */
export function requestOf(lines: readonly string[], body = ''): IncomingRequest {
  const length = new TextEncoder().encode(body).length;
  const text = [...lines, `Content-Length: ${length}`, '', body].join('\r\n');
  const message = parseMessage(new TextEncoder().encode(text));
  if (isFault(message) || message.kind !== 'request') throw new Error(JSON.stringify(message));
  const checked = checkRequest(message);
  if (isFault(checked)) throw new Error(JSON.stringify(checked));
  return checked;
}

/** A response to a draft. */
export function responseTo(
  draft: RequestDraft,
  status: number,
  headers: readonly string[] = [],
): Response {
  const cseq = draft.cseq ?? 1;
  const lines = [
    `SIP/2.0 ${status} So`,
    'Via: SIP/2.0/TCP gw.example.net;branch=z9hG4bKx',
    'From: <sip:juliet@example.com>;tag=a',
    'To: <sip:romeo@example.net>;tag=b',
    `Call-ID: ${draft.callId ?? 'c'}`,
    `CSeq: ${cseq} ${draft.method}`,
    ...headers,
    'Content-Length: 0',
  ];
  const message = parseMessage(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`));
  if (isFault(message) || message.kind !== 'response') throw new Error(JSON.stringify(message));
  return message;
}

/** An effect as `SUBSCRIBE 3600`, `NOTIFY active`, `200` or `available orchard away`. */
export function lineOf(effect: PresenceEffect): string {
  switch (effect.kind) {
    case 'answer':
      return String(effect.draft.status);
    case 'request':
      return `${effect.draft.method} ${stateOf(effect.draft)}`;
    case 'stanza': {
      const { type, resource, to } = effect.draft;
      const state = effect.draft.type === 'available' ? effect.draft.state : undefined;
      const words = [type, resource, to === '' ? '' : `to ${to}`, state?.show ?? ''];
      return words.filter((word) => word !== '').join(' ');
    }
    case 'look':
      return `look ${effect.request.from}`;
    case 'did':
      return effect.words.join(' ');
  }
}

function stateOf({ headers = [] }: RequestDraft): string {
  const valueOf = (name: string): string | undefined =>
    headers.find((field) => field.name.toLowerCase() === name)?.value;
  return valueOf('expires') ?? valueOf('subscription-state')?.split(';expires')[0] ?? '';
}

/** A document about romeo's resources. */
export function documentOf(
  ...tuples: readonly { id: string; basic?: string; show?: string }[]
): string {
  const written = tuples.map(({ id, basic = 'open', show }) => {
    const shown = show === undefined ? '' : `<show xmlns='jabber:client'>${show}</show>`;
    return `<tuple id='${id}'><status><basic>${basic}</basic>${shown}</status></tuple>`;
  });
  return `<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='pres:romeo@example.net'>${written.join('')}</presence>`;
}
