// The bench proves what it counts: its load carries a few messages each way through the gateway and the echo over real
// sockets, and its ledger sees each message that is lost, doubled, reordered, changed, failed or not answered.
import { describe, expect, it } from 'vitest';
import { startEcho } from '../bench/whole/echo.ts';
import { cutByFirst, cutSip, cutXml } from '../bench/whole/frames.ts';
import { startGateway } from '../bench/whole/gateway.ts';
import { isClean, Ledger } from '../bench/whole/ledger.ts';
import { openLoad } from '../bench/whole/load.ts';
import { PAIRS, peopleOf, read, requestOf, stanzaOf, textOf } from '../bench/whole/messages.ts';
import { makeCredentials } from '../bench/whole/parts.ts';
import type { Kind } from '../bench/whole/words.ts';

const credentials = makeCredentials();
const KINDS: readonly Kind[] = ['udp-component', 'tls-s2s'];
const STARTS = { echo: startEcho, gateway: startGateway };

describe.each(KINDS)('%s', (kind) => {
  it.each(['echo', 'gateway'] as const)('every message through the %s is proved', async (role) => {
    const load = await openLoad({ kind, isEcho: role === 'echo', tls: credentials.load });
    const subject = await STARTS[role]({ kind, tls: credentials.subject, load: load.ports });
    await load.open(subject.ports);
    const pace = { count: 150, window: 16 };
    const { toXmpp, toSip, strange } = await load.run(pace);
    expect([isClean(toXmpp.tally, 150), isClean(toSip.tally, 150)]).toEqual([true, true]);
    expect(strange).toEqual([]);
    expect(subject.read()).toEqual({ answered: 150, open: 0 });
    expect([toXmpp.arrival.p50, toSip.arrival.p99].every((time) => time > 0)).toBe(true);
    await subject.close();
    load.close();
  });
});

const message = (n: number, more: { text?: string; branch?: string } = {}) => ({
  kind: 'message' as const,
  number: n,
  ...peopleOf('sip-to-xmpp', n),
  text: textOf('sip-to-xmpp', n),
  branch: '',
  ...more,
});

/** A ledger of so many messages that were sent and answered. */
function ledgerOf(count: number): Ledger {
  const ledger = new Ledger('sip-to-xmpp');
  for (let n = 0; n < count; n++) ledger.answered(1, ledger.issue(0), 202);
  return ledger;
}

describe('the ledger', () => {
  const clean = { lost: 0, doubled: 0, reordered: 0, changed: 0, unanswered: 0, failed: 0 };

  it('counts what arrived once and was answered', () => {
    const ledger = ledgerOf(2);
    for (const n of [0, 1]) ledger.arrived(1, message(n));
    const tally = ledger.close();
    expect([tally, isClean(tally, 2), isClean(tally, 3)]).toEqual([
      { ...clean, done: 2 },
      true,
      false,
    ]);
  });

  it('sees what is lost, and what is not answered', () => {
    const ledger = ledgerOf(1);
    ledger.arrived(1, message(ledger.issue(0)));
    expect(ledger.close()).toEqual({ ...clean, done: 0, lost: 1, unanswered: 1 });
  });

  it('sees what came twice, but for a retransmission', () => {
    const ledger = ledgerOf(2);
    for (const n of [0, 0]) ledger.arrived(1, message(n));
    for (const branch of ['a', 'a', 'b']) ledger.arrived(1, message(1, { branch }));
    expect(ledger.close()).toEqual({ ...clean, done: 2, doubled: 2 });
  });

  it('sees what overtook another of its pair, and not of others', () => {
    const ledger = ledgerOf(PAIRS + 2);
    for (const n of [1, 0]) ledger.arrived(1, message(n));
    expect(ledger.close()).toMatchObject({ done: 2, reordered: 0 });
    const other = ledgerOf(PAIRS + 1);
    for (const n of [PAIRS, 0]) other.arrived(1, message(n));
    expect(other.close()).toMatchObject({ done: 2, reordered: 1 });
  });

  it('sees another text, and a number that was never sent', () => {
    const ledger = ledgerOf(1);
    ledger.arrived(1, message(0, { text: 'x' }));
    ledger.arrived(1, message(7));
    expect(ledger.close()).toEqual({ ...clean, done: 0, changed: 2, lost: 1 });
  });

  it('sees a failure that the sender was told', () => {
    const ledger = new Ledger('sip-to-xmpp');
    ledger.answered(1, ledger.issue(0), 480);
    expect(ledger.close()).toEqual({ ...clean, done: 0, failed: 1 });
  });
});

describe('cutting and reading', () => {
  const request = requestOf(7, 'UDP 127.0.0.1:10000');
  const stanza = stanzaOf(7);
  it.each([
    ['a request', cutSip, request],
    ['a stanza', cutXml, stanza],
    ['a query', cutXml, Buffer.from("<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>")],
    ['an empty query', cutXml, Buffer.from("<iq type='result'/>")],
    ['unread octets', cutByFirst({ M: request.length }), request],
  ])('%s is cut whole, however much of it is there, and whatever follows', (_name, cut, bytes) => {
    for (let end = 1; end < bytes.length; end++) expect(cut(bytes.subarray(0, end))).toBe(0);
    expect(cut(Buffer.concat([bytes, bytes]))).toBe(bytes.length);
  });

  it('reads what was written, both ways', () => {
    const toXmpp = { kind: 'message', number: 7, ...peopleOf('sip-to-xmpp', 7) };
    const toSip = { kind: 'message', number: 7, ...peopleOf('xmpp-to-sip', 7) };
    expect(read(request)).toMatchObject({ ...toXmpp, text: textOf('sip-to-xmpp', 7) });
    expect(read(stanza)).toMatchObject({ ...toSip, text: textOf('xmpp-to-sip', 7) });
  });
});
