// SIPp as user agent, in both roles: one that answers, registered at the SIP domain's registrar, and one that sends
// through its proxy. The scenarios are ours (`sipp/`), the SIP is SIPp's.
import { constants, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { type Folder } from '../folder.ts';
import { type Command, finished, PATIENCE, Running, untilOpen, within } from '../process.ts';
import { HOST, PORT, SIP } from '../places.ts';
import { type SipMessage, statusOf, TraceReader } from './sip-message.ts';

/** A MESSAGE to be sent. Addresses are URIs. */
export interface Outgoing {
  readonly from: string;
  readonly to: string;
  /** The Request-URI where it is not the address in To. */
  readonly uri?: string;
  readonly body: string;
  readonly type?: string;
  readonly headers?: readonly string[];
  readonly callId?: string;
  /** How many, one after another; the n-th body has `[call_number]` in it. */
  readonly times?: number;
  /** How many may wait for their answer at once. */
  readonly atOnce?: number;
  /** How many a second. */
  readonly rate?: number;
  readonly transport?: 'udp' | 'tcp';
  /** Where to send it; the domain's proxy when absent. */
  readonly place?: string;
}

/** The users of the SIP domain, as user agents. */
export interface UserAgents {
  /** Everything the answering agent has received, in order. */
  readonly received: readonly SipMessage[];
  /** Sends, and gives the final responses in the order they came. */
  send(message: Outgoing): Promise<readonly SipMessage[]>;
  /** The first received request that fits, now or later. */
  until(what: string, fits: (message: SipMessage) => boolean): Promise<SipMessage>;
  /** What `find` makes of all that was received, now or later. */
  when<T>(
    what: string,
    find: (all: readonly SipMessage[]) => T | undefined,
    bound?: number,
  ): Promise<T>;
  /** Registers the users anew: after the registrar has forgotten them. */
  register(): Promise<void>;
  stop(): Promise<void>;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  403: 'Forbidden',
  404: 'Not Found',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
  603: 'Decline',
};
const FINALS = [
  200, 202, 400, 401, 403, 404, 405, 406, 408, 410, 413, 414, 415, 416, 420, 480, 481, 482, 483,
  484, 485, 486, 487, 488, 493, 477, 478, 500, 501, 502, 503, 504, 505, 513, 600, 603, 604,
];
const COMMON = ['-nostdin', '-trace_msg', '-message_overwrite', 'true'];

/** Starts the answering agent and registers its users. */
export async function startUserAgents(
  folder: Folder,
  users: readonly string[],
  transport: 'udp' | 'tcp' = 'tcp',
): Promise<UserAgents> {
  const received: SipMessage[] = [];
  const waiting = new Set<() => void>();
  const take = (message: SipMessage): void => {
    if (message.way === 'received') received.push(message);
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const start = await answering(folder, transport, take);
  let running = await start();
  // SIPp ends by itself when a connection breaks in the wrong moment; the users stay reachable.
  const watch = (): void =>
    void running.fallen.then(async (exit) => {
      console.error(`SIPp ended: ${JSON.stringify(exit)}\n${running.log.slice(-1500)}`);
      running = await start();
      watch();
    });
  watch();
  const when = <T>(
    what: string,
    find: (all: readonly SipMessage[]) => T | undefined,
    bound = PATIENCE,
  ): Promise<T> => within(what, eventually(received, waiting, find), bound);
  const register = (): Promise<void> => registerAll(folder, users, transport);
  await register();
  let sendings = 0;
  return {
    received,
    when,
    until: (what, fits) => when(what, (all) => all.find(fits)),
    send: (message) => send(folder, message, ++sendings),
    register,
    stop: async () => {
      await running.stop('SIGKILL');
    },
  };
}

async function eventually<T>(
  received: readonly SipMessage[],
  waiting: Set<() => void>,
  find: (all: readonly SipMessage[]) => T | undefined,
): Promise<T> {
  for (;;) {
    const found = find(received);
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => waiting.add(resolve));
  }
}

/** What starts the answering agent, over one pipe for all its messages. */
async function answering(
  folder: Folder,
  transport: 'udp' | 'tcp',
  take: (message: SipMessage) => void,
): Promise<() => Promise<Running>> {
  const answers = Object.entries(REASONS).map(([status, reason]) =>
    fill(scenario('answer-part'), {
      status,
      reason,
      header: status === '503' ? 'Retry-After: 7' : 'Server: SIPp',
    }),
  );
  const file = folder.write('answer.xml', fill(scenario('answer'), { answers: answers.join('') }));
  const pipe = join(folder.path, 'answering');
  await finished({ name: 'mkfifo', file: 'mkfifo', args: [pipe] });
  const reader = new TraceReader();
  // Held open for writing too: a pipe without a writer would end at once.
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  new Socket({ fd, readable: true, writable: false }).on('data', (bytes) => {
    for (const message of reader.push(bytes)) take(message);
  });
  return async () => {
    const running = new Running(
      sipp(folder, file, pipe, {
        i: HOST.answering,
        p: PORT.answering,
        t: transport === 'tcp' ? 't1' : 'u1',
        // Another message of the same Call-ID is another call at once, not a late part of the first.
        deadcall_wait: 0,
        timer_resol: 1,
      }),
    );
    if (transport === 'tcp') await untilOpen(running, HOST.answering, PORT.answering);
    return running;
  };
}

async function registerAll(
  folder: Folder,
  users: readonly string[],
  transport: 'udp' | 'tcp',
): Promise<void> {
  const contact = `${HOST.answering}:${PORT.answering};transport=${transport}`;
  const file = folder.write('register.xml', fill(scenario('register'), { domain: SIP, contact }));
  const list = folder.write('users.csv', ['SEQUENTIAL', ...users, ''].join('\n'));
  const trace = join(folder.path, 'register.log');
  const flags = { inf: list, i: HOST.sending, m: users.length, r: 200, t: 't1' };
  await finished(sipp(folder, file, trace, flags, `${HOST.proxy}:${PORT.sip}`));
}

/** The command line of SIPp for one scenario; what it sends and receives goes to the trace. */
function sipp(
  folder: Folder,
  scenarioFile: string,
  trace: string,
  flags: Readonly<Record<string, string | number>>,
  ...place: readonly string[]
): Command {
  const chosen = Object.entries(flags).flatMap(([name, value]) => [`-${name}`, String(value)]);
  return {
    name: 'sipp',
    file: 'sipp',
    cwd: folder.path,
    args: [...place, '-sf', scenarioFile, ...COMMON, '-message_file', trace, ...chosen],
  };
}

async function send(folder: Folder, message: Outgoing, n: number): Promise<readonly SipMessage[]> {
  const { times = 1, atOnce = 1, rate = 500, transport = 'tcp' } = message;
  const file = folder.write(`message-${n}.xml`, messageScenario(message));
  const trace = join(folder.path, `message-${n}.log`);
  const flags = {
    i: HOST.sending,
    m: times,
    r: rate,
    l: atOnce,
    t: transport === 'tcp' ? 't1' : 'u1',
    timeout: 100,
    ...(message.callId === undefined ? {} : { cid_str: message.callId }),
  };
  const place = message.place ?? `${HOST.proxy}:${PORT.sip}`;
  const running = new Running(sipp(folder, file, trace, flags, place));
  await within('a final response', running.exited, 110_000);
  const all = new TraceReader().push(readFileSync(trace));
  const finals = all.filter((one) => one.way === 'received' && statusOf(one) >= 200);
  if (finals.length < times)
    throw new Error(`${finals.length} final responses of ${times}: ${running.log.slice(-500)}`);
  return finals;
}

function messageScenario(message: Outgoing): string {
  const { from, to, uri = to, body, type = 'text/plain;charset=UTF-8', headers = [] } = message;
  const finals = FINALS.map((status) => `  <recv response="${status}" optional="true" next="1"/>`);
  return fill(scenario('message'), {
    uri,
    from,
    to,
    body,
    headers: [`Content-Type: ${type}`, ...headers].join('\n    '),
    finals: ['  <recv response="100" optional="true"/>', ...finals].join('\n'),
  });
}

function scenario(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', '..', 'sipp', `${name}.xml`), 'utf8');
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
