// S3, S7, S4: datagrams that are lost, doubled and late by a seed, between a SIP company and a gateway that
// proves it by address. What SIP repeats crosses once, in order, and what was answered 202 has arrived.
// RFC 3261 §17.1.2, §17.2.2, RFC 3428 §8.
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '@interwork/certs/testing';
import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { Gateway, type Running } from '@interwork/core';
import { mac } from '@interwork/core/node';
import { World } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import { SipEndpoint, type Target } from '@interwork/sip';
import { playOn as playSip, type Sent, SipScript } from '@interwork/sip/testing';
import { XmppEndpoint } from '@interwork/xmpp';
import { nodeDigest } from '@interwork/xmpp/node';
import { playOn as playXmpp, XmppScript } from '@interwork/xmpp/testing';

const SIP = 'contoso.example';
const XMPP = 'gtalk.example';
const EPOCH = Date.UTC(2026, 10, 23);
const authority = makeAuthority({ crypto: nodeCrypto, now: EPOCH });
const chains = {
  gateway: authority.issue({ dns: [SIP] }).chain,
  xmpp: authority.issue({ dns: [XMPP] }).chain,
};

/** Numbers from 0 to 1 that a seed alone decides. */
function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How bad the network is: the part that is lost, doubled, late. */
interface Weather {
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
}

class Town {
  readonly world: World;
  readonly sip = new SipScript(SIP);
  readonly xmpp = new XmppScript(XMPP);
  readonly gateway: Gateway;
  readonly #running: Running;
  readonly #steps: { readonly sip: () => void; readonly xmpp: () => void };

  constructor(seed: number, { lost, doubled, late }: Weather) {
    const number = numbersOf(seed);
    this.world = new World({ start: EPOCH, lose: () => number() < lost });
    const { world } = this;
    const { network, clock, drawToken } = world;
    const datagram = network.datagram.bind(network);
    network.datagram = (from, to, bytes) => {
      const copies = number() < doubled ? 2 : 1;
      for (let copy = 0; copy < copies; copy++)
        clock.after(number() < late ? number() * 400 : 0, () => datagram(from, to, bytes));
    };
    const shared = { anchors: [authority.certificate.der], clock: () => EPOCH, crypto: nodeCrypto };
    const judge = judgeFor({ service: 'xmpp-server', ...shared });
    const sipAt = (host: string, address: string) =>
      world.sip({
        address,
        listen: [{ transport: 'udp', port: 5060 }],
        endpoint: new SipEndpoint({ drawToken, host, ports: { udp: 5060 } }),
        judge,
        chain: [],
      });
    const xmppAt = (domain: string, address: string, chain: readonly Uint8Array[]) =>
      world.xmpp({
        address,
        port: 5269,
        endpoint: new XmppEndpoint({
          drawToken,
          digest: nodeDigest,
          judge,
          domains: (name) => name === domain,
          secret: `the secret of ${domain}`,
        }),
        chain,
      });
    const company = sipAt('192.0.2.1', '192.0.2.1');
    const server = xmppAt(XMPP, '192.0.2.3', chains.xmpp);
    world.dns.set(SIP, [{ address: '192.0.2.2', port: 5269, direct: false }]);
    world.dns.set(XMPP, [{ address: '192.0.2.3', port: 5269, direct: false }]);
    this.gateway = new Gateway({
      sipDomains: [SIP],
      xmppDomains: ['*'],
      policy: policyOf({
        partners: { contoso: { domains: [SIP], prove: 'address', addresses: ['192.0.2.1'] } },
        rules: [{ id: 'gtalk', effect: 'permit', domains: [XMPP] }],
      }),
      routes: { [SIP]: [this.#target('192.0.2.1')] },
      instance: 'gw',
      secret: 'a secret of this gateway',
      mac,
      drawToken,
      believesDatagrams: true,
    });
    this.#running = world.run(this.gateway, {
      sip: sipAt('192.0.2.2', '192.0.2.2'),
      xmpp: xmppAt(SIP, '192.0.2.2', chains.gateway),
    });
    this.sip.addUser('alice');
    this.xmpp.addUser('bob');
    this.#steps = {
      sip: playSip(company, this.sip, () => clock.now),
      xmpp: playXmpp(server, this.xmpp),
    };
  }

  /** A SIP user sends; the end of it, and what is left behind, are waited for. */
  sipSends(text: string): Sent {
    const sent = this.sip.send({ from: `alice@${SIP}`, to: `bob@${XMPP}`, text }, [
      this.#target('192.0.2.2'),
    ]);
    this.#steps.sip();
    this.world.clock.runUntil(() => (sent.response ?? sent.failed) !== undefined);
    return sent;
  }

  xmppSends(text: string): void {
    this.xmpp.send({ from: `bob@${XMPP}`, to: `alice@${SIP}`, text });
    this.#steps.xmpp();
  }

  async close(): Promise<void> {
    const closed = this.#running.close();
    for (let turn = 0; turn < 60; turn++) {
      this.world.clock.advance(1_000);
      await Promise.resolve();
    }
    await closed;
  }

  #target(address: string): Target {
    return { transport: 'udp', address, port: 5060, references: [] };
  }
}

const WEATHERS: readonly (readonly [string, Weather])[] = [
  ['all doubled', { lost: 0, doubled: 1, late: 0 }],
  ['all late', { lost: 0, doubled: 0, late: 1 }],
  ['a third lost', { lost: 0.33, doubled: 0, late: 0 }],
  ['everything at once', { lost: 0.3, doubled: 0.5, late: 0.5 }],
  ['nearly nothing gets through', { lost: 0.75, doubled: 0.3, late: 0.3 }],
];
const rows = WEATHERS.flatMap(([what, weather]) =>
  [1, 2, 3, 4, 5, 6].map((seed) => [what, seed, weather] as const),
);
const numbers = Array.from({ length: 12 }, (_, n) => `n${n}`);

/** Those of a list that are in a set, in the list's order. */
const among = (list: readonly string[], set: ReadonlySet<string>): readonly string[] =>
  list.filter((one) => set.has(one));

describe('datagrams', () => {
  it.each(rows)(
    'S3, S7: %s, seed %i: from SIP each crosses once, in order',
    async (_what, seed, weather) => {
      const town = new Town(seed, weather);
      const taken = new Set<string>();
      for (const text of numbers) if (town.sipSends(text).response?.status === 202) taken.add(text);
      town.world.clock.advance(60_000);
      const arrived = town.xmpp.texts('bob');
      expect(new Set(arrived).size).toBe(arrived.length);
      expect(arrived).toEqual(among(numbers, new Set(arrived)));
      expect(among(arrived, taken)).toEqual(among(numbers, taken));
      if (weather.lost < 0.5) expect(arrived).toEqual(numbers);
      expect([town.gateway.open, town.gateway.wakeAt]).toEqual([0, Infinity]);
      expect(Object.values(town.gateway.counts).reduce((a, b) => a + b)).toBe(arrived.length);
      await town.close();
    },
  );

  it.each(rows)(
    'S3, S4: %s, seed %i: from XMPP each arrives once, in order, or is told',
    async (_what, seed, weather) => {
      const town = new Town(seed, weather);
      for (const text of numbers) town.xmppSends(text);
      town.world.clock.advance(600_000);
      const arrived = town.sip.texts('alice');
      expect(new Set(arrived).size).toBe(arrived.length);
      expect(arrived).toEqual(among(numbers, new Set(arrived)));
      const { counts } = town.gateway;
      expect(counts.delivered + counts.failed + counts.refused).toBe(numbers.length);
      expect(town.xmpp.errors('bob').length).toBe(counts.failed + counts.refused);
      expect(arrived.length).toBeGreaterThanOrEqual(counts.delivered);
      if (weather.lost === 0) expect(arrived).toEqual(numbers);
      expect([town.gateway.open, town.gateway.wakeAt]).toEqual([0, Infinity]);
      await town.close();
    },
  );

  it('S9: one seed gives one history', async () => {
    const histories = await Promise.all(
      [7, 7, 8].map(async (seed) => {
        const town = new Town(seed, { lost: 0.3, doubled: 0.5, late: 0.5 });
        const ends = numbers.map((text) => [
          town.sipSends(text).response?.status,
          town.world.clock.now,
        ]);
        await town.close();
        return ends;
      }),
    );
    expect(histories[0]).toEqual(histories[1]);
    expect(histories[0]).not.toEqual(histories[2]);
  });
});
