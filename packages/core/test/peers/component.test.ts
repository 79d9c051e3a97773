// The gateway as a component behind a real Prosody: XEP-0114 §3 over a real socket, with a message each way between a
// SIP company and a user of that server, a restart of the server, and a secret that it refuses.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { type CrossingTrace, declineRequest, Gateway, type Trace } from '@interwork/core';
import { drawToken, judgesFor, mac, run, steadyClock } from '@interwork/core/node';
import { policyOf } from '@interwork/policy/testing';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { type EdgeLike, playOn, SipScript } from '@interwork/sip/testing';
import { isFault, Jid, messageElement, type XmppEvent } from '@interwork/xmpp';
import { type ComponentEdge, connectComponent } from '@interwork/xmpp/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bell } from '../../../../test-kit/bell.ts';
import { Client, conditionOf } from './client.ts';

const SIP = 'sip.prosody.test';
const XMPP = 'prosody.test';
const ALICE = `alice@${SIP}`;
const BOB = `bob@${XMPP}`;
const LOOPBACK = '127.0.0.1';
const PORT = 5347;
const SECRET = 'a secret of the component';
const bell = new Bell();

/** A Prosody with a component, in a folder that outlives a restart. */
interface Server {
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

async function startServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'interwork-component-'));
  const config = join(folder, 'prosody.cfg.lua');
  writeFileSync(config, configText(folder));
  const args = ['--config', config, '--root', 'register', 'bob', XMPP, 'bob'];
  const made = spawnSync('prosodyctl', args, { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`prosodyctl register: ${made.stdout}${made.stderr}`);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('prosody', ['--config', config, '--root', '-F'], { stdio: 'ignore' });
    await untilOpen(child, 5222);
    await untilOpen(child, PORT);
  };
  const stop = async (): Promise<void> => {
    if (child !== undefined) await ended(child);
  };
  const close = async (): Promise<void> => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  await start();
  return { start, stop, close };
}

function configText(folder: string): string {
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}"
log = { error = "*console" }
modules_enabled = { "roster", "saslauth", "disco", "ping" }
modules_disabled = { "offline", "s2s", "tls" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
interfaces = { "${LOOPBACK}" }
component_ports = { ${PORT} }
component_interfaces = { "${LOOPBACK}" }
VirtualHost "${XMPP}"
Component "${SIP}"
  component_secret = "${SECRET}"
`;
}

/** Waits until a port takes connections, by trying; fails when the server has ended instead. */
async function untilOpen(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (child.exitCode !== null) throw new Error('prosody ended');
    if (await opens(port)) return;
  }
  throw new Error(`prosody does not listen on ${port}`);
}

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => setTimeout(resolve, 25, false));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(hard);
}

const component = (secret: string): Promise<ComponentEdge> =>
  connectComponent({
    host: LOOPBACK,
    port: PORT,
    name: SIP,
    secret,
    timers: { shortestRest: 50, longestRest: 200 },
  });

interface Company {
  readonly script: SipScript;
  readonly traces: readonly Trace[];
  alice(to: string, text: string): Promise<number>;
  close(): Promise<void>;
}

/** A SIP company, and the gateway between it and the component's edge. */
async function startCompany(xmpp: ComponentEdge): Promise<Company> {
  const authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  const judge = judgesFor([authority.certificate.pem]).sip;
  const listen = (name: string): Promise<SipEdge> => {
    const { keyPem, certPem } = authority.issue({ dns: [name], uri: [`sip:${name}`] });
    const place = { transport: 'tls', address: LOOPBACK, port: 0 } as const;
    const tls = { key: keyPem, cert: certPem };
    return listenSip({
      host: 'localhost',
      listen: [place],
      tls: { both: tls },
      judge,
      decline: declineRequest,
    });
  };
  const targetOf = (edge: SipEdge, name: string) =>
    ({
      transport: 'tls',
      address: LOOPBACK,
      port: edge.listening[0]?.port ?? 0,
      references: [name],
    }) as const;
  const companyEdge = await listen(SIP);
  const gatewayEdge = await listen(`gw.${SIP}`);
  const gateway = new Gateway({
    sipDomains: [SIP],
    xmppDomains: [XMPP],
    policy: policyOf({ rules: [{ id: 'all', effect: 'permit', domains: [XMPP] }] }),
    routes: { [SIP]: [targetOf(companyEdge, SIP)] },
    instance: 'gw-component',
    secret: 'a secret of the gateway',
    mac,
    drawToken,
  });
  const traces: Trace[] = [];
  const onTrace = (trace: Trace): void => {
    traces.push(trace);
    bell.ring();
  };
  const running = run(gateway, { sip: gatewayEdge, xmpp }, { onTrace });
  const script = new SipScript(SIP);
  script.addUser('alice');
  const step = playOn(rung(companyEdge), script, steadyClock);
  return {
    script,
    traces,
    alice: (to, text) => {
      const hops = [targetOf(gatewayEdge, `gw.${SIP}`)];
      const sent = script.send({ from: ALICE, to, text }, hops);
      step();
      return bell.until(
        () => sent.response?.status ?? (sent.failed === undefined ? undefined : -1),
      );
    },
    close: async () => {
      await running.close();
      await companyEdge.close();
    },
  };
}

/** The edge, with each event rung after it was taken. */
function rung(edge: SipEdge): EdgeLike {
  const start: EdgeLike['start'] = (take) =>
    edge.start((event) => {
      take(event);
      bell.ring();
    });
  return { start, send: (input) => edge.send(input) };
}

describe('XEP-0114 §3 behind a real Prosody', () => {
  let server: Server;
  let company: Company;
  let bob: Client;
  beforeAll(async () => {
    server = await startServer();
    company = await startCompany(await component(SECRET));
    bob = await Client.login('bob', XMPP, 'desk');
  });
  afterAll(async () => {
    bob.close();
    await company.close();
    await server.close();
  });

  it('carries a message to a user of the server', async () => {
    expect(await company.alice(BOB, 'Grüße ✓')).toBe(202);
    await bob.until((el) => el.name === 'message' && el.attrs['from'] === ALICE);
    expect(bob.texts(ALICE)).toEqual(['Grüße ✓']);
  });

  it('carries a message from there, proved by the server and nothing else', async () => {
    bob.send(`<message to='${ALICE}' type='chat'><body>Ça va ? &lt;&amp;&gt;</body></message>`);
    const [got] = await bell.until(() =>
      company.script.inbox('alice').length > 0 ? company.script.inbox('alice') : undefined,
    );
    expect(got?.text).toBe('Ça va ? <&>');
    const trace = await bell.until(() =>
      company.traces.find(
        (one): one is CrossingTrace =>
          one.kind === 'crossing' && one.direction === 'xmpp-to-sip' && one.outcome === 'delivered',
      ),
    );
    expect(trace).toMatchObject({ proof: 'component' });
  });

  it('an unknown SIP user becomes a stanza error', async () => {
    bob.send(`<message to='nobody@${SIP}' id='b2'><body>x</body></message>`);
    const error = await bob.until((el) => el.attrs['id'] === 'b2' && el.attrs['type'] === 'error');
    expect(conditionOf(error)).toBe('item-not-found');
  });

  it('a server that was restarted is called again', async () => {
    bob.close();
    await server.stop();
    await server.start();
    bob = await Client.login('bob', XMPP, 'desk');
    expect(await company.alice(BOB, 'again')).toBe(202);
    await bob.until((el) => el.name === 'message' && el.attrs['from'] === ALICE);
    expect(bob.texts(ALICE)).toEqual(['again']);
  });
});

describe('XEP-0114 §3 a secret that a real Prosody refuses', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it('is told as a fault and to whoever sends', async () => {
    const edge = await component('a wrong secret');
    const events: XmppEvent[] = [];
    edge.start((event) => {
      events.push(event);
      bell.ring();
    });
    const [from, to] = [address(ALICE), address(BOB)];
    const draft = { from, to, bodies: [{ lang: undefined, text: 'x' }] };
    edge.send({ kind: 'stanza', element: messageElement(draft), from, to, context: 'x' });
    const fate = await bell.until(() => events.find((event) => event.kind === 'fate'));
    expect(fate).toMatchObject({ fate: 'failed', reason: 'stream-error', context: 'x' });
    expect(events).toContainEqual(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'not-authorized' }) }),
    );
    await edge.close();
  });
});

function address(text: string): Jid {
  const jid = Jid.parse(text);
  if (isFault(jid)) throw new Error(jid.text);
  return jid;
}
