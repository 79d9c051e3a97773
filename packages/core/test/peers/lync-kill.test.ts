// A gateway that is killed in the middle of a session between SIPp as Lync and somebody at a real Prosody: the next process
// goes on in the same dialog, with the next number, in both directions, and ends it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf, type XmlElement } from '@interwork/xmpp';
import { Bell } from '../../../../test-kit/bell.ts';
import type { Client } from './client.ts';
import {
  accepts,
  ack,
  answers,
  AS_CALLED,
  invite,
  OUR_CALL,
  OUR_PLACE,
  says,
  text,
  within,
} from './lync-messages.ts';
import { AMY, PLACE, siteBy, startTown, type Town } from './lync-stage.ts';
import { type Check, mayTake, sippIsThere, startSipp, takes } from './sipp.ts';

const absent = sippIsThere ? '' : ' (skipped: sipp is not installed)';
const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

/** The number of a request has so many digits: each process begins well above what the one before it may have used. */
const higher = (digits: number): Check => ({ in: 'CSeq', like: `^ *[0-9]{${digits}} MESSAGE` });

/** A process with the gateway, and what it has printed. */
class Process {
  readonly #child: ChildProcess;
  readonly #bell = new Bell();
  readonly #lines: string[] = [];

  constructor(file: string) {
    const script = join(import.meta.dirname, 'lync-gateway-process.ts');
    const flags = ['--conditions=@interwork/source', '--import', 'tsx'];
    this.#child = spawn(process.execPath, [...flags, script, file], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (this.#child.stdout !== null)
      createInterface(this.#child.stdout).on('line', (line) => {
        this.#lines.push(line);
        this.#bell.ring();
      });
    this.#child.once('exit', this.#bell.ring);
  }

  /** Resolves once so many lines are so. */
  async prints(wanted: RegExp, times = 1): Promise<void> {
    await this.#bell.until(() => {
      if (this.#child.exitCode !== null) throw new Error('the gateway has ended');
      return this.#lines.filter((line) => wanted.test(line)).length >= times || undefined;
    });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

describe.skipIf(!sippIsThere)(`kill -9 within a session${absent}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'interwork-kill-'));
  let town: Town;
  let romeo: Client;
  let gateway: Process;
  beforeAll(async () => {
    town = await startTown();
    romeo = await town.login('phone');
  });
  afterAll(async () => {
    await gateway?.kill();
    await town.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (file: string): Promise<void> => {
    gateway = new Process(join(folder, file));
    await gateway.prints(/^ready$/);
  };
  const killed = async (file: string): Promise<void> => {
    await gateway.kill();
    await start(file);
  };
  const write = (body: string): void =>
    romeo.send(`<message to='${AMY}' type='chat' id='${body}'><body>${body}</body></message>`);
  const reads = (body: string): Promise<XmlElement> =>
    romeo.until((el) => el.name === 'message' && el.children.some((one) => textIn(one) === body));

  it('RFC 7573 §4 a session that we have opened', { timeout: 60_000 }, async () => {
    await start('opened');
    const her = await startSipp(
      [
        takes('INVITE', ...OUR_CALL, { in: 'CSeq', like: ' 1 INVITE' }),
        accepts(),
        takes('ACK'),
        takes('MESSAGE', text('before'), { in: 'CSeq', like: ' 2 MESSAGE' }),
        answers('200 OK'),
        takes('MESSAGE', text('after'), higher(2)),
        answers('200 OK'),
        ...says('still there', 7, AS_CALLED),
        ...within('BYE', 8, { sides: AS_CALLED }),
      ],
      siteBy('udp'),
    );
    write('before');
    await gateway.prints(/^xmpp-to-sip message delivered/);
    await killed('opened');
    write('after');
    await reads('still there');
    await her.done;
    await gateway.kill();
    expect(romeo.texts(AMY)).toEqual(['still there']);
  });

  it('RFC 7573 §5 a session that she has opened', { timeout: 60_000 }, async () => {
    await start('taken');
    const her = await startSipp(
      [
        invite(['Supported: ms-sender']),
        mayTake(100),
        takes(200, ...OUR_PLACE),
        ack(),
        ...says('first', 2),
        takes('MESSAGE', text('an answer')),
        answers('200 OK'),
        takes('MESSAGE', text('after that'), higher(3)),
        answers('200 OK'),
        ...says('second', 3),
        ...within('BYE', 4),
      ],
      { ...siteBy('udp'), place: PLACE },
    );
    await reads('first');
    await gateway.prints(/^sip-to-xmpp message/);
    write('an answer');
    await gateway.prints(/^xmpp-to-sip message delivered/);
    await killed('taken');
    write('after that');
    await reads('second');
    await her.done;
    expect(romeo.texts(AMY)).toEqual(['still there', 'first', 'second']);
  });
});

function textIn(node: XmlElement | string): string | undefined {
  if (typeof node === 'string' || node.name !== 'body') return undefined;
  return textOf(node);
}
