// Calls with SIPp, which is not ours: its built-in scenarios of a caller and of one who is called, over both transports,
// and two of cancelling in sipp/. It fails a call in which anything is missing, late or unexpected.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  checkResponse,
  dialogOfResponse,
  type NameAddr,
  parseNameAddr,
  type RequestDraft,
  requestWithin,
  type Response,
  type SipEvent,
  type Target,
} from '@interwork/sip';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { Bell } from '../../../../test-kit/bell.ts';
import { good } from '../message-text.ts';

const LOOPBACK = '127.0.0.1';
const CALLED_PORT = 5090;
const CALLS = 20;
const isThere = spawnSync('sipp', ['-v']).error === undefined;
const absent = isThere ? '' : ' (skipped: sipp is not installed)';

const SDP = new TextEncoder().encode(
  `v=0\r\no=- 1 1 IN IP4 ${LOOPBACK}\r\ns=-\r\nc=IN IP4 ${LOOPBACK}\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\n`,
);
const CONTACT = { name: 'Contact', value: `<sip:us@${LOOPBACK}:5091>` };

/** Closed behind each test. */
const edges: SipEdge[] = [];
afterEach(async () => {
  for (const edge of edges.splice(0)) await edge.close();
});

/** An edge of ours, with all that it tells. */
async function ours(react: (edge: SipEdge, event: SipEvent) => void) {
  const edge = await listenSip({
    host: LOOPBACK,
    listen: (['udp', 'tcp'] as const).map((transport) => ({
      transport,
      address: LOOPBACK,
      port: 0,
    })),
    methods: ['INVITE', 'ACK', 'CANCEL', 'BYE'],
    limits: { drainTime: 50 },
  });
  edges.push(edge);
  const bell = new Bell();
  const seen: SipEvent[] = [];
  edge.start((event) => {
    seen.push(event);
    react(edge, event);
    bell.ring();
  });
  const count = (kind: SipEvent['kind']): number => seen.filter((one) => one.kind === kind).length;
  return { edge, bell, seen, count };
}

const portOf = (edge: SipEdge, transport: 'udp' | 'tcp'): number =>
  edge.listening.find((place) => place.transport === transport)?.port ?? 0;

/** Runs SIPp to its end; what it wrote is shown where it was not content. */
async function sipp(scenario: readonly string[], more: readonly string[]): Promise<void> {
  const options = ['-m', `${CALLS}`, '-r', '50', '-i', LOOPBACK, '-nostdin', '-timeout', '20s'];
  const child = spawn('sipp', [...scenario, ...options, '-timeout_error', ...more]);
  let said = '';
  child.stdout.on('data', (octets: Buffer) => (said = (said + octets.toString()).slice(-4000)));
  child.stderr.on('data', (octets: Buffer) => (said = (said + octets.toString()).slice(-4000)));
  const [status] = await once(child, 'close');
  expect(status, said).toBe(0);
}

/** Answers calls as one who is at home. */
function atHome(edge: SipEdge, event: SipEvent): void {
  if (event.kind !== 'request') return;
  const answer = (status: number, but: object = {}): void =>
    edge.send({ kind: 'respond', to: event.id, draft: { status, ...but } });
  if (event.request.method !== 'INVITE') answer(200);
  else {
    answer(180);
    answer(200, { headers: [CONTACT], contentType: 'application/sdp', body: SDP });
  }
}

/** Rings, and is never answered. */
function ringing(edge: SipEdge, event: SipEvent): void {
  if (event.kind === 'request')
    edge.send({ kind: 'respond', to: event.id, draft: { status: 180 } });
}

const address = (text: string): NameAddr => good(parseNameAddr(text));
const CALLED = address(`<sip:service@${LOOPBACK}:${CALLED_PORT}>`);
const targets: readonly Target[] = [
  { transport: 'udp', address: LOOPBACK, port: CALLED_PORT, references: [] },
];

function call(): RequestDraft {
  return {
    method: 'INVITE',
    uri: CALLED.uri,
    from: address(`<sip:us@${LOOPBACK}>`),
    to: CALLED,
    headers: [CONTACT],
    contentType: 'application/sdp',
    body: SDP,
  };
}

/** Acknowledges a call that was taken, and hangs up. */
function hangUp(edge: SipEdge, response: Response): void {
  const incoming = good(checkResponse(response));
  const dialog = good(dialogOfResponse(incoming));
  const ack = { ...requestWithin(dialog, 'ACK').draft, cseq: incoming.cseq.number };
  edge.send({ kind: 'request', draft: ack, targets, context: 'ack' });
  const { draft } = requestWithin(dialog, 'BYE');
  edge.send({ kind: 'request', draft, targets, context: 'bye' });
}

const scenario = (name: string): readonly string[] => [
  '-sf',
  join(import.meta.dirname, 'sipp', `${name}.xml`),
];

describe(`calls with SIPp${absent}`, () => {
  for (const transport of ['udp', 'tcp'] as const) {
    it.runIf(isThere)(`RFC 3261 §13.3.1 it calls, over ${transport}`, async () => {
      const { edge, count } = await ours(atHome);
      const place = `${LOOPBACK}:${portOf(edge, transport)}`;
      await sipp(['-sn', 'uac'], ['-t', transport === 'udp' ? 'u1' : 't1', '-d', '10', place]);
      expect(count('acknowledged')).toBe(CALLS);
      expect([count('unacknowledged'), count('fault')]).toEqual([0, 0]);
    });
  }

  it.runIf(isThere)('RFC 3261 §9.2 it calls, and calls off', async () => {
    const { edge, count } = await ours(ringing);
    await sipp(scenario('caller-cancels'), [`${LOOPBACK}:${portOf(edge, 'udp')}`]);
    expect([count('cancelled'), count('fault')]).toEqual([CALLS, 0]);
  });

  it.runIf(isThere)('RFC 3261 §13.2.2 it is called', async () => {
    const { edge, bell, seen, count } = await ours((own, event) => {
      if (event.kind === 'response' && event.context === 'call') hangUp(own, event.response);
    });
    const called = sipp(['-sn', 'uas'], ['-p', `${CALLED_PORT}`]);
    for (let n = 0; n < CALLS; n += 1) {
      edge.send({ kind: 'request', draft: call(), targets, context: 'call' });
    }
    await bell.until(() => (count('response') >= 2 * CALLS ? true : undefined));
    await called;
    const statuses = seen.map((one) => (one.kind === 'response' ? one.response.status : 200));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect([count('sent'), count('failed')]).toEqual([CALLS, 0]);
  });

  it.runIf(isThere)('RFC 3261 §9.1 it is called, and the call called off', async () => {
    const { edge, seen, count } = await ours((own, event) => {
      if (event.kind === 'provisional') own.send({ kind: 'cancel', context: event.context });
    });
    const called = sipp(scenario('called-off'), ['-p', `${CALLED_PORT}`]);
    for (let n = 0; n < CALLS; n += 1) {
      edge.send({ kind: 'request', draft: call(), targets, context: { call: n } });
    }
    await called;
    const statuses = seen.map((one) => (one.kind === 'response' ? one.response.status : 487));
    expect(new Set(statuses)).toEqual(new Set([487]));
    expect([count('response'), count('failed')]).toEqual([CALLS, 0]);
  });
});
