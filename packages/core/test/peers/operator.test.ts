// What an operator does who follows the README of quick-gateway and nothing else: the files it prints, at the
// addresses it names, run by a real Kamailio, a real Prosody and the program; a message each way and one that
// cannot be delivered, and a contact each way. Changed are only folders, and that the test's client may log in without
// TLS.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawToken, steadyClock } from '@interwork/core/node';
import {
  type IncomingRequest,
  param,
  parseUri,
  type RequestDraft,
  type SipEvent,
  type Uri,
} from '@interwork/sip';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import { pidf, playOn, PRESENCE_METHODS, SipDomain } from '@interwork/sip/testing';
import { child, textOf, type XmlElement } from '@interwork/xmpp';
import { Bell } from '../../../../test-kit/bell.ts';
import { Client } from './client.ts';
import { serveDns } from './dns.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const page = readFileSync(join(root, 'examples/quick-gateway/README.md'), 'utf8');
const absent = ['kamailio', 'prosody', 'openssl'].filter(
  (tool) => spawnSync('which', [tool]).status !== 0,
);
const why = absent.length === 0 ? '' : ` (skipped: not installed: ${absent.join(', ')})`;
const PHONE = '192.0.2.40';
const bell = new Bell();

let folder: string;
beforeAll(() => {
  if (absent.length > 0) return;
  for (const host of ['192.0.2.10', '192.0.2.20', '192.0.2.30', PHONE])
    spawnSync('ip', ['addr', 'add', `${host}/32`, 'dev', 'lo']);
  folder = mkdtempSync(join(tmpdir(), 'operator-'));
  for (const [, name = '', text = ''] of page.matchAll(/^```\w+ (\S+)\n([\s\S]*?)\n```$/gm))
    writeFileSync(join(folder, name), `${moved(text)}\n`);
  const made = spawnSync('sh', ['make-certificates.sh'], { cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
});
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** The text of a file with every folder of the README where the test's is. */
function moved(text: string): string {
  return text.replaceAll(/\/etc\/(?:kamailio|prosody(?:\/certs)?)|\/var\/lib\/interwork/g, folder);
}

/** A program of this test; it is ended by its own id. */
class Running {
  log = '';
  readonly #child: ChildProcess;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: root });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream !== null)
        createInterface({ input: stream }).on('line', (line) => {
          this.log += `${line}\n`;
          bell.ring();
        });
    this.#child.once('close', (code) => {
      this.log += `ended with ${code}\n`;
      bell.ring();
    });
  }

  async until(wanted: RegExp): Promise<string> {
    const found = await bell.until(
      () => wanted.exec(this.log) ?? /^ended with .*/m.exec(this.log) ?? undefined,
    );
    if (!wanted.test(found[0])) throw new Error(this.log);
    return found[0];
  }

  async end(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const closed = once(this.#child, 'close') as Promise<[number | null]>;
    this.#child.kill('SIGTERM');
    return (await closed)[0];
  }
}

/** Alice's telephone, behind the proxy: a domain of one, known to the proxy by what it registered. */
class Phone {
  readonly domain = new SipDomain({
    domain: 'sip.example',
    drawToken,
    route: () => [PROXY],
    contactHost: `${PHONE}:5060`,
  });
  readonly alice = this.domain.user('alice');
  #edge: SipEdge | undefined;
  #step = (): void => {};

  async start(): Promise<void> {
    const edge = await listenSip({
      host: PHONE,
      listen: [{ transport: 'udp', address: PHONE, port: 5060 }],
      methods: PRESENCE_METHODS,
    });
    this.#edge = edge;
    const start = (take: (event: SipEvent) => void): void =>
      edge.start((event) => {
        take(event.kind === 'request' ? { ...event, request: asHers(event.request) } : event);
        bell.ring();
      });
    this.#step = playOn({ start, send: (input) => edge.send(input) }, this.domain, steadyClock);
    const contact = { name: 'Contact', value: `<sip:alice@${PHONE}:5060>` };
    const draft = { method: 'REGISTER', uri: REGISTRAR, body: NOTHING, headers: [contact] };
    expect(await this.#ask('alice@sip.example', '', draft)).toBe(200);
  }

  get texts(): readonly string[] {
    return this.domain.script.texts('alice');
  }

  /** The final status. */
  message(to: string, text: string): Promise<number | string> {
    return this.#ask(to, text);
  }

  /** Has her do something about contacts, and waits until it is seen. */
  async does(act: () => void, isSeen: () => boolean): Promise<void> {
    act();
    this.#step();
    await bell.until(() => (isSeen() ? true : undefined));
  }

  async close(): Promise<void> {
    await this.#edge?.close();
  }

  #ask(to: string, text: string, draft: Partial<RequestDraft> = {}): Promise<number | string> {
    const sent = this.domain.script.send({ from: 'alice@sip.example', to, text, draft }, [PROXY]);
    this.#step();
    return bell.until(() => sent.response?.status ?? sent.failed?.reason);
  }
}

const PROXY = { transport: 'udp', address: '192.0.2.10', port: 5060, references: [] } as const;
const REGISTRAR = sipUri('sip:sip.example');
const NOTHING = new Uint8Array();

/** The proxy writes where she is; the model knows its people by their addresses. */
function asHers(request: IncomingRequest): IncomingRequest {
  const isFirst = param(request.to.params, 'tag') === undefined;
  return isFirst ? { ...request, uri: sipUri('sip:alice@sip.example') } : request;
}

function sipUri(text: string): Uri {
  const uri = parseUri(text);
  if (uri.kind === 'fault') throw new Error(uri.text);
  return uri;
}

async function startKamailio(): Promise<Running> {
  const file = join(folder, 'kamailio.cfg');
  const ready = 'event_route[core:worker-one-init] { xlog("L_ERR", "it is ready\\n"); }\n';
  writeFileSync(join(folder, 'kamailio-test.cfg'), readFileSync(file, 'utf8') + ready);
  const args = ['-f', join(folder, 'kamailio-test.cfg'), '-DD', '-E', '-m', '64', '-M', '8'];
  const running = new Running('kamailio', [...args, '-Y', folder]);
  await running.until(/it is ready/);
  return running;
}

async function startProsody(name: string, port: RegExp): Promise<Running> {
  const data = mkdtempSync(join(folder, 'data-'));
  const added = `run_as_root = true
data_path = "${data}"
pidfile = "${data}/pid"
log = { info = "*console" }
c2s_interfaces = { "127.0.0.1" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
`;
  const file = join(data, 'prosody.cfg.lua');
  writeFileSync(file, added + readFileSync(join(folder, name), 'utf8'));
  const args = ['--config', file, '--root', 'register', 'bob', 'xmpp.example', 'bob'];
  spawnSync('prosodyctl', args);
  const running = new Running('prosody', ['--config', file, '--root', '-F']);
  await running.until(port);
  return running;
}

/** With nothing that another one has kept. */
async function startGateway(name: string): Promise<Running> {
  rmSync(join(folder, 'state'), { force: true });
  const main = join(root, 'examples/quick-gateway/main.ts');
  const flags = ['--conditions=@interwork/source', '--import', 'tsx'];
  const running = new Running(process.execPath, [...flags, main, join(folder, name)]);
  await running.until(/^ready .*/m);
  return running;
}

/** Each adds the other, agrees, and sees what the other says. */
async function contacts(phone: Phone, bob: Client): Promise<void> {
  const [alice, bobs] = ['alice@sip.example', 'bob@xmpp.example'];
  const said = (type: string | undefined, show?: string) => (el: XmlElement) =>
    el.name === 'presence' &&
    el.attrs['from']?.startsWith(alice) === true &&
    el.attrs['type'] === type &&
    (show === undefined || textIn(el, 'show') === show);
  phone.alice.setDocument(pidf(alice, [{ id: 'phone', basic: 'open', show: 'dnd' }]));
  bob.send('<iq type="get" id="roster"><query xmlns="jabber:iq:roster"/></iq>');
  bob.send(`<presence to="${alice}" type="subscribe"/>`);
  await bell.until(() => phone.alice.pendingWatchers[0]);
  await phone.does(
    () => phone.alice.allow(bobs),
    () => phone.alice.watchers[0]?.state === 'active',
  );
  await bob.until(said('subscribed'));
  await bob.until(said(undefined, 'dnd'));
  const sees = (word: string): boolean => phone.alice.sees(bobs).document?.includes(word) === true;
  await phone.does(
    () => phone.alice.watch(bobs),
    () => phone.alice.sees(bobs).state === 'pending',
  );
  await bob.until(said('subscribe'));
  bob.send(`<presence to="${alice}" type="subscribed"/>`);
  await bell.until(() => (sees('<basic>open</basic>') ? true : undefined));
  bob.send('<presence><show>away</show></presence>');
  await bell.until(() => (sees('>away<') ? true : undefined));
  expect(phone.domain.complaints).toEqual([]);
}

function textIn(el: XmlElement, name: string): string {
  const found = child(el, name);
  return found === undefined ? '' : textOf(found);
}

describe.skipIf(absent.length > 0)(`an operator who follows the README${why}`, () => {
  it.each([
    ['servers', 'prosody.cfg.lua', /Activated service 's2s' on \[192/, 'gateway.json'],
    [
      'a component',
      'prosody-component.cfg.lua',
      /Activated service 'component' on \[192/,
      'gateway-component.json',
    ],
  ] as const)(
    'connects a Kamailio and a Prosody: %s',
    async (_how, prosody, port, gateway) => {
      const dns = await serveDns({
        '_xmpp-server._tcp.sip.example SRV': {
          priority: 0,
          weight: 0,
          port: 5269,
          target: 'gw.sip.example',
        },
        'gw.sip.example A': '192.0.2.20',
      });
      const programs: Running[] = [];
      const phone = new Phone();
      try {
        programs.push(await startKamailio(), await startProsody(prosody, port));
        const program = await startGateway(gateway);
        const bob = await Client.login('bob', 'xmpp.example', 'desk');
        await phone.start();
        expect(await phone.message('bob@xmpp.example', 'hello ✔')).toBe(202);
        await bob.until((el) => el.name === 'message' && el.attrs['type'] !== 'error');
        expect(bob.texts('alice@sip.example')).toEqual(['hello ✔']);
        bob.send(
          '<message to="alice@sip.example" type="chat" id="m1"><body>and back</body></message>',
        );
        await bell.until(() => phone.texts[0]);
        expect(phone.texts).toEqual(['and back']);
        expect(await phone.message('nobody@xmpp.example', 'anyone?')).toBeGreaterThanOrEqual(400);
        await contacts(phone, bob);
        const metrics = await (await fetch('http://127.0.0.1:8060/metrics')).text();
        expect(metrics).toMatch(/outcome="handed-over".*} 1$/m);
        if (gateway === 'gateway-component.json')
          expect(metrics).toContain('interwork_component_up 1');
        bob.close();
        expect(await program.end()).toBe(0);
      } finally {
        await phone.close();
        await Promise.all(programs.map((program) => program.end()));
        await dns.close();
      }
    },
    60_000,
  );
});
