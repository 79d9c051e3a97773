// The contract suites on what they describe: our own clocks, judges, resolvers and edges, real and virtual.
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '@interwork/certs/testing';
import { judgeFor } from '@interwork/certs';
import { nodeCrypto } from '@interwork/certs/node';
import { judgesFor, nodeTiming } from '@interwork/core/node';
import {
  CLOCK_CASES,
  JUDGE_CASES,
  type MakeClock,
  type MakeJudge,
  ProcessClock,
  RESOLVER_CASES,
  SIP_EDGE_CASES,
  type SipEdgesUnderTest,
  VirtualClock,
  World,
  XMPP_EDGE_CASES,
  type XmppEdgesUnderTest,
  type Zone,
} from '@interwork/core/testing';
import { SipEndpoint, type Target, type Transport } from '@interwork/sip';
import { listenSip } from '@interwork/sip/node';
import { XmppEndpoint, type XmppTarget } from '@interwork/xmpp';
import { dnsLocate, listenXmpp, nodeDigest } from '@interwork/xmpp/node';

const START = Date.UTC(2026, 0, 1);
const [NEAR, FAR] = ['near.example', 'far.example'];

const virtualClock: MakeClock = () => {
  const clock = new VirtualClock(START);
  return { timing: clock.timing, pass: async (duration) => clock.advance(duration) };
};
const processClock: MakeClock = () => {
  const clock = new VirtualClock(START);
  const process = new ProcessClock(clock, 12_345);
  return { timing: process.timing, pass: async (duration) => clock.advance(duration) };
};
/** Node's timers may wake a little early: the rest is waited for. */
const realClock: MakeClock = () => ({
  timing: nodeTiming,
  pass: async (duration) => {
    const end = performance.now() + duration;
    for (let left = duration; left > 0; left = end - performance.now())
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)));
  },
});

describe.each([
  ['VirtualClock', virtualClock],
  ['ProcessClock', processClock],
  ['nodeTiming', realClock],
])('%s is a clock that', (_name, make) => {
  for (const one of CLOCK_CASES) it(one.name, () => one.run(make));

  it('fails the suite where it is early, or steps back', async () => {
    const { timing, pass } = make();
    const early = { ...timing, alarm: (_at: number, run: () => void) => timing.alarm(0, run) };
    const results = await Promise.allSettled(
      CLOCK_CASES.map((one) => one.run(() => ({ timing: early, pass }))),
    );
    expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(1);
  });
});

describe('the judge of @interwork/certs is one that', () => {
  const make: MakeJudge = ({ anchor, now, service }) =>
    judgeFor({ service, anchors: [anchor], clock: () => now, crypto: nodeCrypto });
  for (const one of JUDGE_CASES) it(one.name, () => one.run(make));

  it('fails the suite where everybody is believed, or nobody', async () => {
    for (const accepted of [true, false]) {
      const judge: MakeJudge = () => (_chain, _role, reference) => {
        const proved = accepted ? [reference ?? 'example.com'] : [];
        return { accepted, proved, certificate: '', faults: [] };
      };
      const results = await Promise.allSettled(JUDGE_CASES.map((one) => one.run(judge)));
      expect(results.some(({ status }) => status === 'rejected')).toBe(true);
    }
  });
});

describe('dnsLocate is a resolver that', () => {
  const missing = (code: string): Promise<never> =>
    Promise.reject(Object.assign(new Error(code), { code }));
  const make = ({ srv, a }: Zone) =>
    dnsLocate({
      random: () => 0,
      resolver: {
        resolveSrv: async (name: string) => {
          const found = srv[name];
          return found === 'fails'
            ? missing('ESERVFAIL')
            : (found?.slice() ?? missing('ENOTFOUND'));
        },
        resolve4: (async (name: string) => {
          const found = a[name];
          return found === 'fails'
            ? missing('ESERVFAIL')
            : (found?.slice() ?? missing('ENOTFOUND'));
        }) as never,
        resolve6: async () => missing('ENODATA'),
      },
    });
  for (const one of RESOLVER_CASES) it(one.name, () => one.run(make));
});

/** Waits on real sockets by turns of the loop. */
async function untilReal<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function untilVirtual(world: World) {
  return async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const hasTurned = world.clock.turn(120_000);
      await new Promise((resolve) => setImmediate(resolve));
      if (!hasTurned && find() === undefined) throw new Error('it did not come in two minutes');
    }
  };
}

function grounds(now: number) {
  const authority = makeAuthority({ crypto: nodeCrypto, now });
  const shared = { anchors: [authority.certificate.der], clock: () => now, crypto: nodeCrypto };
  const judges = {
    sip: judgeFor({ service: 'sip', ...shared }),
    xmpp: judgeFor({ service: 'xmpp-server', ...shared }),
  };
  return { authority, judges };
}

function virtualSip(transport: Transport, split = Infinity) {
  return async (): Promise<SipEdgesUnderTest> => {
    const world = new World({ split });
    const { authority, judges } = grounds(world.clock.now);
    const edge = (host: string, address: string) =>
      world.sip({
        address,
        endpoint: new SipEndpoint({
          drawToken: world.drawToken,
          host,
          ports: { tls: 5061, tcp: 5060 },
        }),
        listen: [{ transport, port: 5061 }],
        chain: authority.issue({ dns: [host] }).chain,
        judge: judges.sip,
      });
    const at = (address: string): Target => ({ transport, address, port: 5061, references: [FAR] });
    return {
      near: edge(NEAR, '192.0.2.1'),
      far: edge(FAR, '192.0.2.2'),
      target: at('192.0.2.2'),
      nowhere: at('192.0.2.3'),
      until: untilVirtual(world),
    };
  };
}

function realSip(transport: 'tcp' | 'tls') {
  return async (): Promise<SipEdgesUnderTest> => {
    const { authority } = grounds(Date.now());
    const judge = judgesFor([authority.certificate.der]).sip;
    const edge = (host: string) => {
      const { keyPem, certPem } = authority.issue({ dns: [host] });
      const listen = [{ address: '127.0.0.1', port: 0, transport }];
      return listenSip({ host, listen, tls: { both: { key: keyPem, cert: certPem } }, judge });
    };
    const [near, far, gone] = await Promise.all([edge(NEAR), edge(FAR), edge('gone.example')]);
    const at = (port = 0): Target => ({ transport, address: '127.0.0.1', port, references: [FAR] });
    const nowhere = at(gone.listening[0]?.port);
    gone.start(() => {});
    await gone.close();
    return { near, far, target: at(far.listening[0]?.port), nowhere, until: untilReal };
  };
}

describe.each([
  ['the virtual SIP edge over TLS', virtualSip('tls')],
  ['the virtual SIP edge over TCP, cut to pieces', virtualSip('tcp', 7)],
  ['listenSip over TLS', realSip('tls')],
  ['listenSip over TCP', realSip('tcp')],
])('%s is an edge that', (_name, make) => {
  for (const one of SIP_EDGE_CASES) it(one.name, () => one.run(make));
});

const virtualXmpp = async (): Promise<XmppEdgesUnderTest> => {
  const world = new World();
  const { authority, judges } = grounds(world.clock.now);
  const edge = (domain: string, address: string) => {
    world.dns.set(domain, [{ address, port: 5269, direct: false }]);
    return world.xmpp({
      address,
      port: 5269,
      chain: authority.issue({ dns: [domain] }).chain,
      endpoint: new XmppEndpoint({
        drawToken: world.drawToken,
        digest: nodeDigest,
        judge: judges.xmpp,
        domains: (name) => name === domain,
        secret: `a secret of ${domain}`,
      }),
    });
  };
  return { near: edge(NEAR, '192.0.2.1'), far: edge(FAR, '192.0.2.2'), until: untilVirtual(world) };
};

const realXmpp = async (): Promise<XmppEdgesUnderTest> => {
  const { authority } = grounds(Date.now());
  const places = new Map<string, readonly XmppTarget[]>();
  const edge = async (domain: string) => {
    const { keyPem, certPem } = authority.issue({ dns: [domain] });
    const opened = await listenXmpp({
      domains: [domain],
      listen: [{ address: '127.0.0.1', port: 0 }],
      tls: { both: { key: keyPem, cert: certPem } },
      judge: judgesFor([authority.certificate.der]).xmpp,
      secret: `a secret of ${domain}`,
      locate: async (name) => places.get(name) ?? 'not-found',
    });
    const port = opened.listening[0]?.port ?? 0;
    places.set(domain, [{ address: '127.0.0.1', port, direct: false }]);
    return opened;
  };
  return { near: await edge(NEAR), far: await edge(FAR), until: untilReal };
};

describe.each([
  ['the virtual XMPP edge', virtualXmpp],
  ['listenXmpp', realXmpp],
])('%s is an edge that', (_name, make) => {
  for (const one of XMPP_EDGE_CASES) it(one.name, () => one.run(make));
});
