// The same flows in the virtual world and over real sockets with mutual TLS: RFC 7572 §4 and §5, RFC 7247 §6
// to §8, XEP-0178 §3, XEP-0220 §2, RFC 5922 §7. What is checked is what both companies see, and the trace.
import { afterEach, describe, expect, it } from 'vitest';
import {
  crossings,
  type Federation,
  type FederationOptions,
  realFederation,
  SIP,
  virtualFederation,
  XMPP,
} from './federation.ts';

const ALICE = `alice@${SIP}`;
const BOB = `bob@${XMPP}`;
const EXTERNAL = { tls: 'required', sasl: 'required', dialback: false } as const;
const DIALBACK = { tls: 'required', sasl: 'optional', dialback: true } as const;
const STRANGER = { as: 'unknown-issuer', dns: [XMPP] } as const;

const kinds: readonly [string, (options?: FederationOptions) => Promise<Federation>][] = [
  ['in the virtual world', virtualFederation],
  [
    'in the virtual world, three octets at a time',
    (options) => virtualFederation({ split: 3, ...options }),
  ],
  ['over real sockets', realFederation],
];

describe.each(kinds)('%s', (_kind, make) => {
  let open: Federation | undefined;
  const start = async (options?: FederationOptions): Promise<Federation> => {
    open = await make(options);
    return open;
  };
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });

  it('RFC 7572 §5: a message crosses from SIP, with Unicode and an escaped address', async () => {
    const f = await start();
    expect(await f.sipSends(ALICE, `d'artagnan@${XMPP}`, 'Tous pour un ✓ 张')).toBe(202);
    expect(f.xmpp.texts('d\\27artagnan')).toEqual(['Tous pour un ✓ 张']);
    const [received] = f.xmpp.inbox('d\\27artagnan');
    expect([received?.message.from?.full, received?.message.hasType, received?.link.proof]).toEqual(
      [ALICE, false, 'certificate'],
    );
    expect(crossings(f.traces)[0]).toMatchObject({
      outcome: 'handed-over',
      by: ['contoso-gtalk'],
      proof: 'certificate',
      lost: [],
    });
  });

  it('RFC 7572 §4: a message crosses from XMPP, and the reply stays in its thread', async () => {
    const f = await start();
    await f.xmppSends(`${BOB}/phone`, `d\\27arc@${SIP}`, 'en garde', {
      thread: 'a thread of ours',
    });
    await f.until(() => f.sip.inbox("d'arc")[0]);
    const [received] = f.sip.inbox("d'arc");
    expect([received?.text, received?.request.from.uri]).toMatchObject([
      'en garde',
      { user: 'bob', host: XMPP, params: [{ name: 'gr', value: 'phone' }] },
    ]);
    expect(
      await f.sipSends(`d'arc@${SIP}`, BOB, 'touché', { callId: received?.request.callId }),
    ).toBe(202);
    expect(f.xmpp.inbox('bob')[0]?.message.thread).toBe('a thread of ours');
  });

  it.each([
    ['SASL EXTERNAL', { rules: EXTERNAL }, 'certificate'],
    ['dialback', { rules: DIALBACK, xmppCertificate: STRANGER }, 'dialback'],
  ] as const)('the link is proved by %s', async (_what, options, proof) => {
    const f = await start(options);
    await f.xmppSends(BOB, ALICE, 'who am I');
    await f.until(() => f.sip.inbox('alice')[0]);
    expect(await f.sipSends(ALICE, BOB, 'who are you')).toBe(202);
    const proofs = crossings(f.traces).map((trace) => [trace.direction, trace.proof]);
    expect(proofs).toEqual([
      ['xmpp-to-sip', proof],
      ['sip-to-xmpp', 'certificate'],
    ]);
  });

  it('RFC 7247 §7: what fails on one side is told on the other', async () => {
    const f = await start();
    expect(await f.sipSends(ALICE, `away@${XMPP}`, 'offline')).toBe(480);
    expect(await f.sipSends(ALICE, `nobody@${XMPP}`, 'unknown')).toBe(480);
    expect(await f.sipSends(ALICE, 'x@nowhere.example', 'no server')).toBe(404);
    await f.xmppSends(BOB, `busy@${SIP}`, 'busy');
    await f.xmppSends(BOB, `nobody@${SIP}`, 'unknown');
    await f.until(() => (f.xmpp.errors('bob').length === 2 ? true : undefined));
    expect(f.xmpp.errors('bob').map((error) => error.error?.condition)).toEqual([
      'recipient-unavailable',
      'item-not-found',
    ]);
  });

  it('RFC 7247 §8: policy refuses, and the rule is in the trace', async () => {
    const f = await start();
    expect(await f.sipSends(ALICE, 'x@spam.example', 'buy')).toBe(403);
    expect(crossings(f.traces)[0]).toMatchObject({
      outcome: 'refused',
      by: ['no-spam'],
      reasons: ['policy'],
    });
  });

  it.each([
    ['expired', { as: 'expired', dns: [SIP] }, 'validity.notAfter'],
    ['of an unknown issuer', { as: 'unknown-issuer', dns: [SIP] }, 'issuer'],
    ['self-signed', { as: 'self-signed', dns: [SIP] }, 'issuer'],
    ['with a forged chain', { as: 'forged-chain', dns: [SIP] }, undefined],
  ] as const)(
    'RFC 5922 §7.3: a SIP peer with a certificate %s is refused, and the trace names the field',
    async (_what, sipCertificate, field) => {
      const f = await start({ sipCertificate });
      expect(['transport', 'certificate', 'timeout']).toContain(
        await f.sipSends(ALICE, BOB, 'let me in'),
      );
      const trace = await f.until(() => f.traces.find((one) => one.kind === 'peer'));
      if (trace.kind !== 'peer') throw new Error('no peer trace');
      if (field !== undefined) expect(trace.faults[0]?.field).toBe(field);
      expect([trace.faults.length > 0, f.xmpp.texts('bob')]).toEqual([true, []]);
    },
  );

  it('RFC 5922 §7.4: a SIP peer with an honest certificate of another name proves nothing for ours', async () => {
    const f = await start({ sipCertificate: { dns: ['other.example'] } });
    expect(await f.sipSends(ALICE, BOB, 'let me in')).toBe(403);
    expect(crossings(f.traces)[0]).toMatchObject({
      outcome: 'refused',
      reasons: ['identity-not-proved'],
      proof: 'none',
    });
  });

  it('an honest certificate for servers alone is let in, in both roles', async () => {
    const usages = ['serverAuth'] as const;
    const f = await start({
      sipCertificate: { dns: [SIP], usages },
      xmppCertificate: { dns: [XMPP], usages },
      rules: EXTERNAL,
    });
    expect(await f.sipSends(ALICE, BOB, 'hello')).toBe(202);
    await f.xmppSends(BOB, ALICE, 'hello');
    expect(await f.until(() => f.sip.texts('alice')[0])).toBe('hello');
  });

  it('RFC 6120 §13.7: an XMPP server that must prove itself and cannot is told so, and so is the sender', async () => {
    const f = await start({ xmppCertificate: { dns: ['other.example'] }, rules: EXTERNAL });
    expect(await f.sipSends(ALICE, BOB, 'hello')).toBe(504);
    expect(crossings(f.traces)[0]).toMatchObject({
      outcome: 'failed',
      reasons: ['certificate', 'name-mismatch:subjectAltName'],
    });
    expect((await f.xmppSends(BOB, ALICE, 'hello')).fate).not.toBe('sent');
    expect(f.sip.texts('alice')).toEqual([]);
  });

  it('keeps the order of a pair, both ways, and loses and doubles none', async () => {
    const f = await start();
    const numbers = Array.from({ length: 25 }, (_, n) => `n${n}`);
    const there = Promise.all(numbers.map((text) => f.sipSends(ALICE, BOB, text)));
    const back = Promise.all(numbers.map((text) => f.xmppSends(BOB, ALICE, text)));
    expect(await there).toEqual(numbers.map(() => 202));
    await back;
    await f.until(() => (f.gateway.counts.delivered >= 25 ? true : undefined));
    expect([f.xmpp.texts('bob'), f.sip.texts('alice')]).toEqual([numbers, numbers]);
    expect(f.gateway.counts).toMatchObject({ 'handed-over': 25, delivered: 25, failed: 0 });
  });

  it('RFC 3428 §7: a failure that comes after the 202 still reaches the sender', async () => {
    const f = await start({ gateway: { noBarrier: [XMPP], waits: { answer: 300 } } });
    f.xmpp.answer('bob', 'silence');
    expect(await f.sipSends(ALICE, BOB, 'are you there')).toBe(202);
    const id = f.xmpp.inbox('bob')[0]?.message.id;
    await bounce(f, id ?? '');
    const text = await f.until(() => f.sip.texts('alice')[0]);
    expect(text).toBe(`Your message to ${BOB} could not be delivered: gone`);
  });

  it('a server that has gone is told to the sender, and nobody waits for ever', async () => {
    const f = await start();
    expect(await f.sipSends(ALICE, BOB, 'before')).toBe(202);
    await f.xmppGone();
    expect([480, 504]).toContain(await f.sipSends(ALICE, BOB, 'after'));
  });
});

/** The XMPP company bounces a message long after it took it. */
async function bounce(f: Federation, id: string): Promise<void> {
  const { element } = await import('@interwork/xmpp');
  const error = element('error', 'jabber:client', { type: 'cancel' }, [
    element('gone', 'urn:ietf:params:xml:ns:xmpp-stanzas'),
  ]);
  f.xmppSays(
    element('message', 'jabber:client', { from: BOB, to: ALICE, id, type: 'error' }, [error]),
  );
  await f.xmppSends(`d\\27artagnan@${XMPP}`, `busy@${SIP}`, 'pushes the one before out');
}
