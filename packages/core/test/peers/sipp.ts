// SIPp, told what to do by a scenario that is written here from the messages themselves: what it sends, line by line, and
// what it has to receive. It fails a call in which anything is missing, late, unexpected or not as a check says; the
// checks are its own, octet by octet where they are literal. Nothing here reads or writes SIP.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Whether it is installed. */
export const sippIsThere = spawnSync('sipp', ['-v']).error === undefined;

/** One thing that happens in a call. */
export type Step = string;

/** What a message that came has to look like, or what is kept of it. */
export interface Check {
  /** A header, or the whole message. */
  readonly in?: string;
  /** A regular expression of POSIX. */
  readonly like: string;
  /** Kept as `[$name]` for what is sent after it: the whole of it, and behind a comma its part in brackets. */
  readonly into?: string;
  /** It must not be there. */
  readonly not?: true;
}

/** Sends a message, and again until there is an answer; its body has the length that stands in the last header. */
export function sends(lines: readonly string[], body = ''): Step {
  return sending(' retrans="500"', lines, body);
}

/** Sends what is owed no answer. */
export function sendsOnce(lines: readonly string[], body = ''): Step {
  return sending('', lines, body);
}

function sending(how: string, lines: readonly string[], body: string): Step {
  const text = [...lines, 'Content-Length: [len]', '', body.replaceAll('\r\n', '\n')].join('\n');
  return `  <send${how}><![CDATA[\n${text}]]></send>`;
}

/** Receives a request by its method, or a response by its status, and nothing else. */
export function takes(what: string | number, ...checks: readonly Check[]): Step {
  const name = typeof what === 'number' ? 'response' : 'request';
  return `  <recv ${name}="${what}">\n${checks.length === 0 ? '' : actions(checks)}  </recv>`;
}

/** Lets a response pass that need not come; where it does, the call may go on at a label. */
export function mayTake(status: number, label?: number): Step {
  const next = label === undefined ? '' : ` next="${label}"`;
  return `  <recv response="${status}" optional="true"${next}/>`;
}

/** Time that passes at a device. */
export function rings(milliseconds: number): Step {
  return `  <pause milliseconds="${milliseconds}"/>`;
}

/** A step with checks that also tells the first call from those behind it, for `inTurn`. */
export function tellsFirst(step: Step): Step {
  return step.replace(
    '    </action>\n',
    [
      '    <assignstr assign_to="call" value="[call_number]"/>',
      '    <strcmp assign_to="order" variable="call" value="1"/>',
      '    <test assign_to="later" variable="order" compare="not_equal" value="0"/>',
      '    </action>\n',
    ].join('\n'),
  );
}

/** Receives that request in each call; the first call goes on one way, all others another. */
export function inTurn(request: string, first: readonly Step[], later: readonly Step[]): Step {
  return [
    `  <recv request="${request}" test="later" next="20"/>`,
    ...first,
    '  <nop hide="true" next="30"/>',
    '  <label id="20"/>',
    ...later,
    '  <label id="30"/>',
    '  <nop hide="true"/>',
  ].join('\n');
}

/** A regular expression of POSIX for a text as it stands. */
export function literal(text: string): string {
  return text.replaceAll(/[\\^$.|?*+(){}[\]]/g, '\\$&');
}

function actions(checks: readonly Check[]): string {
  const lines = checks.map(({ in: where, like, into = 'seen', not }) => {
    const place = where === undefined ? 'search_in="msg"' : `search_in="hdr" header="${where}:"`;
    const must = not === true ? 'check_it_inverse="true"' : 'check_it="true"';
    return `    <ereg regexp="${quoted(like)}" ${place} ${must} assign_to="${into}"/>\n`;
  });
  return `    <action>\n${lines.join('')}    </action>\n`;
}

function quoted(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A scenario as SIPp reads it. */
export function scenarioOf(steps: readonly Step[]): string {
  const text = steps.join('\n');
  const kept = [...text.matchAll(/assign_to="([\w,]+)"/g)].flatMap(
    ([, names]) => names?.split(',') ?? [],
  );
  const names = [...new Set(kept)].join(',');
  const references = names === '' ? '' : `  <Reference variables="${names}"/>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="one">\n${text}\n${references}</scenario>\n`;
}

/** How a scenario is run. */
export interface SippOptions {
  readonly address: string;
  readonly port: number;
  readonly transport?: 'udp' | 'tcp';
  /** Where it calls; without it, it is called. */
  readonly place?: string;
  readonly calls?: number;
}

/** A SIPp that runs. */
export interface Sipp {
  /** Resolves once all its calls went as they should; rejects with what it says otherwise. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

/** Starts it; one that is called listens when this resolves. */
export async function startSipp(steps: readonly Step[], options: SippOptions): Promise<Sipp> {
  const { address, port, transport = 'udp', place, calls = 1 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'interwork-sipp-'));
  const [file, errors, messages] = ['scenario.xml', 'errors', 'messages'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  writeFileSync(file, scenarioOf(steps));
  const args = [
    ...(place === undefined ? [] : [place]),
    '-sf',
    file,
    ...`-i ${address} -p ${port} -t ${transport === 'udp' ? 'u1' : 't1'}`.split(' '),
    ...`-m ${calls} -l 1 -nostdin -timeout 45s -timeout_error`.split(' '),
    ...`-trace_err -error_file ${errors} -trace_msg -message_file ${messages}`.split(' '),
    ...'-timer_resol 1 -recv_timeout 15000'.split(' '),
  ];
  const child = spawn('sipp', args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const textOf = (name: string): string => (existsSync(name) ? readFileSync(name, 'utf8') : '');
  const ended = once(child, 'close').then(([status]) => {
    const said = `${textOf(errors)}\n${textOf(messages)}`.slice(-12_000);
    rmSync(folder, { recursive: true, force: true });
    return { status, said };
  });
  const done = ended.then(({ status, said }) => expect(status, said).toBe(0));
  // Whoever waits for it is told; until then it is nobody's.
  done.catch(() => {});
  if (place === undefined) await listens(child, address, port, transport);
  return { done, close: () => endedBy(child) };
}

/** Waits until the port is taken, as the kernel lists it: nothing tells of it. */
async function listens(
  child: ChildProcess,
  address: string,
  port: number,
  transport: 'udp' | 'tcp',
): Promise<void> {
  const hex = (n: number, width: number): string =>
    n.toString(16).toUpperCase().padStart(width, '0');
  const octets = address
    .split('.')
    .toReversed()
    .map((octet) => hex(Number(octet), 2));
  const wanted = ` ${octets.join('')}:${hex(port, 4)} 00000000:0000 `;
  while (!readFileSync(`/proc/net/${transport}`, 'utf8').includes(wanted)) {
    if (child.exitCode !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function endedBy(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
