// For the tests: a folder with certificates, a policy and a configuration; a SIP company and an XMPP company
// on free ports of the loopback; and the gateway between them as its operator runs it, a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import tls from 'node:tls';
import { type Authority, makeAuthority } from '@interwork/certs/testing';
import { nodeCrypto } from '@interwork/certs/node';
import { drawToken, judgesFor, steadyClock } from '@interwork/core/node';
import type { SipEvent, Target } from '@interwork/sip';
import { listenSip, type SipEdge } from '@interwork/sip/node';
import {
  playOn as playSip,
  PRESENCE_METHODS,
  SipDomain,
  type SipScript,
  type SipUser,
} from '@interwork/sip/testing';
import { errorReply, type XmppEvent } from '@interwork/xmpp';
import { listenXmpp, type XmppEdge } from '@interwork/xmpp/node';
import { playOn as playXmpp, type Sent, XmppScript, type XmppUser } from '@interwork/xmpp/testing';
import { Bell } from '../../test-kit/bell.ts';

export const SIP = 'sip.example';
export const XMPP = 'xmpp.example';
const LOOPBACK = '127.0.0.1';
const MAIN = join(import.meta.dirname, 'main.ts');

/** One line of the gateway's log. */
export type LogLine = { readonly level: number; readonly msg: string } & Readonly<
  Record<string, unknown>
>;

/** A gateway in a process of its own. */
export interface Program {
  /** The ports of the ready line, by kind: `sip/udp`, `xmpp-server`, `health`. */
  readonly ports: ReadonlyMap<string, number>;
  readonly log: readonly LogLine[];
  /** The line of the log that `find` finds, once there is one. */
  logged(find: (line: LogLine) => boolean): Promise<LogLine>;
  signal(name: NodeJS.Signals): void;
  /** Whoever read its outputs goes away. */
  unread(): void;
  /** Its exit code, or the signal that ended it, once it has ended. */
  readonly ended: Promise<number | string>;
}

/** A start that ended before it was ready. */
export interface Refused {
  readonly code: number;
  readonly log: readonly LogLine[];
  readonly stdout: string;
}

/** A folder, two companies, and a way to start the gateway between them. */
export class Stage {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'quick-gateway-'));
  readonly authority: Authority = makeAuthority({ crypto: nodeCrypto, now: Date.now() });
  readonly #company: SipDomain = new SipDomain({
    domain: SIP,
    drawToken,
    route: () => [this.#toGateway()],
  });
  readonly sip: SipScript = this.#company.script;
  readonly xmpp: XmppScript = new XmppScript(XMPP);
  readonly #bell = new Bell();
  readonly #children = new Set<ChildProcess>();
  readonly #steps: (() => void)[] = [];
  #sipEdge: SipEdge | undefined;
  #xmppEdge: XmppEdge | undefined;
  /** The ports at which the gateway takes streams and SIP, for the companies. */
  gatewayS2s = 0;
  #gatewaySip = 0;
  /** A user of the SIP company with a telephone that knows contacts. */
  readonly romeo: SipUser = this.#company.user('romeo');
  /** A user of the XMPP company with a roster. */
  readonly juliet: XmppUser = this.xmpp.user('juliet');

  /** Opens both companies and writes certificates and policy into the folder. */
  static async set(): Promise<Stage> {
    const stage = new Stage();
    stage.sip.addUser('alice');
    stage.xmpp.addUser('bob');
    stage.xmpp.addUser('away', []);
    stage.writePair('gateway', [SIP]);
    stage.write('ca.pem', stage.authority.certificate.pem);
    stage.writePolicy();
    await stage.#open();
    return stage;
  }

  /** Writes a file of the folder. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Writes `NAME.pem` and `NAME.key`, issued for domains. */
  writePair(name: string, dns: readonly string[]): void {
    const { certPem, keyPem } = this.authority.issue({ dns: [...dns] });
    this.write(`${name}.pem`, certPem);
    this.write(`${name}.key`, keyPem);
  }

  /** Writes the policy: both companies may talk, but for what is forbidden. */
  writePolicy(forbid: readonly string[] = []): void {
    const partners = {
      desk: { domains: [SIP], via: 'sip', prove: 'address', addresses: ['127.0.0.0/8'] },
    };
    const rules: object[] = [{ id: 'both', effect: 'permit', domains: [SIP] }];
    if (forbid.length > 0) rules.push({ id: 'closed', effect: 'forbid', domains: forbid });
    this.write('policy.json', JSON.stringify({ version: 1, default: 'deny', partners, rules }));
  }

  /** A configuration for this stage; parts given replace its own. */
  configuration(parts: object = {}): object {
    const at = (port: number | undefined) => [{ address: LOOPBACK, port }];
    const hop = { transport: 'udp', address: LOOPBACK, port: this.#sipEdge?.listening[0]?.port };
    return {
      version: 1,
      domains: { sip: [SIP], xmpp: [XMPP] },
      sip: {
        listen: [{ transport: 'udp', address: LOOPBACK, port: 0 }],
        routes: { [SIP]: [hop] },
        believesDatagrams: true,
      },
      xmpp: {
        s2s: {
          listen: [...at(0), { address: LOOPBACK, port: 0, direct: true }],
          routes: { [XMPP]: at(this.#xmppEdge?.listening[0]?.port) },
        },
      },
      tls: {
        xmpp: { both: { certificate: 'gateway.pem', key: 'gateway.key' } },
        authorities: ['ca.pem'],
      },
      policy: 'policy.json',
      state: { file: 'state' },
      health: { address: LOOPBACK, port: 0 },
      ...parts,
    };
  }

  /** Writes the configuration and starts the gateway; resolves once it is ready, and `meanwhile` is over. */
  async start(
    configuration: object = this.configuration(),
    meanwhile: (signal: Program['signal']) => Promise<void> = async () => {},
  ): Promise<Program> {
    const { program, ended } = this.#spawn(configuration);
    const [first] = await Promise.all([
      Promise.race([program.ready, ended]),
      meanwhile(program.signal),
    ]);
    if (typeof first === 'string' && first.startsWith('ready ')) {
      const ports = portsOf(first);
      this.gatewayS2s = ports.get('xmpp-server') ?? 0;
      this.#gatewaySip = ports.get('sip/udp') ?? 0;
      return { ...program, ports, ended };
    }
    throw new Error(`it ended with ${first}: ${JSON.stringify(program.log)}`);
  }

  /** Starts a gateway that is expected to end by itself. */
  async refused(configuration: object | string): Promise<Refused> {
    const { program, ended, output } = this.#spawn(configuration);
    return { code: Number(await ended), log: program.log, stdout: output.join('\n') };
  }

  /** Alice sends to the XMPP side; the answer is the final status. */
  async alice(gateway: Program, to: string, text: string): Promise<number | string> {
    const target = targetAt(gateway.ports.get('sip/udp') ?? 0);
    const sent = this.sip.send({ from: `alice@${SIP}`, to, text }, [target]);
    this.step();
    return this.#bell.until(() => sent.response?.status ?? sent.failed?.reason);
  }

  /** Bob's server gives up on a message it has taken: it is this one's error, however late. */
  bounce(): void {
    const { message } = this.xmpp.inbox('bob')[0] ?? {};
    const reply = message && errorReply(message, { condition: 'recipient-unavailable' });
    if (reply !== undefined) this.xmpp.sendElement(reply);
    this.step();
  }

  /** What the gateway sent to the SIP company that it must not. */
  get complaints(): readonly string[] {
    return this.#company.complaints;
  }

  /** A page of the health endpoint. */
  async health(gateway: Program, path: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`http://${LOOPBACK}:${gateway.ports.get('health')}${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  /** Bob sends to the SIP side; the answer is what became of the stanza. */
  async bob(to: string, text: string): Promise<Sent> {
    const sent = this.xmpp.send({ from: `bob@${XMPP}`, to, text });
    this.step();
    await this.#bell.until(() => sent.fate);
    return sent;
  }

  /** The subject alternative names of the certificate that the gateway shows to a server that calls. */
  async shown(gateway: Program): Promise<string> {
    const socket = connect({ host: LOOPBACK, port: gateway.ports.get('xmpps-server') ?? 0 });
    const secured = tls.connect({ socket, rejectUnauthorized: false });
    secured.on('error', () => {});
    await once(secured, 'secureConnect');
    const { subjectaltname = '' } = secured.getPeerCertificate();
    secured.destroy();
    return subjectaltname;
  }

  /** Has people do something about contacts, and waits until it is seen. */
  async presence(act: () => void, isSeen: () => boolean): Promise<void> {
    act();
    this.step();
    await this.#bell.until(() => (isSeen() ? true : undefined));
  }

  /** What `find` gives, once it does. */
  until<T>(find: () => T | undefined): Promise<T> {
    return this.#bell.until(find);
  }

  /** Ends what is still running, and takes the folder away. */
  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all([this.#sipEdge?.close(), this.#xmppEdge?.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #open(): Promise<void> {
    const listen = [{ transport: 'udp', address: LOOPBACK, port: 0 }] as const;
    this.#sipEdge = await listenSip({ host: LOOPBACK, listen, methods: PRESENCE_METHODS });
    const { certPem: cert, keyPem: key } = this.authority.issue({ dns: [XMPP] });
    this.#xmppEdge = await listenXmpp({
      domains: [XMPP],
      listen: [{ address: LOOPBACK, port: 0 }],
      tls: { both: { cert, key } },
      judge: judgesFor([this.authority.certificate.pem]).xmpp,
      secret: 'the dialback secret of the XMPP company',
      locate: async () => [{ address: LOOPBACK, port: this.gatewayS2s, direct: false }],
    });
    const [sip, xmpp] = [this.#sipEdge, this.#xmppEdge];
    this.#steps.push(
      playSip(
        { send: (input) => sip.send(input), start: this.#rung(sip) },
        this.#company,
        steadyClock,
      ),
      playXmpp({ send: (input) => xmpp.send(input), start: this.#rung(xmpp) }, this.xmpp),
    );
  }

  /** Starts an edge so that the bell rings after each event it has told. */
  #rung<Event extends SipEvent | XmppEvent>(edge: {
    start(take: (event: Event) => void): void;
  }): (take: (event: Event) => void) => void {
    return (take) =>
      edge.start((event) => {
        take(event);
        this.#bell.ring();
      });
  }

  /** Lets both companies do what is due, such as an answer whose moment has come. */
  step(): void {
    for (const step of this.#steps) step();
  }

  #toGateway(): Target {
    return targetAt(this.#gatewaySip);
  }

  #spawn(configuration: object | string) {
    const text = typeof configuration === 'string' ? configuration : JSON.stringify(configuration);
    this.write('gateway.json', text);
    const flags = ['--conditions=@interwork/source', '--import', 'tsx'];
    const child = spawn(process.execPath, [...flags, MAIN, join(this.folder, 'gateway.json')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    const output: string[] = [];
    const log: LogLine[] = [];
    const ready = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        output.push(line);
        if (line.startsWith('ready ')) resolve(line);
      });
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.push(lineOf(line));
      this.#bell.ring();
    });
    const ended = once(child, 'close').then(([code, signal]) => {
      this.#children.delete(child);
      return (code ?? signal) as number | string;
    });
    const program = {
      log,
      ready,
      logged: (find: (line: LogLine) => boolean) => this.#bell.until(() => log.find(find)),
      signal: (name: NodeJS.Signals) => void child.kill(name),
      unread: () => {
        child.stdout.destroy();
        child.stderr.destroy();
      },
    };
    return { program, ended, output };
  }
}

function targetAt(port: number): Target {
  return { transport: 'udp', address: LOOPBACK, port, references: [] };
}

function lineOf(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { level: Number.NaN, msg: text };
  }
}

function portsOf(ready: string): ReadonlyMap<string, number> {
  const words = ready.split(' ').slice(1);
  return new Map(
    words.map((word) => [word.slice(0, word.indexOf(':')), Number(word.split(':').at(-1))]),
  );
}
