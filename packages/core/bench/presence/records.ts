// What a store is given for two people, as the ledger itself makes it: an authorisation without any dialog, and the same
// with a subscription that is active. Each kind is played through once; the others differ in their names and numbers.
import { STANDARD, type StoredRecord } from '@interwork/core';
import type { RequestDraft } from '@interwork/sip';
import { Jid } from '@interwork/xmpp';
import {
  DEFAULT_PRESENCE_HABITS,
  DEFAULT_PRESENCE_LIMITS,
  DEFAULT_PRESENCE_WAITS,
} from '../../src/ledger/presence-bounds.ts';
import { peopleOf } from '../../src/ledger/people.ts';
import { type PresenceEvent, stepPresence } from '../../src/ledger/presence.ts';
import { documentOf, notifyFor, okTo, requestOf, subscribeTo } from './messages.ts';

/** Milliseconds since the epoch at which the bench plays. */
export const NOW = 1_796_000_000_000;

const MARK = '7654321';
const [SIP, XMPP] = ['sip.example.com', 'xmpp.example.org'];

/** The key of the pair of that number. Put together of pieces of messages, as keys are in a gateway. */
export function keyOf(n: number): string {
  const [aor, jid] = [`sip:juliet-${n}@${SIP}`, `romeo-${n}@${XMPP}`];
  const message = `SUBSCRIBE ${aor} SIP/2.0\r\nTo: ${jid}\r\nContent-Length: 0\r\n\r\n`.toString();
  const target = message.slice(10, message.indexOf(' SIP/2.0'));
  const to = message.slice(message.indexOf('To: ') + 4, message.indexOf('\r\nContent'));
  return `presence/${target}/${to}`;
}

/** They may see each other; nobody is there. */
export function authorisation(n: number): StoredRecord {
  return numbered(AUTHORISED, n);
}

/** The XMPP person sees the SIP person, who has two devices. */
export function subscription(n: number): StoredRecord {
  return numbered(SUBSCRIBED, n);
}

function numbered(text: string, n: number): StoredRecord {
  return JSON.parse(text.replaceAll(MARK, String(n))) as StoredRecord;
}

/** Two people, step by step. */
class Played {
  record: StoredRecord | undefined;
  readonly #jids = [jidOf(`juliet-${MARK}@${SIP}`), jidOf(`romeo-${MARK}@${XMPP}`)] as const;
  #drawn = 0;
  #now = NOW;

  /** What happens, ten seconds after the last; the other side says 200 to whatever leaves. Answers what left last. */
  step(event: PresenceEvent): RequestDraft | undefined {
    const { next, effects } = stepPresence((this.#now += 10_000), this.record, event, {
      people: peopleOf(...this.#jids),
      contact: (half) => `sip:${half}.contact-${MARK}@gateway.example.net:5061;transport=tls`,
      draw: () => `drawn-${MARK}-${(this.#drawn += 1)}-pNoPyNVIyvMvTMm7`,
      jitter: () => 0.5,
      waits: DEFAULT_PRESENCE_WAITS,
      limits: DEFAULT_PRESENCE_LIMITS,
      dialect: STANDARD,
      habits: DEFAULT_PRESENCE_HABITS,
    });
    if (next !== 'unchanged') this.record = next?.record;
    let left: RequestDraft | undefined;
    for (const effect of effects) {
      if (effect.kind !== 'request') continue;
      const { half, tag, draft } = effect;
      left = this.step({ half, input: { kind: 'response', tag, response: okTo(draft) } }) ?? draft;
    }
    return left;
  }

  /** The same, where something must leave. */
  asked(event: PresenceEvent): RequestDraft {
    const draft = this.step(event);
    if (draft === undefined) throw new Error('nothing left');
    return draft;
  }

  get text(): string {
    return JSON.stringify(this.record);
  }
}

function stanza(type: 'subscribe' | 'subscribed'): PresenceEvent {
  return { half: 'stanza', type, from: `romeo-${MARK}@${XMPP}/orchard`, resource: 'orchard' };
}

/** Both have said yes; the SIP person has looked once and gone, the XMPP person looks. */
function play(): Played {
  const played = new Played();
  const [juliet, romeo] = [`juliet-${MARK}@${SIP}`, `romeo-${MARK}@${XMPP}`];
  const watch = subscribeTo({ from: juliet, to: romeo, callId: `a84b4c76e66710-${MARK}@${SIP}` });
  const request = requestOf(watch);
  const told = played.asked({ half: 'watched', input: { kind: 'watch', request, to: 's' } });
  played.step(stanza('subscribed'));
  const end = { from: juliet, to: romeo, callId: request.callId, expires: 0, cseq: 2 };
  const within = requestOf(subscribeTo({ ...end, within: told }));
  played.step({ half: 'watched', input: { kind: 'within', request: within, to: 's' } });
  const asked = played.asked(stanza('subscribe'));
  const body = documentOf(juliet, 'Wherefore art thou', ['desk', 'telephone']);
  const notify = requestOf(notifyFor(asked, { cseq: 4_711, state: 'active;expires=3600', body }));
  played.step({ half: 'watching', input: { kind: 'notify', request: notify, to: 'n' } });
  return played;
}

/** The same when the XMPP person has gone. */
function leave(played: Played): Played {
  const asked = played.asked({ half: 'watching', input: { kind: 'gone', from: '' } });
  const notify = requestOf(notifyFor(asked, { cseq: 4_712, state: 'terminated;reason=timeout' }));
  played.step({ half: 'watching', input: { kind: 'notify', request: notify, to: 'n' } });
  return played;
}

function jidOf(text: string): Jid {
  const jid = Jid.parse(text);
  if (jid.kind === 'fault') throw new Error(jid.text);
  return jid;
}

const SUBSCRIBED = play().text;
const AUTHORISED = leave(play()).text;
