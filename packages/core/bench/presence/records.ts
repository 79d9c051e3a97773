// What a store is given for two people, as the ledger writes it: an authorisation without any dialog, and the same with
// a subscription that is active. Keys are put together of pieces of messages, as they are in a gateway.
import type { StoredRecord } from '@interwork/core';
import type { Dialog, Subscriber } from '@interwork/sip';

/** Milliseconds since the epoch at which the bench plays. */
export const NOW = 1_796_000_000_000;

/** The key of the pair of that number. */
export function keyOf(n: number): string {
  const [aor, jid] = [`sip:juliet-${n}@sip.example.com`, `romeo-${n}@xmpp.example.org`];
  const message = `SUBSCRIBE ${aor} SIP/2.0\r\nTo: ${jid}\r\nContent-Length: 0\r\n\r\n`.toString();
  const target = message.slice(10, message.indexOf(' SIP/2.0'));
  const to = message.slice(message.indexOf('To: ') + 4, message.indexOf('\r\nContent'));
  return `presence/${target}/${to}`;
}

/** They may see each other; nobody is there. */
export function authorisation(n: number): StoredRecord {
  return {
    version: 1,
    watching: { state: 'granted', shown: [], wanted: false, seen: NOW - n },
    watched: {
      state: 'granted',
      notifiers: [],
      resources: [],
      known: false,
      idleSince: NOW - 2 * n,
    },
  };
}

/** The XMPP person sees the SIP person, who has two devices. */
export function subscription(n: number): StoredRecord {
  const shown = ['desk', 'telephone'].map((resource) => ({
    resource,
    show: 'away',
    priority: 5,
    statuses: [{ lang: 'en', text: 'Wherefore art thou' }],
    since: NOW - n,
  }));
  const watching = {
    state: 'granted',
    subscriber: subscriberOf(n),
    shown,
    wanted: true,
    seen: NOW - n,
  };
  return { ...authorisation(n), watching };
}

function subscriberOf(n: number) {
  const dialog = dialogOf(n);
  const { callId, localTag, local, remote } = dialog;
  return {
    state: 'active',
    callId,
    localTag,
    local,
    remote,
    expires: 3_600,
    granted: 3_600,
    dialog,
    cseq: 17,
    isAsking: false,
    isTold: true,
    notifyBy: 0,
    expiresAt: NOW + 3_600_000,
    askAt: NOW + 3_000_000,
    since: NOW - n,
    failures: 0,
    misses: 0,
    briefs: 0,
  } satisfies Subscriber;
}

function dialogOf(n: number) {
  return {
    callId: `f81d4fae-7dec-11d0-a765-00a0c91e6bf6-${n}@gateway.example.net`,
    localTag: `tag-of-ours-${n}`,
    remoteTag: `tag-of-theirs-${n}`,
    local: `sip:romeo-${n}%40xmpp.example.org@gateway.example.net`,
    remote: `sip:juliet-${n}@sip.example.com`,
    target: `sip:juliet-${n}@192.0.2.17:5061;transport=tls;ob`,
    routes: ['<sip:edge-1.sip.example.com;lr>', '<sip:core-7.sip.example.com;lr>'],
    localCseq: 17,
    remoteCseq: 4_711,
  } satisfies Dialog;
}
