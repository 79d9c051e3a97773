// Each shared Lync vector of presence, with the values that it expects: what is read of the message, and what is made of it.
// Documents beyond them are lync-presence-documents.test.ts, whole exchanges lync-presence-flows.test.ts.
import type { IncomingRequest, Response } from '@interwork/sip';
import {
  isFault,
  param,
  readEvent,
  readSubscriptionState,
  startSubscriber,
  stepSubscriber,
} from '@interwork/sip';
import { parseXml } from '@interwork/xmpp';
import { CARRIED_UNANSWERED, pidfToResources, type ResourceState } from '@interwork/core';
import { describe, expect, it } from 'vitest';
import { sipUriToJid } from '../src/address.ts';
import { parseCategories } from '../src/body/event-categories.ts';
import { parseMsrtcPidf } from '../src/body/msrtc-pidf.ts';
import { parseXpidf } from '../src/body/xpidf.ts';
import { LYNC } from '../src/dialect/lync.ts';
import { availabilityOf } from '../src/dialect/lync/availability.ts';
import { diagnosticsIn, PUBLIC_DIAGNOSTICS_HEADER } from '../src/dialect/lync/diagnostics.ts';
import { hidingOf } from '../src/ladder/hiding.ts';
import { DEFAULT_LADDER_LIMITS } from '../src/ladder/limits.ts';
import { SipSeen } from '../src/ladder/sip-seen.ts';
import { notifierOf } from './lync-presence-notifier.ts';
import { haveLync, lyncVector, type LyncVector, requestOf, responseOf } from './lync-vectors.ts';

const now = Date.UTC(2026, 1, 1);
const OPTION = 'ms-benotify';

const typeOf = ({ headers }: IncomingRequest['request'] | Response): string => {
  const { contentType } = headers;
  return contentType === undefined || isFault(contentType)
    ? ''
    : `${contentType.type}/${contentType.subtype}`;
};

/** The NOTIFY that a vector is, or brings along. */
function notifyOf(v: LyncVector): IncomingRequest {
  if (v.kind === 'request') {
    const request = requestOf(v);
    return LYNC.request(request).request ?? request;
  }
  const { notify } = LYNC.response(responseOf(v), 'SUBSCRIBE');
  if (notify === undefined) throw new Error(`${v.id} brings no NOTIFY`);
  return notify;
}

/** Who a document shows, in XMPP's words. */
function xmppOf(v: LyncVector): Readonly<Record<string, unknown>> {
  const { request } = notifyOf(v);
  const form = LYNC.documents.find(({ type }) => type === typeOf(request));
  const document = form?.read(request.body);
  if (document === undefined || document.kind === 'fault')
    throw new Error(JSON.stringify(document));
  const presentity = sipUriToJid(document.entity);
  if (presentity.kind !== 'jid') throw new Error(document.entity);
  const read = pidfToResources(document, { presentity, now });
  if (read.kind === 'refusal') throw new Error(read.text);
  const [one] = read.value;
  return one === undefined ? { type: 'unavailable' } : shownBy(one);
}

function shownBy({ show, statuses }: ResourceState): Readonly<Record<string, unknown>> {
  return { type: null, show: show ?? null, status: statuses?.[0]?.text ?? null };
}

const PRESENCE_OF: Readonly<Record<string, (body: Uint8Array) => object>> = {
  'application/msrtc-event-categories+xml': (body) => {
    const read = parseCategories(body);
    if (read.kind === 'fault') return read;
    const { uri, state = {}, notes = [], displayName } = read;
    const word = availabilityOf(state.availability ?? 0);
    const activityToken = state.token;
    const note = notes[0]?.text;
    return { uri, availability: state.availability, state: word, activityToken, note, displayName };
  },
  'text/xml+msrtc.pidf': (body) => {
    const read = parseMsrtcPidf(body);
    if (read.kind === 'fault') return read;
    const { uri, displayName, availability, activity } = read;
    const aggregates = { availabilityAggregate: availability, activityAggregate: activity };
    return { uri: `sip:${uri}`, ...aggregates, displayName };
  },
  'application/xpidf+xml': (body) => {
    const read = parseXpidf(body);
    return read.kind === 'fault' ? read : { uri: read.uri, ...read.addresses[0] };
  },
  'application/pidf+xml': (body) => {
    const read = LYNC.documents.find(({ type }) => type === 'application/pidf+xml')?.read(body);
    if (read?.kind !== 'pidf') return { read };
    const activity = read.tuples[0]?.activities?.[0]?.names[0];
    return { uri: read.entity, basic: read.tuples[0]?.basic, activity };
  },
};

/** Words of the vectors for what somebody is shown as. */
const STATE_OF: Readonly<Record<string, readonly unknown[]>> = {
  available: [undefined, null],
  busy: ['dnd'],
  away: ['away'],
  offline: ['unavailable'],
};

/** That the document of a vector is read as it says, and shows what it says. */
function expectPresence(v: LyncVector): void {
  const { presence, xmpp = {} } = v.expect as {
    readonly presence: Readonly<Record<string, unknown>>;
    readonly xmpp?: Readonly<Record<string, unknown>>;
  };
  const { request } = notifyOf(v);
  const { state, displayName, ...rest } = presence;
  const read = PRESENCE_OF[typeOf(request)]?.(request.body);
  expect(read).toMatchObject(rest);
  // The name is no part of PIDF; the other formats have it.
  if (typeOf(request) !== 'application/pidf+xml' && displayName !== undefined)
    expect(read).toMatchObject({ displayName });
  const shown = xmppOf(v);
  expect(shown).toMatchObject(xmpp);
  expect(STATE_OF[String(state)]).toContain(shown['type'] ?? shown['show']);
}

const CHECKS: Readonly<Record<string, (v: LyncVector) => void>> = {
  'pres-01': (v) => {
    const request = requestOf(v);
    const { headers } = request.request;
    const { accept = [], supported = [], proxyRequire = [] } = headers;
    const event = readEvent(headers);
    const chosen = (accepts: readonly string[]): unknown => notifierOf(request, accepts).type;
    const types = LYNC.traits.presence.documents;
    const tags = isFault(supported) ? [] : supported;
    expect({
      method: request.method,
      event: isFault(event) ? undefined : event.name,
      accept: isFault(accept) ? [] : accept.map(({ type, subtype }) => `${type}/${subtype}`),
      benotify: tags.includes(OPTION),
      autoextend: tags.includes('com.microsoft.autoextend'),
      piggyback: tags.includes('ms-piggyback-first-notify'),
      chosenFormatIfAllSupported: chosen(types),
      chosenFormatIfOnlyPidfSupported: chosen(['application/pidf+xml']),
      proxyRequire,
    }).toEqual(v.expect);
    expect(notifierOf(request, types).method).toBe('BENOTIFY');
    expect(LYNC.request(request).refusal).toBeUndefined();
  },
  'pres-02': (v) => {
    const response = responseOf(v);
    const env = {
      contact: 'sip:token@gw.test',
      event: 'presence',
      accept: ['application/pidf+xml'],
      draw: () => 'drawn',
      jitter: () => 0.5,
      options: { supported: [OPTION], proxyRequire: [OPTION] },
    };
    const wish = { local: 'sip:amy@contoso.com', remote: 'sip:romeo@fabrikam.com', expires: 60 };
    const callId = response.headers.text('Call-ID') ?? '';
    const named = { ...wish, callId, tag: '9ffb800e76' };
    const first = startSubscriber(now, named, env);
    const offered = first.request?.headers?.map(({ name, value }) => `${name}: ${value}`) ?? [];
    if (first.next === undefined) throw new Error('no subscriber');
    const again = stepSubscriber(first.next, now, { kind: 'response', response }, env);
    const kept = again.request?.headers?.map(({ name, value }) => `${name}: ${value}`) ?? [];
    expect({
      status: response.status,
      unsupported: response.headers.unsupported,
      subscriberShouldRetryWithout: offered.filter((field) => !kept.includes(field)),
    }).toEqual(v.expect);
  },
  'pres-03': (v) => {
    const response = responseOf(v);
    const { status, headers } = response;
    expect(v.expect).toMatchObject({ status, expires: headers.expires, presence: null });
    expect(LYNC.response(response, 'SUBSCRIBE').notify).toBeUndefined();
    expect([v.expect['subscriptionAuthorised'], LYNC.traits.presence.consent]).toEqual([
      'unknown',
      'document',
    ]);
  },
  'pres-04': (v) => {
    const notify = notifyOf(v);
    const { status, isNotification, piggybackCseq, format } = v.expect;
    expect([status, isNotification]).toEqual([responseOf(v).status, true]);
    expect([piggybackCseq, format]).toEqual([notify.cseq.number, typeOf(notify.request)]);
    expect(param(notify.from.params, 'tag')).toBe('95078d5823');
    expect(param(notify.to.params, 'tag')).toBe('d48a3350b5');
    expectPresence(v);
  },
  'pres-05': unanswered,
  'pres-06': notified,
  'pres-07': (v) => {
    expect(v.expect['normalised']).toBe(true);
    notified(v);
  },
  'pres-08': notified,
  'pres-09': unanswered,
  'pres-10': notified,
  'pres-11': (v) => {
    expect(v.expect['security']).toContain('never fetch or expand entities');
    expect(readSubscriptionState(notifyOf(v).request.headers)).toEqual({ state: 'active' });
    notified(v);
  },
  'pres-12': (v) => {
    const came = requestOf(v);
    const state = readSubscriptionState(came.request.headers);
    const [diagnostics] = diagnosticsIn(came.request.headers, PUBLIC_DIAGNOSTICS_HEADER);
    expect({
      mustNotRespond: CARRIED_UNANSWERED.includes(came.method),
      subscriptionState: isFault(state) ? undefined : state.state,
      diagnosticsPublic: { id: diagnostics?.id },
      presence: came.request.body.length === 0 ? null : 'some',
      keepLastPresence: true,
    }).toEqual(v.expect);
    const { notes, request } = LYNC.request(came);
    expect(notes).toEqual(['best-effort', 'taken-over']);
    // What was shown stays after an end of this reason; a flow shows it.
    const ours = request && readSubscriptionState(request.request.headers);
    expect(ours).toEqual({ state: 'terminated', reason: 'deactivated' });
  },
  'pres-13': (v) => {
    const came = requestOf(v);
    const event = readEvent(came.request.headers);
    const list = parseXml(Buffer.from(came.request.body).toString('utf8'), {});
    if (isFault(event) || !('children' in list)) throw new Error(v.id);
    const { refusal } = LYNC.request(came);
    expect({
      event: event.name,
      pendingWatchers: list.children.map((node) =>
        typeof node === 'string' ? node : { ...node.attrs },
      ),
      crossesFederation: refusal === undefined,
    }).toEqual(v.expect);
    expect([refusal?.code, refusal?.status]).toEqual(['event-package', 489]);
  },
};

function notified(v: LyncVector): void {
  const { method, format } = v.expect;
  const notify = notifyOf(v);
  if (method !== undefined) expect(requestOf(v).method).toBe(method);
  if (format !== undefined) expect(typeOf(notify.request)).toBe(format);
  expectPresence(v);
}

function unanswered(v: LyncVector): void {
  const came = requestOf(v);
  expect(CARRIED_UNANSWERED.includes(came.method)).toBe(v.expect['mustNotRespond']);
  expect(notifyOf(v).method).toBe('NOTIFY');
  notified(v);
}

describe('MS-PRES §2.2 MS-SIP §2.2.1 §2.2.2 the shared vectors', () => {
  it.each(Object.entries(CHECKS))('%s', (short, check) => {
    const vector = lyncVector(short);
    if (haveLync) check(vector);
    else expect(vector.id).toBe('');
  });
});

describe('a ladder', () => {
  it.skipIf(!haveLync)(
    'shows whom a document of theirs shows, and nothing of it where words are withheld',
    () => {
      const { request } = requestOf(lyncVector('pres-05'));
      const seen = (words: 'full' | 'withheld'): readonly (string | readonly string[])[] => {
        const { text, notes } = new SipSeen(hidingOf({ words }), DEFAULT_LADDER_LIMITS).request(
          request,
        );
        return [text, notes];
      };
      expect(seen('full')).toEqual(['BENOTIFY active', ['open dnd "Budget review"']]);
      expect(seen('withheld')).toEqual(['BENOTIFY active', []]);
    },
  );
});
