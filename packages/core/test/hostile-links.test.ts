// S4, S3: links that go silent and break by a seed while messages are under way. Every message that a SIP user was told
// 202 for has arrived, or the same user has been told in a message that it may not have; every other was answered with
// an error; none arrives twice and none has two outcomes. RFC 3428 §7.
import { afterAll, describe, expect, it } from 'vitest';
import { makeAuthority } from '@interwork/certs/testing';
import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import {
  type CrossingTrace,
  Gateway,
  type GatewayOptions,
  type Running,
  type Trace,
} from '@interwork/core';
import { mac } from '@interwork/core/node';
import { World } from '@interwork/core/testing';
import { policyOf } from '@interwork/policy/testing';
import { SipEndpoint, type Target } from '@interwork/sip';
import { playOn as playSip, type Sent, SipScript } from '@interwork/sip/testing';
import { DEFAULT_LINK_RULES, XmppEndpoint } from '@interwork/xmpp';
import { nodeDigest } from '@interwork/xmpp/node';
import { playOn as playXmpp, XmppScript } from '@interwork/xmpp/testing';

const SIP = 'contoso.example';
const XMPP = 'gtalk.example';
const SERVER = '192.0.2.3';
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

const udp = (address: string): Target => ({
  transport: 'udp',
  address,
  port: 5060,
  references: [],
});

/** Links without stream management: what is lost on them shows in the link alone. */
const PLAIN = { ...DEFAULT_LINK_RULES, management: false };

class Town {
  readonly world = new World({ start: EPOCH, latency: 20 });
  readonly sip = new SipScript(SIP);
  readonly xmpp = new XmppScript(XMPP);
  readonly gateway: Gateway;
  readonly traces: CrossingTrace[] = [];
  /** Errors of which the gateway says that it could not tell them. */
  untold = 0;
  readonly #running: Running;
  readonly #flush: () => void;
  readonly #flushXmpp: () => void;

  constructor(options: Partial<GatewayOptions>, rules = DEFAULT_LINK_RULES) {
    const { world } = this;
    const { clock, drawToken } = world;
    const shared = { anchors: [authority.certificate.der], clock: () => EPOCH, crypto: nodeCrypto };
    const judge = judgeFor({ service: 'xmpp-server', ...shared });
    const sipAt = (address: string) =>
      world.sip({
        address,
        listen: [{ transport: 'udp', port: 5060 }],
        endpoint: new SipEndpoint({ drawToken, host: address, ports: { udp: 5060 } }),
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
          rules: () => rules,
        }),
        chain,
      });
    const company = sipAt('192.0.2.1');
    const server = xmppAt(XMPP, SERVER, chains.xmpp);
    world.dns.set(SIP, [{ address: '192.0.2.2', port: 5269, direct: false }]);
    world.dns.set(XMPP, [{ address: SERVER, port: 5269, direct: false }]);
    this.gateway = new Gateway({
      sipDomains: [SIP],
      xmppDomains: ['*'],
      policy: policyOf({
        partners: { contoso: { domains: [SIP], prove: 'address', addresses: ['192.0.2.1'] } },
        rules: [{ id: 'gtalk', effect: 'permit', domains: [XMPP] }],
      }),
      routes: { [SIP]: [udp('192.0.2.1')] },
      instance: 'gw',
      secret: 'a secret of this gateway',
      mac,
      drawToken,
      believesDatagrams: true,
      traces: 'full',
      ...options,
    });
    this.#running = world.run(
      this.gateway,
      { sip: sipAt('192.0.2.2'), xmpp: xmppAt(SIP, '192.0.2.2', chains.gateway) },
      {
        onTrace: (trace: Trace) => {
          if (trace.kind === 'crossing') this.traces.push(trace);
          else if (trace.kind === 'fault' && trace.code === 'error-not-told') this.untold += 1;
        },
      },
    );
    this.sip.addUser('alice');
    this.#flush = playSip(company, this.sip, () => clock.now);
    this.xmpp.addUser('bob');
    this.#flushXmpp = playXmpp(server, this.xmpp);
  }

  /** Alice writes to a user of that name, who gets nothing else. */
  send(user: string): Sent {
    this.xmpp.addUser(user);
    const message = { from: `alice@${SIP}`, to: `${user}@${XMPP}`, text: user };
    const sent = this.sip.send(message, [udp('192.0.2.2')]);
    this.#flush();
    return sent;
  }

  /** Bob writes to somebody whom the SIP company does not know. */
  sendBack(user: string): void {
    this.xmpp.send({ from: `bob@${XMPP}`, to: `${user}@${SIP}`, text: user });
    this.#flushXmpp();
  }

  async close(meanwhile: () => void = () => {}): Promise<void> {
    const closed = this.#running.close();
    meanwhile();
    for (let turn = 0; turn < 20; turn++) {
      this.world.clock.advance(1_000);
      await Promise.resolve();
    }
    await closed;
  }
}

/** A history by a seed: messages, pauses, links that go silent, links that break. */
function live(
  town: Town,
  seed: number,
  { steps = 40, stalls = true } = {},
): ReadonlyMap<string, Sent> {
  const number = numbersOf(seed);
  const { clock, network } = town.world;
  const sent = new Map<string, Sent>();
  for (let step = 0; step < steps; step++) {
    const what = number();
    if (what < 0.55) sent.set(`u${step}`, town.send(`u${step}`));
    else if (what < 0.7) town.sendBack(`x${step}`);
    else if (what < 0.8) network.cut(SERVER);
    else if (what < 0.95 && stalls) {
      network.stall(SERVER);
      clock.after(number() * 3_000, () => network.cut(SERVER));
    } else clock.advance(5_000);
    clock.advance(number() * 200);
  }
  return sent;
}

interface Ends {
  readonly answered: number;
  readonly arrived: boolean;
  readonly told: number;
}

function endsOf(town: Town, user: string, sent: Sent): Ends {
  const notices = town.sip.texts('alice').filter((text) => text.includes(` ${user}@${XMPP} `));
  return {
    answered: sent.response?.status ?? 0,
    arrived: town.xmpp.texts(user).length > 0,
    told: notices.length,
  };
}

/** How many errors Bob got for each message of his that has failed. */
function backOf(town: Town): readonly number[] {
  const failed = town.traces.filter(
    ({ direction, outcome }) => direction === 'xmpp-to-sip' && outcome === 'failed',
  );
  const errors = town.xmpp.errors('bob').map((error) => error.from?.bare);
  return failed.map(({ to }) => errors.filter((from) => from === to).length);
}

const seen = { lost: 0, told: 0, refused: 0, arrived: 0, draining: 0, back: 0, again: 0 };

describe('RFC 3428 §7, S4: nothing is lost in silence', () => {
  const seeds = Array.from({ length: 16 }, (_, n) => n + 1);
  it.each(seeds)('seed %i', async (seed) => {
    const isPlain = seed % 4 !== 0;
    const rules = isPlain ? PLAIN : DEFAULT_LINK_RULES;
    const town = new Town(seed % 3 === 0 ? { noBarrier: [XMPP] } : {}, rules);
    const sent = live(town, seed);
    town.world.clock.advance(100_000);
    for (const [user, one] of sent) {
      const { answered, arrived, told } = endsOf(town, user, one);
      const label = `seed ${seed}, ${user}`;
      expect([label, answered === 202 || answered >= 400]).toEqual([label, true]);
      expect([label, town.xmpp.texts(user).length <= 1, told <= 1]).toEqual([label, true, true]);
      if (answered === 202) expect([label, arrived || told === 1]).toEqual([label, true]);
      else expect([label, told]).toEqual([label, 0]);
      seen.lost += isPlain && answered === 202 && !arrived ? 1 : 0;
      seen.told += told;
      seen.refused += answered === 202 ? 0 : 1;
      seen.arrived += arrived ? 1 : 0;
    }
    const late = town.traces.filter(({ outcome }) => outcome === 'late-failure');
    const there = town.traces.filter(({ direction }) => direction === 'sip-to-xmpp');
    expect(there.length).toBe(sent.size);
    expect(late.length).toBe(
      [...sent].reduce((sum, [user, one]) => sum + endsOf(town, user, one).told, 0),
    );
    const back = backOf(town);
    expect(back.filter((errors) => errors > 2)).toEqual([]);
    expect(back.filter((errors) => errors === 0).length).toBeLessThanOrEqual(town.untold);
    seen.back += back.length;
    seen.again += back.filter((errors) => errors === 2).length;
    expect([town.gateway.open, town.gateway.sizes.unconfirmed]).toEqual([0, 0]);
    await town.close();
    expect(new Set(Object.values(town.gateway.sizes))).toEqual(new Set([0]));
  });

  /** A history in which nothing is lost proves nothing. */
  afterAll(() => {
    expect(seen.lost).toBeGreaterThan(5);
    expect(Math.min(seen.back, seen.again)).toBeGreaterThan(0);
    expect(Math.min(seen.refused, seen.arrived)).toBeGreaterThan(10);
    expect(seen.draining).toBeGreaterThan(1);
  });

  it.each(seeds.slice(0, 8))('L4: and closing in the middle of it, seed %i', async (seed) => {
    const town = new Town({}, seed % 3 === 0 ? DEFAULT_LINK_RULES : PLAIN);
    const sent = live(town, seed, { steps: 8 + (seed % 10), stalls: false });
    let late: Sent | undefined;
    const isOpen = town.gateway.open > 0;
    await town.close(() => {
      if (seed % 2 === 0) town.world.network.cut(SERVER);
      late = town.send('late');
    });
    town.world.clock.advance(60_000);
    for (const [user, one] of sent) {
      const { answered, arrived, told } = endsOf(town, user, one);
      const label = `seed ${seed}, ${user}`;
      expect([label, answered === 202 || answered >= 400]).toEqual([label, true]);
      if (answered === 202) expect([label, arrived || told === 1]).toEqual([label, true]);
      expect([label, town.xmpp.texts(user).length <= 1, told <= 1]).toEqual([label, true, true]);
    }
    // Whoever comes when everything has ended is refused by the endpoint, or finds nobody.
    const { status, headers } = late?.response ?? {};
    if (isOpen || status !== undefined)
      expect([status, headers?.text('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    seen.draining += status === undefined ? 0 : 1;
    expect(new Set(Object.values(town.gateway.sizes))).toEqual(new Set([0]));
  });

  it('S9: one seed gives one history', async () => {
    const histories = await Promise.all(
      [5, 5, 6].map(async (seed) => {
        const town = new Town({});
        const sent = live(town, seed);
        town.world.clock.advance(100_000);
        const ends = [...sent].map(([user, one]) => [user, endsOf(town, user, one)]);
        await town.close();
        return ends;
      }),
    );
    expect(histories[0]).toEqual(histories[1]);
    expect(histories[0]).not.toEqual(histories[2]);
  });
});
