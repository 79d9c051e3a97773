// The gateway against a real Prosody, in both directions, with every proof: SASL EXTERNAL, dialback, and a
// certificate that proves nothing. XEP-0178 §3, XEP-0220 §2, RFC 6120 §13.7, over real sockets and DNS.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CrossingTrace } from '@interwork/core';
import { conditionOf } from './client.ts';
import { type Proofs, SIP, stage, type Stage, XMPP } from './stage.ts';

const ALICE = `alice@${SIP}`;
const NUMBERS = Array.from({ length: 50 }, (_, n) => `n${n}`);
const numbered = (texts: readonly string[]): readonly string[] =>
  texts.filter((text) => /^n\d+$/.test(text));

const runs: readonly [string, Proofs, 'certificate' | 'dialback'][] = [
  [
    'XEP-0178 §3 SASL EXTERNAL both ways',
    { gateway: 'known', prosody: 'known', secureAuth: true },
    'certificate',
  ],
  [
    'XEP-0220 §2 dialback both ways',
    { gateway: 'stranger', prosody: 'stranger', secureAuth: false },
    'dialback',
  ],
];

describe.each(runs)('%s', (_name, proofs, expected) => {
  let s: Stage;
  beforeAll(async () => {
    s = await stage(proofs);
  });
  afterAll(() => s.close());

  it('carries a message to Prosody, and says handed over', async () => {
    expect(await s.alice(`bob@${XMPP}`, 'Grüße ✓')).toBe(202);
    const came = await s.bob.until((el) => el.name === 'message' && el.attrs['from'] === ALICE);
    expect([came.attrs['type'], s.bob.texts(ALICE)]).toEqual([undefined, ['Grüße ✓']]);
  });

  it('carries a message from Prosody, proved as it should be', async () => {
    s.bob.send(
      `<message to='${ALICE}' type='chat' id='b1'><thread>two words</thread><body>Ça va ? &lt;&amp;&gt;</body></message>`,
    );
    const [received] = await s.bell.until(() =>
      s.company.inbox('alice').length > 0 ? s.company.inbox('alice') : undefined,
    );
    expect([received?.text, received?.request.callId]).toEqual(['Ça va ? <&>', 'iwt%two%20words']);
    expect(await crossing(s, 'xmpp-to-sip', 'delivered')).toMatchObject({ proof: expected });
  });

  it('RFC 7247 §7.1: a user who is away and a user who is not become statuses', async () => {
    expect(await s.alice(`carol@${XMPP}`, 'offline')).toBe(480);
    expect(await s.alice(`nobody@${XMPP}`, 'unknown')).toBe(480);
  });

  it('RFC 7247 §7.2: an unknown SIP user becomes a stanza error', async () => {
    s.bob.send(`<message to='nobody@${SIP}' id='b2'><body>x</body></message>`);
    const error = await s.bob.until(
      (el) => el.attrs['id'] === 'b2' && el.attrs['type'] === 'error',
    );
    expect(conditionOf(error)).toBe('item-not-found');
  });

  it('a domain that does not exist is not found, one that policy forbids is refused', async () => {
    expect(await s.alice('x@nowhere.test', 'x')).toBe(404);
    expect(await s.alice('x@forbidden.test', 'x')).toBe(403);
  });

  it('keeps the order of many, both ways, and loses and doubles none', async () => {
    for (const text of NUMBERS)
      s.bob.send(`<message to='${ALICE}' id='${text}'><body>${text}</body></message>`);
    await s.bell.until(() => (numbered(s.company.texts('alice')).length >= 50 ? true : undefined));
    expect(numbered(s.company.texts('alice'))).toEqual(NUMBERS);
    const answers = NUMBERS.map((text) => s.alice(`bob@${XMPP}`, text));
    expect(await Promise.all(answers)).toEqual(NUMBERS.map(() => 202));
    await s.bob.until(() => numbered(s.bob.texts(ALICE)).length >= 50);
    expect(numbered(s.bob.texts(ALICE))).toEqual(NUMBERS);
  });
});

describe('RFC 6120 §13.7 a certificate of an unknown issuer, where policy wants one that proves', () => {
  let s: Stage;
  beforeAll(async () => {
    s = await stage({
      gateway: 'known',
      prosody: 'stranger',
      secureAuth: false,
      prove: 'certificate',
    });
  });
  afterAll(() => s.close());

  it('nothing is handed over, and the trace names the field', async () => {
    expect(await s.alice(`bob@${XMPP}`, 'secret')).toBe(504);
    expect(await crossing(s, 'sip-to-xmpp', 'failed')).toMatchObject({
      reasons: ['certificate', expect.stringMatching(/^unknown-issuer:/)],
    });
    expect(s.bob.texts(ALICE)).toEqual([]);
  });

  it('nothing is taken either, although dialback holds, and the sender is told', async () => {
    s.bob.send(`<message to='${ALICE}' id='b3'><body>let me in</body></message>`);
    const error = await s.bob.until(
      (el) => el.attrs['id'] === 'b3' && el.attrs['type'] === 'error',
    );
    expect(conditionOf(error)).toBe('not-authorized');
    expect(s.company.texts('alice')).toEqual([]);
  });
});

function crossing(s: Stage, direction: string, outcome: string): Promise<CrossingTrace> {
  return s.bell.until(() =>
    s.traces.find(
      (trace): trace is CrossingTrace =>
        trace.kind === 'crossing' && trace.direction === direction && trace.outcome === outcome,
    ),
  );
}
