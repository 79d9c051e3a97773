// A user with a client that is not ours: slixmpp in a process of its own (real-client.py), with its own plugins for receipts,
// markers, chat states and corrections. Nothing here reads a stanza: what arrives is what the plugins report.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Bell } from '../../../../test-kit/bell.ts';

const PYTHON = '/usr/bin/python3';

/** Whether it is installed. */
export const slixmppIsThere = spawnSync(PYTHON, ['-c', 'import slixmpp']).status === 0;

/** What a plugin has reported. */
export interface Reported {
  readonly event: 'online' | 'message' | 'error' | 'state' | 'receipt' | 'displayed' | 'correction';
  readonly sender?: string;
  readonly id?: string;
  readonly body?: string;
  readonly state?: string;
  readonly condition?: string;
}

/** A chat message that the user writes. */
export interface Writing {
  readonly to: string;
  readonly id: string;
  readonly body: string;
  readonly receipt?: boolean;
  readonly marker?: boolean;
  /** The id of the message that it corrects. */
  readonly replaces?: string;
}

/** The client, online. */
export class RealClient {
  readonly #child: ChildProcess;
  readonly #bell = new Bell();
  readonly #reported: Reported[] = [];
  #said = '';

  private constructor(jid: string, password: string) {
    const script = join(import.meta.dirname, 'real-client.py');
    this.#child = spawn(PYTHON, [script, jid, password, '127.0.0.1'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONWARNINGS: 'ignore' },
    });
    this.#child.stderr?.on('data', (text: Buffer) => (this.#said += text.toString()));
    if (this.#child.stdout !== null)
      createInterface(this.#child.stdout).on('line', (line) => {
        this.#reported.push(JSON.parse(line) as Reported);
        this.#bell.ring();
      });
    this.#child.once('exit', this.#bell.ring);
  }

  /** Logs in; the password is the user name. */
  static async login(user: string, domain: string, resource: string): Promise<RealClient> {
    const client = new RealClient(`${user}@${domain}/${resource}`, user);
    await client.until(({ event }) => event === 'online');
    return client;
  }

  say(message: Writing): void {
    this.#order({ do: 'say', ...message });
  }

  show(to: string, state: string): void {
    this.#order({ do: 'show', to, state });
  }

  displayed(to: string, id: string): void {
    this.#order({ do: 'displayed', to, id });
  }

  /** Everything that was reported, in order. */
  get reported(): readonly Reported[] {
    return this.#reported;
  }

  /** The first report that fits, now or later. */
  until(fits: (one: Reported) => boolean): Promise<Reported> {
    return this.#bell.until(() => {
      const found = this.#reported.find(fits);
      if (found === undefined && this.#child.exitCode !== null)
        throw new Error(`the client has ended: ${this.#said.slice(-1_000)}`);
      return found;
    });
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  #order(order: object): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }
}
