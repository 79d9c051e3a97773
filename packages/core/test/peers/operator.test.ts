// What an operator does who follows the README of quick-gateway and nothing else: the files it prints, at the
// addresses it names, run by a real Kamailio, a real Prosody and the program; a message each way and one that
// cannot be delivered. Changed are only folders, and that the test's client may log in without TLS.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** Alice's telephone: registers, sends, answers 200 to what comes. */
class Phone {
  readonly texts: string[] = [];
  readonly #answers = new Map<string, number>();
  readonly #socket: Socket = createSocket('udp4');
  #serial = 0;

  async start(): Promise<void> {
    this.#socket.on('message', (bytes) => this.#take(bytes.toString()));
    this.#socket.bind(5060, PHONE);
    await once(this.#socket, 'listening');
    const contact = `Contact: <sip:alice@${PHONE}:5060>`;
    expect(await this.#ask('REGISTER', 'sip:sip.example', 'sip:alice@sip.example', contact)).toBe(
      200,
    );
  }

  /** The final status. */
  message(to: string, text: string): Promise<number> {
    return this.#ask('MESSAGE', `sip:${to}`, `sip:${to}`, 'Content-Type: text/plain', text);
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: string, uri: string, to: string, more: string, body = ''): Promise<number> {
    this.#serial += 1;
    const id = `call-${this.#serial}`;
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${PHONE}:5060;rport;branch=z9hG4bK${id}`,
      'Max-Forwards: 70',
      `From: <sip:alice@sip.example>;tag=${id}`,
      `To: <${to}>`,
      `Call-ID: ${id}`,
      `CSeq: ${this.#serial} ${method}`,
      more,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ];
    this.#socket.send(lines.join('\r\n'), 5060, '192.0.2.10');
    return bell.until(() => this.#answers.get(id));
  }

  #take(text: string): void {
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0);
    const id = /^Call-ID: *(\S+)/im.exec(text)?.[1] ?? '';
    if (status >= 200) this.#answers.set(id, status);
    else if (status === 0) this.#answer(text);
    bell.ring();
  }

  #answer(request: string): void {
    const [head = '', body = ''] = request.split('\r\n\r\n', 2);
    this.texts.push(body);
    const kept = head.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/i.test(line));
    const answer = ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
    this.#socket.send(answer, 5060, '192.0.2.10');
  }
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

async function startGateway(name: string): Promise<Running> {
  const main = join(root, 'examples/quick-gateway/main.ts');
  const flags = ['--conditions=@interwork/source', '--import', 'tsx'];
  const running = new Running(process.execPath, [...flags, main, join(folder, name)]);
  await running.until(/^ready .*/m);
  return running;
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
  ] as const)('connects a Kamailio and a Prosody: %s', async (_how, prosody, port, gateway) => {
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
      const metrics = await (await fetch('http://127.0.0.1:8060/metrics')).text();
      expect(metrics).toMatch(/outcome="handed-over".*} 1$/m);
      if (gateway === 'gateway-component.json')
        expect(metrics).toContain('interwork_component_up 1');
      bob.close();
      expect(await program.end()).toBe(0);
    } finally {
      phone.close();
      await Promise.all(programs.map((program) => program.end()));
      await dns.close();
    }
  });
});
